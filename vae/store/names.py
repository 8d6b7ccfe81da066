"""Which names a model, a ladder or a painter may have. The live channel, addresses and folders all have to carry them."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

from vae.sentences import Sentence, phrase
from vae.store.folders import CLASSIFIERS, LADDERS

LONGEST_NAME = 64  # bytes of UTF-8: what a frame of the live channel has room for
LONGEST_FILE = 200  # bytes of a file's name; file systems end at 255, and the temporary file beside it has some letters more
RESERVED = (CLASSIFIERS, LADDERS)  # folders under the checkpoints that hold something else


def fault(name: str) -> str | None:
    """Why `name` cannot be used, as the rest of a sentence that begins with the name; None if it can."""
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        return phrase("is not UTF-8; rename it")
    if not name:
        return phrase("is empty; give it at least one letter")
    if size > LONGEST_NAME:
        return phrase("has {size} bytes; a name has at most {most}, so choose a shorter one", size=size, most=LONGEST_NAME)
    if name.startswith(".") or any(letter in "/\\" or unicodedata.category(letter) == "Cc" for letter in name):
        return phrase("cannot be a name; use letters, digits and dashes")
    if name.lower() in RESERVED:
        return phrase("is kept for what belongs to all models; choose another name")
    return None


def check_name(name: str) -> str:
    """`name`, for something new; ValueError with a sentence if it cannot be used."""
    if (why := fault(name)) is not None:
        raise ValueError(phrase("the name {name!r} {why}", name=printable(name), why=why))
    return name


def check_folder(folder: Path) -> Path:
    """`folder`, where something new is to lie; ValueError with a sentence if its last part cannot be a name."""
    check_name(Path(os.path.abspath(folder)).name)
    return folder


def check_file(path: Path) -> Path:
    """`path`, where a file is to be written; ValueError with a sentence if its last part is too long for a file."""
    if len(os.fsencode(path.name)) > LONGEST_FILE:
        raise ValueError(
            phrase(
                "the file's name {file!r}… has more than {most} bytes; choose a shorter one",
                file=path.name[:40],
                most=LONGEST_FILE,
            )
        )
    return path


def printable(text: str) -> str:
    """`text` as it can be written anywhere: what is no letter (half of a pair, bytes that are not UTF-8) becomes a question mark."""
    if isinstance(text, Sentence):
        values = {name: printable(value) if isinstance(value, str) else value for name, value in text.values.items()}
        return Sentence(text.template, values, text.one)
    return text.encode("utf-8", "replace").decode()
