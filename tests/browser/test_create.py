"""Create: a caption becomes pictures, with a painter that renders what the caption says."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, expect

from tests.browser.driving import Screen, Server, difference
from tests.stub_painter import StubPainter

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

APPLE = "a red apple on a white background"
CAT = "a purple cat on a sky background"
BEST, LAST = "DALL-E drawing 1", "DALL-E drawing 32"


@pytest.fixture(scope="module")
def atelier() -> Iterator[Server]:
    """A server whose painter renders scenes."""
    server = Server(script="tests/browser/stub_painter_app.py")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def screen(browser: BrowserContext, atelier: Server) -> Iterator[Screen]:
    screen = Screen(browser.new_page(), atelier)
    yield screen
    screen.page.close()
    assert not screen.problems
    assert "Traceback" not in atelier.said


def create(screen: Screen, **view: str) -> Screen:
    """Open the page and wait until its drawings are done."""
    screen.page.goto(f"{screen.server.url}/create" + ("?" + "&".join(f"{key}={value}" for key, value in view.items()) if view else ""))
    screen.status("live")
    return done(screen)


def done(screen: Screen) -> Screen:
    """Wait until everything that was asked for is drawn."""
    progress(screen, re.compile("the best first$"))
    return screen.settle()


def progress(screen: Screen, words: str | re.Pattern) -> None:
    expect(screen.page.get_by_role("status", name="Progress")).to_have_text(words, timeout=60_000)


def write(screen: Screen, caption: str) -> None:
    field = screen.page.get_by_role("combobox", name="Caption", exact=True)
    field.fill(caption)
    field.press("Escape")
    field.press("Enter")


def notes(screen: Screen) -> str:
    return screen.page.get_by_role("status", name="Caption: how it was read").inner_text()


def middle(pixels: np.ndarray) -> np.ndarray:
    return pixels[18:30, 18:30, :3].reshape(-1, 3).mean(0)


def corner(pixels: np.ndarray) -> np.ndarray:
    return pixels[:3, :3, :3].reshape(-1, 3).mean(0)


def test_a_red_apple_on_a_white_background_is_red_in_the_middle_and_white_at_the_border(screen: Screen) -> None:
    create(screen, caption=APPLE)
    for place in (1, 2, 3, 4, 17, 32):
        pixels = screen.pixels(f"DALL-E drawing {place}")
        assert pixels.shape == (48, 48, 4) and (pixels[..., 3] == 255).all()
        red, green, blue = middle(pixels)
        assert red > 130 and red > 2 * max(green, blue)
        assert corner(pixels).min() > 240
    screen.page.wait_for_function("() => document.getAnimations().every((animation) => animation.playState !== 'running')")
    box = [screen.canvas(name).bounding_box()["width"] for name in (BEST, "DALL-E drawing 4", "DALL-E drawing 5", LAST)]
    assert box[0] == pytest.approx(box[1], rel=0.01) and box[1] > 2.5 * box[2] > 0, "the best four are large"
    assert box[2] == pytest.approx(box[3], rel=0.01)
    truth = StubPainter().start(("red", "apple", "nothing", "nothing", "nothing", "white"), 32, seed=1)
    best = StubPainter().paint(truth.target[-1:])[0].mul(255).round().permute(1, 2, 0).numpy()
    assert np.abs(screen.pixels(BEST)[..., :3] - best).max() == 0, "the stand-in's reranker likes the last one best"


def test_another_caption_is_drawn_while_one_looks_and_the_address_brings_it_back(screen: Screen) -> None:
    create(screen, caption=APPLE)
    apple, frames = screen.pixels(BEST), screen.frames(BEST)
    write(screen, CAT)
    screen.until_address(lambda view: view["caption"] == CAT)
    done(screen)
    cat = screen.pixels(BEST)
    assert difference(cat, apple) > 20
    assert corner(cat)[2] > corner(cat)[0] + 40, "the sky is blue"
    assert screen.frames(BEST) > frames + 1, "it was shown while it was drawn"
    screen.button("⚄ Draw others").click()
    seed = screen.until_address(lambda view: view["seed"] != "1")["seed"]
    done(screen)
    assert difference(screen.pixels(BEST), cat) > 0
    screen.canvas("DALL-E drawing 3").click()
    screen.until_address(lambda view: view.get("pick") == "3")
    others = screen.pixels("DALL-E drawing 3")
    screen.page.reload()
    screen.status("live")
    done(screen)
    assert screen.address == {"caption": CAT, "seed": seed, "pick": "3"}
    assert difference(screen.pixels("DALL-E drawing 3"), others) == 0
    expect(screen.page.get_by_role("heading", name="drawing 3 of 32")).to_be_visible()


def test_settings_are_part_of_the_picture(screen: Screen) -> None:
    create(screen, caption=APPLE)
    before = screen.pixels(BEST)
    screen.slider("guidance").press("ArrowRight")
    assert screen.until_address(lambda view: "g" in view)["g"] == "3.5"
    done(screen)
    assert difference(screen.pixels(BEST), before) > 0
    screen.button("usual settings").click()
    screen.until_address(lambda view: "g" not in view)
    done(screen)
    assert difference(screen.pixels(BEST), before) == 0
    screen.page.get_by_role("spinbutton", name="top-k").fill("0")
    screen.page.keyboard.press("Enter")
    expect(screen.page.get_by_role("alert")).to_contain_text("top-k must be a whole number")


def test_what_cannot_be_drawn_gets_a_sentence_and_a_way_on(screen: Screen) -> None:
    create(screen, caption=APPLE)
    apple = screen.pixels(BEST)
    attack = "<img src=x onerror='window.hacked=1'> a red <script>window.hacked=1</script>"
    for caption in ("", attack, "a red flurbel", "a red " * 1700, "👾👾👾", "תפוח אדום"):
        write(screen, caption)
        expect(screen.page.get_by_role("status", name="Caption: how it was read")).to_have_class("ctm-notes ctm-refused")
        assert len(notes(screen)) > 20
        assert difference(screen.pixels(BEST), apple) == 0
    screen.slider("guidance").press("ArrowRight")
    progress(screen, "waits for a caption that can be read")
    assert screen.address["caption"] == APPLE, "the address keeps the caption of what is seen"
    assert difference(screen.pixels(BEST), apple) == 0
    assert screen.page.evaluate("window.hacked") is None
    assert screen.page.locator(".ctm-root img, .ctm-root script").count() == 0
    write(screen, "a blue octopuss")
    screen.until_address(lambda view: "octopuss" in view["caption"])
    done(screen)
    assert middle(screen.pixels(BEST))[2] > middle(screen.pixels(BEST))[0]
    write(screen, "a red blue cat")
    screen.until_address(lambda view: view["caption"] == "a red blue cat")
    assert "not blue" in notes(screen)
    write(screen, "a red flurbel on a sand background")
    suggestion = screen.page.get_by_role("status", name="Caption: how it was read").get_by_role("button").first
    suggestion.click()
    screen.until_address(lambda view: "flurbel" not in view["caption"])
    done(screen)


def test_words_are_completed_from_the_keyboard(screen: Screen) -> None:
    create(screen, caption=APPLE)
    field = screen.page.get_by_role("combobox", name="Caption", exact=True)
    field.fill("")
    field.type("a purple ele")
    expect(screen.page.get_by_role("option", name="elephant")).to_be_visible()
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("a purple elephant ")
    screen.until_address(lambda view: "elephant" in view["caption"])
    done(screen)
    with screen.page.expect_response("**/continuum/captions"):
        screen.button("⚄ Surprise me").click()
    screen.page.get_by_role("group", name="Examples").get_by_role("button", name=APPLE).click()
    screen.until_address(lambda view: view["caption"] == APPLE)
    done(screen)


def test_the_top_half_is_kept_and_the_rest_drawn_to_another_caption(screen: Screen) -> None:
    create(screen, caption=APPLE, show="complete")
    screen.painted("Picture to complete")
    expect(screen.button("Draw the rest")).to_be_disabled()
    screen.page.get_by_role("button", name="row 8, column 8").click()
    expect(screen.page.get_by_role("status", name="Cells to draw")).to_have_text("1 of 64 cells will be drawn again")
    screen.button("Keep the top half's codes").click()
    whole = screen.pixels("Picture to complete")
    assert (whole[:24, :, 3] == 255).all() and (whole[24:, :, 3] == 0).all()
    screen.until_address(lambda view: view.get("rub") == "00000000ffffffff")
    screen.page.reload()
    screen.status("live")
    done(screen)
    assert (screen.pixels("Picture to complete") == whole).all(), "the address keeps what is rubbed out"
    write(screen, "a red apple on a black background")
    progress(screen, "the rest will be a red apple on a black background")
    screen.button("Drawings").click()
    progress(screen, re.compile("^still a red apple on a white background"))
    screen.button("Complete").click()
    progress(screen, "the rest will be a red apple on a black background")
    assert (screen.pixels("Picture to complete") == whole).all(), "nothing is drawn until it is asked for"
    kept = whole[:24]
    screen.button("Draw the rest").click()
    view = screen.until_address(lambda view: "given" in view)
    assert "black" in view["caption"]
    given = view["given"]
    done(screen)
    for name in (BEST, LAST):
        assert difference(screen.pixels(name)[:24], kept) == 0
    completed = screen.pixels(LAST)
    screen.page.reload()
    screen.status("live")
    done(screen)
    assert screen.address["given"] == given
    assert difference(screen.pixels(LAST), completed) == 0
    screen.button("Start afresh").click()
    screen.until_address(lambda view: "given" not in view)
    done(screen)
    assert difference(screen.pixels(LAST), completed) > 0


def test_the_x_ray_swaps_a_code_and_draws_on_from_there(screen: Screen) -> None:
    create(screen, caption=APPLE, show="inside")
    screen.painted("Picture under the X-ray")
    screen.painted("Codebook map")
    screen.page.get_by_role("button", name="row 5, column 4").click()
    expect(screen.page.get_by_role("heading", name="row 5, column 4")).to_be_visible()
    guesses = screen.page.get_by_role("group", name="What the transformer expected here")
    expect(guesses.get_by_role("button")).to_have_count(12)
    assert "90 %" in guesses.get_by_role("button").first.inner_text()
    words = screen.page.get_by_role("group", name="Attention to the words").inner_text().split()
    assert {"red", "apple", "white"} <= set(words)
    before = screen.pixels("Picture under the X-ray")
    code = screen.page.get_by_role("spinbutton", name="Code of the cell")
    code.fill("7")  # pure blue
    code.press("Enter")
    screen.until_address(lambda view: "given" in view)
    progress(screen, "edited by hand")
    screen.settle()
    after = screen.pixels("Picture under the X-ray").copy()
    assert (after[24:30, 18:24, :3] == (0, 0, 255)).all()
    after[24:30, 18:24] = before[24:30, 18:24]
    assert difference(after, before) == 0, "nothing else has changed"
    screen.repaint("Picture under the X-ray", screen.button("Undo").click)
    assert difference(screen.pixels("Picture under the X-ray"), before) == 0
    code.fill("7")
    code.press("Enter")
    progress(screen, "edited by hand")
    screen.settle()
    screen.page.reload()
    screen.status("live")
    progress(screen, "edited by hand")
    screen.settle()
    assert (screen.pixels("Picture under the X-ray")[24:30, 18:24, :3] == (0, 0, 255)).all()
    expect(screen.page.get_by_role("heading", name="row 5, column 4")).to_be_visible()  # the address keeps the cell
    edited = screen.pixels("Picture under the X-ray")
    screen.button("Draw on from here").click()
    done(screen)
    drawn = screen.pixels("Picture under the X-ray")
    assert (drawn[24:30, 18:24, :3] == (0, 0, 255)).all()
    assert difference(drawn[:24], before[:24]) == 0
    screen.button("Undo").click()
    progress(screen, "edited by hand")
    screen.settle()
    assert difference(screen.pixels("Picture under the X-ray"), edited) == 0


def test_back_leads_through_captions_and_views(screen: Screen) -> None:
    create(screen, caption=APPLE)
    apple = screen.pixels(BEST)
    screen.page.get_by_role("group", name="Examples").get_by_role("button", name="a purple elephant on a sand background").click()
    screen.until_address(lambda view: "elephant" in view["caption"])
    done(screen)
    elephant = screen.pixels(BEST)
    assert difference(elephant, apple) > 0
    screen.button("Look inside").click()
    screen.painted("Picture under the X-ray")
    screen.settle()
    screen.page.go_back()
    expect(screen.button("Drawings")).to_have_attribute("aria-pressed", "true")
    done(screen)
    assert difference(screen.pixels(BEST), elephant) == 0
    screen.page.go_back()
    expect(screen.page.get_by_role("combobox", name="Caption", exact=True)).to_have_value(APPLE)
    done(screen)
    assert difference(screen.pixels(BEST), apple) == 0


def test_the_codebook_is_walked_with_the_arrow_keys(screen: Screen) -> None:
    create(screen, caption=APPLE, show="inside")
    screen.painted("Codebook map")
    before = screen.page.get_by_role("spinbutton", name="Code of the cell").input_value()
    book = screen.canvas("Codebook map")
    for key in ("ArrowLeft", "ArrowRight", "ArrowRight", "ArrowUp", "ArrowDown", "ArrowDown"):
        book.press(key)
    aimed = screen.page.get_by_role("status", name="Code under the arrow keys").inner_text()
    code = re.match(r"code (\d+); Enter puts it in", aimed)[1]
    assert code != before
    book.press("Enter")
    progress(screen, "edited by hand")
    expect(screen.page.get_by_role("spinbutton", name="Code of the cell")).to_have_value(code)


def test_between_two_captions_the_strip_leads_from_one_to_the_other(screen: Screen) -> None:
    screen.page.goto(f"{screen.server.url}/create?show=between&caption={APPLE}&b={CAT}")
    screen.status("live")
    for frame in range(1, 10):
        screen.painted(f"Drawing {frame} of 9")
    screen.settle()
    assert corner(screen.pixels("Drawing 1 of 9")).min() > 240
    sky = corner(screen.pixels("Drawing 9 of 9"))
    assert sky[2] > sky[0] + 40
    for frame in range(1, 10):
        screen.painted(f"Continuous {frame} of 9")
    expect(screen.page.get_by_text("how much the picture changes at each step")).to_have_count(2)
    for row in ("Drawing", "Continuous"):
        expect(screen.page.get_by_role("img", name=f"{row}: change at each step")).to_be_visible()
    with screen.page.expect_download() as download:
        screen.button("Save PNG").click()
    strips = np.asarray(Image.open(download.value.path()).convert("RGB"))
    assert strips.shape == (2 * 192 + 8, 9 * 192 + 8 * 8, 3)
    assert difference(strips[2:192:4, 2:192:4], screen.pixels("Drawing 1 of 9")[..., :3]) == 0
    assert difference(strips[-190::4, -190::4], screen.pixels("Continuous 9 of 9")[..., :3]) == 0


def test_a_picture_is_saved_with_the_drawing_of_it_and_leaving_leaves_nothing_behind(screen: Screen) -> None:
    create(screen, caption=APPLE)
    with screen.page.expect_download() as download:
        screen.button("Save PNG").click()
    assert download.value.suggested_filename == "a-red-apple-on-a-white-background.png"
    picture = np.asarray(Image.open(download.value.path()).convert("RGB"))
    assert picture.shape == (768, 768, 3)
    assert difference(picture[8::16, 8::16], screen.pixels(BEST)[..., :3]) == 0
    with screen.page.expect_download() as download:
        screen.button("Save GIF").click()
    film = Image.open(io.BytesIO(download.value.path().read_bytes()))
    assert film.n_frames == 65
    film.seek(64)
    assert np.abs(np.asarray(film.convert("RGB"))[4::8, 4::8].astype(int) - picture[8::16, 8::16]).max() < 24
    screen.page.get_by_role("link", name="Models").click()
    expect(screen.page.get_by_role("heading", name="Models", exact=True)).to_be_visible(timeout=60_000)
    expect(screen.canvas(BEST)).to_have_count(0)
    screen.settle()  # nothing is left that asks


def test_it_fits_a_screen_and_stacks_on_a_phone(screen: Screen) -> None:
    create(screen, caption=APPLE)
    sizes = "() => [document.scrollingElement.scrollHeight, document.scrollingElement.scrollWidth]"
    inside = "() => [...document.querySelectorAll('.ctm-create canvas, .ctm-create button')].every(e => e.getBoundingClientRect().right <= innerWidth || e.closest('.ctm-examples-row'))"
    for width, height in ((1440, 900), (390, 844)):
        screen.page.set_viewport_size({"width": width, "height": height})
        for view in ("Complete", "Look inside", "Between two", "Drawings"):
            screen.button(view).click()
            screen.settle()
            down, across = screen.page.evaluate(sizes)
            assert across == width
            assert down == height or width < 1000
            assert screen.page.evaluate(inside), view


def test_a_caption_is_built_from_pictures_of_its_words(screen: Screen) -> None:
    create(screen, caption=APPLE)
    screen.button("Choose by pictures").click()
    panel = screen.page.get_by_role("dialog", name="What it can draw")
    words = panel.get_by_role("group", name="68 things")
    expect(words.get_by_role("button")).to_have_count(68)
    expect(words.get_by_role("button", name="apple", exact=True)).to_have_attribute("aria-pressed", "true")
    sheet = words.get_by_role("button", name="cat", exact=True).locator("i").evaluate("e => getComputedStyle(e).backgroundImage")
    address = re.search(r'url\("(.+)"\)', sheet)[1]
    assert screen.page.request.get(address).headers["content-type"] == "image/webp"
    panel.get_by_role("button", name="blue", exact=True).click()
    words.get_by_role("button", name="cat", exact=True).click()
    panel.get_by_role("button", name="above", exact=True).click()
    panel.get_by_role("button", name="second thing").click()
    words.get_by_role("button", name="drum", exact=True).click()
    panel.get_by_role("button", name="sky", exact=True).click()
    built = panel.get_by_role("status", name="Caption that is built")
    expect(built).to_have_text(re.compile(r"a blue cat above an? \w+ drum on a sky background"))
    screen.page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    screen.until_address(lambda now: now.get("caption", "").startswith("a blue cat above") and "drum" in now["caption"])


def test_the_chosen_drawing_is_large_with_its_score(screen: Screen) -> None:
    create(screen, caption=APPLE)
    first = screen.pixels("Chosen drawing")
    side = screen.page.get_by_role("complementary", name="Settings")
    expect(side).to_contain_text("The reranker gives it")
    screen.page.locator(".ctm-tile").nth(2).click()
    expect(side).to_contain_text("drawing 3 of")
    assert difference(screen.pixels("Chosen drawing"), first) > 5
    assert difference(screen.pixels("Chosen drawing"), screen.pixels("DALL-E drawing 3")) == 0


def test_where_nothing_draws_the_page_says_what_to_do(screen: Screen) -> None:
    screen.outage = True  # the browser says 404 of the painter that is not there
    sentence = "there is no model 'dalle' here that draws; train one with: python -m vae dalle"
    screen.page.route("**/continuum/painters/dalle", lambda route: route.fulfill(status=404, json={"error": sentence}))
    screen.page.goto(f"{screen.server.url}/create")
    expect(screen.page.get_by_role("alert").filter(has_text=sentence)).to_be_visible()


def test_the_keyboard_stays_where_it_was_when_things_are_drawn_again(screen: Screen) -> None:
    create(screen, caption=APPLE, show="inside", cell="27")
    focused = "() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"
    guesses = screen.page.get_by_role("group", name="What the transformer expected here")
    expect(guesses.get_by_role("button")).to_have_count(12)
    guess = guesses.get_by_role("button", pressed=False).first
    code = int(re.match(r"code (\d+)", guess.get_attribute("aria-label"))[1])
    guess.focus()
    screen.page.keyboard.press("Enter")  # the guesses are made anew
    progress(screen, "edited by hand")
    expect(guesses.get_by_role("button", name=re.compile(rf"^code {code},"))).to_have_attribute("aria-pressed", "true")
    expect(guesses.get_by_role("button", name=re.compile(rf"^code {code},"))).to_be_focused()
    undo = screen.button("Undo")
    undo.focus()
    screen.page.keyboard.press("Enter")  # nothing is left to undo: the button beside it
    expect(undo).to_be_disabled()
    expect(screen.button("Draw on from here")).to_be_focused()
    screen.page.keyboard.press("Enter")
    done(screen)
    expect(screen.button("Draw on from here")).to_be_focused()
    afresh = screen.button("Start afresh")
    afresh.focus()
    screen.page.keyboard.press("Enter")  # it goes away: the view that is open now
    done(screen)
    expect(afresh).to_be_hidden()
    assert screen.page.evaluate(focused) == "Drawings"


def test_a_wrong_address_is_told_and_the_rest_is_shown(screen: Screen) -> None:
    create(screen, caption=APPLE, seed="-1", given="AAAA")
    alerts = screen.page.get_by_role("alert")
    expect(alerts.filter(has_text="seed=-1")).to_be_visible()
    expect(alerts.filter(has_text="cells of another painter")).to_be_visible()
    assert (screen.pixels(BEST)[..., 3] == 255).all()
