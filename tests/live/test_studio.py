"""The studio with a painter that needs no training: who is drawn for, in what order, and what everybody is told."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from itertools import count
from threading import Event

import numpy as np
import pytest
import torch

from tests.stub_painter import CODES, StubPainter
from vae.data import scenes
from vae.live import studio as module
from vae.live import worker
from vae.live.studio import Studio
from vae.live.wire import schema
from vae.live.wire.frames import BAD_REQUEST, FELL_BACK, NO_MODEL, NOT_AVAILABLE, OK, SERVER_FAILED, Reply, Request, unpack_reply
from vae.models import ModelConfig, build
from vae.store.checkpoints import load_model, save_model
from vae.store.files import CheckpointError

APPLE = ("red", "apple", "nothing", "nothing", "nothing", "white")
CAT = ("purple", "cat", "left of", "yellow", "bus", "mint")
CELLS = 64
DRAW, PAINT, INSPECT, CODEBOOK, RAMP = sorted(schema.STUDIO)
WAIT = 60


class Watched(StubPainter):
    """Writes down whose turn it was, by the seed of the drawing."""

    def __init__(self) -> None:
        self.turns: list[int] = []
        self.fails: set[int] = set()

    def start(self, words, count, *, seed=0, **settings):
        drawing = super().start(words, count, seed=seed, **settings)
        advance = drawing.advance

        def watched(steps: int = 1) -> None:
            if seed in self.fails:
                raise RuntimeError("out of paint")
            self.turns.append(seed)
            advance(steps)

        drawing.advance = watched
        return drawing


@pytest.fixture(autouse=True)
def no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for the last cell hears of nothing before, however slow the machine."""
    monkeypatch.setattr(module, "HEARTBEAT", np.inf)


@pytest.fixture
def painter() -> Watched:
    return Watched()


@pytest.fixture
def idle(painter: Watched):
    """A studio that has not been started: what is asked of it waits. Every piece of work takes it as long as any other."""
    studio = Studio(lambda name: painter, count().__next__)
    yield studio
    studio.stop()


@pytest.fixture
def studio(idle: Studio) -> Studio:
    idle.start()
    return idle


def numbers(words=APPLE, *, seen=-1, count=2, seed=1, guidance=3, temperature=1, top_k=64, mix=0, second=None, given=()) -> np.ndarray:
    """The payload of a request to draw."""
    second = [-1] * 6 if second is None else scenes.word_ids([second])[0]
    values = [seen, count, seed, guidance, temperature, top_k, mix, *scenes.word_ids([words])[0], *second, *given]
    return np.array(values, np.float32)


def request(operation: int, payload: object, model: str = "dalle") -> Request:
    return Request(7, operation, model, np.asarray(payload, np.float32).ravel())


def ask(studio: Studio, operation: int, payload: object, client: object = "somebody", model: str = "dalle") -> Reply:
    reply = unpack_reply(studio.submit(request(operation, payload, model), client).result(WAIT))
    assert reply.seq == 7
    return reply


def draw(studio: Studio, client: object = "somebody", **order: object) -> list[Reply]:
    """All replies to a client that asks until its drawing is done."""
    replies = [ask(studio, DRAW, numbers(**order), client)]
    while replies[-1].status == OK and not len(replies[-1].arrays[3]):
        replies.append(ask(studio, DRAW, numbers(**{**order, "seen": replies[-1].arrays[0][0]}), client))
    return replies


