"""One picture as a person sees it: turned upright, in its true brightness, on a background where it is transparent, first frame."""

from __future__ import annotations

import hashlib
import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PIL import Image, ImageColor, ImageOps, UnidentifiedImageError

from vae.data.imported.found import Unreadable, said
from vae.sentences import phrase

Fit = Literal["crop", "pad", "squeeze"]

# By list, so that nothing starts another program (EPS) or reads what no one keeps pictures in.
WANTED = ("AVIF", "BMP", "DIB", "GIF", "ICO", "JPEG", "JPEG2000", "PNG", "PPM", "QOI", "TIFF", "WEBP")
ENDINGS = frozenset(
    [
        ".apng",
        ".avif",
        ".avifs",
        ".bmp",
        ".dib",
        ".gif",
        ".heic",
        ".heif",
        ".hif",
        ".ico",
        ".j2k",
        ".jfif",
        ".jp2",
        ".jpe",
        ".jpeg",
        ".jpg",
        ".jpx",
        ".pbm",
        ".pgm",
        ".png",
        ".pnm",
        ".ppm",
        ".qoi",
        ".tif",
        ".tiff",
        ".webp",
    ]
)
UNREAD = frozenset(
    [
        ".ai",
        ".arw",
        ".cdr",
        ".cr2",
        ".cr3",
        ".dng",
        ".eps",
        ".kra",
        ".nef",
        ".orf",
        ".pdf",
        ".ps",
        ".psd",
        ".raf",
        ".rw2",
        ".svg",
        ".svgz",
        ".wmf",
        ".xcf",
    ]
)
BEGINNINGS = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*", b"qoif", b"\0\0\0\x0cjP  ")
MOST_PIXELS = 64_000_000  # that are held at once: 256 MB with transparency
STRIP = 64  # rows that are hashed or scaled at once
LOSSLESS = ("BMP", "DIB", "GIF", "PNG", "PPM", "QOI")

NO_HEIC = phrase("it is HEIC, which needs the extra heic: pip install 'continuum-vae[heic]', or in a checkout pip install pillow-heif")
Image.init()
FORMATS = tuple(name for name in WANTED if name in Image.OPEN)  # that this machine's Pillow has


@dataclass(frozen=True)
class Look:
    """How pictures are brought to one shape.

    size : side in pixels
    fit : "crop" takes the middle square, "pad" the whole picture with the background around it, "squeeze" the whole, stretched
    background : (R, G, B) behind transparent and padded places
    grey : one channel instead of three
    """

    size: int = 64
    fit: Fit = "crop"
    background: tuple[int, int, int] = (255, 255, 255)
    grey: bool = False

    @property
    def shape(self) -> tuple[int, int, int]:
        """(C, H, W)."""
        return (1 if self.grey else 3, self.size, self.size)


@dataclass(frozen=True)
class Seen:
    """A picture as it is kept.

    pixels : (C, H, W) uint8
    width, height : as found, upright
    sha256 : of the content: the file, or the array's values
    identity : the same for identical pictures; of the values where nothing is lost in the file, so that it does not matter how they are packed
    """

    pixels: np.ndarray
    width: int
    height: int
    sha256: str
    identity: str


def colour_named(text: str) -> tuple[int, int, int]:
    """A colour's (R, G, B); ValueError with a sentence if `text` is no name and no #rrggbb."""
    try:
        return ImageColor.getrgb(text)[:3]
    except ValueError:
        raise ValueError(phrase("the background is {text!r}; give a colour such as white, black or #808080", text=text)) from None


