"""Every sentence that is looked up stands in every catalogue, with the same things in it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from tests.test_javascript import run
from tests.ui.conftest import handed_over
from vae.continuity.comparison import FIGURES
from vae.continuity.verdicts import SENTENCES, Ruling
from vae.live.wire import plain
from vae.ui import language
from vae.ui.glossary import definitions
from vae.ui.modelstable import COLUMNS
from vae.ui.pairs import FIGURES as CARD

ROOT = Path(language.__file__).parent
STRING = r'"(?:[^"\\]|\\.)*"'
LITERAL = rf"{STRING}(?:\s*\+\s*{STRING})*"
CALL = re.compile(rf"""(?<![\w.])(?:t\(\s*({LITERAL})|plural\(\s*[^,"]+,\s*({LITERAL}),\s*({LITERAL}))""")
LOOKED_UP = re.compile(r"(?<![\w.])(?:t|plural)\((?!\))")
COMMENT = re.compile(rf"({STRING})|/\*.*?\*/|^\s*//[^\n]*", re.S | re.M)  # a string may hold what begins one, as "image/*" does
PLACES = re.compile(r"\{\w+\}|(?<=\[\[)[^\]|]+")
# What no catalogue has: definitions, which it has as they are; code for notebooks and shells; a file that is a drawing.
NOT_SPOKEN = ("glossary.js", "python.js", "missing.js", "export.js")
TYPESCRIPT = ROOT.parents[1] / "node_modules" / "typescript" / "lib" / "typescript.js"
SHOWN = re.compile(r"[^\W\d_]{2}")  # a word
STREAMLIT_SHOWS = {
    "button", "caption", "download_button", "error", "expander", "image", "info", "link_button", "markdown", "progress", "selectbox", "toggle",
    "warning", "write", "html", "NumberColumn", "TextColumn",
}  # fmt: skip
CODES = [code for code in language.languages() if code != language.SOURCE]


def in_javascript(source: str) -> list[tuple[str, str]]:
    """Each sentence of a module and its form for one thing, or the sentence again; a call that holds none fails."""
    source = COMMENT.sub(lambda found: found[1] or "", source)
    found = [["".join(json.loads(part) for part in re.findall(STRING, each)) for each in groups] for groups in CALL.findall(source)]
    assert len(found) == len(LOOKED_UP.findall(source)), "t and plural are called with sentences alone, so that they can be found"
    return [(other, one) if other else (sentence, sentence) for sentence, one, other in found]


def in_python(source: str) -> Iterator[tuple[str, str]]:
    """The sentences of a screen and their forms for one thing: what `_` and `plural` are called with."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id == "_":
                yield (sentence := ast.literal_eval(node.args[0])), sentence
            if node.func.id == "plural":
                yield ast.literal_eval(node.args[2]), ast.literal_eval(node.args[1])


def sentences() -> dict[str, str]:
    """Every sentence that is looked up anywhere, and its form for one thing."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "static").rglob("*.js")):
        source = path.read_text("utf-8")
        if "/language.js" in source:
            found |= dict(in_javascript(source))
    for path in [*ROOT.glob("*.py"), *(ROOT / "screens").glob("*.py")]:
        found |= dict(in_python(path.read_text("utf-8")))
    return found


def elsewhere() -> set[str]:
    """What is looked up as it stands: glossary, figures of the Models page, the textbook's sentences with their rulings, data sets' titles."""
    shown = [FIGURES[key] for key in {*COLUMNS, *CARD}]
    said = {words for figure in shown for words in (figure.title, figure.sentence)} | {sentence for sentence, *_ in SENTENCES}
    short = {ruling.removesuffix(" here").removesuffix(" for this model") for ruling in get_args(Ruling)}
    return {*definitions(), *definitions().values(), *said, *get_args(Ruling), *short, *plain.data_sets().values()}


def test_a_call_without_a_sentence_is_found() -> None:
    source = 'take("image/*"); t("a " +\n  "b"); /* t(no) */ plural(n, "{n} x", "{n} xs", { n });\n// t(nothing)'
    assert in_javascript(source) == [("a b", "a b"), ("{n} xs", "{n} x")]
    with pytest.raises(AssertionError):
        in_javascript("t(words)")


@pytest.mark.skipif(not TYPESCRIPT.is_file(), reason="npm ci installs TypeScript, which reads the modules")
def test_every_string_that_a_page_shows_is_looked_up(tmp_path: Path) -> None:
    """Mechanically: text and attributes of elements, labels, and whatever has two words or more."""
    (tmp_path / "page.js").write_text(
        'h("p", { class: "ctm-x", title: "Title" }, "words", on ? t("so") : `not ${so}`, t("{n}", { n: "of all" }));\n'
        'const A = "two words"; const B = "word"; show([["key", "label"]]);\n'
    )
    done = run(Path(__file__).with_name("literals.mjs"), TYPESCRIPT, "[]", tmp_path / "page.js", folder=ROOT)
    assert [line.partition(" ")[2] for line in json.loads(done.stdout)] == [
        '"Title"', '"words"', "`not ${so}`", '"of all"', '"two words"', '"label"',
    ]  # fmt: skip
    modules = sorted(path for path in (ROOT / "static").rglob("*.js") if path.parent.name != "wire" and path.name not in NOT_SPOKEN)
    modules += [ROOT / "static" / "pages" / "slide" / "missing.js"]
    done = run(Path(__file__).with_name("literals.mjs"), TYPESCRIPT, json.dumps(list(definitions())), *modules, folder=ROOT)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []


def unspoken(source: str) -> Iterator[str]:
    """What a screen hands to Streamlit as it stands, though a person reads it; addresses, styles and keys are not for reading."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        read = [*node.args[:1], *(each.value for each in node.keywords if each.arg in {"help", "text", "caption", "label", "placeholder"})]
        for literal in read if node.func.attr in STREAMLIT_SHOWS else []:
            parts = literal.values if isinstance(literal, ast.JoinedStr) else [literal]
            text = "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
            if SHOWN.search(re.sub("<[^>]*>", "", text)):
                yield f"{node.lineno}: {text}"


def test_every_sentence_that_a_screen_shows_is_looked_up() -> None:
    assert [*unspoken('st.caption("so it is")\nst.button(f"Do {x}")\nst.error(_("no"))\nst.html(f"<p class=soft>{x}</p>")')] == [
        "1: so it is",
        "2: Do ",
    ]
    found = {path.name: [*unspoken(path.read_text("utf-8"))] for path in [*ROOT.glob("*.py"), *(ROOT / "screens").glob("*.py")]}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize("code", CODES)
def test_a_catalogue_has_every_sentence_and_no_other(code: str) -> None:
    known, wanted = language.catalogue(code)["sentences"], sentences()
    assert [sentence for sentence in wanted if sentence not in known] == []
    told = elsewhere()
    assert [sentence for sentence in told if sentence not in known] == []
    assert [sentence for sentence in known if sentence not in wanted and sentence not in told] == []


def said_by_the_server() -> str:
    """Every string of the package's Python, a line each."""
    trees = (ast.parse(path.read_text("utf-8")) for path in ROOT.parent.rglob("*.py"))
    constants = (node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return "\n".join(value for value in constants if isinstance(value, str))


@pytest.mark.parametrize("code", CODES)
def test_what_a_catalogue_knows_of_the_server_is_what_the_server_says(code: str) -> None:
    told, said = language.catalogue(code)["told"], said_by_the_server()
    parts = {part.strip(" %") for sentence in told for part in re.split(r"\{\w+\}|[.,;:“”]", sentence)}
    assert {part for part in parts if part not in said} == set()
    assert {sentence for sentence, known in told.items() if sorted(PLACES.findall(known)) != sorted(PLACES.findall(sentence))} == set()


@pytest.mark.parametrize("code", CODES)
def test_a_translation_has_the_same_figures_and_terms_in_it(code: str) -> None:
    for sentence, known in language.catalogue(code)["sentences"].items():
        for form in [known] if isinstance(known, str) else known.values():
            assert form.strip() and sorted(PLACES.findall(form)) == sorted(PLACES.findall(sentence)), form


def test_the_language_is_that_of_the_address_then_of_the_session(open_page) -> None:
    app = open_page("learn", lang="it")
    assert handed_over(app)["language"] == "it" and handed_over(app)["languages"]["it"] == "Italiano"
    del app.query_params["lang"]
    assert handed_over(app.run())["language"] == "it", "another page that is opened in the session names none"
    assert handed_over(open_page("learn", lang="xx"))["language"] == language.SOURCE


def test_models_speaks_the_language_and_offers_the_others(open_page) -> None:
    app = open_page("models", lang="it")
    assert any("errore quadratico" in part.proto.body and "0,0346" in part.proto.body for part in app.get("html"))
    told = {part.proto.component_name: json.loads(part.proto.json) for part in app.get("bidi_component")}
    assert told["continuum_language"]["language"] == "it" and told["continuum_language"]["languages"]["en"] == "English"
