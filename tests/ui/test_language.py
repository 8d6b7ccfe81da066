"""Every sentence that is looked up stands in every catalogue, with the same things in it."""

from __future__ import annotations

import ast
import json
import pickle
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from tests.test_javascript import run
from tests.ui.conftest import handed_over
from vae.continuity.comparison import FIGURES, GROUPS
from vae.continuity.placing import Placed, verdict
from vae.continuity.verdicts import SENTENCES, Outcome, Ruling
from vae.live.wire import plain
from vae.live.wire.schema import OPERATIONS
from vae.sentences import (
    SOURCE,
    Sentence,
    about,
    catalogue,
    counted,
    figures,
    languages,
    opened,
    packed,
    phrase,
    sealed,
    translated,
    unpacked,
)
from vae.ui import language
from vae.ui.glossary import definitions
from vae.ui.view import clean

ROOT = Path(language.__file__).parent
PACKAGE = ROOT.parent
STRING = r'"(?:[^"\\]|\\.)*"'
LITERAL = rf"{STRING}(?:\s*\+\s*{STRING})*"
CALL = re.compile(rf"""(?<![\w.])(?:t\(\s*({LITERAL})|plural\(\s*[^,"]+,\s*({LITERAL}),\s*({LITERAL}))""")
LOOKED_UP = re.compile(r"(?<![\w.])(?:t|plural)\((?!\))")
COMMENT = re.compile(rf"({STRING})|/\*.*?\*/|^\s*//[^\n]*", re.S | re.M)  # a string may hold what begins one, as "image/*" does
PLACES = re.compile(r"\{\w+(?:![ra])?(?::[^}]*)?\}|(?<=\[\[)[^\]|]+")
# What no catalogue has: definitions, which it has as they are; code for notebooks and shells; a file that is a drawing.
NOT_SPOKEN = ("glossary.js", "python.js", "missing.js", "export.js")
TYPESCRIPT = ROOT.parents[1] / "node_modules" / "typescript" / "lib" / "typescript.js"
SHOWN = re.compile(r"[^\W\d_]{2}")  # a word
STREAMLIT_SHOWS = {
    "button", "caption", "download_button", "error", "expander", "image", "info", "link_button", "markdown", "progress", "selectbox", "toggle",
    "warning", "write", "html", "NumberColumn", "TextColumn",
}  # fmt: skip
SAID = {  # what a function shows to people, by the places of its arguments
    "error_answer": (0,), "progress": (1,), "telling": (1,), "told": (1,), "Finding": (1, 3, 5), "Sketch": (1,), "Remedy": (0,), "Claim": (0, 2),
    "picture_rows": (0,), "append": (0,), "Skipped": (1,),
}  # fmt: skip
FOR_PROGRAMMERS = ("TypeError", "KeyError", "NotImplementedError", "AssertionError", "IndexError", "AttributeError", "OSError", "SizeError")
ON_THE_COMMAND_LINE = (  # and in models that others made: seen by who runs the server
    "cli/", "adapters/", "training/", "models/", "ui/", "live/wire/generate.py", "live/wire/answering.py", "live/wire/sizes.py", "web/headers.py", "drawing/", "data/dsprites.py",
    *(f"latent/{name}" for name in ("paths", "sampling", "projection", "directions", "geodesic", "ladder", "neighbours")),
    "continuity/inventory.py", "continuity/likelihood.py", "continuity/paths.py", "data/registry.py",
    *(f"tasks/{name}.py" for name in ("sample", "replay", "painter", "place", "disentangle", "export", "lines", "prior", "prove", "odd", "ladder",
                                      "convert", "own_folder", "registry")),
)  # fmt: skip
CODES = [code for code in languages() if code != SOURCE]


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


