"""What each page shows where models, pairs, images or figures are missing: one sentence that helps, and no wreckage."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.checkpoints import put_atlas, put_model
from tests.browser.driving import Screen, Server
from tests.foreign import put_pythae
from vae.store.folders import ATLAS
from vae.tasks.convert import ConvertRequest, convert

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def models_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("checkpoints")


@pytest.fixture(scope="module")
def bare(models_root: Path) -> Iterator[Server]:
    """One server for all: what its folder holds is read anew whenever a page opens."""
    server = Server({"VAE_CHECKPOINTS": str(models_root)})
    server.start()
    yield server
    server.stop()


@pytest.fixture
def visit(models_root: Path, bare: Server, browser: BrowserContext) -> Iterator[Callable[[str], Screen]]:
    """Opens pages; at the end none of them may have complained, and the folder is empty again."""
    screens: list[Screen] = []

    def go(address: str) -> Screen:
        screen = Screen(browser.new_page(), bare)
        screens.append(screen)
        screen.page.goto(bare.url + address)
        return screen

    yield go
    problems = [problem for screen in screens for problem in screen.problems]
    for screen in screens:
        screen.page.close()
    for path in models_root.iterdir():
        shutil.rmtree(path)
    assert not problems


def alone(screen: Screen, *words: str) -> None:
    """One sentence with what to do stands in the place of the page: no picture, no control."""
    alert = screen.page.get_by_role("alert")
    expect(alert).to_have_count(1)
    for each in words:
        expect(alert).to_contain_text(each)
    for role in ("img", "slider", "application", "combobox"):
        # The choice of a language stands beside it.
        expect(screen.page.get_by_role(role).and_(screen.page.locator(":not([aria-label='Language'])"))).to_have_count(0)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/", ("no model to show", "python -m vae train", "python -m vae embed")),
        ("/compare", ("needs two models of the same data", "python -m vae train")),
        ("/slide", ("no ladder of models yet", "python -m vae ladder")),
        ("/create", ("painter",)),
    ],
)
def test_without_any_model_a_page_is_one_sentence(visit: Callable[[str], Screen], address: str, words: tuple[str, ...]) -> None:
    alone(visit(address), *words)


@pytest.mark.parametrize("kind", ["ae", "vae"])
def test_with_one_model_explore_works_and_compare_asks_for_its_partner(
    models_root: Path, visit: Callable[[str], Screen], kind: str
) -> None:
    put_model(models_root, f"shapes-{kind}", kind)
    screen = visit("/").ready()
    assert screen.frames(f"{kind.upper()} decoding") > 0
    other = {"ae": "vae", "vae": "ae"}[kind]
    alone(visit("/compare"), f"no partner for shapes-{kind}", f"--model {other}", "--latent-dim 2")
    alone(visit("/slide"), "no ladder of models yet", "python -m vae train")


def test_models_of_one_kind_and_of_two_sizes_are_compared(models_root: Path, visit: Callable[[str], Screen]) -> None:
    put_model(models_root, "a", "vae")
    put_model(models_root, "b", "vae", dim=3)
    screen = visit("/compare").ready()
    for name in ("VAE 2 numbers latent map", "VAE 3 numbers latent map"):
        expect(screen.page.get_by_role("application", name=name)).to_be_visible()
    expect(screen.page.get_by_role("heading", name="64 draws in each, of codes of its own size")).to_be_visible()


@pytest.mark.parametrize(
    "codes",
    [np.zeros((1, 3)), np.array([[0.0, 1.0, 2.0], [1.0, 0.0, -1.0]]), np.ones((40, 3))],
    ids=["one image", "two images", "identical codes"],
)
def test_few_images_or_codes_on_one_spot_are_shown(models_root: Path, visit: Callable[[str], Screen], codes: np.ndarray) -> None:
    put_model(models_root, "few-ae", "ae", dim=3, codes=codes)
    put_model(models_root, "few-vae", "vae", dim=3, codes=codes)
    screen = visit("/?model=few-vae").ready()
    assert screen.frames("VAE decoding") > 0
    screen.slider("μ 1").press("ArrowRight")
    screen.settle()
    screen.button("⚄ Sample").click()
    screen.settle()
    assert screen.frames("VAE samples") > 0
    for tab in ("dice", "path", "race", "freedom", "ground"):
        compare = visit(f"/compare?data=shapes&dim=3&show={tab}").ready()
        expect(compare.page.get_by_role("application")).to_have_count(2)
    expect(visit("/models").page.get_by_role("heading", name="Models")).to_be_visible()


def test_a_model_that_others_have_made_opens_everywhere_and_a_folder_of_theirs_is_one_quiet_line(
    models_root: Path, visit: Callable[[str], Screen], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAE_CHECKPOINTS", str(models_root))
    put_pythae(tmp_path / "final_model")
    convert(ConvertRequest(source=str(tmp_path / "final_model"), name="theirs", data="shapes", device="cpu"))
    put_atlas(models_root / "theirs", "vae", 3)
    put_model(models_root, "shapes-ae", "ae", dim=3)
    put_pythae(models_root / "unconverted")

    explore = visit("/?model=theirs").ready()
    expect(explore.page.get_by_role("slider", name="σ 1", exact=True)).to_be_visible()
    explore.repaint("VAE decoding", lambda: explore.slider("μ 1").press("ArrowRight"))
    expect(explore.page.get_by_role("alert")).to_have_count(0)

    compare = visit("/compare?left=shapes-ae&right=theirs").ready()
    expect(compare.page.get_by_role("application")).to_have_count(2)
    expect(compare.page.get_by_role("alert")).to_have_count(0)

    models = visit("/models").page
    expect(models.get_by_text("pythae VAE · values from 0 to 1 · trained elsewhere")).to_be_visible()
    models.get_by_text("1 folder holds no model of this app").click()
    expect(models.get_by_text("python -m vae convert")).to_be_visible()
    expect(models.get_by_role("alert")).to_have_count(0)


def test_an_address_of_a_model_without_a_map_says_how_to_make_it_and_shows_another_one(
    models_root: Path, visit: Callable[[str], Screen]
) -> None:
    for name, kind in (("shapes-ae", "ae"), ("shapes-vae", "vae"), ("new", "vae")):
        put_model(models_root, name, kind)
    (models_root / "new" / ATLAS).unlink()
    for address in ("/?model=new", "/compare?left=new&right=shapes-vae"):
        page = visit(address).ready().page
        expect(page.get_by_role("alert")).to_have_text(re.compile("^new has no map yet.*python -m vae embed new"))
        expect(page.get_by_text("cannot be used")).to_have_count(0)
    expect(visit("/?model=gone").ready().page.get_by_role("alert")).to_contain_text("model=gone cannot be used")
    models = visit("/models").page
    expect(models.get_by_text("new waits for its map: python -m vae embed new")).to_be_visible()
    expect(models.get_by_role("button", name="Make its map")).to_be_visible()
