"""The engine raises, hangs, or its device has no memory left: whoever asked is told or answered, and everybody else goes on."""

import time
from dataclasses import replace
from threading import Event

import numpy as np
import pytest
import torch

from vae.live import operations
from vae.live.bundle import Library
from vae.live.costs import kind_of
from vae.live.engine import LOADING, Engine
from vae.live.wire import schema
from vae.live.wire.frames import FELL_BACK, NOT_AVAILABLE, OK, SERVER_FAILED, ProtocolError, Request, unpack_reply
from vae.live.worker import PATIENCE

CODE = np.array([0.5, -1, 0, 1, 2], np.float32)


def decode(seq: int, model: str, codes: np.ndarray) -> Request:
    return Request(seq, 1, model, np.ravel(codes).astype(np.float32))


@pytest.fixture
def stuck(library, monkeypatch):
    """Holds whoever decodes with ae-2 until it is let go; tells who is there."""
    model, there, opened, left = library.get("ae-2").model, Event(), Event(), Event()
    original = model.paint

    def held(codes):
        there.set()
        assert opened.wait(60)
        left.set()
        return original(codes)

    monkeypatch.setattr(model, "paint", held)
    yield there, opened, left
    opened.set()


@pytest.mark.parametrize("long", [False, True])
def test_an_engine_that_hangs_says_so_and_another_thread_goes_on(engine, stuck, ask, caplog, long):
    there, opened, left = stuck
    assert ask(engine, 1, "vae-5", CODE).status == OK
    codes = np.zeros((500 if long else 1, 2))
    if long:
        engine._costs.took(kind_of("ae-2", 1, codes, 500), 500, 1.0)
    hung = engine.submit(decode(1, "ae-2", codes), "one")
    assert there.wait(60)
    behind = None if long else engine.submit(decode(2, "vae-5", CODE), "another")
    engine.look(time.monotonic() + PATIENCE / 2)
    assert not hung.done()
    engine.look(time.monotonic() + 2 * PATIENCE)
    reply = unpack_reply(hung.result(60))
    assert (reply.seq, reply.status) == (1, SERVER_FAILED) and "given up" in reply.sentence
    assert behind is None or unpack_reply(behind.result(60)).status == OK
    assert "is left behind" in caplog.text and "in held" in caplog.text  # the log says where it hangs
    opened.set()
    assert left.wait(60)  # what comes back late harms nobody
    assert [ask(engine, 1, name, CODE[:size]).status for name, size in (("ae-2", 2), ("vae-5", 5), ("ae-2", 2))] == [OK, OK, OK]


def test_a_file_that_is_never_read_keeps_nobody_waiting_for_ever(engine, ask, library, monkeypatch):
    there, opened, load = Event(), Event(), library._load

    def never(name: str):
        if name != "ae-2":
            return load(name)
        there.set()
        assert opened.wait(60)
        raise ProtocolError("it was read after all", status=NOT_AVAILABLE)

    monkeypatch.setattr(library, "_load", never)
    waits = engine.submit(decode(1, "ae-2", CODE[:2]))
    assert there.wait(60)
    engine.look(time.monotonic() + 2 * PATIENCE)
    assert not waits.done()
    engine.look(time.monotonic() + 2 * LOADING)
    assert "given up" in unpack_reply(waits.result(60)).sentence
    opened.set()
    assert ask(engine, 1, "vae-5", CODE).status == OK


@pytest.mark.parametrize("part", ["took", "expected"])
def test_an_engine_that_raises_answers_what_it_was_at_and_goes_on(engine, ask, monkeypatch, caplog, part):
    assert ask(engine, 1, "vae-5", CODE).status == OK
    with monkeypatch.context() as fault:
        fault.setattr(engine._costs, part, lambda *_: 1 / 0)
        reply = ask(engine, 1, "vae-5", CODE)
        assert reply.status == SERVER_FAILED and "try again" in reply.sentence
    assert ask(engine, 1, "vae-5", CODE).status == OK
    assert "ZeroDivisionError" in caplog.text


def test_an_engine_that_hangs_stops_all_the_same(engine, stuck):
    there, _, _ = stuck
    hung = engine.submit(decode(1, "ae-2", CODE[:2]))
    assert there.wait(60)
    engine.stop()
    assert "stopping" in unpack_reply(hung.result(60)).sentence


# --- no memory -----------------------------------------------------------------------------------------------------


@pytest.fixture
def small(monkeypatch) -> Library:
    """Models on a device that is not "the" CPU, as far as torch's names go, and has memory for ten pictures at a time."""
    library = Library("cpu:0")
    for name in ("vae-5", "ae-2"):
        model = library.get(name).model
        monkeypatch.setattr(model, "paint", lambda codes, paint=model.paint: paint(codes) if len(codes) <= 10 else no_memory())
    return library


def no_memory():
    raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")


@pytest.fixture
def on_device(small):
    engine = Engine(small)
    engine.start()
    yield engine
    engine.stop()


def test_a_device_without_memory_leaves_its_work_to_the_cpu_and_the_replies_say_so(on_device, small, ask, caplog):
    before = ask(on_device, 1, "vae-5", CODE)
    assert (before.status, before.notes) == (OK, 0) and not small.fell_back
    many = np.random.default_rng(0).normal(size=(50, 5)).astype(np.float32)
    answered = ask(on_device, 1, "vae-5", many)
    assert (answered.status, answered.notes) == (OK, FELL_BACK)
    expected = Library("cpu").get("vae-5").model.decode(many).permute(0, 2, 3, 1).numpy()
    assert np.abs(answered.arrays[0] / 255 - expected).max() <= 1 / 255
    assert small.describe("vae-5")["device"] == "cpu" and small.fell_back
    assert caplog.text.count("has run out of memory") == 1
    after = ask(on_device, 1, "ae-2", np.zeros((50, 2)))  # whose copy on the device is gone, too
    assert (after.status, after.notes) == (OK, FELL_BACK)


def test_requests_that_are_too_many_together_are_tried_one_by_one_first(small, ask):
    engine = Engine(small)
    few = [engine.submit(decode(seq, "vae-5", np.tile(CODE, (6, 1))), client=seq) for seq in range(4)]
    engine.start()
    replies = [unpack_reply(future.result(60)) for future in few]
    assert [(reply.status, reply.notes) for reply in replies] == [(OK, 0)] * 4 and not small.fell_back
    engine.stop()


@pytest.mark.parametrize("where", ["reading", "preparing", "finishing"])
def test_memory_may_be_missing_anywhere(on_device, small, ask, monkeypatch, where):
    read, handler = small._read, operations.HANDLERS[schema.DECODE]

    def decoding(bundle, **asked):
        if where == "preparing" and not small.fell_back:
            no_memory()
        plan = handler(bundle, **asked)
        return replace(plan, finish=lambda drawn: plan.finish(drawn) if small.fell_back or where == "preparing" else no_memory())

    if where == "reading":
        monkeypatch.setattr(small, "_read", lambda name: read(name) if small.fell_back else no_memory())
    else:
        monkeypatch.setitem(operations.HANDLERS, schema.DECODE, decoding)
    reply = ask(on_device, 1, "ae-5", CODE)
    assert (reply.status, reply.notes) == (OK, FELL_BACK) and small.fell_back


def test_a_cpu_without_memory_is_an_error(library, ask, monkeypatch):
    model = library.get("vae-5").model
    monkeypatch.setattr(model, "paint", lambda codes: no_memory())
    engine = Engine(library)
    engine.start()
    assert ask(engine, 1, "vae-5", CODE).status == SERVER_FAILED
    engine.stop()
    assert not library.fell_back
