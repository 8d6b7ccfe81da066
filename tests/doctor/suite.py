"""Models with one fault each that was put there, and healthy ones; all are made on the spot, in seconds."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import torch
from torch import Tensor, nn
from torchvision.transforms.functional import gaussian_blur

from tests.doctor.pictures import SIDE, bars, hands, spots
from vae.continuity.doctor.case import Case, LadderStep
from vae.continuity.measures import kl_per_dimension
from vae.models import Autoencoder, ModelConfig
from vae.store.folders import TRAINING_LOG
from vae.training.loop import read_log, train

SEED = 0
TRAIN, TEST = 1000, 400


@dataclass(frozen=True)
class Patient:
    """A model of the suite.

    name : what was done
    fault : the key of the check that must find it; None for a healthy one
    build : makes it
    """

    name: str
    fault: str | None
    build: Callable[[], Case]


def fit(images: Tensor, **changes: object) -> tuple[Autoencoder, list[dict[str, float]]]:
    """A model trained on `images`, its weights frozen, and its log."""
    kind = changes.pop("kind", "vae")
    settings = {
        "kind": kind, "beta": 2.0 if kind == "vae" else 0.0, "latent_dim": 3, "image_shape": tuple(images.shape[1:]), "data": "made-up",
        "hidden": (96, 48), "batch_size": 64, "epochs": 40, "learning_rate": 1e-2, "seed": SEED,
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        model = train(ModelConfig(**settings | changes), images, Path(folder, "model"), accelerator="cpu")
        log = [{key: float(word) for key, word in row.items() if word} for row in read_log(Path(folder, "model", TRAINING_LOG))]
    return model.eval().requires_grad_(False), log


@cache
def learned(make: Callable[[int, int], Tensor], **changes: object) -> Case:
    """A model of made-up pictures and all that belongs to it."""
    pictures = make(TRAIN, SEED)
    model, log = fit(pictures, **changes)
    return Case(model, pictures, make(TEST, SEED + 1), log)


def altered(case: Case, change: Callable[[Autoencoder], None]) -> Case:
    """`case` with a model whose weights were tampered with."""
    import copy

    model = copy.deepcopy(case.model)
    with torch.no_grad():
        change(model)
    return replace(case, model=model)


def first_layer(model: Autoencoder) -> nn.Linear:
    """Where codes enter a fully connected decoder."""
    return next(layer for layer in model.decoder if isinstance(layer, nn.Linear))


# --- what is done to them -------------------------------------------------------------------------------------------


def _by_use(model: Autoencoder) -> list[int]:
    """The numbers of the code, the one that moves the decoder most first."""
    return first_layer(model).weight.norm(dim=0).argsort(descending=True).tolist()


def _said_twice(model: Autoencoder) -> None:
    first, *_, last = _by_use(model)
    for head in (model.mean, model.log_variance):
        head.weight[last], head.bias[last] = head.weight[first], head.bias[first]


def _shifted(model: Autoencoder) -> None:
    model.mean.bias[0] += 3
    first_layer(model).bias -= 3 * first_layer(model).weight[:, 0]


def _deviations_of(log_variance: float) -> Callable[[Autoencoder], None]:
    def change(model: Autoencoder) -> None:
        model.log_variance.weight.zero_()
        model.log_variance.bias.fill_(log_variance)

    return change


def _mirrored(model: Autoencoder) -> None:
    used = _by_use(model)[0]
    model.mean.weight[used] *= -1
    model.mean.bias[used] *= -1


def _deaf(model: Autoencoder) -> None:
    first_layer(model).weight.zero_()


def _blurred() -> Case:
    sharp = learned(bars, kind="ae", latent_dim=2)
    soft = (gaussian_blur(sharp.train.float(), [7, 7], [1.6, 1.6])).round().byte()
    model, log = fit(soft, kind="ae", latent_dim=2)
    return replace(sharp, model=model, log=log)


def _untaught() -> Case:
    return learned(spots, kind="ae", latent_dim=8, epochs=2, learning_rate=1e-4)


def _below_its_ladder() -> Case:
    steps = []
    for beta in (1.0, 1.5, 6.0):
        case = learned(spots, beta=beta)
        steps.append(
            LadderStep(f"beta-{beta:g}", case.model.config, float(kl_per_dimension(*case.posterior).sum()), float(case.errors.mean()))
        )
    return replace(learned(spots, beta=1.0, hidden=(6,)), ladder=steps)


class Lookup(nn.Module):
    """A decoder that gives out the training image whose code is nearest."""

    def __init__(self, codes: Tensor, images: Tensor) -> None:
        super().__init__()
        self.codes, self.logits = codes, torch.logit((images.flatten(1).float() / 255).clamp(1e-4, 1 - 1e-4))

    def forward(self, codes: Tensor) -> Tensor:
        """(N, D) to (N, P)."""
        return self.logits[torch.cdist(codes, self.codes).argmin(1)] + 0 * codes.sum(1, keepdim=True)


def _looks_up() -> Case:
    case = learned(bars, latent_dim=2)
    few = replace(case, train=case.train[:TEST])

    def change(model: Autoencoder) -> None:
        model.decoder = Lookup(torch.from_numpy(few.encode(few.train)[0]), few.train)

    return altered(few, change)


def _of_few(count: int, **changes: object) -> Case:
    pictures = bars(count, SEED)
    model, log = fit(pictures, **{"batch_size": 16, "epochs": 200, "hidden": (256, 128)} | changes)
    return Case(model, pictures, bars(TEST, SEED + 1), log)


def _copies_in_training() -> Case:
    case = learned(spots, kind="ae")
    return replace(case, train=torch.cat([case.train[: TRAIN * 3 // 4], case.train[: TRAIN // 4]]))


def _leaked() -> Case:
    case = learned(spots, kind="ae")
    return replace(case, test=torch.cat([case.test[: TEST // 2], case.train[: TEST // 2]]))


def _framed() -> Case:
    def framed(count: int, seed: int) -> Tensor:
        return nn.functional.pad(spots(count, seed), (SIDE // 2,) * 4)

    return learned(framed, kind="ae")


PATIENTS = (
    Patient("a code of twenty-four numbers for pictures that two make", "collapsed", lambda: learned(bars, latent_dim=24, beta=15.0)),
    Patient("β of ten thousand", "information", lambda: learned(spots, beta=1e4)),
    Patient("the first number of the code said twice", "dependence", lambda: altered(learned(spots), _said_twice)),
    Patient("a number of the code moved by three, and back in the decoder", "marginals", lambda: altered(learned(spots), _shifted)),
    Patient("codes on a ring, where the prior is full", "prior", lambda: learned(hands, latent_dim=2, beta=0.3)),
    Patient("σ of 0.0025 everywhere", "sigma", lambda: altered(learned(spots), _deviations_of(-12.0))),
    Patient("σ of 2.7 everywhere", "sigma", lambda: altered(learned(spots), _deviations_of(2.0))),
    Patient("an encoder that mirrors a number", "amortisation", lambda: altered(learned(spots), _mirrored)),
    Patient("a decoder cut off from the code", "ignored", lambda: altered(learned(spots, kind="ae"), _deaf)),
    Patient("trained on blurred pictures", "blur", _blurred),
    Patient("stopped after two epochs", "linear", _untaught),
    Patient("nets of six units beside a ladder of larger ones", "rate", _below_its_ladder),
    Patient("a decoder that looks up the nearest training image", "memorisation", _looks_up),
    Patient("trained on sixty pictures for long", "overfitting", lambda: _of_few(60, kind="ae", latent_dim=8)),
    Patient("a hundred pictures in steps ten times too large", "training", lambda: _of_few(100, kind="ae", learning_rate=1e-2, epochs=250)),
    Patient("a quarter of the training images there twice", "duplicates", _copies_in_training),
    Patient("half of the test images from training", "leakage", _leaked),
    Patient("pictures in a black frame", "constant", _framed),
    Patient("VAE of spots", None, lambda: learned(spots)),
    Patient("AE of spots", None, lambda: learned(spots, kind="ae")),
    Patient("VAE of bars", None, lambda: learned(bars, latent_dim=2)),
    Patient("AE of bars", None, lambda: learned(bars, kind="ae", latent_dim=2)),
    Patient("AE of spots with noise on its codes", None, lambda: learned(spots, kind="ae", noise=0.05)),
    Patient("convolutional VAE of spots", None, lambda: learned(spots, architecture="conv", hidden=(8, 16), learning_rate=3e-3, epochs=20)),
    Patient("VAE of spots with a smaller β", None, lambda: learned(spots, beta=1.5)),
)  # fmt: skip
