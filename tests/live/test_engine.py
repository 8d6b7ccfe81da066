from threading import Event, Thread, current_thread

import numpy as np
import pytest
import torch

from tests.data.imported.helping import noisy, write
from vae.data.imported import store
from vae.live import engine as engine_module
from vae.live import operations
from vae.live.costs import GUESS, LONG, Costs, kind_of
from vae.live.engine import Engine
from vae.live.operations.plan import Plan
from vae.live.wire import schema
from vae.live.wire.frames import BAD_REQUEST, NO_MODEL, OK, SERVER_FAILED, Request, unpack_reply
from vae.tasks.import_images import ImportRequest, import_images

CODE = np.array([0.5, -1, 0, 1, 2], np.float32)


def decode(seq: int, model: str, codes: np.ndarray) -> Request:
    return Request(seq, 1, model, np.ravel(codes).astype(np.float32))


@pytest.fixture
def decodings(library, monkeypatch):
    """Counts: how many codes each call of a model's decoder got, in order, as (name, codes)."""
    calls: list[tuple[str, int]] = []
    for name in library.names:
        model = library.get(name).model

        def counted(codes, name=name, original=model.paint):
            calls.append((name, len(codes)))
            return original(codes)

        monkeypatch.setattr(model, "paint", counted)
    return calls


@pytest.fixture
def unhurried(monkeypatch):
    """Nothing counts as long, and a tick may take any time, as on a machine that has nothing else to do."""
    monkeypatch.setattr(engine_module, "LONG", np.inf)
    monkeypatch.setattr(engine_module, "BUDGET", np.inf)


@pytest.fixture
def gate(library, monkeypatch):
    """Holds the engine inside its next decoding of ae-2 until it is opened."""
    model, entered, opened = library.get("ae-2").model, Event(), Event()
    original = model.paint

    def held(codes):
        entered.set()
        assert opened.wait(60)
        return original(codes)

    monkeypatch.setattr(model, "paint", held)
    yield entered, opened
    opened.set()


def test_requests_that_wait_are_decoded_together(idle, decodings, unhurried):
    futures = [idle.submit(decode(seq, "vae-5", np.tile(CODE, (2, 1))), client=seq) for seq in range(30)]
    futures += [idle.submit(decode(seq, "ae-2", [0, seq]), client=seq) for seq in range(10)]
    idle.start()
    assert all(unpack_reply(future.result()).status == OK for future in futures)
    assert sorted(decodings) == [("ae-2", 10), ("vae-5", 60)]


def test_requests_that_arrive_during_a_decoding_share_the_next(engine, gate, decodings, unhurried):
    entered, opened = gate
    first = engine.submit(decode(0, "ae-2", [0, 0]))
    assert entered.wait(60)
    futures = [engine.submit(decode(seq, "vae-5", CODE), client=seq) for seq in range(20)]
    opened.set()
    assert [unpack_reply(future.result()).seq for future in futures] == list(range(20))
    assert unpack_reply(first.result()).status == OK and decodings == [("ae-2", 1), ("vae-5", 20)]


