"""What has come of a training, and what to try next."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from vae.sentences import phrase
from vae.tasks.command import train_command
from vae.tasks.common import images_of
from vae.tasks.train import TrainRequest, how_it_ended

if TYPE_CHECKING:
    from vae.continuity.outcome import Outcome
    from vae.training.heldout import Stopped

CLEARLY = 0.95  # of the error of PCA: a model that stays above has not learned more than straight lines
BY_HEART = 1.3  # times the error on the images that it learned from: new ones that cost more, and no less than by PCA
TWICE = 2.0  # likewise, whatever PCA costs
HELD_OUT, PATIENCE = 10, 10  # one in so many images, and epochs, that are advised for stopping
HALF = 0.5  # of the code's numbers, collapsed
EMPTIER = 0.15  # more of the draws from N(0, I) than of those from a fitted Gaussian in empty places


def report(request: TrainRequest) -> list[str]:
    """What the trained model of `request` has come to, a sentence each; the last is advice with the command to follow it."""
    from vae import data
    from vae.continuity.outcome import outcome
    from vae.data.registry import DataError
    from vae.store.checkpoints import load_model
    from vae.training.heldout import apart

    model = load_model(request.out)
    train = images_of(model.config, "train", request.download).images
    try:
        test = images_of(model.config, "test", request.download).images
    except DataError:
        return [
            phrase("{title} has no pictures for testing, so nothing is known of what the model has learned", title=data.title(request.data))
        ]
    found = outcome(model.cpu(), train, test, request.seed, apart(train, model.config)[0])
    ended = how_it_ended(request.out)
    return [*found.sentences(), *([] if ended is None else [ended.words]), advice(found, request, ended)]


def advice(found: Outcome, request: TrainRequest, ended: Stopped | None = None) -> str:
    """One sentence and a command: the first thing that is worth trying.

    ended : how the training ended, where it watched held-out images
    """

    from vae.continuity.doctor.advice import FEWEST, LEAST

    def again(ending: str, **changes: object) -> str:
        out = Path(f"{request.out}-{ending}")
        return train_command(request.model_copy(update={"out": out, "resume": False, **changes}))

    if request.epochs < FEWEST and found.error > CLEARLY * found.linear:
        return f"It has hardly begun to learn: train longer, {again('longer', epochs=max(LEAST, 3 * request.epochs))}"
    if found.collapsed > HALF * found.numbers and request.model == "vae":
        beta = 1.0 if request.beta is None else request.beta
        return phrase(
            "Most of the code has collapsed: let it say more with a smaller β, {again}", again=again("beta", beta=round(beta / 4, 4))
        )
    if found.gap > TWICE or (found.gap > BY_HEART and found.error > CLEARLY * found.linear):
        heart = phrase("It has learned its own images by heart (it overfits): a new one's error is {gap:.1f} times theirs.", gap=found.gap)
        if not request.patience:
            held = max(2, found.pictures // HELD_OUT)
            stopped = again("stopped", holdout=held, patience=PATIENCE)
            return phrase("{heart} Stop when held-out images no longer gain, {again}", heart=heart, again=stopped)
        if not request.flip:
            return phrase(
                "{heart} Mirrored images are nearly as good as new ones, where left and right may be exchanged, {again}",
                heart=heart,
                again=again("flip", flip=True),
            )
        more = shlex.join(["python", "-m", "vae", "import", "FOLDER", "--name", f"{request.data}-more"])
        return phrase("{heart} What helps is more images: add some to the folder, and {more}", heart=heart, more=more)
    if found.error > CLEARLY * found.linear:
        if request.architecture != "residual" and request.likelihood == "gaussian":
            return phrase(
                "It has learned hardly more than straight lines: try the nets that begin with these, {again}",
                again=again("residual", architecture="residual", hidden=None, dense=0, batch_size=64),
            )
        if ended is not None and ended.best < ended.epochs:
            return phrase(
                "It has learned hardly more than straight lines, and more epochs gain nothing: add images, or try a larger code, {again}",
                again=again("larger", latent_dim=2 * request.latent_dim),
            )
        return phrase(
            "It has learned hardly more than straight lines: train longer, {again}", again=again("longer", epochs=3 * request.epochs)
        )
    if found.prior is None or found.fitted is None:
        return phrase("There is nothing to draw from: try another seed, {again}", again=again("seed", seed=request.seed + 1))
    wall = shlex.join(["python", "-m", "vae", "sample", str(request.out), "--distribution", "mixture", "--out", "wall.png"])
    if found.prior > found.fitted + EMPTIER:
        return phrase("Draw from Gaussians fitted to the codes, not from N(0, I), once embed has made the map: {wall}", wall=wall)
    return phrase("Look at what it draws, once embed has made the map: {wall}", wall=wall)
