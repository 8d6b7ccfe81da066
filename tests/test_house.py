"""Data flows one way through the package: what lies above knows nothing of what lies below."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

import vae
from vae.ui.component import SHEETS

PACKAGE = Path(vae.__file__).parent
FLOORS = (
    "cache", "sentences", "models", "adapters", "data", "store", "training", "latent", "continuity", "drawing", "report", "tasks", "jobs", "live", "web", "ui", "cli",
)  # fmt: skip
FILES = sorted(PACKAGE.rglob("*.py"))


def module_of(path: Path) -> tuple[str, ...]:
    """The dotted name of a file, in parts: ("vae", "models", "config")."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


def imports(tree: ast.AST, path: Path) -> Iterator[tuple[str, ...]]:
    """Every name that is imported anywhere in `tree`, in parts; `from a import b` counts as `a.b`."""
    package = module_of(path) if path.name == "__init__.py" else module_of(path)[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (tuple(alias.name.split(".")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else ()
            start += tuple(node.module.split(".")) if node.module else ()
            yield from ((*start, alias.name) for alias in node.names)


def floor_of(name: tuple[str, ...]) -> str | None:
    """The floor a name belongs to; the package itself gives out what `vae/store/` holds, and nothing else."""
    if name[0] != "vae":
        return None
    known = len(name) > 1 and ((PACKAGE / name[1]).is_dir() or (PACKAGE / f"{name[1]}.py").is_file())
    return name[1] if known else "store"


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(PACKAGE)) for path in FILES])
def test_a_file_imports_only_from_the_floors_above_it(path: Path) -> None:
    own = module_of(path)
    if own == ("vae",) or own[1] == "__main__":
        allowed = set(FLOORS) if own[1:] else {"store", "drawing", "models"}
    else:
        assert own[1] in FLOORS, f"{own[1]} has no place in the house: give it one in FLOORS"
        allowed = set(FLOORS[: FLOORS.index(own[1]) + 1])
        if own[1] == "data":
            allowed -= {"models", "adapters"}
    for name in imports(ast.parse(path.read_text("utf-8")), path):
        floor = floor_of(name)
        assert floor is None or floor in allowed, f"{'.'.join(own)} must not import {'.'.join(name)}"


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(PACKAGE)) for path in FILES])
def test_streamlit_is_known_to_the_pages_alone(path: Path) -> None:
    """The live channel asks Streamlit's server whom it trusts; of widgets it knows nothing."""
    names = {name for name in imports(ast.parse(path.read_text("utf-8")), path) if name[0] == "streamlit"}
    if module_of(path)[1:2] == ("live",):
        names = {name for name in names if name[:2] != ("streamlit", "web")}
    assert not names or module_of(path)[1:2] == ("ui",)


