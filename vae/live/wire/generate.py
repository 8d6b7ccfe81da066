"""`python -m vae.live.wire.generate` writes the description of the wire for JavaScript; with `--check` it only says whether it is up to date."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, cast

from vae.live.wire import plain, schema
from vae.live.wire.parts import Answer, Field, Key, Operation, Record, Table, Value

FOLDER = Path(__file__).parents[2] / "ui" / "static" / "wire"
HEAD = "// Written by `python -m vae.live.wire.generate` from vae/live/wire/schema.py: change that, and write this anew.\n"
LONGEST = 140  # letters of a line

ARRAYS = {"uint8": "Uint8Array", "float32": "Float32Array", "int32": "Int32Array"}

TYPES = """import type { Table, Tensor } from "./tables.js";

export interface Field {
  readonly name: string;
  readonly kind: string;
  readonly shape?: readonly (string | number)[];
  readonly words?: readonly string[];
  readonly only?: readonly [string, readonly string[]];
  readonly optional?: boolean;
  readonly default?: number;
}

export interface Answer {
  readonly name: string;
  readonly kind: string;
  readonly dtype: string;
  readonly shape: readonly (string | number)[];
  readonly columns?: readonly string[];
}

/** @typeParam Asked what a question holds @typeParam Answered what its answer holds */
export interface Operation<Asked, Answered> {
  readonly name: string;
  readonly socket: string;
  readonly number: number;
  readonly asks: readonly Field[];
  readonly answers: readonly Answer[];
  readonly types?: { asked: Asked; answered: Answered };
}

export interface Key<Default> {
  readonly kind: string;
  readonly default: Default;
  readonly words?: readonly string[];
  readonly low?: number;
  readonly high?: number | null;
}