class Told:
    """A callback that remembers."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.heard = threading.Event()

    def __call__(self, frame: bytes) -> None:
        self.replies.append(unpack_reply(frame))
        self.heard.set()


# --- one drawing -------------------------------------------------------------------------------------------------


def test_a_drawing_grows_and_ends_with_the_best_first(studio: Studio, painter: Watched) -> None:
    replies = draw(studio, count=3)
    whole = painter.start(APPLE, 3, seed=1)
    whole.advance(CELLS)
    assert painter.turns.count(1) == CELLS + 1, "each cell was drawn once, and ours at one go"
    progress = [reply.arrays[0] for reply in replies]
    assert [done for done, _, _ in progress] == sorted(done for done, _, _ in progress)
    assert all(cells == CELLS and people == 1 for _, cells, people in progress)
    for (done, _, _), reply in zip(progress, replies, strict=True):
        tokens, pixels = reply.arrays[1:3]
        if len(tokens):
            assert ((tokens >= 0).sum(1) == done).all()
            assert pixels.shape == (3, 6 * -(-done // 8), 48, 3), "rows that are not begun are not sent"
            np.testing.assert_array_equal(tokens[:, :done], whole.tokens[:, :done])
    _, tokens, pixels, order, scores = replies[-1].arrays
    np.testing.assert_array_equal(tokens, whole.tokens)
    np.testing.assert_array_equal(pixels, painter.paint(whole.tokens).mul(255).round().byte().permute(0, 2, 3, 1))
    assert order.tolist() == [2, 1, 0]
    assert scores[order].tolist() == sorted(scores, reverse=True)


def test_the_first_cell_is_shown_before_the_second_is_drawn(studio: Studio) -> None:
    assert ask(studio, DRAW, numbers()).arrays[0][0] == 1


def test_who_waits_long_hears_that_there_is_nothing_new(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HEARTBEAT", 0)
    progress, tokens, pixels, order, _ = ask(studio, DRAW, numbers(seen=CELLS)).arrays
    assert progress.tolist() == [1, CELLS, 1]
    assert not tokens.size and not pixels.size and not order.size


def test_the_same_order_gives_the_same_pictures_to_everybody(studio: Studio) -> None:
    first = draw(studio, "one")[-1]
    second = draw(studio, "other")
    assert len(second) == 1, "what has been drawn is answered at once"
    for mine, theirs in zip(first.arrays, second[-1].arrays, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert (draw(studio, seed=2)[-1].arrays[1] != first.arrays[1]).any()


def test_given_cells_are_kept_and_shown_from_the_start(studio: Studio) -> None:
    given = np.where(np.arange(CELLS) % 2, 5, -1)
    replies = draw(studio, given=given)
    for reply in replies:
        assert (reply.arrays[1][:, given >= 0] == 5).all()
    assert (replies[-1].arrays[1] >= 0).all()


def test_a_picture_that_is_given_whole_needs_no_drawing(studio: Studio, painter: Watched) -> None:
    (reply,) = draw(studio, given=[9] * CELLS, count=1)
    assert (reply.arrays[1] == 9).all()
    assert not painter.turns


def test_between_two_captions_nobody_ranks(studio: Studio) -> None:
    ends = [draw(studio, words=words)[-1].arrays[1] for words in (APPLE, CAT)]
    near, far = (draw(studio, second=CAT, mix=mix)[-1] for mix in (0.25, 0.75))
    np.testing.assert_array_equal(near.arrays[1], ends[0])
    np.testing.assert_array_equal(far.arrays[1], ends[1])
    assert np.isnan(far.arrays[4]).all()
    assert far.arrays[3].tolist() == [0, 1]


# --- many drawings -----------------------------------------------------------------------------------------------


def test_everybody_s_drawing_progresses_in_turn(idle: Studio, painter: Watched) -> None:
    waiting = [idle.submit(request(DRAW, numbers(seed=seed, seen=CELLS - 1)), seed) for seed in range(5)]
    idle.start()
    assert [unpack_reply(future.result(WAIT)).status for future in waiting] == [OK] * 5
    assert painter.turns == list(range(5)) * CELLS


def test_no_more_drawings_are_under_way_than_memory_suffices_for(idle: Studio, painter: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BEGUN", 4)
    begun: list[int] = []
    advance = idle._advance
    monkeypatch.setattr(idle, "_advance", lambda *a: (begun.append(sum(each.begun for each in idle._drawings.values())), advance(*a))[1])
    waiting = [idle.submit(request(DRAW, numbers(seed=seed, seen=CELLS - 1)), seed) for seed in range(5)]
    idle.start()
    assert [unpack_reply(future.result(WAIT)).status for future in waiting] == [OK] * 5
    assert max(begun) <= 2


def test_for_a_newcomer_the_drawing_is_put_off_for_which_most_was_done_and_comes_out_the_same(
    idle: Studio, painter: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_BEGUN", 2)
    monkeypatch.setattr(module, "AHEAD", 10.0)
    entered, opened = Event(), Event()
    put_off = module.LiveDrawing.put_off
    offs: list[int] = []
    monkeypatch.setattr(module.LiveDrawing, "put_off", lambda self: (offs.append(self.order.seed), put_off(self))[1])
    start = painter.start

    def held(*a: object, seed: int, **b: object) -> object:
        drawing = start(*a, seed=seed, **b)
        if seed == 1 and not entered.is_set():
            advance = drawing.advance

            def wait(steps: int = 1) -> None:
                if drawing.at == 30:
                    entered.set()
                    assert opened.wait(WAIT)
                advance(steps)

            drawing.advance = wait
        return drawing

    monkeypatch.setattr(painter, "start", held)
    first = idle.submit(request(DRAW, numbers(seed=1, seen=CELLS - 1)), "first")
    idle.start()
    assert entered.wait(WAIT)
    other = idle.submit(request(DRAW, numbers(seed=2, seen=CELLS - 1)), "other")
    opened.set()
    replies = [unpack_reply(each.result(WAIT)) for each in (first, other)]
    assert [reply.status for reply in replies] == [OK, OK] and offs and offs[0] == 1
    np.testing.assert_array_equal(replies[0].arrays[1], draw(idle, seed=1)[-1].arrays[1])


def test_a_long_question_is_answered_in_pieces_between_which_others_have_their_turn(idle: Studio, painter: Watched) -> None:
    told: list[str] = []
    idle.ask(request(PAINT, [3] * CELLS * 64), "long", lambda frame: told.append("long"))
    for index in range(3):
        idle.ask(request(PAINT, [3] * CELLS), f"short {index}", lambda frame: told.append("short"))
    idle.start()
    assert ask(idle, PAINT, [3] * CELLS * 20, "last").arrays[0].shape[0] == 20
    assert told[:3] == ["short"] * 3


def test_questions_are_answered_between_the_cells_of_a_drawing(idle: Studio, painter: Watched) -> None:
    done: Future = idle.submit(request(DRAW, numbers(seen=CELLS - 1)), "draws")
    at: list[int] = []
    for _ in range(3):
        idle.ask(request(PAINT, [3] * CELLS), "asks", lambda frame: at.append(len(painter.turns)))
    idle.start()
    done.result(WAIT)
    assert at == [0, 1, 2]


def test_another_order_ends_the_client_s_former_drawing(idle: Studio, painter: Watched) -> None:
    former, other = Told(), Told()
    idle.ask(request(DRAW, numbers(seed=1, seen=CELLS - 1)), "me", former)
    idle.ask(request(DRAW, numbers(seed=2, seen=CELLS - 1)), "me", other)
    idle.start()
    assert other.heard.wait(WAIT)
    assert other.replies[0].status == OK
    (reply,) = former.replies
    assert (reply.status, reply.sentence) == (SERVER_FAILED, module.OVERTAKEN)
    assert 1 not in painter.turns


def test_a_vanished_client_s_drawing_stops(idle: Studio, painter: Watched) -> None:
    gone, stays = Told(), Told()
    idle.ask(request(DRAW, numbers(seed=1, seen=CELLS - 1)), "gone", gone, here=lambda: len(painter.turns) < 6)
    idle.ask(request(DRAW, numbers(seed=2, seen=CELLS - 1)), "stays", stays)
    idle.start()
    assert stays.heard.wait(WAIT)
    assert painter.turns.count(1) == 3
    assert [reply.sentence for reply in gone.replies] == [worker.GONE]


def test_a_cancelled_request_is_forgotten(idle: Studio, painter: Watched) -> None:
    told = Told()
    idle.ask(request(DRAW, numbers(seed=1)), "me", told).cancel()
    idle.start()
    draw(idle, seed=2)
    assert not told.replies
    assert 1 not in painter.turns


def test_a_drawing_that_nobody_comes_back_for_is_put_away(studio: Studio, painter: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    ask(studio, DRAW, numbers(seed=1), "leaves")
    draw(studio, "stays", seed=2)
    assert painter.turns.count(1) < CELLS


def test_a_painter_that_fails_fails_for_one_alone(idle: Studio, painter: Watched) -> None:
    painter.fails.add(1)
    unlucky = idle.submit(request(DRAW, numbers(seed=1, seen=CELLS - 1)), "unlucky")
    lucky = idle.submit(request(DRAW, numbers(seed=2)), "lucky")
    idle.start()
    reply = unpack_reply(unlucky.result(WAIT))
    assert (reply.status, reply.sentence) == (SERVER_FAILED, worker.FAILED)
    assert unpack_reply(lucky.result(WAIT)).status == OK
    assert len(draw(idle, "lucky", seed=2)[-1].arrays[3])


def test_when_it_stops_everybody_is_told(idle: Studio) -> None:
    futures = [idle.submit(request(DRAW, numbers()), "draws"), idle.submit(request(CODEBOOK, []), "asks")]
    idle.stop()
    futures.append(idle.submit(request(CODEBOOK, []), "late"))
    assert {unpack_reply(future.result(WAIT)).sentence for future in futures} == {worker.STOPPED}


# --- questions ---------------------------------------------------------------------------------------------------


def test_tokens_are_painted(studio: Studio, painter: Watched) -> None:
    tokens = np.arange(3 * CELLS).reshape(3, CELLS)
    (pixels,) = ask(studio, PAINT, tokens).arrays
    np.testing.assert_array_equal(pixels, painter.paint(torch.from_numpy(tokens)).mul(255).round().byte().permute(0, 2, 3, 1))


def test_a_look_inside_holds_the_likeliest_codes(studio: Studio) -> None:
    tokens = np.arange(CELLS)
    codes, probabilities, own, entropy, attention = ask(studio, INSPECT, [*scenes.word_ids([APPLE])[0], *tokens]).arrays
    assert codes.shape == probabilities.shape == (CELLS, schema.LIMITS.guesses)
    np.testing.assert_array_equal(codes[:, 0], tokens)
    np.testing.assert_allclose(probabilities[:, 0], own)
    assert (np.diff(probabilities) <= 0).all()
    assert entropy.shape == (CELLS,)
    np.testing.assert_allclose(attention.sum(1), 1, atol=1e-6)


def test_the_codebook_has_a_patch_and_a_place_for_every_code(studio: Studio) -> None:
    patches, places = ask(studio, CODEBOOK, []).arrays
    assert patches.shape == (CODES, 6, 6, 3)
    assert places.shape == (CODES, 2)


def test_a_ramp_leads_from_one_picture_to_the_other(studio: Studio, checkpoints, own_models_root) -> None:
    tokens = np.stack([np.zeros(CELLS), np.full(CELLS, CODES - 1)])
    reply = ask(studio, RAMP, [5, *tokens.ravel()])
    assert reply.status == NOT_AVAILABLE
    assert "python -m vae train --data scenes" in reply.sentence
    torch.manual_seed(0)
    config = ModelConfig(kind="vae", latent_dim=4, image_shape=(3, 48, 48), data="scenes", hidden=(16,), beta=1.0)
    save_model(own_models_root.parent / "own" / module.CONTINUOUS, build(config))
    (pixels,) = ask(studio, RAMP, [5, *tokens.ravel()]).arrays
    model = load_model(module.CONTINUOUS, "cpu")
    ends = model.decode(model.encode(StubPainter().paint(torch.from_numpy(tokens).long())).mean)
    assert pixels.shape == (5, 48, 48, 3)
    assert np.abs(pixels[[0, -1]] - ends.mul(255).permute(0, 2, 3, 1).numpy()).max() <= 1


# --- bad input -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "payload",
    [
        [],
        numbers()[:-1],
        numbers(count=0),
        numbers(count=33),
        numbers(seed=-1),
        numbers(seed=0.5),
        numbers(guidance=-1),
        numbers(guidance=1e9),
        numbers(temperature=-1),
        numbers(top_k=0),
        numbers(top_k=CODES + 1),
        numbers(mix=2),
        numbers(mix=0.5),  # and no second caption
        numbers(given=[0] * (CELLS - 1)),
        numbers(given=[CODES] * CELLS),
        numbers(given=[-2] * CELLS),
        numbers(given=[0.5] * CELLS),
        [*numbers()[:7], *[len(scenes.WORDS)] * 6, *[-1] * 6],
        [*numbers()[:7], *[-1] * 12],
    ],
)
def test_an_order_that_cannot_be_drawn_is_refused_with_a_sentence(studio: Studio, payload: object) -> None:
    reply = ask(studio, DRAW, payload)
    assert reply.status == BAD_REQUEST
    assert len(reply.sentence) > 20


@pytest.mark.parametrize(
    ("operation", "payload"),
    [(0, []), (99, []), (PAINT, []), (PAINT, [0]), (PAINT, [CODES] * CELLS), (PAINT, [0] * CELLS * 129), (INSPECT, [-1] * (6 + CELLS)),
     (INSPECT, [0] * 6 + [-1] * CELLS), (CODEBOOK, [1]), (RAMP, [1, *[0] * 2 * CELLS]), (RAMP, [5, *[0] * CELLS])],
)  # fmt: skip
def test_a_question_that_makes_no_sense_is_refused_with_a_sentence(studio: Studio, operation: int, payload: list) -> None:
    reply = ask(studio, operation, payload)
    assert reply.status == BAD_REQUEST
    assert len(reply.sentence) > 20


@pytest.mark.parametrize("name", ["dalle", "mnist-vae", "../dalle", "/", "..", "."])
def test_where_nothing_draws_a_sentence_says_so(name: str) -> None:
    studio = Studio()
    studio.start()
    for operation, payload in ((DRAW, numbers()), (CODEBOOK, [])):
        reply = ask(studio, operation, payload, model=name)
        assert reply.status == NO_MODEL
        assert "python -m vae dalle" in reply.sentence
    with pytest.raises(CheckpointError):
        studio.painter(name)
    studio.stop()


# --- faults ------------------------------------------------------------------------------------------------------


def test_a_drawing_that_hangs_is_given_up_and_the_others_are_drawn(idle: Studio, painter: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    there, opened, start = Event(), Event(), painter.start

    def starts(words, count, *, seed=0, **settings):
        drawing = start(words, count, seed=seed, **settings)
        advance = drawing.advance
        drawing.advance = lambda steps=1: (there.set(), opened.wait(WAIT)) if seed == 7 else advance(steps)
        return drawing

    monkeypatch.setattr(painter, "start", starts)
    hung = idle.submit(Request(1, DRAW, "dalle", numbers(seen=CELLS, seed=7)), "one")
    other = idle.submit(Request(2, DRAW, "dalle", numbers(seen=CELLS, seed=8)), "another")
    idle.start()
    assert there.wait(WAIT)
    idle.look(time.monotonic() + 2 * worker.PATIENCE)
    assert "given up" in unpack_reply(hung.result(WAIT)).sentence
    assert unpack_reply(other.result(WAIT)).status == OK
    opened.set()
    assert ask(idle, DRAW, numbers(seen=CELLS, seed=9)).status == OK


def test_a_device_without_memory_leaves_the_drawing_to_the_cpu(painter: Watched) -> None:
    here, there = painter, Watched()

    def broken(words, count, **settings):
        raise torch.OutOfMemoryError("CUDA out of memory")

    there.start = broken
    studio = Studio(load=lambda name: here if studio.fell_back else there, device="cpu:0")
    studio.start()
    try:
        reply = ask(studio, DRAW, numbers(seen=CELLS))
        assert (reply.status, reply.notes) == (OK, FELL_BACK) and len(reply.arrays[1])
    finally:
        studio.stop()
