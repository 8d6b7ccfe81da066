"""Names of figures that a click, a touch or Enter opens: what the figure is, and its entry of the glossary."""

from __future__ import annotations

from html import escape

from vae.continuity.comparison import Figure
from vae.ui.glossary import definitions
from vae.ui.language import translate as _
from vae.ui.language import translated

STYLE = """<style>
.ctm-meant { all: unset; cursor: help; text-decoration: underline dotted; text-decoration-thickness: 1.5px; text-underline-offset: 3px; }
.ctm-meant:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
.ctm-meaning {
  max-width: 22rem; padding: 0.6rem 0.9rem; inset: auto; margin: 6px 8px; position-area: bottom span-right;
  position-try-fallbacks: flip-block, flip-inline; border: 1px solid light-dark(#dfe4ec, #3a4257); border-radius: 0.6rem;
  background: light-dark(#fff, #171b26); color: light-dark(#171b26, #e8ebf4); box-shadow: 0 10px 30px #1a203040;
  text-align: left; white-space: normal; font-size: 0.82rem; font-weight: 400; line-height: 1.45;
}
</style>"""


def entry_of(figure: Figure) -> str:
    """What the glossary says of a figure: of its name up to the first comma, or of that in the singular; "" where it says nothing."""
    word = figure.title.partition(",")[0]
    return next((definitions()[known] for known in (word, word.removesuffix("s")) if known in definitions()), "")


def term(figure: Figure, place: str, more: str = "") -> str:
    """The name of a figure as HTML that opens what it means.

    Parameters
    ----------
    figure : which
    place : what tells this one apart from those of the same figure elsewhere on the page
    more : said after it
    """
    name = escape(f"meaning-{place}-{figure.key}")
    meant = _("What is meant by {word}", word=translated(figure.title))
    said = "".join(
        f"<p>{escape(sentence)}</p>" for sentence in (translated(figure.sentence), translated(entry_of(figure)), more) if sentence
    )
    return (
        f'<button type="button" class="ctm-meant" popovertarget="{name}">{escape(translated(figure.title))}</button>'
        f'<div class="ctm-meaning" id="{name}" popover="auto" role="note" aria-label="{escape(meant)}">{said}</div>'
    )