@cache
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
    """What is looked up as it stands: the glossary, the figures of the Models page, the textbook's sentences with their rulings, data sets' titles."""
    said = {words for figure in FIGURES.values() for words in (figure.title, figure.sentence)} | {sentence for sentence, *_ in SENTENCES}
    short = {ruling.removesuffix(" here").removesuffix(" for this model") for ruling in get_args(Ruling)}
    return {
        *definitions(),
        *definitions().values(),
        *said,
        *get_args(Ruling),
        *get_args(Outcome),
        *short,
        *GROUPS,
        *plain.data_sets().values(),
        *templates(),
    }


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
    known, wanted = catalogue(code)["sentences"], sentences()
    assert [sentence for sentence in wanted if sentence not in known] == []
    told = elsewhere()
    assert [sentence for sentence in told if sentence not in known] == []
    assert [sentence for sentence in known if sentence not in wanted and sentence not in told] == []


@cache
def trees() -> dict[str, ast.Module]:
    """The package's Python, by its files' names below it."""
    return {path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text("utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}


@cache
def templates() -> dict[str, str]:
    """Every sentence that Python may say to a page, and its form for one thing; what else is looked up as it stands, too."""
    found = {field.sentence: field.sentence for operation in OPERATIONS for field in operation.asks if field.sentence}
    for tree in trees().values():
        kept = {
            node.targets[0].id: node.value for node in tree.body if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        for node in ast.walk(tree):
            name = called(node)
            if not isinstance(node, ast.Call) or name not in ("phrase", "say", "counted", "Sentence"):
                continue
            if name == "counted":
                found[ast.literal_eval(node.args[2])] = ast.literal_eval(node.args[1])
                continue
            first = node.args[0]
            if isinstance(first, ast.Subscript):  # one of several that stand together
                first = first.value
            given = kept.get(first.id) if isinstance(first, ast.Name) else first
            literals = given.values if isinstance(given, ast.Dict) else [given]
            found |= {each.value: each.value for each in literals if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    return {sentence: one for sentence, one in found.items() if SHOWN.search(PLACES.sub("", sentence))}


def called(node: ast.AST) -> str:
    """The name of what a call calls; "" for anything else."""
    function = node.func if isinstance(node, ast.Call) else None
    return function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""


def unphrased(tree: ast.AST) -> Iterator[str]:
    """The sentences of errors, of progress, of findings and of pages made in Python that nobody could say in another language."""
    for node in ast.walk(tree):
        said: list[ast.expr] = []
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and called(node.exc) not in FOR_PROGRAMMERS:
            said = node.exc.args[:1]
        elif isinstance(node, ast.Call) and called(node) in SAID:
            said = [node.args[at] for at in SAID[called(node)] if at < len(node.args)]
        elif isinstance(node, ast.Return | ast.Assign) and isinstance(node.value, ast.JoinedStr):  # of HTML, what stands between tags
            text = "".join(part.value if isinstance(part, ast.Constant) else "\0" for part in node.value.values)
            said = [ast.Constant(words, lineno=node.lineno) for words in re.findall(r">([^<>\0]*)<", text)]
        for literal in said:
            inside = {id(part) for each in ast.walk(literal) if isinstance(each, ast.Call) for part in ast.walk(each)}
            for each in ast.walk(literal):
                if isinstance(each, ast.JoinedStr) and id(each) not in inside:
                    inside |= {id(part) for part in each.values}
                    text = "".join(str(part.value) for part in each.values if isinstance(part, ast.Constant))
                elif isinstance(each, ast.Constant) and isinstance(each.value, str) and id(each) not in inside:
                    text = each.value
                else:
                    continue
                if len(re.findall(r"[^\W\d_]{2,}", re.sub("<[^>]*>", "", text))) > 1:
                    yield f"{node.lineno}: {text}"


def test_every_sentence_that_python_says_to_a_page_is_one_that_catalogues_can_know() -> None:
    source = (
        'raise ValueError("no such thing")\nraise ValueError(f"no {x} here")\nraise ValueError(phrase("it is", x=1))\nraise TypeError("its type is")\n'
        'progress(0.5, "at work")\nprogress(1.0, about(name, phrase("done")))\nraise ValueError(why or "no reason known")\n'
        'def f():\n    return f"<p>plain words</p><b>{x}</b>"\n'
    )
    assert sorted(line.partition(":")[0] for line in unphrased(ast.parse(source))) == ["1", "2", "5", "7", "9"]
    found = {name: [*unphrased(tree)] for name, tree in trees().items() if not name.startswith(ON_THE_COMMAND_LINE)}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_what_stands_in_a_sentence_of_python_is_filled_in() -> None:
    wrong = []
    for name, tree in trees().items():
        for node in ast.walk(tree):
            if (
                called(node) not in ("phrase", "counted")
                or not isinstance(node, ast.Call)
                or any(each.arg is None for each in node.keywords)
            ):
                continue
            given = {each.arg for each in node.keywords} | ({"n"} if called(node) == "counted" else set())
            for literal in node.args[1:3] if called(node) == "counted" else node.args[:1]:
                places = {place[1:-1].partition(":")[0].partition("!")[0] for place in PLACES.findall(ast.literal_eval(literal))}
                wrong += [f"{name}:{node.lineno}"] if places != given else []
    assert wrong == []


@pytest.mark.parametrize("code", CODES)
def test_a_catalogue_has_every_sentence_of_the_server(code: str) -> None:
    known = catalogue(code)["sentences"]
    assert [sentence for sentence in templates() if sentence not in known] == []
    counted = [sentence for sentence, one in templates().items() if one != sentence and not isinstance(known[sentence], dict)]
    assert counted == [], "what depends on a number has a form for one"


def test_a_sentence_is_said_in_the_language_that_is_asked_for_and_survives_files_and_processes() -> None:
    inner = phrase("{name} has no learned prior; make one with: {again}", name="a", again="b")
    outer = about("mnist", counted(1, "{n} unreal frame", "{n} unreal frames"))
    for sentence in (inner, outer, phrase("{share:.1f} % of the model's own images", share=2.5), figures("0.5 [0.4, 1,000]")):
        for kept in (unpacked(json.loads(json.dumps(packed(sentence)))), opened(sealed(sentence)), pickle.loads(pickle.dumps(sentence))):
            assert kept == str(sentence) and translated(kept, "it") == translated(sentence, "it") != sentence
    assert str(ValueError(inner)) is not None and isinstance(str(ValueError(inner)), Sentence)
    assert translated({"x": [figures("0.5 [0.4, 1,000]")]}, "it") == {"x": ["0,5 [0,4; 1.000]"]}
    assert translated(clean("compare", {"show": "path", "t": "2"})[1][0], "it").startswith(
        "Nell'indirizzo, t=2 non si può usare; dev'essere un numero da 0 a 1. "
    )
    outside = verdict(Placed(error=0.0612, gap=0.1, error_share=1.0, gap_share=0.5, error_ratio=3.0, far=True), 10_000)
    assert outside.startswith(
        "Not from this world: its squared error is 0.0612, more than that of all 10,000 of the model's own images and 3 "
    )
    assert translated(outside, "it") == (
        "Non è di questo mondo: il suo errore quadratico è 0,0612, più che in tutte le 10.000 immagini del modello e 3 volte quello mediano. "
        "Disegna la cosa più vicina che conosce. Il suo codice è lontano dai loro."
    )
    assert translated(inner, "en") == inner and opened("{not json") == "{not json"


@pytest.mark.parametrize("code", CODES)
def test_a_translation_has_the_same_figures_and_terms_in_it(code: str) -> None:
    for sentence, known in catalogue(code)["sentences"].items():
        for form in [known] if isinstance(known, str) else known.values():
            assert form.strip() and sorted(PLACES.findall(form)) == sorted(PLACES.findall(sentence)), form


def test_the_language_is_that_of_the_address_then_of_the_session(open_page) -> None:
    app = open_page("learn", lang="it")
    assert handed_over(app)["language"] == "it" and handed_over(app)["languages"]["it"] == "Italiano"
    del app.query_params["lang"]
    assert handed_over(app.run())["language"] == "it", "another page that is opened in the session names none"
    assert handed_over(open_page("learn", lang="xx"))["language"] == SOURCE


def test_models_speaks_the_language_and_offers_the_others(open_page) -> None:
    app = open_page("models", lang="it")
    assert any("errore quadratico" in part.proto.body and "0,0346" in part.proto.body for part in app.get("html"))
    told = {part.proto.component_name: json.loads(part.proto.json) for part in app.get("bidi_component")}
    assert told["continuum_language"]["language"] == "it" and told["continuum_language"]["languages"]["en"] == "English"
