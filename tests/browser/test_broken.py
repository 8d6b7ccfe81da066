"""What a person sees where models are broken or missing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.driving import Screen, Server, opaque
from vae import checkpoint

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SHIPPED = Path(__file__).parents[2] / "checkpoints"


@pytest.fixture
def poor(tmp_path: Path, browser: BrowserContext) -> Iterator[Screen]:
    """A page of a server that has one sound model and three broken ones, and no classifier."""
    shutil.copytree(SHIPPED / "mnist-vae-2", tmp_path / "sound")
    for name in ("cut", "pickled", "lying"):
        shutil.copytree(SHIPPED / "mnist-vae-2", tmp_path / name)
    weights = tmp_path / "cut" / checkpoint.MODEL
    weights.write_bytes(weights.read_bytes()[:10_000])
    (tmp_path / "pickled" / checkpoint.MODEL).write_bytes(b"\x80\x04K\x01.")
    config = tmp_path / "lying" / checkpoint.CONFIG
    config.write_text(config.read_text("utf-8").replace('"latent_dim": 2', '"latent_dim": 3'), "utf-8")
    server = Server({"VAE_CHECKPOINTS": str(tmp_path)})
    server.start()
    screen = Screen(browser.new_page(), server)
    yield screen
    screen.page.close()
    server.stop()
    assert not screen.problems
    assert "Traceback" not in server.said


def test_broken_models_are_told_in_a_sentence_each_and_the_sound_one_works(poor: Screen) -> None:
    poor.open()
    alerts = poor.page.get_by_role("alert")
    for words in ("cut: ", "pickled: ", "lying: "):
        expect(alerts.filter(has_text=words)).to_be_visible()
    assert opaque(poor.repaint("VAE decoding", lambda: poor.slider("μ 1").press("End")))

    poor.page.get_by_role("link", name="Compare").click()
    expect(poor.page.get_by_role("alert").filter(has_text="needs an autoencoder and a VAE")).to_be_visible()
    for name in ("sound", "cut", "pickled", "lying"):
        shutil.rmtree(Path(poor.server.environment["VAE_CHECKPOINTS"]) / name)
    poor.page.get_by_role("link", name="Explore").click()
    expect(poor.page.get_by_role("alert").filter(has_text="There is no model to show")).to_be_visible()
