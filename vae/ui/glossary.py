"""What the product's words mean, as `docs/glossary.md` defines them."""

from __future__ import annotations

from functools import cache

from vae.store.folders import PACKAGE, SHIPPED


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
