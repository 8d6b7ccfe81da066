"""The description of the wire: its pieces fit together, and what is not as it says is never sent nor read."""

from __future__ import annotations

import dataclasses
import inspect
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from vae.data.scenes import SLOTS
from vae.latent.geodesic import CURVE_STEPS
from vae.live import studio
from vae.live.operations import HANDLERS
from vae.live.wire import generate, plain, schema
from vae.live.wire.answering import answer_of, arrays_of
from vae.live.wire.asking import pack_asked, unpack_asked
from vae.live.wire.frames import ProtocolError
from vae.live.wire.parts import Operation, Record, Table
from vae.live.wire.sizes import SizeError, fit, parts, side

FRAMES = json.loads(Path(__file__).with_name("frames.json").read_text("utf-8"))
BY_NAME = {operation.name: operation for operation in schema.OPERATIONS}
MODEL = {"D": 2, "C": 1, "H": 2, "W": 1, "images": 9, "classes": 3, "cells": 4, "K": 5, "M": 6}

VERDICT = {"label": [1.0], "confidence": [0.5], "unreal": [0.0], "far": [1.0]}
SAMPLE = {
    "pixels": np.zeros((1, 2, 1, 1), np.uint8),
    "places": np.zeros((1, 2), np.float32),
    "codes": np.zeros((1, 2), np.float32),
    "verdicts": VERDICT,
}
SIZES = {**MODEL, "count": 1}


def without(operation: Operation, name: str, column: str) -> Operation:
    """The operation as it would be had somebody left out a column of one of its tables."""

    def narrowed(part: object) -> object:
        columns = tuple(each for each in part.columns if each != column) if part.name == name else None
        return dataclasses.replace(part, columns=columns) if columns else part

    return dataclasses.replace(operation, answers=tuple(map(narrowed, operation.answers)))


# --- the schema itself -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("socket", ["live", "studio", "page"])
def test_every_operation_has_a_number_and_a_name_of_its_own(socket: str) -> None:
    numbers = [operation.number for operation in schema.OPERATIONS if operation.socket == socket]
    assert len(numbers) == len(set(numbers))
    assert len(BY_NAME) == len(schema.OPERATIONS)


def test_every_operation_is_answered_by_a_function_of_its_fields() -> None:
    assert set(HANDLERS) == set(schema.LIVE.values())
    assert {*studio.QUESTIONS, schema.DRAW} == set(schema.STUDIO.values())
    for operation, function in [*HANDLERS.items(), *studio.QUESTIONS.items()]:
        keywords = [name for name, each in inspect.signature(function).parameters.items() if each.kind is each.KEYWORD_ONLY]
        assert keywords == [field.name for field in operation.asks], operation.name


@pytest.mark.parametrize("operation", schema.OPERATIONS, ids=lambda operation: operation.name)
def test_every_symbol_can_be_known(operation: Operation) -> None:
    """Of a product one factor must be known when the other is learnt."""
    known = {*MODEL, *(field.name for field in operation.asks)}
    for part in (*operation.asks, *operation.answers):
        for text in part.shape:
            first, second, _ = parts(text)
            assert first.isdigit() or first in known, text
            known.add(second)


def test_what_stands_elsewhere_is_taken_from_there() -> None:
    assert schema.LIMITS.path_steps == CURVE_STEPS
    assert next(part for part in schema.INSPECT.answers if part.name == "attention").columns == SLOTS
    assert set(schema.FIELDS) == {floor.replace("-", "_") for floor in schema.FLOORS} - {"none", "linear", "pictures"}


# --- the sides of arrays ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "long"), [(65, 65), ("N", 4), ("N+1", 5), ("N-1", 3), ("2*N", 8), ("N*M", 20), ("2*N+1", 9)])
def test_a_side_is_reckoned_and_learnt(text: object, long: int) -> None:
    assert side(text, {"N": 4, "M": 5}) == long
    sizes = {"M": 5}
    fit((long,), (text,), sizes, "it")
    assert sizes.get("N", 4) == 4
    with pytest.raises(SizeError, match="it has the shape"):
        fit((long + 1,), (text,), {"N": 4, "M": 5}, "it")


@pytest.mark.parametrize(
    ("actual", "shape"), [((3,), ("2*N",)), ((0,), ("N+1",)), ((2, 3), ("N", "N")), ((2,), ("N", "M")), ((4,), ("N*M",))]
)
def test_what_no_size_explains_does_not_fit(actual: tuple, shape: tuple) -> None:
    with pytest.raises(SizeError):
        fit(actual, shape, {}, "it")


