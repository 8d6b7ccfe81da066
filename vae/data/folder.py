"""A folder of a user's own pictures, whole and in memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image

from vae.data.registry import DataError, Images

SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".webp", ".gif"}


def load_folder(folder: Path, split: str, size: int) -> Images:
    """Pictures cropped to the middle square and scaled to `size` pixels a side: those under `folder/train` and `folder/test` where these exist, else every tenth one is for testing."""
    own_split = (folder / "train").is_dir() and (folder / "test").is_dir()
    starts = [folder / "train", folder / "test"] if own_split else [folder]
    # Both splits' files by class: a class that one split happens to lack must not renumber the others.
    groups = {path: path.relative_to(start).parts[0] if path.parent != start else "image"
              for start in starts for path in sorted(start.rglob("*")) if path.suffix.lower() in SUFFIXES}  # fmt: skip
    if own_split:
        files = [path for path in groups if path.is_relative_to(folder / split)]
    else:
        files = [path for position, path in enumerate(groups) if (position % 10 == 9) == (split == "test")]
    if not files:
        start = folder / split if own_split else folder
        raise DataError(f"{start} holds no {split} images; put at least ten files ending in {', '.join(sorted(SUFFIXES))} there")
    classes = tuple(sorted(set(groups.values())))
    if len(classes) > 256:
        raise DataError(f"{folder} holds {len(classes)} subfolders of images; a subfolder is a class, and there can be at most 256")
    from vae.data.imported.pictures import FORMATS, MOST_PIXELS  # a tenth of a second, for who reads a folder

    images = np.empty((len(files), 3, size, size), np.uint8)
    labels = np.zeros(len(files), np.uint8)
    for row, path in enumerate(files):
        try:
            with Image.open(path, formats=FORMATS) as picture:  # by list: some would start another program
                if picture.width * picture.height > MOST_PIXELS:
                    raise ValueError("too large")
                side = min(picture.size)
                left, top = (picture.width - side) // 2, (picture.height - side) // 2
                square = picture.convert("RGB").resize((size, size), Image.Resampling.BOX, (left, top, left + side, top + side))
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:  # Pillow's ways of saying so
            raise DataError(f"{path} is not a readable image; repair it or take it out of the folder") from error
        images[row] = np.asarray(square).transpose(2, 0, 1)
        labels[row] = classes.index(groups[path])
    return Images(torch.from_numpy(images), torch.from_numpy(labels), classes)
