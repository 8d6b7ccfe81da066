"""The stories of the ground: floors on Explore and Compare, the nearest unreal picture and the way back, balloons, the address."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect
from scipy.spatial import cKDTree

from tests.browser.driving import Screen, difference
from vae.store.atlases import load_atlas
from vae.store.checkpoints import find_model

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

FLOOR = "Floor of the map"
DECODING = "VAE decoding"

# What is laid under the points of a map, and the window that it was last drawn in.
LAID = "map => { const floor = map.querySelector('canvas.ctm-floor'); return floor.hidden ? '' : floor.toDataURL(); }"
PAINTED = "([name, before]) => Number(document.querySelector(`[aria-label='${name}'] canvas.ctm-floor`)?.dataset.frames) > before"
FINEST = "() => { const live = window.liveTest; live.calm = live.waiting ? 0 : live.calm + 1; return live.calm > 15; }"


def laid(screen: Screen, name: str = "Latent map") -> str:
    """The floor's pixels once the last tile has been painted."""
    screen.page.evaluate("() => { window.liveTest.calm = 0; }")
    screen.page.wait_for_function(FINEST, polling="raf")
    return screen.map(name).evaluate(LAID)


def choose(screen: Screen, floor: str) -> str:
    """The floor's pixels when it is first painted, coarse as it may be."""
    screen.choice(FLOOR).select_option(floor)
    return first(screen, floor)


def first(screen: Screen, floor: str) -> str:
    screen.page.locator(f"[role='application'][data-floor='{floor}']").wait_for()
    screen.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return screen.map().evaluate(LAID)


def test_every_floor_of_explore_is_another_and_the_address_brings_it_back(screen: Screen) -> None:
    screen.open(model="mnist-vae-2").analysis()
    assert laid(screen) == ""
    floors = {floor: choose(screen, floor) for floor in ("cycle-gap", "stretch", "density", "entropy")}
    screen.button("terrain").click()
    floors["pictures"] = first(screen, "pictures")
    assert len(set(floors.values())) == 5 and "" not in floors.values()
    expect(screen.page.get_by_role("group", name="Scale of the floor")).to_contain_text("What the decoder makes of every place")
    screen.button("points").click()
    choose(screen, "density")
    expect(screen.page.get_by_role("group", name="Scale of the floor")).to_contain_text("nats")
    assert screen.until_address(lambda now: now.get("floor") == "density")["model"] == "mnist-vae-2"
    screen.page.reload()
    assert first(screen, "density") != "" and screen.choice(FLOOR).input_value() == "density"
    screen.choice(FLOOR).select_option("none")
    screen.until_address(lambda now: "floor" not in now)
    assert laid(screen) == ""


def test_the_landscape_moves_with_the_map_and_is_decoded_again(screen: Screen) -> None:
    screen.open(model="mnist-vae", floor="pictures")
    before, frames = laid(screen), int(screen.map().locator("canvas.ctm-floor").get_attribute("data-frames"))
    origin = screen.on_map([400, 400])
    screen.page.mouse.move(400, 400)
    screen.page.mouse.down()
    for step in range(1, 9):
        screen.page.mouse.move(400 + 10 * step, 400 + 4 * step)
    screen.page.wait_for_function(PAINTED, arg=["Latent map", frames], polling="raf")
    during = screen.map().evaluate(LAID)
    screen.page.mouse.up()
    assert during != before
    assert laid(screen) not in (before, "")
    assert screen.on_map([480, 432]) == pytest.approx(origin, abs=0.05), "the map did not go where the hand went"
    screen.page.keyboard.press("Escape")
    screen.map().focus()
    moved = laid(screen)
    screen.page.keyboard.press("+")
    screen.page.wait_for_function(PAINTED, arg=["Latent map", frames], polling="raf")
    assert laid(screen) != moved


def test_both_maps_of_compare_stand_on_one_scale(screen: Screen) -> None:
    screen.open("/compare", dim=2, show="path", floor="cycle-gap")
    ae, vae = (laid(screen, f"{kind} latent map") for kind in ("AE", "VAE"))
    assert "" not in (ae, vae) and ae != vae
    expect(screen.page.get_by_role("group", name="Scale of the floor")).to_contain_text("of the spread")
    screen.button("Same plane").click()
    screen.settle()
    assert screen.choice(FLOOR).input_value() == "pictures" and screen.choice(FLOOR).is_disabled()
    assert laid(screen, "AE latent map") not in (ae, "")
    screen.button("Same path").click()
    screen.settle()
    assert screen.choice(FLOOR).input_value() == "cycle-gap" and screen.choice(FLOOR).is_enabled()


