"""What a person sees where files are broken or missing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from playwright.sync_api import BrowserContext, expect

from tests.browser.driving import Screen, Server, opaque, visited
from vae.store.atlases import load_atlas
from vae.store.folders import CLASSIFIERS, CONFIG, LADDERS, METRICS, MODEL
from vae.store.tensors import write_tensors

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SHIPPED = Path(__file__).parents[2] / "checkpoints"
DEAD = ("cut", "pickled", "lying", "no-json", "empty", "foreign", "x" * 70)


def break_files(root: Path) -> None:
    """Sound models whose figures are broken, a broken classifier, a broken ladder, and models that cannot be used."""
    for name in ("mnist-ae-2", "mnist-vae-2", "mnist-l2-ae-2"):
        shutil.copytree(SHIPPED / name, root / name)
    (root / "mnist-ae-2" / METRICS).write_text('{"recon_mse": {"value": 0.0')
    figures = json.loads((root / "mnist-vae-2" / METRICS).read_text("utf-8"))
    figures |= {"kl": float("nan"), "recon_mse": {"value": float("nan")}, "active_units": "two", "retention_curve": [1]}
    (root / "mnist-vae-2" / METRICS).write_text(json.dumps(figures))
    figures = json.loads((root / "mnist-l2-ae-2" / METRICS).read_text("utf-8"))
    (root / "mnist-l2-ae-2" / METRICS).write_text(json.dumps(figures | {"recon_mse": {"value": 10**400}, "elbo": "10"}))
    for name in DEAD:
        shutil.copytree(SHIPPED / "mnist-vae-2", root / name)
    weights = root / "cut" / MODEL
    weights.write_bytes(weights.read_bytes()[:10_000])
    (root / "pickled" / MODEL).write_bytes(b"\x80\x04K\x01.")
    config = root / "lying" / CONFIG
    config.write_text(config.read_text("utf-8").replace('"latent_dim": 2', '"latent_dim": 3'), "utf-8")
    (root / "no-json" / CONFIG).write_text("[" * 100_000)
    (root / "empty" / CONFIG).write_bytes(b"")
    (root / "foreign" / CONFIG).write_text('{"_class_name": "AutoencoderKL", "latent_channels": 4}')
    shutil.copytree(SHIPPED / CLASSIFIERS / "mnist", root / CLASSIFIERS / "mnist")
    (root / CLASSIFIERS / "mnist" / CONFIG).write_text('{"image_shape": "large", "classes": 10}')
    for steps, name in ((("mnist-ae-2", "mnist-l2-ae-2", "mnist-vae-2"), "sound-2"), (("mnist-ae-2", "gone"), "broken-16")):
        atlas = load_atlas(root / "mnist-ae-2")
        places = atlas.places[None, :50].repeat(len(steps), 0)
        words = {"models": steps, "classes": atlas.classes, "settings": {"method": "procrustes"}}
        tensors = {"labels": torch.from_numpy(atlas.labels[:50].copy()), "places": torch.from_numpy(places)}
        path = root / LADDERS / f"{name}.safetensors"
        write_tensors(path, tensors, {key: json.dumps(value) for key, value in words.items()})


@pytest.fixture
def poor(tmp_path: Path, browser: BrowserContext) -> Iterator[Screen]:
    """A page of a server whose folder of checkpoints is as bad as a folder can be."""
    break_files(tmp_path)
    with visited(Server({"VAE_CHECKPOINTS": str(tmp_path)}), browser) as screen:
        yield screen


def test_every_page_works_among_broken_files_and_what_cannot_be_used_is_one_quiet_line(poor: Screen) -> None:
    page = poor.page
    poor.open()
    expect(page.get_by_role("alert")).to_have_count(0)
    line = page.get_by_text(f"{len(DEAD)} models cannot be used")
    for name in DEAD:
        expect(page.get_by_role("listitem").filter(has_text=f"{name}: ")).to_be_hidden()
    line.click()
    for name in DEAD:
        expect(page.get_by_role("listitem").filter(has_text=f"{name}: ")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="foreign: ")).to_contain_text("another library (AutoencoderKL)")
    line.click()
    assert page.evaluate("document.scrollingElement.scrollHeight <= innerHeight"), "the line has pushed the page out of the window"
    for name, role in (("mnist-ae-2", "AE"), ("mnist-l2-ae-2", "AE"), ("mnist-vae-2", "VAE")):
        before = poor.frames(f"{role} decoding") if poor.canvas(f"{role} decoding").count() else 0
        poor.choice("Model").select_option(name)
        poor.painted(f"{role} decoding", before)
    assert opaque(poor.repaint("VAE decoding", lambda: poor.slider("μ 1").press("End")))

    page.get_by_role("link", name="Compare").click()
    poor.ready()
    expect(page.get_by_text(f"{len(DEAD)} models cannot be used")).to_be_visible()
    poor.painted("AE samples")

    poor.page.goto(f"{poor.server.url}/slide?ladder=sound-2")
    page.get_by_role("slider", name="From AE to VAE").press("End")
    poor.painted("Samples")
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_role("region", name="Path and verdict")).to_contain_text("has not been measured")

    page.get_by_role("link", name="Models").click()
    expect(page.get_by_text(f"{len(DEAD)} models cannot be used")).to_be_visible()
    expect(page.get_by_text("1 file of figures cannot be read")).to_be_visible()
    expect(page.get_by_text("2 ladders or classifiers cannot be used")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_without_any_model_explore_says_how_to_train_one(poor: Screen) -> None:
    for folder in Path(poor.server.environment["VAE_CHECKPOINTS"]).iterdir():
        shutil.rmtree(folder)
    poor.page.goto(poor.server.url)
    expect(poor.page.get_by_text("There is no model to show")).to_be_visible()
    poor.page.get_by_role("link", name="Compare").click()
    expect(poor.page.get_by_text("needs two models of the same data")).to_be_visible()
