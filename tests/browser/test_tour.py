"""The guided tour: all steps in both languages, with right and wrong predictions, each done by hand on the live page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, expect
from scipy.spatial import cKDTree

from tests.browser.driving import Screen
from tests.browser.truth import truth
from tests.data.imported.helping import png
from vae.store.checkpoints import find_model
from vae.store.metrics import load_metrics
from vae.store.painters import find_painter

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

WORDS = {
    "en": {"step": "Step {} of 12", "lock": "Lock my answer", "skip": "Skip", "next": "Next", "end": "The result", "done": "✓ Done"},
    "it": {"step": "Passo {} di 12", "lock": "Blocca la mia risposta", "skip": "Salta", "next": "Avanti", "end": "Il risultato", "done": "✓ Fatto"},
}  # fmt: skip


def press_slider(name: str, key: str) -> Callable[[Screen], None]:
    return lambda screen: screen.slider(name).first.press(key)


def draw_something(screen: Screen) -> None:
    picture = {"name": "red.png", "mimeType": "image/png", "buffer": png((200, 30, 20), (28, 28))}
    screen.page.locator(".ctm-ownbox input[type=file]").first.set_input_files(picture)


def choose_an_image(screen: Screen) -> None:
    places, _ = screen.server.map("mnist-ae")
    name = screen.said("{short} latent map", short="AE")
    (row,) = screen.alone(places, name)
    screen.click(screen.in_window(places[[row]], name)[0])


# What must be scrolled to be read below Compare's maps.
CUT_OFF = """() => [...document.querySelectorAll(".ctm-compare .ctm-bottom > div")]
  .filter(part => part.scrollHeight > part.clientHeight + 1 || part.getBoundingClientRect().bottom > innerHeight).map(part => part.className)"""

# What a hand does at each step.
DOINGS: tuple[Callable[[Screen], None], ...] = (
    press_slider("μ 1", "ArrowRight"),
    lambda screen: screen.choice("Model").select_option("mnist-vae") and None,
    draw_something,
    lambda screen: screen.page.get_by_role("group", name=screen.said("Classes on the map")).get_by_role("button").first.click(),
    lambda screen: screen.button("⚄ throw again").click(),
    lambda screen: screen.page.get_by_role("application").first.press("+"),
    press_slider("σ 1", "End"),
    choose_an_image,
    lambda screen: screen.button("mixture").click(),
    press_slider("Place on the path, t", "ArrowRight"),
    press_slider("From AE to VAE", "End"),
    lambda screen: (
        screen.page.get_by_role("region", name=screen.said("Token X-ray"))
        .get_by_role("button", name=screen.said("row {row}, column {column}", row=1, column=1))
        .click()
    ),
)


def less(figure: str) -> int:
    """Whose figure is less beyond the intervals, the autoencoder's (0), the VAE's (1), or neither's (2)."""
    ae, vae = (metrics(name)[figure] for name in ("mnist-ae", "mnist-vae"))
    return 0 if ae["high"] < vae["low"] else 1 if vae["high"] < ae["low"] else 2


def metrics(name: str) -> dict:
    return load_metrics(find_model(name))


def place_among(value: float, *bounds: float) -> int:
    return int(np.searchsorted(bounds, value, side="right"))