export const HASH: string;
"""


def files(operations: tuple[Operation, ...] = schema.OPERATIONS) -> dict[str, str]:
    """What `schema.js` and `schema.d.ts` must hold."""
    return {"schema.js": module(operations), "schema.d.ts": types(operations)}


def module(operations: tuple[Operation, ...]) -> str:
    """`schema.js`: constants, and one description for each operation."""
    wire = plain.wire(operations)
    parts = [
        f"// @ts-check\n{HEAD}",
        f"/** What a page says of itself when it connects. */\nexport const HASH = {json.dumps(plain.hash_of(wire))};\n",
    ]
    parts.append(
        "\n".join(f"export const {name} = {_filled(value, named=False)};" for name, value in wire.items() if name != "OPERATIONS") + "\n"
    )
    for operation in operations:
        described = plain.operation(operation)
        head = ", ".join(f"{name}: {_literal(described[name])}" for name in ("name", "socket", "number"))
        lists = "".join(f"  {name}: {_filled(described[name], f'  {name}: ')},\n" for name in ("asks", "answers"))
        parts.append(f"/** {operation.about} */\nexport const {operation.name.upper()} = {{\n  {head},\n{lists}}};\n")
    pages = "".join(f"  {page}: {_filled(keys, f'  {page}: ')},\n" for page, keys in plain.address().items())
    titles = _filled(plain.data_sets(), "export const DATA_SETS = ")
    parts.append(
        f"/** What a screen calls each data set that is shipped, in the order in which they are listed. */\nexport const DATA_SETS = {titles};\n"
    )
    parts.append(f"/** The parts of each page's address. */\nexport const ADDRESS = {{\n{pages}}};\n")
    return "\n".join(parts)


def types(operations: tuple[Operation, ...]) -> str:
    """`schema.d.ts`: the same as types, and what is asked and answered by each operation."""
    parts = [HEAD + TYPES]
    for name, value in plain.wire(operations).items():
        if name != "OPERATIONS":
            parts.append(f"export const {name}: {_type(value)};\n")
    for operation in operations:
        name = "".join(word.title() for word in operation.name.split("_"))
        parts.append(f"export interface {name}Asked {{\n{''.join(map(_asked, operation.asks))}}}\n")
        parts.append(f"export interface {name}Answered {{\n{''.join(map(_answered, operation.answers))}}}\n")
        parts.append(f"/** {operation.about} */\nexport const {operation.name.upper()}: Operation<{name}Asked, {name}Answered>;\n")
    pages = "".join(
        f"  readonly {page}: {{\n{''.join(map(_keyed, keys.values()))}  }};\n" for page, keys in schema.ADDRESS.items()
    )  # fmt: skip
    parts.append("export const DATA_SETS: Readonly<Record<string, string>>;\n")
    parts.append(f"export const ADDRESS: {{\n{pages}}};\n")
    return "\n".join(parts)


def _asked(field: Field) -> str:
    kinds = {"number": "number", "whole": "number", "choice": _words(field.words)}
    optional = field.optional or field.default is not None or field.only is not None
    about = f"  /** {_about(field)} */\n" if _about(field) else ""
    return f"{about}  {field.name}{'?' if optional else ''}: {kinds.get(field.kind, 'ArrayLike<number>')};\n"


def _about(field: Field) -> str:
    words = [f"({', '.join(map(str, field.shape))})"] if field.shape else []
    if field.only:
        words.append(f"where {field.only[0]} is {' or '.join(field.only[1])}")
    if field.kind in ("number", "whole") and (field.low, field.high) != (-float("inf"), float("inf")):
        words.append(f"from {field.low} to {field.high}" if field.high != float("inf") else f"at least {field.low}")
    return ", ".join(words)


def _answered(answer: Answer) -> str:
    array = ARRAYS[answer.dtype]
    if isinstance(answer, Table):
        kind = f"Table<{_words(answer.columns)}, {array}>"
    elif isinstance(answer, Record):
        kind = f"{{ {'; '.join(f'{_key(column)}: number' for column in answer.columns)} }}"
    else:
        kind = "number" if isinstance(answer, Value) else f"Tensor<{array}>"
    about = "; ".join(filter(None, ["" if isinstance(answer, Record | Value) else f"({', '.join(map(str, answer.shape))})", answer.about]))
    return (f"  /** {about} */\n" if about else "") + f"  {answer.name}: {kind};\n"


def _keyed(key: Key) -> str:
    kind = "null" if key.default is None else "number" if isinstance(key.default, int | float) else "string"
    return f"    readonly {key.name}: Key<{_words(key.words) if key.words and kind == 'string' else kind}>;\n"


def _words(words: tuple[str, ...]) -> str:
    return " | ".join(json.dumps(word) for word in words)


def _type(value: object) -> str:
    if isinstance(value, dict):
        return f"{{ {'; '.join(f'readonly {_key(name)}: number' for name in value)} }}" if len(value) < 4 else _lines(value)
    if not isinstance(value, list):
        return "string"
    words = list(map(json.dumps, value))
    line = f"readonly [{', '.join(words)}]"
    return line if len(line) < LONGEST - 30 else "readonly [\n" + "".join(f"  {word},\n" for word in words) + "]"


def _lines(value: dict[str, Any]) -> str:
    return "{\n" + "".join(f"  readonly {_key(name)}: number;\n" for name in value) + "}"


def _key(name: str) -> str:
    return name if name.isidentifier() else json.dumps(name)


ENUMERATIONS = {json.dumps(getattr(schema, name)): name for name in reversed(plain.ENUMERATIONS)}


def _literal(value: object, named: bool = True) -> str:
    """`value` as JavaScript, on one line; an enumeration by its name, unless it is not `named`."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_key(name)}: {_literal(each)}' for name, each in value.items())} }}"
    if named and json.dumps(value) in ENUMERATIONS:
        return ENUMERATIONS[json.dumps(value)]
    return f"[{', '.join(map(_literal, value))}]" if isinstance(value, list) else json.dumps(value, ensure_ascii=False)


def _filled(value: object, before: str = "", named: bool = True) -> str:
    """`value` as JavaScript, its parts on as few lines as hold them; `before` is what stands on the line it begins on."""
    line = _literal(value, named)
    if len(f"{before}{line},") <= LONGEST - (0 if named else 30):
        return line
    indent = before[: len(before) - len(before.lstrip())]
    if isinstance(value, dict):
        parts = [f"{_key(name)}: {_literal(each)}" for name, each in value.items()]
    else:
        parts = [_literal(each) for each in cast(list[object], value)]
    lines = [""]
    for part in parts:
        if lines[-1] and len(f"{indent}  {lines[-1]} {part},") > LONGEST:
            lines.append("")
        lines[-1] += f"{' ' if lines[-1] else ''}{part},"
    start, end = "{}" if isinstance(value, dict) else "[]"
    return "\n".join([start, *(f"{indent}  {each}" for each in lines), indent + end])


def main(arguments: list[str]) -> int:
    """Write the files, or compare them; 1 if they are not up to date."""
    if arguments not in ([], ["--check"]):
        print("usage: python -m vae.live.wire.generate [--check]", file=sys.stderr)
        return 2
    stale = [name for name, text in files().items() if not (FOLDER / name).is_file() or (FOLDER / name).read_text("utf-8") != text]
    if arguments:
        if stale:
            print(f"{' and '.join(stale)} are not what schema.py says; run: python -m vae.live.wire.generate", file=sys.stderr)
        return bool(stale)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (FOLDER / name).write_text(text, "utf-8")
    print(f"wrote {FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