def test_every_reply_is_that_of_its_own_request(engine, library):
    """Eight threads at once, each with its own codes."""
    models = {name: library.get(name).model for name in ("vae-5", "ae-5", "ae-2")}
    wrong: list[object] = []

    def talk(client: int) -> None:
        dice = np.random.default_rng(client)
        for seq in range(25):
            name = list(models)[dice.integers(3)]
            codes = dice.normal(size=(dice.integers(1, 6), models[name].config.latent_dim)).astype(np.float32)
            reply = unpack_reply(engine.submit(decode(seq, name, codes), client).result())
            expected = models[name].decode(torch.from_numpy(codes)).permute(0, 2, 3, 1).numpy()
            if reply.seq != seq or reply.status != OK or np.abs(reply.arrays[0] / 255 - expected).max() > 1 / 255:
                wrong.append((client, seq, reply))

    threads = [Thread(target=talk, args=(client,)) for client in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_flooding_client_does_not_starve_another(idle, decodings, monkeypatch, unhurried):
    monkeypatch.setattr(engine_module, "LARGEST_TICK", 100)
    order: list[str] = []
    flood = [idle.submit(decode(seq, "vae-5", np.tile(CODE, (40, 1))), "flood") for seq in range(50)]
    other = idle.submit(decode(0, "vae-5", CODE), "other")
    for name, futures in (("flood", flood), ("other", [other])):
        for future in futures:
            future.add_done_callback(lambda _, name=name: order.append(name))
    idle.start()
    assert all(unpack_reply(future.result()).status == OK for future in [*flood, other])
    assert order.index("other") <= 2
    assert all(count <= 100 for _, count in decodings)


def test_what_does_not_fit_a_tick_waits_for_the_next(idle, decodings, unhurried):
    futures = [idle.submit(decode(seq, "ae-2", np.zeros((1000, 2))), client=seq) for seq in range(5)]
    idle.start()
    assert all(unpack_reply(future.result()).status == OK for future in futures)
    assert decodings == [("ae-2", 2000), ("ae-2", 2000), ("ae-2", 1000)]


def test_long_work_waits_by_itself_and_nobody_waits_for_it(engine, library, monkeypatch, ask):
    """The second time: by the first the engine learns how long it takes."""
    assert ask(engine, 1, "ae-5", CODE).status == OK and ask(engine, 1, "vae-5", CODE).status == OK
    held, entered, model = Event(), Event(), library.get("vae-5").model
    original = model.paint

    def slow(codes):
        if len(codes) > 100:
            entered.set()
            assert held.wait(60)
        return original(codes)

    engine._costs.took(kind_of("vae-5", 1, CODE, 500), 500, 1.0)
    monkeypatch.setattr(model, "paint", slow)
    many = [engine.submit(decode(seq, "vae-5", np.tile(CODE, (500, 1))), client=seq) for seq in range(4)]
    assert entered.wait(60)
    for name in ("vae-5", "ae-5"):
        assert ask(engine, 1, name, CODE).status == OK
    assert not any(future.done() for future in many)
    held.set()
    assert [len(unpack_reply(future.result(60)).arrays[0]) for future in many] == [500] * 4


def test_many_codes_of_a_kind_that_is_new_are_taken_to_cost_what_the_model_has_cost():
    costs = Costs()
    for seconds in (0.003, 0.001, 0.002):
        costs.decoded("large", seconds)
    assert costs.expected("new", 100, None, "large") == pytest.approx(0.1)
    assert costs.expected("new", 64, None, "large") == costs.expected("new", 64, None, "other") == pytest.approx(64 * GUESS)
    costs.took("new", 100, 0.05)
    assert costs.expected("new", 100, None, "large") == pytest.approx(0.05)


def test_few_codes_are_long_work_only_if_they_take_long_twice():
    costs = Costs()
    for expected in (LONG, 2 * LONG):
        costs.took("few", 64, 2 * LONG)
        assert costs.expected("few", 64) == expected
    costs.took("very long", 64, 64.0)
    assert costs.expected("very long", 64) == 64.0
    costs.took("early", 5, 5.0)
    assert costs.expected("early", 5, 2 * LONG) == 5.0


def test_work_before_the_decoding_is_long_until_it_is_known_to_be_short(engine, ask, monkeypatch):
    threads: list[str] = []
    original = operations.HANDLERS[schema.CONTRAST]
    monkeypatch.setitem(operations.HANDLERS, schema.CONTRAST, lambda *a, **b: threads.append(current_thread().name) or original(*a, **b))
    monkeypatch.setattr(engine_module, "LONG", 1e-9)
    assert ask(engine, 18, "vae-5", 0, 1, 1, CODE).status == OK
    monkeypatch.setattr(engine_module, "LONG", 60.0)
    assert ask(engine, 18, "vae-5", 0, 1, 1, CODE).status == OK
    assert threads == ["engine-long", "engine"]


def test_a_reply_has_no_more_pixels_than_a_page_can_show(idle, library, monkeypatch, ask):
    monkeypatch.setattr(engine_module, "MOST_VALUES", 100 * 64)
    idle.start()
    reply = ask(idle, 1, "vae-5", np.tile(CODE, (101, 1)))
    assert reply.status == BAD_REQUEST and "ask for at most 100" in reply.sentence
    assert ask(idle, 1, "vae-5", np.tile(CODE, (100, 1))).status == OK


def test_many_pictures_are_decoded_in_pieces_and_are_the_same(engine, ask, decodings, monkeypatch, library):
    codes = np.random.default_rng(0).normal(size=(50, 5)).astype(np.float32)
    whole = ask(engine, 1, "vae-5", codes).arrays[0]
    decodings.clear()
    monkeypatch.setattr(engine_module, "LARGEST_PIECE", 20 * 64)
    pieces = ask(engine, 1, "vae-5", codes).arrays[0]
    assert [count for _, count in decodings] == [20, 20, 10] and np.abs(whole.astype(int) - pieces).max() <= 1


@pytest.mark.parametrize("where", ["before", "after", "answer"])
def test_a_failing_request_harms_no_other(idle, library, monkeypatch, where):
    library.get("vae-5")

    def broken(bundle, codes):
        if where == "before":
            raise RuntimeError("unexpected")
        return Plan(codes, lambda drawn: {} if where == "answer" else 1 / 0)

    monkeypatch.setitem(operations.HANDLERS, schema.VERDICTS, broken)
    futures = [idle.submit(Request(seq, schema.VERDICTS.number if seq == 3 else 1, "vae-5", CODE), client=seq) for seq in range(6)]
    idle.start()
    replies = [unpack_reply(future.result()) for future in futures]
    assert [reply.status for reply in replies] == [OK, OK, OK, SERVER_FAILED, OK, OK]
    assert "try again" in replies[3].sentence and [reply.seq for reply in replies] == list(range(6))


def test_codes_that_break_the_decoder_harm_no_others(idle, library, monkeypatch):
    model = library.get("vae-5").model
    original = model.paint

    def picky(codes):
        if (codes == 666).any():
            raise RuntimeError("unexpected")
        return original(codes)

    monkeypatch.setattr(model, "paint", picky)
    futures = [idle.submit(decode(seq, "vae-5", np.full(5, 666 if seq == 2 else 1)), client=seq) for seq in range(4)]
    idle.start()
    assert [unpack_reply(future.result()).status for future in futures] == [OK, OK, SERVER_FAILED, OK]


def test_a_callback_that_fails_harms_no_other(engine, ask):
    engine.ask(decode(1, "vae-5", CODE), "careless", lambda frame: 1 / 0)
    assert ask(engine, 1, "vae-5", CODE).status == OK


def test_stopping_answers_what_waits(idle, gate):
    entered, opened = gate
    idle.start()
    under_way = idle.submit(decode(1, "ae-2", [0, 0]))
    assert entered.wait(60)
    waiting = [idle.submit(decode(seq, "vae-5", CODE), client=seq) for seq in range(5)]
    idle._arrivals.put(None)  # as `stop` does, which would wait for the decoding that is held here
    late = [idle.submit(decode(seq, "vae-5", CODE), client=seq) for seq in range(5, 8)]
    opened.set()
    idle.stop()
    replies = [unpack_reply(future.result(60)) for future in waiting + late]
    assert unpack_reply(under_way.result(60)).status == OK
    assert {reply.status for reply in replies} == {SERVER_FAILED} and "stopping" in replies[0].sentence
    assert [reply.seq for reply in replies] == list(range(8))


def test_a_stopped_engine_answers_at_once(engine, ask):
    engine.stop()
    engine.stop()
    engine.start()
    assert ask(engine, 1, "vae-5", CODE).status == SERVER_FAILED


def test_an_engine_that_never_started_can_be_stopped(idle):
    future = idle.submit(decode(1, "vae-5", CODE))
    idle.stop()
    assert unpack_reply(future.result(60)).status == SERVER_FAILED


def test_starting_twice_is_starting_once(engine, ask):
    engine.start()
    assert ask(engine, 1, "vae-5", CODE).status == OK


def test_a_cancelled_request_is_not_decoded(idle, decodings):
    kept = idle.submit(decode(1, "vae-5", CODE), client="kept")
    gone = idle.submit(decode(2, "vae-5", np.tile(CODE, (9, 1))), client="gone")
    assert gone.cancel()
    idle.start()
    assert unpack_reply(kept.result()).status == OK and decodings == [("vae-5", 1)]


def test_loading_one_model_does_not_hold_up_another(engine, ask, library, monkeypatch):
    library.get("vae-5")
    load, opened = library._load, Event()
    monkeypatch.setattr(library, "_load", lambda name: load(name) if opened.wait(60) else None)
    slow = engine.submit(decode(1, "ae-2", [0, 0]))
    assert ask(engine, 1, "vae-5", CODE).status == OK and not slow.done()
    opened.set()
    assert unpack_reply(slow.result()).status == OK


def test_an_unknown_model_is_an_error_that_lists_the_known(engine, ask):
    reply = ask(engine, 1, "nothing", CODE)
    assert reply.status == NO_MODEL and "choose one of ae-2, ae-5, vae-2, vae-5" in reply.sentence


def test_a_broken_model_is_an_error_until_it_is_repaired(own_models_root, engine, ask):
    weights = own_models_root / "mine" / "model.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(b"PK" + whole)
    for _ in range(2):
        reply = ask(engine, 1, "mine", CODE)
        assert reply.status == NO_MODEL and "pickle" in reply.sentence
    weights.write_bytes(whole)
    assert ask(engine, 1, "mine", CODE).status == OK


def test_originals_that_cannot_be_read_leave_the_reconstruction_and_a_sentence(own_models_root, engine, ask, rewrite, tmp_path, library):
    folder = write(tmp_path / "pets", {f"test/{number}.png": noisy(number) for number in range(3)} | {"train/a.png": noisy(9)})
    import_images(ImportRequest(source=folder, name="pets", size=8, grey=True))
    (store.folder_of("pets") / store.PIXELS).write_bytes(b"no picture")
    rewrite(own_models_root / "mine", "vae", 5, data="pets")
    for _ in range(2):
        reply = ask(engine, 4, "mine", 0)
        assert reply.status == OK and reply.arrays[0].shape == (1, 8, 8, 1) and reply.arrays[1].shape[0] == 0
    facts = library.describe("mine")
    assert not facts["originals"] and ";" in facts["originals_sentence"]


def test_a_loader_that_fails_unexpectedly_is_an_error_of_the_server(engine, ask, library, monkeypatch):
    monkeypatch.setattr(library, "_load", lambda name: 1 / 0)
    assert ask(engine, 1, "vae-5", CODE).status == SERVER_FAILED


def test_warming_loads_and_decodes(engine, library, ask):
    bundle = engine.warm("vae-5")
    assert library.now("vae-5") is bundle
    assert ask(engine, 5, "vae-5", 0, 1, 1, 0).status == OK


def test_warming_an_unknown_model_says_so(engine):
    with pytest.raises(ValueError, match="choose one of"):
        engine.warm("nothing")


def test_warming_before_the_start_does_not_wait(library):
    assert Engine(library).warm("vae-5") is library.now("vae-5")


def test_pixels_are_rounded_not_cut(engine, ask, library, monkeypatch):
    monkeypatch.setattr(library.get("ae-2").model, "paint", lambda codes: torch.full((len(codes), 1, 8, 8), 254.6 / 255))
    assert (ask(engine, 1, "ae-2", 0, 0).arrays[0] == 255).all()


def test_too_few_numbers_are_a_bad_request(engine, ask):
    assert ask(engine, 1, "vae-5", 1, 2).status == BAD_REQUEST