def truths() -> list[int | float]:
    """The right prediction of each step: the place of a choice, or a share as a float."""
    error = {name: metrics(name)["recon_mse"]["value"] for name in ("mnist-ae", "mnist-vae", "mnist-vae-64", "mnist-vae-beta-20")}
    atlas = truth("mnist-vae").atlas
    neighbour = cKDTree(atlas.places).query(atlas.places[:1000], 2)[1][:, 1]
    nearest = cKDTree(atlas.codes).query(atlas.codes[:64], 2)[0][:, 1]
    painter = find_painter("dalle")
    assert painter is not None
    drawn = json.loads((Path(painter) / "metrics.json").read_text())["attribute_accuracy"]["drawn"]["one, held out"]["joint"]["value"]
    return [
        1,
        place_among(error["mnist-vae"] / error["mnist-vae-64"], 1.5, 3),
        2,  # garments are many times worse
        float((atlas.labels[neighbour] == atlas.labels[:1000]).mean()),
        less("frechet_c_prior"),
        place_among(metrics("mnist-ae-2")["hole_mass_prior"]["value"], 0.01, 0.2),
        place_among(metrics("mnist-vae")["sampled_mse"]["value"] / error["mnist-vae"], 1.5, 3),
        float((np.linalg.norm(atlas.std[:64], axis=1) > nearest).mean()),
        less("frechet_c_mixture"),
        less("frechet_c_midpoints"),
        place_among(error["mnist-vae-beta-20"] / error["mnist-ae"], 1.2, 3),
        float(drawn),
    ]


def predict(card: Locator, right: int | float, agree: bool) -> None:
    """Answer the question that is asked."""
    if isinstance(right, float):
        card.get_by_role("slider").fill(str(round(100 * (right if agree else 1 - right if abs(right - 0.5) > 0.1 else 0))))
    else:
        radios = card.get_by_role("radio")
        radios.nth(right if agree else (right + 1) % radios.count()).check()


@pytest.mark.parametrize(("code", "agree"), [("en", True), ("it", False)])
def test_all_steps_are_predicted_locked_measured_and_done(screen: Screen, code: str, agree: bool) -> None:
    page, said = screen.page, WORDS[code]
    screen.language = code
    page.goto(f"{screen.server.url}/learn?lang={code}")
    card = page.get_by_role("region", name="Tour", exact=True)
    for number, (right, do) in enumerate(zip(truths(), DOINGS, strict=True), 1):
        expect(card.get_by_role("heading", name=said["step"].format(number))).to_be_visible()
        lock = card.get_by_role("button", name=said["lock"])
        lock.wait_for()
        assert screen.address["tour"] == str(number) and screen.address["lang"] == code
        expect(page.locator(".ctm-page [data-pointed]")).to_have_count(1)
        expect(card.locator(".ctm-task")).to_be_hidden()
        screen.status("live")
        if number == 1:
            expect(screen.choice("Model")).to_be_hidden()  # it says how many numbers a code has
        predict(card, right, agree)
        lock.click()
        expect(page.locator("[data-veiled]")).to_have_count(0)
        verdict = card.locator(".ctm-measured > p > b")
        expect(verdict).to_have_attribute("data-right", str(agree).lower())
        expect(lock).to_have_count(0)
        expect(card.locator("input:enabled")).to_have_count(0)
        expect(card.get_by_role("button", name=said["end" if number == 12 else "skip"], exact=True)).to_be_visible()
        page.locator(".ctm-page:not([inert], [aria-busy]) [data-pointed]").wait_for()
        assert page.evaluate(CUT_OFF) == [], "what Compare says and what the step needs are in sight whole"
        do(screen)
        expect(card.locator(".ctm-task b")).to_have_text(said["done"])
        card.get_by_role("button", name=said["end" if number == 12 else "next"], exact=True).click()
    result = page.get_by_role("region", name="Tour", exact=True)
    told = {"en": "In 12 of 12 answers", "it": "In 0 risposte su 12"}[code]
    expect(result.locator(".ctm-tally")).to_contain_text(told)
    expect(result.get_by_role("row")).to_have_count(13)
    expect(result.locator("tbody td:first-of-type").filter(has_text="✓" if agree else "✗")).to_have_count(12)


