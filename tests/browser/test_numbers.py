"""Exact numbers: beside every slider, typed, copied as text and pasted back."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

import vae
from tests.browser.driving import Screen, difference
from tests.browser.truth import on_canvas, truth
from vae.live.bundle import dimensions

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

VAE = "mnist-vae"
DECODING, ALONG = "VAE decoding", "VAE path decoding"
TIME = "Place on the path, t"


def number(screen: Screen, slider: str) -> Locator:
    return screen.page.get_by_role("textbox", name=f"{slider} value", exact=True)


def exact(screen: Screen, slider: str) -> str:
    """All digits of what stands there in four until somebody types."""
    return number(screen, slider).get_attribute("title")


def write(screen: Screen, slider: str, text: str) -> None:
    number(screen, slider).fill(text)
    number(screen, slider).press("Enter")


def test_a_typed_number_is_exact_also_beyond_the_slider_and_a_wrong_one_loses_nothing(screen: Screen) -> None:
    screen.open(model=VAE, at="i0")
    home, own = screen.pixels(DECODING), exact(screen, "μ 1")
    atlas = truth(VAE).atlas
    used = dimensions(atlas, True)[0]["index"]
    code = atlas.codes[0].copy()
    assert np.float32(own) == code[used], "the number is the code's, to the last digit"
    assert len(number(screen, "μ 1").input_value().lstrip("-")) <= 6, "and short until somebody types"
    number(screen, "μ 1").focus()
    assert number(screen, "μ 1").input_value() == own

    for text in ("1.25", "0.123456789", "-37.5", "1e6"):
        shown = screen.repaint(DECODING, lambda text=text: write(screen, "μ 1", text))
        code[used] = np.float32(text)
        assert difference(shown, truth(VAE).decoding(code)) <= 1
        assert np.float32(number(screen, "μ 1").input_value()) == code[used]
    slider = screen.slider("μ 1")
    assert screen.value("μ 1") == float(slider.get_attribute("max")), "the slider ends where it ends; the number tells the truth"
    assert number(screen, "μ 1").input_value() == "1000000"

    alerts, address = screen.page.get_by_role("alert"), screen.address
    for name, text, words in (("μ 1", "abc", "no number"), ("μ 1", "2e6", "1,000,000"), ("σ 1", "-0.5", "from 0"), ("μ 1", "", "empty")):
        before = exact(screen, name)
        write(screen, name, text)
        alert = alerts.filter(has_text=f"{name} stays at {before}")
        expect(alert).to_contain_text(re.compile(words, re.IGNORECASE))
        assert exact(screen, name) == before
    assert np.array_equal(screen.settle().pixels(DECODING), shown)
    assert screen.address == address

    screen.repaint(DECODING, lambda: write(screen, "μ 1", "0.7"))
    expect(alerts.filter(has_text="μ 1 stays")).to_have_count(0)
    screen.until_address(lambda now: now != address)
    screen.page.reload()
    screen.ready()
    assert np.float32(number(screen, "μ 1").input_value()) == np.float32(0.7), "the address keeps it as it is"
    screen.open(model=VAE, at="i0")
    screen.repaint(DECODING, lambda: write(screen, "μ 1", "−0.25"))
    assert number(screen, "μ 1").input_value() == "-0.25", "a true minus sign is one, too"
    assert np.array_equal(screen.repaint(DECODING, lambda: slider.press("Home")), home)
    assert exact(screen, "μ 1") == own


def test_arrow_keys_go_by_a_step_finer_with_shift_coarser_by_page(screen: Screen) -> None:
    screen.open(model=VAE, at="i0")

    def reached(key: str) -> float:
        screen.repaint(DECODING, lambda: write(screen, "μ 1", "0"))
        screen.repaint(DECODING, lambda: screen.slider("μ 1").press(key))
        assert screen.value("μ 1") == pytest.approx(float(number(screen, "μ 1").input_value()))
        return screen.value("μ 1")

    step = reached("ArrowRight")
    assert 0 < step < 0.1
    assert reached("ArrowDown") == pytest.approx(-step)
    assert reached("Shift+ArrowUp") == pytest.approx(step / 10)
    assert reached("Shift+ArrowLeft") == pytest.approx(-step / 10)
    assert reached("PageUp") == pytest.approx(10 * step)
    assert reached("PageDown") == pytest.approx(-10 * step)
    screen.repaint(DECODING, lambda: write(screen, "μ 1", "900"))
    screen.slider("μ 1").press("ArrowRight")
    assert number(screen, "μ 1").input_value() == "900", "the slider cannot lead farther out"
    screen.repaint(DECODING, lambda: screen.slider("μ 1").press("ArrowLeft"))
    assert float(number(screen, "μ 1").input_value()) == float(screen.slider("μ 1").get_attribute("max"))


def test_a_copied_code_is_the_same_picture_in_python_and_comes_back(screen: Screen) -> None:
    screen.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=screen.server.url)
    screen.open(model=VAE, at="i3")
    screen.repaint(DECODING, lambda: screen.slider("μ 2").press("PageUp"))
    shown = screen.repaint(DECODING, lambda: write(screen, "μ 3", "2.345678"))
    screen.button("copy code").click()
    expect(screen.page.get_by_text("copied", exact=True)).to_be_visible()
    text = screen.page.evaluate("navigator.clipboard.readText()")
    picture = vae.load(VAE, "cpu").decode([json.loads(text)])[0]
    assert difference(shown, on_canvas((255 * picture.detach().numpy()).round().astype(np.uint8))) <= 1

    screen.repaint(DECODING, lambda: screen.slider("μ 1").press("End"))
    back = screen.repaint(DECODING, lambda: screen.button("paste code").click())
    assert np.array_equal(back, shown)
    assert exact(screen, "μ 3") == "2.345678"

    field = screen.page.get_by_role("textbox", name="Code as text")
    for wrong, words in (
        ("[1, 2]", "holds 2 numbers; a code of this model has 16"),
        ("one, two", "“one” is no number"),
        ("[9e9]" * 16, ""),
    ):
        screen.page.evaluate("text => navigator.clipboard.writeText(text)", wrong)
        screen.button("paste code").click()
        expect(screen.page.get_by_role("alert").filter(has_text=words or "beyond ±1,000,000")).to_be_visible()
        expect(field).to_have_value(wrong)
        field.press("Escape")
        expect(screen.button("paste code")).to_be_focused()
    assert np.array_equal(screen.settle().pixels(DECODING), shown)


def test_without_a_clipboard_the_code_stands_in_a_field(screen: Screen) -> None:
    screen.page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    screen.open(model=VAE, at="i0")
    code = truth(VAE).atlas.codes[5]
    field = screen.page.get_by_role("textbox", name="Code as text")
    screen.button("copy code").click()
    expect(field).to_be_focused()
    copied = json.loads(field.evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)"))
    assert np.array_equal(np.float32(copied), truth(VAE).atlas.codes[0]), "all of it is selected"
    screen.button("Close").click()
    expect(screen.button("copy code")).to_be_focused()

    screen.button("paste code").click()
    field.fill(f"tensor([{', '.join(map(str, code))}])")
    shown = screen.repaint(DECODING, lambda: field.press("Enter"))
    assert difference(shown, truth(VAE).reconstruction(5)) <= 1
    expect(field).to_be_hidden()
    expect(screen.button("paste code")).to_be_focused()


def test_every_other_slider_has_its_number_and_the_address_keeps_it(screen: Screen) -> None:
    screen.open(model=VAE, at="i0", a="i5", b="i8", path="line", draws=1, temp=1)
    along = screen.repaint(ALONG, lambda: write(screen, TIME, "0.123"))
    a, b = truth(VAE).atlas.codes[[5, 8]]
    assert difference(along, truth(VAE).decoding(a + np.float32(0.123) * (b - a))) <= 1
    screen.repaint("VAE samples", lambda: write(screen, "Temperature", "0.3333"))
    now = screen.until_address(lambda now: now["t"] == "0.123" and now["temp"] == "0.3333")
    write(screen, TIME, "1.5")
    expect(screen.page.get_by_role("alert").filter(has_text="from 0 to 1")).to_be_visible()
    screen.open(**now)
    assert [number(screen, name).input_value() for name in (TIME, "Temperature")] == ["0.123", "0.3333"]
    screen.analysis().button("σ balloons").click()
    over = screen.laid_over()
    write(screen, "Radius of the balloons, r", "2.5")
    screen.page.wait_for_function("() => true", polling="raf")
    assert screen.settle().laid_over() != over
    has_numbers(screen)

    # A local direction: the number moves the code, and is 0 again where the keyboard has left it.
    screen.button("local").click()
    screen.painted("local 1 at +2")
    home = screen.settle().pixels(DECODING)
    moved = screen.repaint(DECODING, lambda: write(screen, "local 1", "1.5"))
    assert difference(moved, home) > 20
    number(screen, "local 1").press("Shift+Tab")
    expect(number(screen, "local 1")).to_have_value("0")
    assert np.array_equal(screen.settle().pixels(DECODING), moved)
    has_numbers(screen)

    screen.open("/compare", show="freedom", dim=16)
    screen.repaint("VAE variations", lambda: write(screen, "Radius", "1.2345"))
    assert screen.until_address(lambda now: now["r"] == "1.2345")
    has_numbers(screen)


def has_numbers(screen: Screen) -> None:
    """Every slider in view has its number."""
    sliders, numbers = (
        screen.page.get_by_role(role).evaluate_all("all => all.map(each => each.ariaLabel)") for role in ("slider", "textbox")
    )
    assert sliders
    assert {f"{name} value" for name in sliders} <= set(numbers)