def test_nonsense_is_no_side() -> None:
    with pytest.raises(ValueError, match="side"):
        parts("N+M+1")


# --- golden numbers, which JavaScript is held to as well -------------------------------------------------------------


@pytest.mark.parametrize("golden", FRAMES["asked"], ids=lambda golden: golden["about"])
def test_what_is_asked_has_exactly_these_numbers(golden: dict) -> None:
    operation = BY_NAME[golden["operation"]]
    assert pack_asked(operation, golden["asked"]).tolist() == golden["payload"]
    read = unpack_asked(operation, np.array(golden["payload"], np.float32), dict(MODEL))
    for name, value in golden["asked"].items():
        assert np.array_equal(read[name], value), name


@pytest.mark.parametrize("golden", FRAMES["answered"], ids=lambda golden: golden["about"])
def test_what_is_answered_has_exactly_these_arrays(golden: dict) -> None:
    operation = BY_NAME[golden["operation"]]
    arrays = [np.array(array["values"], array["dtype"]).reshape(array["shape"]) for array in golden["arrays"]]
    answer = answer_of(operation, arrays, golden["sizes"])
    for part in operation.answers:
        expected, value = golden["answer"][part.name], answer[part.name]
        if isinstance(part, Table):
            assert {column: values.ravel().tolist() for column, values in value.items()} == expected
        else:
            assert np.array_equal(np.ravel(list(value.values()) if isinstance(part, Record) else value),
                                  list(expected.values()) if isinstance(part, Record) else np.ravel(expected))  # fmt: skip
    again = arrays_of(operation, answer, golden["sizes"])
    assert all(np.array_equal(a, b) and a.dtype == b.dtype for a, b in zip(again, arrays, strict=True))


# --- a column or an array too few or too many ------------------------------------------------------------------------


def test_an_answer_that_is_as_the_schema_says_is_sent_and_read() -> None:
    arrays = arrays_of(schema.SAMPLE, SAMPLE, SIZES)
    assert [array.shape for array in arrays] == [(1, 2, 1, 1), (1, 2), (1, 2), (1, 4)]
    assert answer_of(schema.SAMPLE, arrays)["verdicts"]["far"].tolist() == [1]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("verdicts", {"label": [1.0], "confidence": [0.5], "unreal": [0.0]}, "far is missing"),
        ("verdicts", {**VERDICT, "near": [0.0]}, "near is one too many"),
        ("verdicts", np.zeros((1, 3), np.float32), r"\(1, 3\) where the schema says \(1, 4\)"),
        ("verdicts", {name: [0.0, 0.0] for name in VERDICT}, r"\(2, 4\)"),
        ("codes", np.zeros((1, 3), np.float32), r"codes has the shape \(1, 3\)"),
        ("codes", np.zeros((1, 2)), "float64 where the schema says float32"),
        ("codes", {"x": [0.0]}, "no columns"),
        ("places", None, "shape"),
        ("pixels", np.zeros((2, 2, 1, 1), np.uint8), "pixels"),
    ],
)
def test_an_answer_that_is_not_as_the_schema_says_is_never_sent(name: str, value: object, sentence: str) -> None:
    with pytest.raises(SizeError, match=sentence if value is not None else "float32"):
        arrays_of(schema.SAMPLE, SAMPLE | {name: value}, SIZES)


def test_an_array_too_few_or_too_many_is_never_sent_nor_read() -> None:
    arrays = arrays_of(schema.SAMPLE, SAMPLE, SIZES)
    with pytest.raises(SizeError, match="codes is missing"):
        arrays_of(schema.SAMPLE, {name: value for name, value in SAMPLE.items() if name != "codes"}, SIZES)
    for wrong in (arrays[:-1], [*arrays, arrays[0]]):
        with pytest.raises(SizeError, match="arrays where"):
            answer_of(schema.SAMPLE, wrong)


