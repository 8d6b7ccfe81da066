"""What has come of a training, in a few figures that take seconds: whether it beats straight lines, and what its code does."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from vae.continuity import measures
from vae.continuity.estimates import Unmeasurable
from vae.continuity.likelihood import SILENT
from vae.continuity.pca import linear_errors, linear_model
from vae.latent.neighbours import Neighbours
from vae.latent.sampling import Gaussian, draw, noise, prior
from vae.models import Autoencoder
from vae.sentences import phrase

DRAWS = 2000
BATCH = 500


@dataclass(frozen=True)
class Outcome:
    """Of one model on its test images.

    images : how many there were
    error, linear : squared error per pixel of the model, and of as many principal components of the training images
    numbers, collapsed : the code's size, and how many of its numbers say nothing about an image
    prior, fitted : share of draws that fall into holes between the codes, from N(0, I) and from a Gaussian fitted to them; None where the
        codes coincide
    """

    images: int
    error: float
    linear: float
    numbers: int
    collapsed: int
    prior: float | None
    fitted: float | None

    def sentences(self) -> list[str]:
        """For people, a line each."""
        ratio = self.error / self.linear if self.linear else float("inf")
        beside = (
            phrase("{ratio:.2f} times that of PCA", ratio=ratio)
            if ratio >= 1
            else phrase("{share:.0f} % below that of PCA", share=100 * (1 - ratio))
        )
        said: list[str] = [
            phrase(
                "squared error on {images:,} test images: {error:.4f}, {beside} with as many numbers ({linear:.4f})",
                images=self.images,
                error=self.error,
                beside=beside,
                linear=self.linear,
            )
        ]
        used = self.numbers - self.collapsed
        code = {"used": used, "numbers": self.numbers, "collapsed": self.collapsed}
        if self.collapsed:
            said.append(phrase("code: {used} of {numbers} numbers are used, {collapsed} have collapsed", **code))
        else:
            said.append(phrase("code: {used} of {numbers} numbers are used", **code))
        if self.prior is None or self.fitted is None:
            said.append(phrase("draws: all images have nearly the same code, so there is nothing to draw from"))
        else:
            said.append(
                phrase(
                    "draws: of {count:,} from N(0, I), {prior:.0f} % land in empty places; from a Gaussian fitted to the codes, {fitted:.0f} %",
                    count=DRAWS,
                    prior=100 * self.prior,
                    fitted=100 * self.fitted,
                )
            )
        return said


@torch.inference_mode()
def outcome(model: Autoencoder, train: Tensor, test: Tensor, seed: int = 0) -> Outcome:
    """Look at a trained model.

    Parameters
    ----------
    model : in evaluation mode
    train, test : (N, C, H, W) uint8, at least two for training and one for testing
    seed : of the draws
    """
    means, stds, errors = [], [], []
    for part in test.split(BATCH):
        images = part.float() / 255
        posterior = model.encode(images)
        errors.append(measures.squared_errors(images, model.decode(posterior.mean).cpu()))
        means.append(posterior.mean.cpu())
        stds.append(posterior.std.cpu())
    mean, std = torch.cat(means), torch.cat(stds)
    linear = linear_model(train, model.config.latent_dim, seed)
    expected = torch.cat([linear_errors(linear, part.float() / 255) for part in test.split(BATCH)])
    if model.spec.has_std:
        used = measures.active_units(mean.numpy())
    else:
        spread = mean.std(0, correction=0)
        used = int((spread > SILENT * spread.max()).sum())
    shares: list[float | None] = [None, None]
    try:
        standard = noise(DRAWS, mean.shape[1], seed)
        codes = Neighbours(torch.from_numpy(draw(mean.numpy(), std.numpy())))
        for place, drawn in enumerate((prior(DRAWS, mean.shape[1], 1.0, seed), Gaussian.fit(mean.numpy()).sample(standard))):
            shares[place] = measures.hole_mass(torch.from_numpy(drawn), codes).double().mean().item()
    except Unmeasurable:
        pass
    return Outcome(
        len(test), torch.cat(errors).mean().item(), expected.mean().item(), mean.shape[1], mean.shape[1] - used, shares[0], shares[1]
    )
