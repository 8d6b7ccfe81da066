"""A picture of one's own, from the hand to the map and back from the address."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.driving import Screen

pytestmark = pytest.mark.browser

# Lets files fall on the page, as a hand does: [name, type, base64 of its bytes].
DROP = """([name, type, text]) => {
  const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], name, { type }));
  const page = document.querySelector(".ctm-page");
  for (const kind of ["dragover", "drop"]) page.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
}"""
SEVEN = [(0.3, 0.3), (0.7, 0.3), (0.45, 0.8)]  # of the pad's sides


def png(pixels: np.ndarray, **more: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", **more)
    return file.getvalue()


def photograph() -> bytes:
    """Nothing like a digit: soft spots in colours, 90 by 60."""
    x, y = np.meshgrid(np.arange(90), np.arange(60))
    return png(np.stack([127 + 120 * np.sin(x / (4 + c) + c) * np.cos(y / 7 + c) for c in range(3)], 2).astype(np.uint8))


def drop(screen: Screen, content: bytes, name: str = "mine.png", kind: str = "image/png") -> None:
    screen.page.evaluate(DROP, [name, kind, base64.b64encode(content).decode()])


def verdict(screen: Screen, world: str) -> str:
    """Waits for the verdict of this kind, and reads it."""
    said = screen.page.locator(f'.ctm-world[data-world="{world}"]')
    said.wait_for()
    return screen.settle() and said.inner_text()


def draw(screen: Screen, places: list[tuple[float, float]]) -> None:
    """One stroke on the pad, through places in shares of its sides."""
    pad = screen.page.get_by_role("img", name="Drawing pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    (x, y), *rest = [(box["x"] + box["width"] * across, box["y"] + box["height"] * down) for across, down in places]
    screen.page.mouse.move(x, y)
    screen.page.mouse.down()
    for x, y in rest:
        screen.page.mouse.move(x, y, steps=4)
    screen.page.mouse.up()


def test_a_dropped_picture_is_placed_judged_and_restored_from_its_address(new_page: Callable[[], Screen]) -> None:
    screen = new_page().open("/", model="mnist-vae")
    drop(screen, photograph())
    said = verdict(screen, "outside")
    assert said.startswith("Not from this world: its squared error is") and "images" in said
    address = screen.until_address(lambda view: "of" in view)
    assert address["of"].startswith("p") and len(address["of"]) == 33
    place = screen.map().get_attribute("data-pinned")
    shown = {name: screen.pixels(name) for name in ("original image", "VAE decoding", "difference between original and decoding")}
    assert shown["original image"].shape == (28, 28, 4)
    apart = np.abs(shown["original image"][..., 0].astype(int) - shown["VAE decoding"][..., 0])
    assert np.abs(apart - shown["difference between original and decoding"][..., 0]).max() <= 1
    expect(screen.page.get_by_role("group", name="Nearest images").get_by_role("button")).to_have_count(6)

    screen.page.reload()
    screen.ready()
    assert verdict(screen, "outside") == said
    assert screen.address == address and screen.map().get_attribute("data-pinned") == place
    for name, before in shown.items():
        assert np.array_equal(screen.pixels(name), before)

    # The sliders take its code elsewhere; the picture stays beside it, and so after a reload.
    screen.slider("μ 1").press("PageUp")
    moved = screen.until_address(lambda view: view["at"] != address["at"])
    assert moved["of"] == address["of"]
    screen.page.reload()
    screen.ready()
    verdict(screen, "outside")
    screen.until_address(lambda view: view == moved)
    assert np.array_equal(screen.pixels("original image"), shown["original image"])

    # It is an end of the path.
    screen.button("as A").click()
    ended = screen.until_address(lambda view: view["a"].startswith("c"))
    assert ended["a"] == address["at"]

    # An image of the map takes its place.
    screen.page.get_by_role("group", name="Nearest images").get_by_role("button").first.click()
    screen.until_address(lambda view: "of" not in view and view["at"].startswith("i"))
    expect(screen.page.locator(".ctm-world")).to_be_hidden()
    assert screen.map().get_attribute("data-pinned") is None


def test_a_drawn_seven_lies_among_the_sevens_and_each_step_can_be_left_out(new_page: Callable[[], Screen]) -> None:
    screen = new_page().open("/", model="mnist-vae")
    screen.button("Draw a picture").click()
    draw(screen, SEVEN)
    verdict(screen, "inside")
    near = screen.page.get_by_role("group", name="Nearest images").get_by_role("button")
    assert all(near.nth(i).get_attribute("aria-label").endswith(", 7") for i in range(6))
    drawn = screen.pixels("original image")[..., 0]
    assert drawn[0].max() == 0 and drawn.max() > 200  # light on dark, in the middle
    mass = drawn / drawn.sum()
    assert abs((mass.sum(0) * np.arange(28)).sum() - 13.5) < 1 and abs((mass.sum(1) * np.arange(28)).sum() - 13.5) < 1
    first = screen.until_address(lambda view: "of" in view)

    steps = screen.page.get_by_role("group", name="Preparation")
    steps.get_by_role("button", name="invert").click()
    verdict(screen, "outside")
    left_out = screen.until_address(lambda view: "prep" in view)
    assert left_out["prep"] == "cgms" and left_out["of"] == first["of"]
    screen.page.reload()
    screen.ready()
    verdict(screen, "outside")
    assert screen.address == left_out
    expect(steps.get_by_role("button", name="invert")).to_have_attribute("aria-pressed", "false")

    # Another stroke makes another picture, undo brings the one before.
    screen.button("Draw a picture").click()
    draw(screen, [(0.5, 0.2), (0.5, 0.8)])
    one = screen.until_address(lambda view: view["of"] != first["of"])
    draw(screen, [(0.3, 0.6), (0.7, 0.6)])
    screen.until_address(lambda view: view["of"] != one["of"])
    screen.button("undo").click()
    screen.until_address(lambda view: view["of"] == one["of"])


def test_both_models_rebuild_the_same_picture_side_by_side(new_page: Callable[[], Screen]) -> None:
    screen = new_page().open("/compare")
    drop(screen, photograph())
    screen.page.get_by_text("Neither model knows this picture").wait_for()
    address = screen.until_address(lambda view: view.get("show") == "picture" and "of" in view)
    for kind in ("AE", "VAE"):
        two = screen.pixels(f"{kind}: your picture and the difference")
        rebuilt = screen.pixels(f"{kind} decoding")[..., 0].astype(int)
        assert np.abs(np.abs(two[:, :28, 0] - rebuilt) - two[:, 30:, 0]).max() <= 1
        assert screen.map(f"{kind} latent map").get_attribute("data-pinned")
    screen.page.reload()
    screen.ready()
    screen.page.get_by_text("Neither model knows this picture").wait_for()
    assert screen.settle().address == address


def test_an_address_of_somebody_elses_picture_says_so_and_takes_it_when_it_is_added(
    new_page: Callable[[], Screen], browser: object
) -> None:
    screen = new_page().open("/", model="mnist-vae")
    content = png(np.array(Image.open(io.BytesIO(photograph())))[::-1].copy())
    drop(screen, content)
    verdict(screen, "outside")
    address = screen.until_address(lambda view: "of" in view)
    forget = "key => new Promise(done => { const asked = indexedDB.open('continuum', 1); asked.onsuccess = () => {"
    forget += "const gone = asked.result.transaction('pictures', 'readwrite').objectStore('pictures').delete(key);"
    screen.page.evaluate(forget + " gone.onsuccess = () => { asked.result.close(); done(); }; }; })", address["of"])
    screen.page.reload()
    screen.ready()
    screen.page.get_by_text("this browser does not have it").wait_for()
    assert screen.settle().address == address  # its code is shown
    screen.page.get_by_label("Add a picture", exact=True).set_input_files({"name": "mine.png", "mimeType": "image/png", "buffer": content})
    verdict(screen, "outside")
    assert screen.settle().address == address


def test_what_is_no_picture_is_a_sentence_and_every_picture_is_seen_right(new_page: Callable[[], Screen]) -> None:
    screen = new_page().open("/", model="mnist-vae")
    before = screen.address
    drop(screen, b"no picture", "note.txt", "text/plain")
    alert = screen.page.get_by_role("alert")
    expect(alert).to_contain_text("note.txt is no picture that this browser can read")
    drop(screen, photograph()[:200], "cut.png")
    expect(alert).to_contain_text("cut.png is")
    assert screen.settle().address == before

    # 16-bit grey in full brightness, not clipped: a ramp stays one.
    ramp = np.linspace(0, 65535, 28).astype(np.uint16)[None].repeat(28, 0)
    drop(screen, png(ramp), "deep.png")
    screen.until_address(lambda view: "of" in view)
    screen.page.locator(".ctm-world").wait_for()
    expect(alert).to_have_count(0)
    seen = screen.settle().pixels("original image")[0, :, 0].astype(int)
    assert np.abs(seen - np.linspace(0, 255, 28)).max() <= 2

    # What hides under transparent places does not show: they stand on white, which is said.
    hidden = np.zeros((28, 28, 4), np.uint8)
    hidden[..., 0] = 255
    hidden[10:18, 10:18] = (0, 0, 0, 255)
    of = screen.address["of"]
    drop(screen, png(hidden), "hidden.png")
    screen.until_address(lambda view: view["of"] != of)
    screen.page.get_by_text("Its transparent places stand on white.").wait_for()
    inverted = screen.settle().pixels("original image")[..., 0]  # white ground is dark in this model's world
    assert (inverted[0] == 0).all() and (inverted[11:17, 11:17] == 255).all()