@pytest.mark.parametrize(
    ("operation", "name", "column"),
    [(schema.SAMPLE, "verdicts", "unreal"), (schema.BALLOONS, "shapes", "reach"), (schema.HOLE, "figures", "judged")],
    ids=lambda part: getattr(part, "name", part),
)
def test_a_schema_with_a_column_less_refuses_the_answers_of_the_whole_one(operation: Operation, name: str, column: str) -> None:
    sizes = {**SIZES, "N": 1, "found": 1}
    whole = [np.zeros([side(text, sizes) for text in part.shape], part.dtype) for part in operation.answers]
    answer = answer_of(operation, whole, sizes)
    narrow = without(operation, name, column)
    for one, other in (
        (narrow, whole),
        (operation, arrays_of(narrow, answer | {name: {c: v for c, v in answer[name].items() if c != column}}, sizes)),
    ):
        with pytest.raises(SizeError, match=name):
            answer_of(one, other, sizes)
    with pytest.raises(SizeError, match=f"{column} is one too many"):
        arrays_of(narrow, answer, sizes)


def test_the_engine_answers_an_error_in_place_of_a_reply_with_a_column_less(engine, ask, monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = without(schema.BALLOONS, "shapes", "reach")
    monkeypatch.setitem(HANDLERS, narrow, HANDLERS[schema.BALLOONS])
    monkeypatch.setitem(schema.LIVE, narrow.number, narrow)
    reply = ask(engine, narrow.number, "vae-5", 1, 2)
    assert reply.status != 0 and "try again" in reply.sentence


# --- requests --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "asked", "error"),
    [
        (schema.SAMPLE, {"seed": 1, "count": 2, "temperature": 1}, "asks for source"),
        (schema.SAMPLE, {"seed": 1, "count": 2, "temperature": 1, "source": "prior", "far": 1}, "does not ask for far"),
        (schema.SAMPLE, {"seed": [1, 2], "count": 2, "temperature": 1, "source": "prior"}, "one number as seed"),
        (schema.SAMPLE, {"seed": 1, "count": 2, "temperature": 1, "source": "elsewhere"}, "not in tuple"),
        (schema.PATH, {"way": "line", "frames": 2, "a": [0, 0], "b": [0]}, "path's b has the shape"),
        (schema.DECODE, {"codes": [1, 2]}, "decode's codes has the shape"),
        (schema.RELAX, {"start": "curve", "segments": 2, "iterations": 1, "curve": [[0, 0]] * 2}, "relax's curve has the shape"),
    ],
)
def test_a_request_of_other_fields_cannot_be_made(operation: Operation, asked: dict, error: str) -> None:
    with pytest.raises((TypeError, ValueError), match=error):
        pack_asked(operation, asked)


def test_a_field_that_does_not_apply_is_not_sent() -> None:
    payload = pack_asked(schema.RELAX, {"start": "curve", "segments": 2, "iterations": 1, "curve": np.ones((3, 2))})
    read = unpack_asked(schema.RELAX, payload, dict(MODEL))
    assert read["a"] is None and read["b"] is None and read["curve"].shape == (3, 2)


@pytest.mark.parametrize("operation", schema.OPERATIONS, ids=lambda operation: operation.name)
def test_any_numbers_are_read_or_refused_with_a_sentence(operation: Operation) -> None:
    dice = np.random.default_rng(operation.number)
    for size in range(40):
        for payload in (dice.integers(-2, 9, size), dice.normal(size=size), np.full(size, 3e38)):
            try:
                unpack_asked(operation, payload.astype(np.float32), dict(MODEL))
            except ProtocolError as refusal:
                assert len(str(refusal)) > 10


# --- the JavaScript twin ---------------------------------------------------------------------------------------------


def test_the_javascript_twin_is_what_the_schema_says() -> None:
    for name, text in generate.files().items():
        assert (generate.FOLDER / name).read_text("utf-8") == text, f"{name} is stale; run: python -m vae.live.wire.generate"
        assert max(map(len, text.splitlines())) <= generate.LONGEST, name


def test_the_generator_says_what_is_stale_and_writes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setattr(generate, "FOLDER", tmp_path / "wire")
    assert generate.main(["--check"]) == 1
    assert "run: python -m vae.live.wire.generate" in capsys.readouterr().err
    assert generate.main([]) == 0 and generate.main(["--check"]) == 0
    (tmp_path / "wire" / "schema.js").write_text("")
    assert generate.main(["--check"]) == 1
    assert generate.main(["--help"]) == 2


def test_the_generator_runs_as_a_command() -> None:
    done = subprocess.run([sys.executable, "-m", "vae.live.wire.generate", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_hash_changes_with_every_column() -> None:
    others = tuple(without(each, "verdicts", "far") if each is schema.SAMPLE else each for each in schema.OPERATIONS)
    assert plain.hash_of(plain.wire(others)) != plain.HASH == plain.hash_of(plain.wire())
