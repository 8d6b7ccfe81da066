"""Every picture is kept as a person sees it: the right values, not only the right shape."""

from __future__ import annotations

import io
import struct
import sys
import zlib
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFile, features
from PIL.PngImagePlugin import PngImageFile

from tests.data.imported.helping import noise, noisy, png
from vae.data.imported.found import Unreadable
from vae.data.imported.pictures import Look, colour_named, is_picture, see


def saved(picture: Image.Image, form: str = "PNG", **options: object) -> bytes:
    held = io.BytesIO()
    picture.save(held, form, **options)
    return held.getvalue()


def seen(content: bytes | np.ndarray, **look: object) -> np.ndarray:
    """(H, W, C), or (H, W) of one channel."""
    return see(content, Look(**{"size": 8, **look})).pixels.transpose(1, 2, 0).squeeze()


def quarters() -> Image.Image:
    """16 × 16, another colour in each quarter, so that every way to turn it differs."""
    picture = Image.new("RGB", (16, 16))
    for place, colour in {(0, 0): "red", (8, 0): "lime", (0, 8): "blue", (8, 8): "white"}.items():
        picture.paste(colour, (*place, place[0] + 8, place[1] + 8))
    return picture


@pytest.mark.parametrize("form", ["PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_upright(orientation: int, form: str) -> None:
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # the transposition by which a camera got there
    stored = quarters() if orientation == 1 else quarters().transpose(Image.Transpose(undo[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if form == "WEBP" else {}
    assert np.array_equal(seen(saved(stored, form, exif=exif, **options), size=16), np.asarray(quarters()))


def test_width_and_height_are_those_of_the_upright_picture() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    found = see(saved(Image.new("RGB", (40, 20)), "JPEG", exif=exif), Look(8))
    assert (found.width, found.height) == (20, 40)


def test_sixteen_bits_of_grey_are_scaled_not_clipped() -> None:
    ramp = np.linspace(0, 65535, 64).astype(np.uint16).reshape(8, 8)
    expected = np.rint(ramp / 257).astype(np.uint8)
    for form in ("PNG", "TIFF"):
        assert np.array_equal(seen(saved(Image.fromarray(ramp), form), grey=True), expected)
    assert np.array_equal(seen(ramp, grey=True), expected)


def test_floats_from_0_to_1_fill_the_range() -> None:
    ramp = np.linspace(0, 1, 64, dtype=np.float32).reshape(8, 8)
    assert np.array_equal(seen(saved(Image.fromarray(ramp), "TIFF"), grey=True), np.rint(ramp * 255))


@pytest.mark.parametrize("background", ["white", "black", "#408020"])
def test_transparent_places_show_the_background_and_no_hidden_colour(background: str) -> None:
    picture = Image.new("RGBA", (8, 8), (255, 0, 0, 0))
    picture.paste((0, 0, 255, 255), (0, 0, 4, 8))
    look = {"background": colour_named(background)}
    for content in (saved(picture), saved(picture, "WEBP", lossless=True), saved(picture, "TIFF")):
        found = seen(content, **look)
        assert (found[:, :4] == (0, 0, 255)).all() and (found[:, 4:] == colour_named(background)).all()


def test_half_transparent_is_half_way() -> None:
    found = seen(png((200, 0, 100, 128), mode="RGBA"), background=(0, 0, 0))
    assert np.abs(found.astype(int) - (100, 0, 50)).max() <= 1


def test_hidden_colours_do_not_bleed_in_when_a_picture_shrinks() -> None:
    picture = Image.new("RGBA", (16, 16), (255, 0, 0, 0))
    picture.paste((0, 0, 255, 255), (0, 0, 16, 1))  # half of the first small row
    found = seen(saved(picture), background=(0, 0, 0))
    assert (found[..., 0] == 0).all() and np.abs(found[0].astype(int) - (0, 0, 128)).max() <= 1


def test_a_palette_with_a_transparent_entry() -> None:
    picture = Image.new("P", (8, 8), 1)
    picture.putpalette([255, 0, 0, 0, 255, 0])
    picture.paste(0, (0, 0, 8, 4))
    found = seen(saved(picture, transparency=0))
    assert (found[:4] == 255).all() and (found[4:] == (0, 255, 0)).all()
    assert (seen(saved(picture))[:4] == (255, 0, 0)).all()


@pytest.mark.parametrize(
    ("mode", "colour", "expected"),
    [("L", 77, (77, 77, 77)), ("LA", (77, 255), (77, 77, 77)), ("1", 1, (255, 255, 255)), ("RGB", (1, 2, 3), (1, 2, 3))],
)
def test_every_mode_has_its_colour(mode: str, colour: object, expected: tuple[int, int, int]) -> None:
    assert (seen(png(colour, mode=mode)) == expected).all()


def test_cmyk_is_ink() -> None:
    found = seen(png((0, 255, 255, 0), mode="CMYK", form="JPEG", quality=100), size=8)  # full magenta and yellow: red
    assert np.abs(found.astype(int) - (255, 0, 0)).max() <= 4


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP"])
def test_the_first_frame_of_an_animation(form: str) -> None:
    first, second = Image.new("RGB", (8, 8), (0, 0, 255)), Image.new("RGB", (8, 8), (255, 0, 0))
    content = saved(first, form, save_all=True, append_images=[second], **({"lossless": True} if form == "WEBP" else {}))
    assert (seen(content) == (0, 0, 255)).all()


@pytest.mark.parametrize("form", ["PNG", "BMP", "TIFF", "PPM", "WEBP", "QOI", "GIF"])
def test_lossless_files_come_back_as_they_are(form: str) -> None:
    options = {"lossless": True} if form == "WEBP" else {}
    grey = np.repeat(noise(1)[..., :1], 3, 2)
    assert np.array_equal(seen(saved(Image.fromarray(grey), form, **options)), grey)


@pytest.mark.skipif(not features.check("avif"), reason="this Pillow has no AVIF")
def test_avif() -> None:
    assert np.abs(seen(png((200, 100, 50), (16, 16), form="AVIF", quality=100)).astype(int) - (200, 100, 50)).max() <= 3


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 99))
def test_crop_takes_the_middle_square_and_shrinks_by_the_mean(factor: int, side: int, seed: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (side * factor, 3 * side * factor, 3), np.uint8)
    middle = pixels[:, side * factor : 2 * side * factor]
    mean = middle.reshape(side, factor, side, factor, 3).mean((1, 3))
    found = see(saved(Image.fromarray(pixels)), Look(side)).pixels.transpose(1, 2, 0)
    assert np.abs(found - mean).max() <= 1


def test_pad_keeps_the_whole_picture_with_the_background_around_it() -> None:
    found = seen(png((200, 0, 0), (16, 8)), fit="pad", background=(0, 0, 9))
    assert (found[2:6] == (200, 0, 0)).all() and (found[:2] == (0, 0, 9)).all() and (found[6:] == (0, 0, 9)).all()


def test_squeeze_stretches_the_whole_picture() -> None:
    picture = Image.new("RGB", (16, 8), "red")
    picture.paste("blue", (8, 0, 16, 8))
    found = seen(saved(picture), fit="squeeze")
    assert (found[:, :4] == (255, 0, 0)).all() and (found[:, 4:] == (0, 0, 255)).all()


def test_grey_is_brightness_in_one_channel() -> None:
    assert see(png((255, 0, 0)), Look(8, grey=True)).pixels.shape == (1, 8, 8)
    assert (seen(png((255, 0, 0)), grey=True) == 76).all()


def test_identical_pictures_are_known_however_they_are_packed() -> None:
    plain, hard = noisy(3), noisy(3, compress_level=0)
    first, second = see(plain, Look(8)), see(hard, Look(8))
    assert plain != hard and first.sha256 != second.sha256 and first.identity == second.identity
    assert see(noisy(3, "BMP"), Look(8)).identity == first.identity != see(noisy(4), Look(8)).identity


def test_a_huge_photograph_is_decoded_small() -> None:
    content = png((200, 100, 50), (9000, 8000), form="JPEG", quality=30)
    found = see(content, Look(8))
    assert (found.width, found.height) == (9000, 8000)
    assert np.abs(found.pixels.reshape(3, -1).T.astype(int) - (200, 100, 50)).max() <= 4


def huge_png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


BROKEN = {
    "empty": (b"", "it is empty"),
    "text": (b"no picture at all, but words", "it is no picture, whatever its name says"),
    "pickle": (b"\x80\x04K\x00.", "it is no picture"),
    "cut off": (noisy(1, side=64)[:5000], "it is damaged or cut off"),
    "cut off JPEG": (noisy(1, "JPEG", 64)[:1000], "it is damaged or cut off"),
    "only the beginning": (noisy(1)[:12], "it is damaged or cut off"),
    "20,000 by 20,000": (huge_png(20_000, 20_000), "million pixels"),
    "10,000 by 10,000": (huge_png(10_000, 10_000), "it has 10,000 × 10,000 pixels; at most 64 million are read: make it smaller"),
    "PostScript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 8 8\n", "it is PostScript, which is not read; save it as PNG"),
}


@pytest.mark.parametrize("kind", list(BROKEN))
def test_what_cannot_be_read_has_a_reason(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    content, reason = BROKEN[kind]
    if "pixels" in reason:

        def decoded(*_: object) -> None:
            raise AssertionError("it was decoded before its size was looked at")

        monkeypatch.setattr(PngImageFile, "load", decoded)
    with pytest.raises(Unreadable, match=reason):
        see(content, Look(8))


@given(
    st.binary(max_size=200), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"II*\0", b"RIFF1234WEBP", b"BM"])
)
def test_any_bytes_are_a_picture_or_a_reason(rest: bytes, beginning: bytes) -> None:
    try:
        assert see(beginning + rest, Look(8)).pixels.shape == (3, 8, 8)
    except Unreadable as error:
        assert str(error)


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"  # how such a file begins


def test_heic_without_its_extra_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    monkeypatch.setattr(Image, "OPEN", {name: opener for name, opener in Image.OPEN.items() if name != "HEIF"})
    with pytest.raises(Unreadable, match=r"it is HEIC, which needs the extra heic: pip install 'continuum-vae\[heic\]'"):
        see(HEIC, Look(8))


def test_heic_is_read_where_its_decoder_is_installed_which_no_other_picture_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    class Decoder(ImageFile.ImageFile):
        """Stands in for the decoder: what follows the beginning is a PNG."""

        format = "HEIF"

        def _open(self) -> None:
            self.fp.seek(len(HEIC))
            self._inner = Image.open(io.BytesIO(self.fp.read()))
            self._size, self._mode = self._inner.size, self._inner.mode

        def load(self) -> object:
            self._inner.load()
            self.im = self._inner.im
            return super().load()

    registered: list[str] = []

    def register() -> None:
        registered.append("HEIF")
        Image.OPEN["HEIF"] = (Decoder, lambda beginning: beginning[4:8] == b"ftyp")

    monkeypatch.setattr(Image, "OPEN", dict(Image.OPEN))
    monkeypatch.setitem(sys.modules, "pillow_heif", SimpleNamespace(register_heif_opener=register))
    see(noisy(1), Look(8))
    see(saved(quarters(), "AVIF"), Look(8))
    assert not registered
    found = see(HEIC + noisy(2), Look(8))
    assert registered and np.array_equal(found.pixels.transpose(1, 2, 0), noise(2))


def test_a_real_heic_file_is_upright_and_in_its_colours() -> None:
    pillow_heif = pytest.importorskip("pillow_heif", reason="the extra heic is not installed")
    held, turned = io.BytesIO(), Image.Exif()
    turned[0x0112] = 6
    pillow_heif.from_pillow(quarters().resize((128, 128), Image.Resampling.NEAREST)).save(held, quality=95, exif=turned.tobytes())
    found = seen(held.getvalue()).astype(int)
    for (x, y), colour in {(1, 1): (0, 0, 255), (6, 1): (255, 0, 0), (1, 6): (255, 255, 255), (6, 6): (0, 255, 0)}.items():
        assert np.abs(found[y, x] - colour).max() < 40


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "TIFF", "WEBP", "QOI", "AVIF"])
def test_a_picture_is_known_by_its_beginning(form: str) -> None:
    assert is_picture(png(form=form)[:32])
    assert not is_picture(b"words, and more words, thirty two"[:32])


def test_a_colour_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="the background is 'puce-ish'; give a colour such as white, black or #808080"):
        colour_named("puce-ish")
