"""Two trainings at once, each in a process with one thread: on two cores they take as long as one."""

from __future__ import annotations

import json
import os
import time
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection, wait
from typing import Any

from vae.sentences import phrase
from vae.tasks.errors import sentence
from vae.tasks.progress import Progress
from vae.tasks.train import TrainRequest, train

OFTEN = 0.3  # seconds between two words on how far it is
ENDED = phrase("a training ended without a word, perhaps for want of memory; run the same command again: it goes on")


def in_two_processes(requests: list[TrainRequest], progress: Progress) -> None:
    """Train what `requests` ask for at the same time; ValueError with the sentence of the first that cannot be.

    Whatever ends this ends them; each goes on from its last saved state when it is asked for again.
    """
    # A fork of this process would copy threads' locks in whatever state they are.
    context: Any = get_context("forkserver" if "forkserver" in get_all_start_methods() else "spawn")
    workers: list[Any] = []
    connections: list[Any] = []
    try:
        for request in requests:
            ours, theirs = context.Pipe(duplex=False)
            worker = context.Process(target=_work, args=(json.dumps(request.to_dict()), dict(os.environ), theirs), daemon=True)
            worker.start()
            theirs.close()
            workers.append(worker)
            connections.append(ours)
        _listen(connections, progress)
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.join()


def _listen(connections: list[Any], progress: Progress) -> None:
    """Hand on how far they are until all have finished."""
    shares = dict.fromkeys(connections, 0.0)
    left = list(connections)
    while left:
        for connection in wait(left):
            try:
                said = json.loads(connection.recv_bytes())  # type: ignore[union-attr]
            except EOFError:
                raise ValueError(ENDED) from None
            if "error" in said:
                raise ValueError(said["error"])
            if "share" in said:
                shares[connection] = said["share"]
                progress(sum(shares.values()) / len(shares), said["words"])
            else:
                left.remove(connection)


def _work(asked: str, environment: dict[str, str], tell: Connection) -> None:
    """In a process of its own: train what is asked for, and say how far it is."""
    from vae.data.imported.children import end_with_parent

    end_with_parent()
    os.environ.update(environment)  # what a server of forks was started with may have changed since
    import torch

    torch.set_num_threads(1)
    request = TrainRequest.from_dict(json.loads(asked))
    last = -OFTEN

    def progress(share: float, words: str) -> None:
        nonlocal last
        if time.monotonic() - last >= OFTEN:
            last = time.monotonic()
            tell.send_bytes(json.dumps({"share": share, "words": words}).encode())

    try:
        train(request, progress)
    except (OSError, ValueError) as error:
        tell.send_bytes(json.dumps({"error": sentence(error)}).encode())
    else:
        tell.send_bytes(b'{"done": true}')
