"""Every piece of work that a person can start: a function of a frozen request and a progress callback.

The command line, the server's queue and a notebook call the same function. Importing this package puts all of them into
`registry.TASKS`; what a task needs for its work (torch above all) it imports when it runs, so that the command line is there at once.

>>> from vae.tasks.train import TrainRequest, train
>>> train(TrainRequest(out="checkpoints/mine", data="mnist", epochs=3), print)
"""

from vae.tasks import (
    certify,
    classifier,
    convert,
    diagnose,
    disentangle,
    embed,
    evaluate,
    export,
    import_images,
    ladder,
    lines,
    odd,
    painter,
    place,
    prior,
    prove,
    sample,
    train,
)

__all__ = [
    "certify", "classifier", "convert", "diagnose", "disentangle", "embed", "evaluate", "export", "import_images", "ladder", "lines", "odd", "painter", "place", "prior", "prove", "sample", "train",
]  # fmt: skip
