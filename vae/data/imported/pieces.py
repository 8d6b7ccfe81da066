"""Decoding some hundreds of pictures at a time into a file each, so that an import that was interrupted has them already."""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from vae.data.imported.found import Found, Skipped, Unreadable
from vae.data.imported.pictures import Look, Seen, see

LENGTH, MOST_BYTES = 256, 32 << 20  # pictures in a piece, and bytes of their pixels
VERSION = 1  # of what decoding yields; pieces of another one are not used again


@dataclass(frozen=True)
class Piece:
    """Pictures that are decoded together: their place in the source's list, and the name of their file."""

    start: int
    found: tuple[Found, ...]
    name: str


@dataclass(frozen=True)
class Kept:
    """What is known of a picture that was decoded.

    index : its place in the source's list
    sha256, identity, width, height : as `Seen` has them
    fingerprint : 64 bits that near-duplicates share, nearly (`fingerprint_of`)
    plain : whether all of it is one colour
    """

    index: int
    sha256: str
    identity: str
    width: int
    height: int
    fingerprint: int
    plain: bool


def pieces_of(found: Sequence[Found], look: Look) -> list[Piece]:
    """`found` in pieces; a piece has the same name again only if its pictures and `look` are the same, as far as marks tell."""
    pieces, length = [], min(LENGTH, max(1, MOST_BYTES // math.prod(look.shape)))
    for start in range(0, len(found), length):
        part = tuple(found[start : start + length])
        said = [VERSION, asdict(look), start, [(each.path, each.mark) for each in part]]
        pieces.append(Piece(start, part, hashlib.sha256(json.dumps(said).encode("utf-8", "surrogatepass")).hexdigest()[:40]))
    return pieces


def decode(piece: Piece, look: Look, folder: Path) -> int:
    """Write a piece's pixels and what is known of them to `folder`; how many pictures it had.

    Raises
    ------
    OSError
        If `folder` cannot be written. What cannot be read is no error: the piece's file says so.
    """
    pixels = np.empty((len(piece.found), *look.shape), np.uint8)
    kept: list[Kept] = []
    skipped: list[Skipped] = []
    for offset, found in enumerate(piece.found):
        try:
            seen = see(found.place.read(), look)
        except Unreadable as error:
            skipped.append(Skipped(found.path, str(error)))
            continue
        pixels[len(kept)] = seen.pixels
        kept.append(_kept(piece.start + offset, seen))
    temporary = folder / f"{piece.name}.{os.getpid()}.part"
    with temporary.open("wb") as file:
        np.save(file, pixels[: len(kept)])
        said = {"kept": [list(asdict(each).values()) for each in kept], "skipped": [[each.path, each.reason] for each in skipped]}
        file.write(json.dumps(said).encode("utf-8", "surrogatepass"))
    os.replace(temporary, folder / piece.name)
    return len(piece.found)


def read_piece(path: Path) -> tuple[np.ndarray, list[Kept], list[Skipped]]:
    """Pixels (N, C, H, W) uint8 of a piece, what is known of each, and what was left out."""
    with path.open("rb") as file:
        pixels = np.load(file, allow_pickle=False)
        said = json.loads(file.read().decode("utf-8", "surrogatepass"))
    return pixels, [Kept(*values) for values in said["kept"]], [Skipped(*values) for values in said["skipped"]]


def fingerprint_of(pixels: np.ndarray) -> int:
    """64 bits of a picture (C, H, W) uint8: whether it grows brighter from each of 8 × 8 fields to the one on its right.

    Source: N. Krawetz, "Kind of Like That", 2013 (dHash).
    """
    grey = np.rint(pixels.mean(0)).astype(np.uint8)
    small = np.asarray(Image.fromarray(grey).resize((9, 8), Image.Resampling.BOX), np.int16)
    return int.from_bytes(np.packbits(small[:, 1:] > small[:, :-1]).tobytes(), "big")


def _kept(index: int, seen: Seen) -> Kept:
    flat = seen.pixels.reshape(len(seen.pixels), -1)
    plain = bool((flat.max(1) == flat.min(1)).all())
    return Kept(index, seen.sha256, seen.identity, seen.width, seen.height, fingerprint_of(seen.pixels), plain)
