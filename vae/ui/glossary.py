"""What the product's words mean, as `docs/glossary.md` defines them.

`python -m vae.ui.glossary` writes them for the pages, to `static/text/glossary.js`.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from vae.store.folders import PACKAGE, SHIPPED

SCRIPT = Path(__file__).parent / "static" / "text" / "glossary.js"
HEAD = """\
// @ts-check
/** Written by `python -m vae.ui.glossary` from docs/glossary.md: change that, and write this anew. */

/** What the product's words mean. */
export const GLOSSARY = Object.freeze({
"""


@cache
def definitions() -> dict[str, str]:
    """Each word and its definition, one paragraph, in the order of the glossary."""
    installed = SHIPPED / "glossary.md"
    path = installed if installed.is_file() else PACKAGE.parent / "docs" / "glossary.md"
    sections = path.read_text("utf-8").split("\n## ")[1:]
    parted = (section.partition("\n") for section in sections)
    return {word.strip(): " ".join(text.split()) for word, _, text in parted}


def define(word: str) -> str:
    """The definition of `word`; KeyError with a sentence where the glossary has none."""
    try:
        return definitions()[word]
    except KeyError:
        raise KeyError(f"the glossary does not define {word!r}; add it to docs/glossary.md") from None


def script() -> str:
    """The glossary as the JavaScript module that the pages read."""
    lines = (
        f"  {word if word.isidentifier() and word.isascii() else json.dumps(word, ensure_ascii=False)}:\n"
        f"    {json.dumps(text, ensure_ascii=False)},\n"
        for word, text in definitions().items()
    )
    return f"{HEAD}{''.join(lines)}}});\n"


if __name__ == "__main__":
    SCRIPT.write_text(script(), "utf-8")
    print(f"wrote {SCRIPT}")
