"""The story of a selection: chosen on the map and by words, looked through, put in order, taken away."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, expect
from pyarrow import csv, parquet

import vae
from tests.browser.driving import Screen, difference
from tests.browser.truth import on_canvas, truth
from vae import data
from vae.latent.directions import inside

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

VAE, DECODING = "mnist-vae", "VAE decoding"
MEAN = "decoded mean code of the selection"


def region(screen: Screen) -> Locator:
    return screen.page.get_by_role("region", name="Selection", exact=True)


def tiles(screen: Screen) -> Locator:
    return region(screen).get_by_role("listbox", name="Pictures of the selection").get_by_role("option")


def rows(screen: Screen) -> list[int]:
    """Of the pictures in view."""
    return [int(name.split(",")[0].removeprefix("image ")) for name in tiles(screen).evaluate_all("all => all.map(tile => tile.title)")]


def download(screen: Screen, button: str) -> tuple[str, bytes]:
    """The name and the bytes of the file that a button saves."""
    with screen.page.expect_download() as told:
        region(screen).get_by_role("button", name=button, exact=True).click()
    return told.value.suggested_filename, Path(told.value.path()).read_bytes()


def counted(screen: Screen, words: str) -> None:
    expect(region(screen).get_by_text(words, exact=True)).to_be_visible()


def search(screen: Screen, words: str) -> None:
    field = region(screen).get_by_label("Search pictures")
    field.fill(words)
    field.press("Enter")


def test_points_are_drawn_around_looked_through_and_taken_away(screen: Screen, tmp_path: Path) -> None:
    screen.open(model=VAE, at="i0")
    places, labels = screen.server.map(VAE)
    counted(screen, f"all {len(places):,} pictures")
    middle = screen.in_window(places[screen.alone(places)[0]])
    corners = middle + 70 * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    outline = np.array([screen.on_map(corner) for corner in corners])
    screen.button("◌ Select on the map").click()
    screen.page.mouse.move(*corners[0])
    screen.page.mouse.down()
    for corner in corners[1:]:
        screen.page.mouse.move(*corner, steps=4)
    screen.page.mouse.up()
    counted_rows = np.flatnonzero(inside(places, outline))
    expect(region(screen).get_by_text("drawn around on the map")).to_be_visible()
    screen.painted(MEAN)
    screen.settle()
    said = region(screen).get_by_role("status").first.inner_text()
    count = int(said.split()[0].replace(",", ""))
    assert abs(count - len(counted_rows)) <= 2, "the corners fall between pixels"
    shown = rows(screen)
    assert shown and shown == sorted(shown) and len(set(shown) & set(counted_rows.tolist())) >= len(shown) - 2
    original = data.available("mnist")
    expect(
        region(screen).get_by_text("originals" if original else "reconstructions: the data set is not on disk", exact=True)
    ).to_be_visible()
    picture = data.load("mnist", "test").images[shown[0]].numpy() if original else None
    expected = truth(VAE).reconstruction(shown[0]) if picture is None else on_canvas(picture)
    name = tiles(screen).first.get_attribute("title")
    assert difference(screen.pixels(name), expected) <= 1

    _, table = download(screen, "CSV")
    table = csv.read_csv(io.BytesIO(table))
    assert len(table) == count
    taken = table["number"].to_numpy()
    atlas = vae.atlas(VAE)
    assert np.allclose(table["mu_7"], atlas.codes[taken, 6], atol=1e-5) and np.allclose(table["x"], places[taken, 0], atol=1e-4)
    assert list(map(str, table["class"].to_pylist())) == [atlas.classes[label] for label in labels[taken]]
    _, other = download(screen, "Parquet")
    assert parquet.read_table(io.BytesIO(other))["number"].to_pylist() == taken.tolist()
    name, archive = download(screen, "Pictures")
    assert name == f"{VAE}-{count}.zip"
    with zipfile.ZipFile(io.BytesIO(archive)) as pictures:
        assert len(pictures.namelist()) == count
        first = next(each for each in pictures.namelist() if each.endswith(f"/{taken[0]:04}.png"))
        assert difference(on_canvas(np.asarray(Image.open(io.BytesIO(pictures.read(first))))[None]), expected) <= 1
    with np.load(io.BytesIO(download(screen, "NPZ")[1]), allow_pickle=False) as arrays:
        assert np.array_equal(arrays["codes"], atlas.codes[taken])
    assert Image.open(io.BytesIO(download(screen, "Map PNG")[1])).size[0] > 100
    drawing = ElementTree.fromstring(download(screen, "Map SVG")[1])
    dots = [path.get("d").count("M") for path in drawing.iter("{http://www.w3.org/2000/svg}path") if path.get("opacity") == "1"]
    assert sum(dots) == count

    mean = truth(VAE).decoding(atlas.codes[taken].mean(0))
    assert difference(screen.pixels(MEAN), mean) <= 1
    before = screen.frames(DECODING)
    tiles(screen).first.click()
    screen.painted(DECODING, before)
    assert screen.until_address(lambda now: now["at"] == f"i{shown[0]}")
    assert difference(screen.settle().pixels(DECODING), truth(VAE).reconstruction(shown[0])) <= 1


def test_words_nearness_and_order_choose_and_the_rest_is_never_asked_for(screen: Screen) -> None:
    screen.open(model=VAE, at="i4")
    _, labels = screen.server.map(VAE)
    region(screen).get_by_role("button", name="Look through").click()
    screen.painted(MEAN)
    assert 0 < tiles(screen).count() < 400, "of ten thousand only those in view are on the page"
    box = region(screen).get_by_role("listbox", name="Pictures of the selection")
    box.focus()
    screen.page.keyboard.press("End")
    screen.page.wait_for_function("last => document.querySelector(`[role=option][aria-posinset='${last}']`)", arg=len(labels))
    assert tiles(screen).count() < 400
    before = screen.frames(DECODING)
    screen.page.keyboard.press("Enter")
    screen.painted(DECODING, before)
    screen.until_address(lambda now: now["at"] == f"i{len(labels) - 1}")

    search(screen, "3")
    threes = np.flatnonzero(labels == 3)
    counted(screen, f"{len(threes):,} of {len(labels):,} pictures")
    assert rows(screen) == threes[: len(rows(screen))].tolist()
    region(screen).get_by_role("button", name="like this in code").click()
    expect(region(screen).get_by_text("100 nearest")).to_be_visible()
    region(screen).get_by_role("button", name="class 3 ✕").click()
    counted(screen, f"100 of {len(labels):,} pictures")
    assert rows(screen)[0] == len(labels) - 1, "the nearest is the picture itself"
    region(screen).get_by_role("button", name="100 nearest").click()

    screen.choice("Order").select_option("density")
    counted(screen, f"all {len(labels):,} pictures")
    codes = vae.atlas(VAE).codes
    screen.page.wait_for_function("() => document.querySelector('[role=option]')?.title.split(',').length === 3")
    odd = rows(screen)[0]
    typical = np.median(np.sort(np.linalg.norm(codes[:200, None] - codes[None], axis=2), axis=1)[:, 10])
    assert np.sort(np.linalg.norm(codes - codes[odd], axis=1))[10] > 1.5 * typical

    screen.page.get_by_role("group", name="Classes on the map").get_by_role("button", name="1", exact=True).click()
    counted(screen, f"{int((labels != 1).sum()):,} of {len(labels):,} pictures")
    search(screen, "no such thing")
    counted(screen, f"0 of {len(labels):,} pictures")
    region(screen).get_by_role("button", name="CSV", exact=True).click()
    expect(screen.page.get_by_role("alert").filter(has_text="Nothing is selected")).to_be_visible()


def test_a_selection_is_a_direction_and_the_view_is_python(screen: Screen, new_page: Callable[[], Screen]) -> None:
    screen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    screen.open(model=VAE, at="i0")
    _, labels = screen.server.map(VAE)
    region(screen).get_by_role("button", name="Look through").click()
    search(screen, "0")
    counted(screen, f"{int((labels == 0).sum()):,} of {len(labels):,} pictures")
    use = region(screen).get_by_role("button", name="Use as a direction")
    expect(use).to_be_enabled()
    use.click()
    atlas = vae.atlas(VAE)
    direction = atlas.codes[labels == 0].mean(0) - atlas.codes[labels != 0].mean(0)
    ahead = truth(VAE).decoding(atlas.codes[0] + 2 * direction)
    screen.painted("direction at +2")
    assert difference(screen.settle().pixels("direction at +2"), ahead) <= 1
    address = screen.until_address(lambda now: "along" in now)
    other = new_page().open(**address)
    other.painted("direction at +2")
    assert difference(other.settle().pixels("direction at +2"), ahead) <= 1

    region(screen).get_by_role("button", name="Copy as Python").click()
    expect(region(screen).get_by_text("copied")).to_be_visible()
    text = screen.page.evaluate("navigator.clipboard.readText()")
    names: dict = {}
    exec(text.replace(".show()", ".to_dict()"), names)  # what a notebook would draw, without a browser for it
    assert np.array_equal(names["rows"], np.flatnonzero(labels == 0))
    assert difference(on_canvas((255 * names["picture"]).round().astype(np.uint8).transpose(2, 0, 1)), screen.pixels(DECODING)) <= 1
    assert sum(len(trace.x) for trace in names["map"].data) == len(labels) + len(names["rows"])


def test_opening_the_panel_leaves_the_map_as_it_is(screen: Screen) -> None:
    screen.open(model=VAE, at="i0")
    size = "() => { const { width, height } = document.querySelector('.ctm-map').getBoundingClientRect(); return [width, height]; }"
    before, points = screen.page.evaluate(size), screen.laid_over()
    region(screen).get_by_role("button", name="Look through").click()
    screen.painted(MEAN)
    assert screen.settle().page.evaluate(size) == before
    search(screen, "7")
    expect(region(screen).get_by_text("class 7")).to_be_visible()
    screen.painted(MEAN, 1)
    assert screen.settle().laid_over() != points, "the selection stands out on the map"