def test_the_nearest_unreal_picture_and_the_way_back_to_the_data(screen: Screen) -> None:
    screen.page.emulate_media(reduced_motion="reduce")  # no flight: it is there at once
    screen.open(model="mnist-vae", at="i0").analysis()
    home, cursor = screen.pixels(DECODING), screen.laid_over()
    found = screen.repaint(DECODING, screen.button("◌ Nearest unreal picture").click)
    card = screen.page.get_by_role("region", name="The nearest unreal picture")
    expect(card).to_contain_text("unreal picture here")
    assert difference(home, found) > 20 and screen.laid_over() != cursor
    assert screen.pixels("nearest real image").any()
    screen.until_address(lambda now: now["at"].startswith("c"))
    before = screen.laid_over()
    back = screen.repaint(DECODING, screen.button("Back to safety").click)
    expect(card).to_contain_text("Back among the data")
    assert difference(found, back) > 20 and screen.laid_over() != before
    screen.button("Close the nearest unreal picture").click()
    expect(card).to_be_hidden()


def test_the_flight_to_an_unreal_picture_is_decoded_all_the_way(screen: Screen) -> None:
    screen.open(model="mnist-vae-2", at="i0").analysis()
    frames = screen.frames(DECODING)
    screen.button("◌ Nearest unreal picture").click()
    screen.until_address(lambda now: now["at"].startswith("c"))
    assert screen.frames(DECODING) > frames + 3


def typical_reach(name: str, count: int) -> float:
    """‖σ‖ beside the distance to the nearest other code, the median of `count` images evenly taken from all of them."""
    atlas = load_atlas(find_model(name))
    rows = np.arange(count) * len(atlas) // count
    nearest = cKDTree(atlas.codes).query(atlas.codes[rows], 2)[0][:, 1]
    return np.sort(np.linalg.norm(atlas.std[rows], axis=1) / nearest)[count // 2]


def test_balloons_grow_with_r_and_an_autoencoders_have_no_size(screen: Screen) -> None:
    screen.open(model="mnist-vae-2").analysis()
    none = screen.laid_over()
    screen.button("σ balloons").click()
    screen.page.wait_for_function("() => window.liveTest.asked > 0")
    one = laid_over_at_rest(screen)
    assert one != none
    expect(screen.page.get_by_text(f"codes fall {typical_reach('mnist-vae-2', 600):.2f} times as far off")).to_be_visible()
    screen.slider("Radius of the balloons, r").press("End")
    assert laid_over_at_rest(screen) not in (one, none)
    screen.choice("Model").select_option("mnist-ae-2")
    screen.ready()
    expect(screen.page.get_by_text("No balloon has a size")).to_be_visible()
    expect(screen.slider("Radius of the balloons, r")).to_be_hidden()


def test_compare_shows_balloons_and_the_nearest_unreal_picture_on_both_maps(screen: Screen) -> None:
    screen.page.emulate_media(reduced_motion="reduce")
    screen.open("/compare", dim=2, show="ground", i=7)
    maps = {kind: f"{kind} latent map" for kind in ("AE", "VAE")}
    balloons = laid_over_of(screen, maps)
    screen.button("σ balloons").click()
    bare = laid_over_of(screen, maps)
    assert bare["AE"] == balloons["AE"] and bare["VAE"] != balloons["VAE"], "an autoencoder's balloons have no size, a VAE's have one"
    expect(screen.page.get_by_text("The autoencoder's have no size")).to_be_hidden()
    screen.button("◌ Nearest unreal picture").click()
    for kind in maps:
        card = screen.page.get_by_role("region", name=f"{kind} nearest unreal picture", exact=True)
        expect(card).to_contain_text("unreal picture here")
        screen.painted(f"{kind} unreal decoding")
        found = screen.settle().pixels(f"{kind} unreal decoding")
        back = screen.repaint(f"{kind} unreal decoding", card.get_by_role("button", name="Back to safety").click)
        expect(card).to_contain_text("Back among the data")
        assert difference(found, back) > 20
    expect(screen.page.get_by_role("region", name="What to compare")).to_contain_text("Draws can be compared")
    assert screen.page.evaluate("document.scrollingElement.scrollHeight <= innerHeight")
    screen.button("Same dice").click()
    expect(screen.page.get_by_role("region", name="VAE nearest unreal picture")).to_be_hidden()


def laid_over_of(screen: Screen, maps: dict[str, str]) -> dict[str, str]:
    laid(screen, maps["AE"])
    return {kind: screen.laid_over(name) for kind, name in maps.items()}


def laid_over_at_rest(screen: Screen) -> str:
    laid(screen)
    return screen.laid_over()
