"""A model of one's own pictures is diagnosed on the Models page: asked for, watched, read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.driving import Screen, Server
from tests.pets import put_pets
from vae.models import Autoencoder

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture
def clinic(tmp_path: Path, checkpoints: Path, datasets: Path, make_model: Callable[..., Autoencoder]) -> Iterator[Server]:
    """A server with one untrained model of some pictures."""
    put_pets(tmp_path, checkpoints, make_model)
    server = Server({
        "VAE_CHECKPOINTS": str(checkpoints), "VAE_DATASETS": str(datasets), "VAE_CACHE": str(tmp_path / "cache"),
        "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
    })  # fmt: skip
    server.start()
    yield server
    server.stop()


def test_a_diagnosis_is_asked_for_watched_and_read(clinic: Server, browser: BrowserContext) -> None:
    screen = Screen(browser.new_page(), clinic)
    screen.page.goto(f"{clinic.url}/models")
    screen.page.get_by_role("button", name="Diagnose VAE").click()
    found = screen.page.locator(".ctm-doctor")
    expect(found).to_contain_text("found something wrong with pets-vae")
    fault = found.get_by_role("article").filter(has=screen.page.get_by_role("heading", name="Decoder that ignores the code"))
    expect(fault).to_contain_text("the decoder hardly looks at it")
    expect(fault).to_contain_text("wrong below 0.1")
    expect(fault.locator("code")).to_contain_text("python -m vae train --out pets-vae-longer --data pets")
    assert fault.locator("img").evaluate_all("all => all.length > 8 && all.every(image => image.complete && image.naturalWidth === 8)")
    sound = found.get_by_text("found nothing")
    sound.click()
    plot = found.get_by_role("img", name="density of number")
    expect(plot).to_be_visible()
    assert plot.evaluate("image => image.complete && image.naturalWidth > 0"), "the plot is not drawn"
    found.get_by_text("could not be made").click()
    expect(found).to_contain_text("there is no training.csv")
    screen.page.reload()
    screen.page.get_by_text("Diagnosis of pets-vae").click()
    expect(found).to_contain_text("found something wrong with pets-vae")
    assert not screen.problems
    screen.page.close()