def test_the_tour_goes_on_where_one_stopped_follows_back_and_leaves_no_trace(screen: Screen) -> None:
    page = screen.page
    card = page.get_by_role("region", name="Tour", exact=True)
    screen.open("/compare", tour=9, data="mnist", dim=2, dice=7)
    expect(card.get_by_role("heading", name="Step 9 of 12")).to_be_visible()
    assert screen.until_address(lambda view: view.get("dim") == "2" and view.get("dice") == "7")["tour"] == "9", (
        "the address' own view stays"
    )
    card.get_by_role("button", name="Back", exact=True).press("Enter")
    heading = card.get_by_role("heading", name="Step 8 of 12")
    expect(heading).to_be_focused()
    assert screen.until_address(lambda view: view.get("show") == "ground")["tour"] == "8"
    page.go_back()
    expect(card.get_by_role("heading", name="Step 9 of 12")).to_be_visible()
    page.goto(f"{screen.server.url}/learn")
    expect(card.get_by_role("heading", name="Step 9 of 12")).to_be_visible()
    card.get_by_role("button", name="Leave the tour").click()
    expect(card).to_have_count(0)
    assert not {"tour", "only"} & screen.address.keys()
    expect(page.locator("[data-pointed], [data-touring]")).to_have_count(0)
    page.goto(f"{screen.server.url}/?tour=99")
    expect(page.get_by_role("alert")).to_contain_text("no step 99")
    expect(card).to_have_count(0)


def test_a_step_alone_has_the_controls_that_it_needs_and_no_others(screen: Screen) -> None:
    page = screen.page
    screen.open("/compare", show="dice", tour=5, only=1)
    card = page.get_by_role("region", name="Tour", exact=True)
    card.get_by_role("radio").first.wait_for()
    expect(screen.button("⚄ throw again")).to_be_visible()
    shown = page.locator(".ctm-page").locator("button:visible, select:visible, input:visible").filter(has_not=page.locator(".ctm-term"))
    names = {text for text in shown.all_inner_texts()}
    assert names >= {"N(0, I)", "fitted Gaussian", "⚄ throw again"} and not names & {"Same plane", "Race", "Certificate"}, names
    expect(screen.choice("Data set")).to_be_hidden()
    expect(page.get_by_role("link", name="Create")).to_be_hidden()
    expect(card.get_by_role("button", name="Skip")).to_have_count(0)
    screen.button("⚄ throw again").click()
    screen.until_address(lambda view: view.get("dice") not in (None, "1") and view.get("only") == "1")


def test_on_a_phone_the_card_stands_below_and_the_control_comes_into_sight(screen: Screen) -> None:
    page = screen.page
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{screen.server.url}/learn?tour=5")
    card = page.get_by_role("region", name="Tour", exact=True)
    card.get_by_role("radio").first.check()
    foot = card.get_by_role("button", name="Skip", exact=True).bounding_box()
    tabs = page.locator(".st-key-tabs").bounding_box()
    assert foot["y"] + foot["height"] <= tabs["y"], "the tour stands above the tabs"
    card.get_by_role("button", name="Lock my answer").click()
    screen.ready()
    card.get_by_role("button", name="Show me where").click()
    expect(screen.button("⚄ throw again")).to_be_focused()
    screen.button("⚄ throw again").click()  # nothing lies over it
    expect(card.locator(".ctm-task b")).to_have_text("✓ Done")
    card.get_by_role("button", name="Fold the tour").click()
    expect(card.locator(".ctm-task")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("code", ["en", "it"])
def test_the_sheet_prints_all_questions_and_answers_on_two_pages(screen: Screen, code: str) -> None:
    page = screen.page
    page.goto(f"{screen.server.url}/continuum/static/pages/learn/sheet.html?lang={code}")
    page.locator("main[data-ready]").wait_for()
    assert [page.locator(f"section:nth-of-type({part}) li").count() for part in (1, 2)] == [12, 12]
    written = f"{metrics('mnist-ae')['frechet_c_prior']['value']:.3g}".replace(".", "," if code == "it" else ".")
    expect(page.locator("section:nth-of-type(2)")).to_contain_text(written)
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 2
