"""Text from outside in sentences that Streamlit reads as Markdown."""

from __future__ import annotations

import re

from vae.ui.language import told

MOST = 300  # letters

# What Markdown leaves as it is. Escaping the rest is not enough: Streamlit looks for addresses, emoji and icons in what
# is left once the escapes are gone.
WORD = re.compile(r"""[("'“‘]*[\w.,%–'’/=+-]+[)"'”’.,:;!?…]*|[–—…-]""")
MARKED = re.compile(r"_|www\.|[-=+]{2}", re.IGNORECASE)
LIST = re.compile(r"[-+]|\d+[.)]")


def plain(text: str, most: int = MOST) -> str:
    """Markdown that shows `text`, in the language of this run, on one line: no link, picture, emphasis or formula comes of it.

    Whatever is more than a word of a sentence is shown as code. What is longer than `most` letters is cut.
    """
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in told(text)).split())
    if len(text) > most:
        text = f"{text[: most - 1].rstrip()}…"
    parts = text.split()
    return " ".join(_code(part) if i == 0 and LIST.fullmatch(part) else _word(part) for i, part in enumerate(parts))


def _word(part: str) -> str:
    return part if WORD.fullmatch(part) and not MARKED.search(part) else _code(part)


def _code(part: str) -> str:
    return f"`{part.replace('`', 'ˋ')}`"