def is_picture(beginning: bytes) -> bool:
    """Whether a file's first 32 bytes are those of a picture, whatever its name ends in."""
    if beginning.startswith(BEGINNINGS) or (beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP"):
        return True
    return beginning[4:8] == b"ftyp" and beginning[8:12] in (b"avif", b"avis", b"heic", b"heix", b"mif1", b"heif")


def see(content: bytes | np.ndarray, look: Look) -> Seen:
    """A picture's file, or its values, as it is kept.

    Parameters
    ----------
    content : a file of any of WANTED, HEIC where the extra `heic` is installed, or values (H, W) or (H, W, C) of 1 to 4 channels: uint8, uint16 or float in [0, 1]

    Raises
    ------
    Unreadable
        With the reason.
    """
    if isinstance(content, np.ndarray):
        digest = hashlib.sha256(repr((content.shape, content.dtype.str)).encode() + np.ascontiguousarray(content).tobytes()).hexdigest()
        picture = _of_values(content)
        return Seen(_shaped(picture, look), *picture.size, digest, digest)
    digest = hashlib.sha256(content).hexdigest()
    if not content:
        raise Unreadable(phrase("it is empty"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Pillow finds odd and reads all the same
            with Image.open(io.BytesIO(content), formats=_formats(content)) as opened:
                picture, (width, height), identity = _opened(opened, look)
                pixels = _shaped(picture, look)
    except Unreadable:
        raise
    except UnidentifiedImageError:
        raise Unreadable(_no_picture(content)) from None
    except Image.DecompressionBombError:
        raise Unreadable(
            phrase("it has more than {most} million pixels; make it smaller", most=2 * (Image.MAX_IMAGE_PIXELS or 0) // 1000000)
        ) from None
    except MemoryError:
        raise Unreadable(phrase("there is too little memory for it; make it smaller")) from None
    except Exception as error:  # a decoder's ways to say so are many: OSError, SyntaxError, struct.error, ZeroDivisionError, ...
        raise Unreadable(phrase("it is damaged or cut off ({said})", said=said(error))) from error
    return Seen(pixels, width, height, digest, identity or digest)


def _opened(opened: Image.Image, look: Look) -> tuple[Image.Image, tuple[int, int], str | None]:
    """The upright picture, its size as found, and its identity; nothing is decoded before its size is known to be sound."""
    found = opened.size
    if opened.format in ("JPEG", "MPO"):  # decoded at a half, a quarter or an eighth where that is still twice as large as needed
        least = 2 * look.size if look.fit != "crop" else 2 * look.size * max(opened.size) // max(1, min(opened.size))
        opened.draft(None, (least, least))
    if opened.width * opened.height > MOST_PIXELS:
        raise Unreadable(
            phrase(
                "it has {width:,} × {height:,} pixels; at most {most} million are read: make it smaller",
                width=found[0],
                height=found[1],
                most=MOST_PIXELS // 1000000,
            )
        )
    turned = _orientation(opened)  # asked no sooner: a PNG is decoded to tell it
    size = found[::-1] if turned >= 5 else found
    opened.seek(0) if getattr(opened, "is_animated", False) else None
    opened.load()
    picture = opened
    if turned != 1:
        with suppress(Exception):  # what a camera wrote beside the picture is damaged; the picture need not be
            picture = ImageOps.exif_transpose(opened) or opened
    picture = _in_eight_bits(picture)
    lossless = opened.format in LOSSLESS or (opened.format == "TIFF" and opened.info.get("compression") != "jpeg")
    return picture, size, _identity(picture) if lossless else None


def _identity(picture: Image.Image) -> str:
    """A SHA-256 of the values, a strip at a time."""
    digest = hashlib.sha256(repr(picture.size).encode())
    for top in range(0, picture.height, STRIP):
        digest.update(picture.crop((0, top, picture.width, min(top + STRIP, picture.height))).convert("RGBA").tobytes())
    return digest.hexdigest()


def _orientation(opened: Image.Image) -> int:
    try:
        return int(opened.getexif().get(0x0112, 1))
    except Exception:  # damaged beside the picture
        return 1


def _in_eight_bits(picture: Image.Image) -> Image.Image:
    """The picture with 8 bits a channel, in mode L, RGB or RGBA."""
    if picture.mode in ("I", "F") or picture.mode.startswith("I;16"):
        return Image.fromarray(_scaled(np.asarray(picture), 65535 if picture.mode.startswith("I;16") else 0))
    if picture.mode == "RGBA":
        return picture
    if picture.mode in ("LA", "La", "PA", "RGBa") or "transparency" in picture.info:
        return picture.convert("RGBA")
    return picture if picture.mode in ("L", "RGB") else picture.convert("L" if picture.mode == "1" else "RGB")


def _scaled(values: np.ndarray, span: float) -> np.ndarray:
    """Brightness of more than 8 bits as uint8: 0 to `span` from end to end. Without a span it is the least of 1 (where there are
    fractions), 255 and 65535 that holds all values, or, where none does, from the least value to the largest."""

    def strips() -> Iterator[tuple[int, np.ndarray]]:  # as doubles, which all at once would be eight times what the file holds
        for top in range(0, len(values), STRIP):
            yield top, np.nan_to_num(np.asarray(values[top : top + STRIP], np.float64))

    low = high = 0.0
    if not span:
        low, high = min(float(part.min()) for _, part in strips()), max(float(part.max()) for _, part in strips())
        spans = (1, 255, 65535) if any(np.any(part != np.rint(part)) for _, part in strips()) else (255, 65535)
        span = next((span for span in spans if low >= 0 and high <= span), 0)
    low = 0.0 if span else low
    scaled = np.empty(values.shape, np.uint8)
    for top, part in strips():
        scaled[top : top + STRIP] = np.rint((part - low) * (255 / (span or max(high - low, 1e-12))))
    return scaled


def _of_values(values: np.ndarray) -> Image.Image:
    if values.ndim == 3 and values.shape[2] == 1:
        values = values[..., 0]
    if values.dtype == np.uint16:
        values = np.rint(values / 257.0).astype(np.uint8)
    elif values.dtype == np.bool_:
        values = values.astype(np.uint8) * 255
    elif values.dtype.kind == "f":
        if not np.isfinite(values).all():
            raise Unreadable(phrase("it holds values that are no numbers"))
        values = np.rint(values.clip(0, 1) * 255).astype(np.uint8)
    if values.size == 0 or values.dtype != np.uint8 or values.ndim not in (2, 3) or (values.ndim == 3 and values.shape[2] not in (2, 3, 4)):
        raise Unreadable(phrase("values of shape {shape} and kind {dtype} are no picture", shape=values.shape, dtype=values.dtype))
    if values.ndim == 3 and values.shape[2] == 2:
        return Image.fromarray(values, "LA").convert("RGBA")
    return Image.fromarray(np.ascontiguousarray(values))


def _shaped(picture: Image.Image, look: Look) -> np.ndarray:
    """(C, H, W) uint8 in the shape of `look`."""
    width, height = picture.size
    size, box, kept = (look.size, look.size), (0, 0, width, height), (look.size, look.size)
    if look.fit == "crop":
        side = min(width, height)
        left, top = (width - side) // 2, (height - side) // 2
        box = (left, top, left + side, top + side)
    elif look.fit == "pad":
        scale = look.size / max(width, height)
        kept = (max(1, round(width * scale)), max(1, round(height * scale)))
    shrinks = box[2] - box[0] >= kept[0] and box[3] - box[1] >= kept[1]
    method = Image.Resampling.BOX if shrinks else Image.Resampling.BICUBIC  # the mean of what comes together, or smooth between
    background = np.array(look.background, np.float32)
    if picture.mode == "RGBA":  # premultiplied while it shrinks, so that what lies under transparent places does not show through
        small = np.asarray(picture.convert("RGBa").resize(kept, method, box), np.float32)
        rgb: np.ndarray = small[..., :3] + background * (255 - small[..., 3:]) / 255
    else:
        small = np.asarray(picture.resize(kept, method, box), np.float32)
        rgb = np.repeat(small[..., None], 3, 2) if small.ndim == 2 else small
    if kept != size:
        whole = np.empty((*size, rgb.shape[2]), np.float32)
        whole[:] = background
        left, top = (size[0] - kept[0]) // 2, (size[1] - kept[1]) // 2
        whole[top : top + kept[1], left : left + kept[0]] = rgb
        rgb = whole
    if look.grey:
        rgb = rgb @ np.array([[0.299], [0.587], [0.114]], np.float32)
    return np.rint(rgb).clip(0, 255).astype(np.uint8).transpose(2, 0, 1)


def _formats(content: bytes) -> tuple[str, ...]:
    """What a file may be; HEIC's decoder is loaded when a first picture may need it, if it is installed."""
    if _maybe_heic(content):
        try:
            from pillow_heif import register_heif_opener
        except ImportError:
            return FORMATS
        register_heif_opener()
        return (*FORMATS, "HEIF")
    return FORMATS


def _maybe_heic(content: bytes) -> bool:
    """By its brand, which AVIF may share."""
    return content[4:8] == b"ftyp" and content[8:11] in (b"hei", b"hev", b"mif")


def _no_picture(content: bytes) -> str:
    """Why Pillow knows nothing of a file, as far as its first bytes tell."""
    if _maybe_heic(content) and "HEIF" not in Image.OPEN:
        return NO_HEIC
    if is_picture(content[:32]):
        return phrase("it is damaged or cut off")
    if content.startswith((b"%!PS", struct.pack("<I", 0xC6D3D0C5))):
        return phrase("it is PostScript, which is not read; save it as PNG")
    return phrase("it is no picture, whatever its name says")
