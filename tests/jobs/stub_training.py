"""A training for the tests of the queue: it saves after every step, and waits in its middle until it may go on."""

from __future__ import annotations

import sys
import time

from vae.tasks.learn import Learned, learn
from vae.tasks.progress import Progress
from vae.tasks.registry import Task, register
from vae.tasks.train import TrainRequest
from vae.training import loop


def stub_training(request: TrainRequest, progress: Progress) -> Learned:
    """As `learn`; it writes `begun` beside the model's folder when it waits, and waits for `go` there."""
    loop.SAVE_SECONDS = -1
    places = request.out.parent

    def wait(share: float, words: str) -> None:
        progress(share, words)
        if share > 0.4 and not (places / "go").exists():
            (places / "begun").write_text(str(share))
            while not (places / "go").exists():
                time.sleep(0.02)

    return learn(request, wait)


STUB_TRAINING = register(
    Task("stub training", TrainRequest, stub_training, resume=lambda request: request.model_copy(update={"resume": True}), long=True)
)  # fmt: skip


def serve() -> None:
    """`python -c "from tests.jobs.stub_training import serve; serve()" REQUEST`: a server with one such training, until it is ended."""
    import json

    from tests.jobs.helping import LEASE
    from vae.jobs.queue import Jobs

    jobs = Jobs(lease=LEASE)
    jobs.start()
    jobs.ask(STUB_TRAINING, TrainRequest.from_dict(json.loads(sys.argv[1])))
    sys.stdin.read()
    jobs.stop()
