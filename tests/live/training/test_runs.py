"""Trainings under the hand in real processes: they learn, obey, wait for a core, and are there again after they were killed."""

from __future__ import annotations

import asyncio
import importlib.util
import io
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from tests.jobs.helping import until
from vae import data
from vae.live.training import processes
from vae.live.training import runs as trainings
from vae.live.training.answers import Trainings, phase_of, sizes_of
from vae.live.training.runs import Run, RunError, Runs
from vae.live.wire import schema
from vae.live.wire.answering import answer_of
from vae.live.wire.asking import request
from vae.live.wire.frames import NO_MODEL, NOT_AVAILABLE, Reply, unpack_reply
from vae.live.wire.parts import Operation
from vae.store.tensors import read_tensors, write_tensors
from vae.tasks.import_images import ImportRequest, import_images
from vae.training.pair import Pair
from vae.training.recording import Hand, Recording, Setup
from vae.training.trainer import MOMENTS, RECORDING, replay
from vae.web.trainingfilm import film

pytestmark = pytest.mark.slow

SETUP = Setup(data="blots", latent_dim=2, hidden=(8,), seed=1)
HAND = Hand(batch_size=4)


@pytest.fixture(autouse=True)
def blots(tmp_path: Path, datasets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data set of 60 pictures of 8 × 8, and a folder for trainings."""
    random = np.random.default_rng(0)
    for i in range(60):
        folder = tmp_path / "pictures" / ("train" if i < 40 else "test") / str(i % 2)
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(random.integers(0, 255, (8, 8), dtype=np.uint8)).save(folder / f"{i}.png")
    import_images(ImportRequest(source=tmp_path / "pictures", name="blots", size=8, grey=True))
    monkeypatch.setenv("VAE_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def server() -> Iterator[Trainings]:
    answering = Trainings(Runs(at_once=1))
    answering.start()
    yield answering
    answering.stop()
    answering.runs.stop()


def ask(server: Trainings, run: Run, operation: Operation, **asked: object) -> Reply:
    return unpack_reply(server.submit(request(1, operation, run.name, **asked)).result())


def answered(server: Trainings, run: Run, operation: Operation, **asked: object) -> dict:
    while True:
        ready, reply = run.ready, ask(server, run, operation, **asked)
        assert not reply.status, reply.sentence
        if run.ready is ready:  # else it has become ready meanwhile
            return answer_of(
                operation, reply.arrays, sizes_of(run) | {key: value for key, value in asked.items() if isinstance(value, int)}
            )


def look(server: Trainings, run: Run) -> dict[str, float]:
    told = answered(server, run, schema.WATCH, moment=-1)
    return told["state"] | told["halt"]


def reach(server: Trainings, run: Run, condition: Callable[[dict[str, float]], bool]) -> dict[str, float]:
    until(lambda: condition(look(server, run)) or bool(run.error), "what the training was to do")
    assert not run.error
    return look(server, run)


def kill(run: Run) -> None:
    assert run._process is not None and run._process.pid is not None
    os.kill(run._process.pid, signal.SIGKILL)
    until(lambda: not run.alive, "its end")


def parent_of(pid: int | None) -> int:
    return int(subprocess.run(["ps", "-o", "ppid=", "-p", str(pid)], capture_output=True, text=True, check=True).stdout)


def ends_without_its_server(process: processes.Process) -> None:
    process._orders.close()  # as the system does where a server is killed
    assert [list(words) for words in process.listen()] == [["pid"]]
    process.close()


def phase(state: dict[str, float]) -> str:
    return schema.PHASES[int(state["phase"])]


def test_a_training_learns_obeys_and_is_there_again_after_it_was_killed(server: Trainings) -> None:
    run = server.runs.begin(SETUP)
    run.order({"do": "hand", "hand": HAND.model_dump(mode="json")})
    reach(server, run, lambda state: phase(state) == "paused")
    until(lambda: answered(server, run, schema.WATCH, moment=-1)["hand"]["batch_size"] == 4, "the hand")
    begun = answered(server, run, schema.WATCH, moment=-1)
    assert len(begun["labels"]) == len(begun["ae_places"]["x"]) == 20
    server.runs.learn(run)
    state = reach(server, run, lambda state: state["newest"] > 30)
    run.order({"do": "hand", "hand": HAND.model_copy(update={"beta": 20.0}).model_dump(mode="json")})
    until(lambda: answered(server, run, schema.WATCH, moment=-1)["hand"]["beta"] == 20, "another hand")
    server.runs.pause(run)
    stood = reach(server, run, lambda state: phase(state) == "paused")
    assert stood["newest"] > state["newest"]
    moved = answered(server, run, schema.WATCH, moment=-1)
    assert not np.allclose(moved["vae_places"]["x"], begun["vae_places"]["x"])
    written = Recording.read(run.folder / RECORDING)
    assert written.steps == stood["newest"]
    assert written.hand(written.steps).beta == 20

    kill(run)
    assert run.error.startswith("the training's process has ended unexpectedly")
    server.runs.learn(run)
    reach(server, run, lambda state: state["newest"] > stood["newest"])
    server.runs.pause(run)
    stood = reach(server, run, lambda state: phase(state) == "paused")
    moved, written = answered(server, run, schema.WATCH, moment=-1), Recording.read(run.folder / RECORDING)
    kill(run)
    again = Runs(at_once=1)
    try:
        other = Trainings(again)
        other.start()
        same = again.open(run.name)
        assert reach(other, same, lambda state: phase(state) == "paused")["newest"] == stood["newest"]
        found = answered(other, same, schema.WATCH, moment=-1)
        np.testing.assert_array_equal(found["ae_places"]["x"], moved["ae_places"]["x"])
    finally:
        other.stop()
        again.stop()
    learned = data.load("blots", "train")
    threads = torch.get_num_threads()
    assert threads == 1  # as the process has; else sums could round otherwise
    weights = replay(written, learned.images, learned.labels).weights()
    last = max(int(path.stem) for path in (run.folder / MOMENTS).iterdir())
    if last == written.steps:
        kept = read_tensors(run.folder / MOMENTS / f"{last}.safetensors")[0]
        assert all(torch.equal(kept[f"weights/{key}"], value) for key, value in weights.items())


def test_a_training_that_comes_to_another_server_goes_on_once_the_first_has_written_it(
    server: Trainings, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = server.runs.begin(SETUP)
    run.order({"do": "hand", "hand": HAND.model_dump(mode="json")})
    run.order({"do": "run", "steps": 5})
    reach(server, run, lambda state: state["newest"] == 5)
    there = Trainings(Runs(at_once=1))
    there.start()
    try:
        same = there.runs.open(run.name)
        monkeypatch.setattr(trainings, "KEPT", 1)
        (run.folder.parent / "0123456789ab").mkdir()
        there.runs._tidy()
        assert run.folder.is_dir(), "another server has tidied it away"
        assert phase(look(there, same)) == "preparing"
        server.runs.stop()
        assert reach(there, same, lambda state: phase(state) == "paused")["newest"] == 5
        assert not same.error
    finally:
        there.stop()
        there.runs.stop()


def test_pictures_come_from_the_moment_that_is_asked_for(server: Trainings, monkeypatch: pytest.MonkeyPatch) -> None:
    run = server.runs.begin(SETUP)
    run.order({"do": "hand", "hand": HAND.model_dump(mode="json")})
    reach(server, run, lambda state: phase(state) == "paused")
    first = answered(server, run, schema.WALL, moment=-1, seed=3, count=5)
    assert ask(server, run, schema.BATCH).sentence == "no step has been taken yet; press One step"
    run.order({"do": "run", "steps": 1})
    assert reach(server, run, lambda state: state["newest"] == 1)["ae_gradient"] > 0
    until(lambda: not ask(server, run, schema.BATCH).status, "what the step was taken on")
    stepped, learned = answered(server, run, schema.BATCH), data.load("blots", "train")
    rows = Pair(SETUP, learned.images, learned.labels).batch(0, HAND)
    np.testing.assert_array_equal(stepped["pixels"], learned.images[rows].permute(0, 2, 3, 1).numpy())
    assert stepped["taken"] == {"step": 1, "size": HAND.batch_size}
    server.runs.learn(run)
    reach(server, run, lambda state: state["newest"] > 50)
    until(lambda: len(answered(server, run, schema.WATCH, moment=-1)["moments"]) > 1, "a second moment")
    server.runs.pause(run)
    reach(server, run, lambda state: phase(state) == "paused")
    now, then = (answered(server, run, schema.WALL, moment=moment, seed=3, count=5) for moment in (-1, 0))
    for kind in ("ae", "vae"):
        np.testing.assert_array_equal(then[kind], first[kind])
        assert (now[kind] != then[kind]).any()
    rebuilt = answered(server, run, schema.REBUILD, moment=-1, row=7)
    np.testing.assert_array_equal(rebuilt["original"][0], data.load("blots", "test").images[7].permute(1, 2, 0).numpy())
    window = {"x0": -1.0, "x1": 3.0, "y0": -2.0, "y1": 2.0, "columns": 4, "rows": 2}
    ground = answered(server, run, schema.GROUND, moment=-1, kind="vae", **window)["mosaic"]
    cell = answered(server, run, schema.GLANCE, moment=-1, kind="vae", x=1.5, y=-1.0)["pixels"][0]
    np.testing.assert_array_equal(ground[8:16, 16:24], cell)  # second row, third column
    again = answered(server, run, schema.WATCH, moment=0)  # a moment gone by, after others were asked for
    for kind in ("ae", "vae"):
        codes = np.stack([again[f"{kind}_places"]["x"], again[f"{kind}_places"]["y"]], 1)
        model = server.runs.find(run.name).at(0)[0][kind]
        np.testing.assert_allclose(codes, model.encode(data.load("blots", "test").images.float() / 255).mean.numpy(), atol=1e-6)
    told = answered(server, run, schema.WATCH, moment=-1)
    assert told["curves"]["step"][-1] == told["state"]["newest"]
    with Image.open(io.BytesIO(asyncio.run(film(server, run)))) as picture:
        assert picture.n_frames == len(told["moments"])
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "av", None)
        with pytest.raises(RunError, match=r"install it with pip install av and start the app again, or take the GIF"):
            asyncio.run(film(server, run, "mp4"))
    if importlib.util.find_spec("av"):
        import av

        with av.open(io.BytesIO(asyncio.run(film(server, run, "mp4")))) as moving:
            assert len(list(moving.decode(video=0))) >= len(told["moments"])
    assert ask(server, run, schema.WALL, moment=10**6, seed=3, count=5).status == NOT_AVAILABLE
    assert ask(server, run, schema.REBUILD, moment=-1, row=20).sentence.endswith("it must be a whole number from 0 to 19")


def test_a_fork_goes_its_own_way_and_leaves_the_other_as_it_was(server: Trainings) -> None:
    run = server.runs.begin(SETUP)
    server.runs.learn(run)
    reach(server, run, lambda state: state["newest"] > 20)
    server.runs.pause(run)
    stood = reach(server, run, lambda state: phase(state) == "paused")
    fork = server.runs.fork(run.name, 9, Hand(beta=20.0))
    assert reach(server, fork, lambda state: phase(state) == "paused")["newest"] == 9
    assert answered(server, fork, schema.WATCH, moment=-1)["hand"]["beta"] == 20
    begun = answered(server, fork, schema.WATCH, moment=0)
    assert (begun["then"]["beta"], begun["hand"]["beta"]) == (1, 20), "the hand of the moment, and that of now"
    assert look(server, run)["newest"] == stood["newest"]
    with pytest.raises(RunError, match=r"has taken \d+ steps; choose a moment up to there"):
        server.runs.fork(run.name, 10**6, HAND)


def test_who_finds_no_core_waits_until_another_pauses(server: Trainings) -> None:
    one, other = server.runs.begin(SETUP), server.runs.begin(SETUP)
    for run in (one, other):
        reach(server, run, lambda state: phase(state) == "paused")
    server.runs.learn(one)
    reach(server, one, lambda state: phase(state) == "learning")
    server.runs.learn(other)
    assert phase_of(other) == "waiting"
    waits = look(server, other)
    assert (waits["newest"], waits["ahead"], look(server, one)["ahead"]) == (0, 1, 0)
    server.runs.pause(other)
    assert (phase_of(other), look(server, other)["ahead"]) == ("paused", 0), "who waits may change his mind"
    server.runs.learn(other)
    server.runs.pause(one)
    reach(server, other, lambda state: state["newest"] > 0)


def test_it_pauses_once_the_last_page_that_shows_it_is_closed(server: Trainings, monkeypatch: pytest.MonkeyPatch) -> None:
    run = server.runs.begin(SETUP)
    reach(server, run, lambda state: phase(state) == "paused")
    server.runs.learn(run)
    pages = "one page", "another"
    for page in pages:
        server.submit(request(1, schema.WATCH, run.name, moment=-1), page).result()
    monkeypatch.setattr(trainings, "PRESENT", 0.0)
    server.left(pages[0])
    reached = reach(server, run, lambda state: phase(state) == "learning")["newest"]
    assert reach(server, run, lambda state: state["newest"] > reached + 20)["unwatched"] == 0, "somebody still looks"
    server.left(pages[1])
    until(lambda: phase_of(run) == "paused", "its pause")
    assert look(server, run)["unwatched"] == 1
    assert Recording.read(run.folder / RECORDING).steps == run.state["step"]
    server.runs.learn(run)
    assert reach(server, run, lambda state: phase(state) == "learning")["unwatched"] == 0


def test_a_disk_that_takes_nothing_more_stops_it_with_a_sentence_and_it_goes_on_once_there_is_room(server: Trainings) -> None:
    run = server.runs.begin(SETUP)
    reach(server, run, lambda state: phase(state) == "paused")
    shutil.move(run.folder / MOMENTS, run.folder / "elsewhere")
    (run.folder / MOMENTS).write_bytes(b"")  # nothing can be written there
    server.runs.learn(run)
    stood = reach(server, run, lambda state: phase(state) == "paused" and state["refused"])
    assert run.refused and not run.state["failed"]
    (run.folder / MOMENTS).unlink()
    server.runs.learn(run)
    assert not reach(server, run, lambda state: state["newest"] > stood["newest"] + 20)["refused"]


def test_after_a_loss_that_is_no_number_the_last_sound_moment_is_offered(server: Trainings) -> None:
    run = server.runs.begin(SETUP)
    run.order({"do": "hand", "hand": HAND.model_dump(mode="json")})
    run.order({"do": "run", "steps": 3})
    reach(server, run, lambda state: phase(state) == "paused" and state["newest"] == 3)
    run.order({"do": "hand", "hand": HAND.model_copy(update={"beta": 20.0}).model_dump(mode="json")})
    server.runs.learn(run)
    until(lambda: answered(server, run, schema.WATCH, moment=-1)["moments"][-1] > 3, "a moment after the change")
    server.runs.pause(run)
    reach(server, run, lambda state: phase(state) == "paused")
    kill(run)
    last = max((run.folder / MOMENTS).iterdir(), key=lambda path: int(path.stem))
    write_tensors(last, {key: torch.full_like(value, torch.nan) for key, value in read_tensors(last)[0].items()})
    server.runs.learn(run)
    until(lambda: bool(run.state.get("failed")), "its failure")
    stood = look(server, run)
    assert (phase(stood), stood["sound"]) == ("failed", 0)
    assert "after β had been changed at step 3; go back to step 0, where both were well" in run.state["failed"]
    branch = server.runs.fork(run.name, int(stood["sound"]), None)
    begun = reach(server, branch, lambda state: phase(state) == "paused")
    assert (begun["newest"], begun["sound"]) == (0, -1)
    assert answered(server, branch, schema.WATCH, moment=-1)["hand"]["beta"] == HAND.beta


def test_a_training_that_is_not_here_is_a_sentence(server: Trainings) -> None:
    for name in ("0123456789ab", "../../etc", "x"):
        with pytest.raises(RunError, match="not on this server any more"):
            server.runs.find(name)
    nobody = Run("0123456789ab", Path("nowhere"), SETUP)
    assert ask(server, nobody, schema.WATCH, moment=-1).status == NO_MODEL


def test_what_was_only_prepared_leaves_nothing_behind(server: Trainings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainings, "UNTOUCHED", 0.0)
    run = server.runs.begin(SETUP)
    reach(server, run, lambda state: phase(state) == "paused")
    until(lambda: not run.folder.exists(), "its end")


@pytest.mark.skipif(not processes.FORKS, reason="processes cannot be forked here")
def test_trainings_are_forked_from_one_process_that_is_kept_and_ends_with_the_server(server: Trainings) -> None:
    runs = server.runs
    runs.warm()
    kept = runs._processes._forkserver
    one, other = runs.begin(SETUP), runs.begin(SETUP)
    for run in (one, other):
        reach(server, run, lambda state: phase(state) == "paused")
        assert run._process is not None and parent_of(run._process.pid) == kept[1].pid
    ends_without_its_server(runs._processes.take())
    kept[1].kill()  # as a machine without memory does
    kept[1].wait()
    reach(server, runs.begin(SETUP), lambda state: phase(state) == "paused")
    runs.expect()
    assert runs._processes._forkserver is not kept
    ours, last = runs._processes._forkserver
    ours.shutdown(socket.SHUT_RDWR)  # as the system does where a server is killed
    assert last.wait(60) == 0


def test_where_processes_cannot_be_forked_one_is_begun_ahead_while_somebody_is_on_the_page(
    server: Trainings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "FORKS", False)
    runs, held = server.runs, server.runs._processes
    runs.expect()
    ahead = held._ahead
    run = runs.begin(SETUP)
    assert run._process is ahead is not None
    reach(server, run, lambda state: phase(state) == "paused")
    until(lambda: held._ahead is not None, "another one")
    monkeypatch.setattr(trainings, "UNTOUCHED", 0.0)
    until(lambda: held._ahead is None, "its end")
    ends_without_its_server(held.take())


def test_nobody_tells_unreal_pictures_without_a_judge(server: Trainings) -> None:
    run = server.runs.begin(SETUP)
    reach(server, run, lambda state: phase(state) == "paused")
    assert "no classifier for these data" in run.ready["unjudged"]
    assert np.isnan(answered(server, run, schema.WATCH, moment=-1)["curves"]["ae_unreal"]).all()
