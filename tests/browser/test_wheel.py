"""The package as who installs it has it: a wheel, without the checkout that it was built from."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import BrowserContext, expect

import vae
from tests.browser.driving import ROOT, Screen, Server, opaque
from tests.test_javascript import run
from vae.store.folders import LADDERS
from vae.store.ladders import load_ladder

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

MOST = 100e6  # bytes that a wheel may have: what package indexes take without being asked


class Installed(Server):
    """`continuum run` of an installed package, in an empty folder."""

    def __init__(self, site: Path, home: Path) -> None:
        super().__init__(home=home)
        self.site, self.home = site, home
        self.environment["PYTHONPATH"] = str(site)
        for name in ("VAE_CHECKPOINTS", "VAE_DATA"):
            self.environment.pop(name, None)
        self.environment["STREAMLIT_SERVER_HEADLESS"] = "true"
        self.continuum = str(site / "bin" / "continuum")
        self._command = [self.continuum, "run", "--port", str(self.port), "--host", "127.0.0.1"]

    def say(self, *command: str) -> subprocess.CompletedProcess[str]:
        """What a command says, run where the server runs."""
        return subprocess.run(command, cwd=self.home, env=self.environment, capture_output=True, text=True, check=False, timeout=120)


def pip(*arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", "pip", *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=200)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), ".")
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    site, home = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("home")
    pip("install", "--quiet", "--no-deps", "--no-compile", "--target", str(site), str(wheel))
    server = Installed(site, home)
    server.start()
    yield server
    server.stop()
    assert "Traceback" not in server.said


@pytest.fixture
def there(installed: Installed, browser: BrowserContext) -> Iterator[Screen]:
    """A page of the installed app."""
    screen = Screen(browser.new_page(), installed)
    yield screen
    screen.page.close()
    assert not screen.problems


def test_a_wheel_says_what_it_is_and_asks_for_what_the_app_needs_alone(wheel: Path) -> None:
    with ZipFile(wheel) as file:
        names = file.namelist()
        words = file.read(next(name for name in names if name.endswith(".dist-info/METADATA"))).decode()
    assert f"\nVersion: {vae.__version__}\n" in words
    needs = re.findall(r"^Requires-Dist: (.*)$", words, re.MULTILINE)
    asked = {re.split(r"[<>=;! ]", line)[0] for line in needs if "extra ==" not in line}
    assert {line.rpartition("extra == ")[2].strip("'") for line in needs if "extra ==" in line} == {"diffusers", "film", "heic", "onnx"}
    listed = {re.split(r"[<>=;! ]", line)[0] for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines() if line[:1].isalpha()}
    assert asked == listed
    assert "vae/py.typed" in names
    assert not [name for name in names if name.startswith(("tests", "benchmarks"))]
    assert wheel.stat().st_size < MOST


def test_every_step_of_the_tour_has_its_models(wheel: Path) -> None:
    program = (
        'import { TOUR_STEPS } from "./steps.js"; console.log(JSON.stringify(TOUR_STEPS.map(({ models, view }) => ({ models, view }))));'
    )
    done = run("--input-type=module", "--eval", program, folder=ROOT / "vae" / "ui" / "static" / "pages" / "learn")
    steps = json.loads(done.stdout)
    with ZipFile(wheel) as file:
        there = {name.removeprefix("vae/shipped/checkpoints/") for name in file.namelist()}
    for number, step in enumerate(steps, 1):
        names = {*step["models"].values()} | ({step["view"]["model"]} if "model" in step["view"] else set())
        if "ladder" in step["view"]:
            assert f"{LADDERS}/{step['view']['ladder']}.safetensors" in there
            names |= set(load_ladder(step["view"]["ladder"]).models)
        missing = {name for name in names if not {f"{name}/config.json", f"{name}/painter.json"} & there}
        assert not missing, f"step {number} of the tour has no {', '.join(sorted(missing))}; add to pyproject.toml what it needs"
    assert len(steps) == 12


def test_an_installed_app_shows_its_own_models_in_its_own_colours(there: Screen) -> None:
    there.open()
    assert opaque(there.repaint("VAE decoding", lambda: there.slider("μ 1").press("End")))
    ground = there.page.locator('[data-testid="stApp"]').evaluate("app => getComputedStyle(app).backgroundColor")
    assert ground == "rgb(246, 248, 251)"  # .streamlit/config.toml, the light theme


@pytest.mark.parametrize("page", ["compare", "slide"])
def test_the_pages_that_set_models_side_by_side_have_theirs(there: Screen, page: str) -> None:
    there.open(f"/{page}")
    expect(there.page.get_by_role("alert")).to_have_count(0)


def test_the_command_knows_the_models_that_came_with_it_and_those_in_the_working_folder(installed: Installed) -> None:
    own = installed.home / "checkpoints" / "own"
    own.mkdir(parents=True)
    (own / "config.json").write_text((ROOT / "checkpoints" / "mnist-ae-2" / "config.json").read_text("utf-8"), "utf-8")
    for command in ([installed.continuum, "info"], [sys.executable, "-m", "vae", "info"]):
        said = installed.say(*command).stdout
        assert {"mnist-vae", "scenes-vae", "own"} <= {line.split()[0] for line in said.splitlines()}
    program = "import vae; from vae.ui.glossary import define; vae.load('dalle'); assert define('hole'); print(vae.__file__)"
    loaded = installed.say(sys.executable, "-c", program).stdout
    assert Path(loaded.strip()).is_relative_to(installed.site)


def test_a_port_in_use_is_one_sentence(installed: Installed) -> None:
    again = installed.say(installed.continuum, "run", "--port", str(installed.port), "--host", "127.0.0.1")
    assert again.returncode == 1
    assert again.stderr.strip() == f"error: port {installed.port} is in use; stop what uses it, or choose another with --port"
    elsewhere = installed.say(installed.continuum, "run", "--port", str(installed.port), "--host", "no.such.name.invalid")
    assert elsewhere.returncode == 1
    assert elsewhere.stderr.startswith(f"error: nothing can listen on no.such.name.invalid, port {installed.port} (")