def at_start(tree: ast.AST) -> Iterator[ast.stmt]:
    """The statements that run when a module is imported: all but the bodies of functions."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        yield from at_start(node)


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(PACKAGE)) for path in FILES])
def test_umap_is_imported_nowhere_at_start(path: Path) -> None:
    """It takes seconds, and compiles for half a minute more."""
    starts = ast.Module(body=list(at_start(ast.parse(path.read_text("utf-8")))), type_ignores=[])
    assert "umap" not in {name[0] for name in imports(starts, path)}


def test_the_rules_above_see_every_way_to_import() -> None:
    above = "import umap.umap_ as u\nfrom . import config\nfrom ..data import load\n"
    source = above + "def f():\n    import vae.ui.main\nif True:\n    from vae import live\n"
    tree, path = ast.parse(source), PACKAGE / "models" / "made_up.py"
    assert set(imports(tree, path)) == {
        ("umap", "umap_"), ("vae", "models", "config"), ("vae", "data", "load"), ("vae", "ui", "main"), ("vae", "live"),
    }  # fmt: skip
    starts = ast.Module(body=list(at_start(tree)), type_ignores=[])
    assert ("vae", "ui", "main") not in set(imports(starts, path))
    assert ("vae", "live") in set(imports(starts, path))
    assert [floor_of(name) for name in (("vae", "load"), ("vae",), ("torch",), ("vae", "data", "load"))] == [
        "store",
        "store",
        None,
        "data",
    ]


@pytest.mark.parametrize("path", sorted((PACKAGE / "live" / "wire").glob("*.py")), ids=lambda path: path.name)
def test_the_wire_knows_nothing_of_who_speaks_over_it(path: Path) -> None:
    names = {name for name in imports(ast.parse(path.read_text("utf-8")), path) if name[:2] == ("vae", "live")}
    assert all(name[2] == "wire" for name in names)


# --- the pages' JavaScript -------------------------------------------------------------------------------------------

STATIC = PACKAGE / "ui" / "static"
ROOMS = {  # whom each room may import from, besides itself
    "wire": (),
    "core": ("wire", "text"),
    "text": ("core",),
    "widgets": ("wire", "core", "text"),
    "map": ("wire", "core", "text", "widgets"),
    "pages": ("wire", "core", "text", "widgets", "map"),
    "main.js": ("wire", "core", "text", "widgets", "map", "pages"),
}
MODULES = sorted(path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*.js"))
GENERATED = ("wire/schema.js", "text/glossary.js")
FROM = r"""^\s*(?:import|export)\b[^;"'=()]*\bfrom\s*["']([^"']+)["']"""
IMPORT = re.compile(FROM + r"""|^\s*import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)""", re.M)
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)


def javascript_imports(source: str, module: str) -> list[str]:
    """The modules that `source` imports, as paths below the folder of all modules; `module` is its own."""
    named = ["".join(found) for found in IMPORT.findall(COMMENT.sub("", source))]
    return [resolve(PurePosixPath(module).parent, name) for name in named]


def resolve(folder: PurePosixPath, name: str) -> str:
    """The path that a relative import names."""
    parts: list[str] = list(folder.parts)
    for part in name.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def may_import(module: str, other: str) -> bool:
    """Whether the rooms of the house allow it; a page knows no other page."""
    own, its = module.split("/"), other.split("/")
    if own[0] == its[0] == "pages":
        return own[1] == its[1]
    return own[0] == its[0] or its[0] in ROOMS[own[0]]


@pytest.mark.parametrize("module", MODULES)
def test_a_javascript_module_imports_only_from_the_rooms_before_it(module: str) -> None:
    for other in javascript_imports((STATIC / module).read_text("utf-8"), module):
        assert other in MODULES, f"{module} imports {other}, which is not there"
        assert may_import(module, other), f"{module} must not import {other}"


def test_the_rule_above_sees_every_way_to_import() -> None:
    source = (
        'import { a } from "../core/a.js";\nimport {\n  b,\n} from "./b.js";\nexport { c } from "../map/c.js";\nimport "../main.js";\n'
        '/** @typedef {import("../pages/d.js").D} D */\nconst e = await import("../text/e.js");\n'
    )
    found = javascript_imports(source, "widgets/x.js")
    assert found == ["core/a.js", "widgets/b.js", "map/c.js", "main.js", "text/e.js"]
    assert not may_import("widgets/x.js", "pages/compare/compare.js")
    assert not may_import("pages/slide/slide.js", "pages/compare/compare.js")
    assert not may_import("wire/x.js", "core/dom.js")
    assert may_import("pages/slide/slide.js", "pages/slide/view.js")


@pytest.mark.parametrize("module", [module for module in MODULES if module not in GENERATED])
def test_a_javascript_module_is_short_and_typed(module: str) -> None:
    lines = (STATIC / module).read_text("utf-8").splitlines()
    assert lines[0] == "// @ts-check"
    assert len(lines) <= 250, f"{module} has {len(lines)} lines; split it by subject"
    assert [line for line in lines if len(line) > 140] == []


def test_every_style_sheet_is_loaded_and_short() -> None:
    sheets = {path.stem: path.read_text("utf-8").count("\n") for path in (STATIC / "css").glob("*.css")}
    assert sorted(sheets) == sorted(SHEETS)
    assert {name: lines for name, lines in sheets.items() if lines > 400} == {}
