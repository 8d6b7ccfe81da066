"""Which size pictures have as they are found, by some of them."""

from __future__ import annotations

from pathlib import Path

from vae.data.imported.found import Unreadable, close_files
from vae.data.imported.pictures import Fit, Look, Seen, see
from vae.data.imported.sources import find_pictures

LOOKED_AT = 48  # pictures, evenly over all
LEAST, MOST = 8, 96  # pixels of a side that is kept as it was found
USUAL = 64  # pixels, of pictures that are larger or of several sizes


def some_seen(source: Path) -> list[Seen]:
    """Some of the pictures at `source`, 16 pixels a side, with their sizes as found; those that cannot be read are left out.

    Raises
    ------
    ImportFailed
        If there is nothing, or it is of no kind that is read.
    """
    found = find_pictures(source).found
    seen = []
    for each in found[:: max(1, len(found) // LOOKED_AT)]:
        try:
            seen.append(see(each.place.read(), Look(size=16)))
        except Unreadable:
            continue
    close_files()
    return seen


def side_as_found(seen: list[Seen], fit: Fit) -> int | None:
    """The side, in pixels, at which no picture is scaled, where all that were `seen` have one size and it is small; else None."""
    sizes = {(each.width, each.height) for each in seen}
    if len(sizes) != 1:
        return None
    ((width, height),) = sizes
    side = min(width, height) if fit == "crop" else max(width, height)
    return side if LEAST <= side <= MOST and (fit != "squeeze" or width == height) else None
