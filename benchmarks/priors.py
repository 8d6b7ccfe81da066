"""Learned priors side by side: how near to real images the draws of each are, on images that none of them has learned from.

    python benchmarks/priors.py mnist-ae mnist-vae [--only flow --only "two-stage VAE"]

Each learns from a model's codes of all training images but the last 5,000 and is judged against these 5,000: `frechet_c` of
10,000 decoded draws. One thread. The product has the flow (`vae/training/prior.py`); the others are here alone.
"""

from __future__ import annotations

import argparse
import copy
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import torch
from torch import Tensor, nn

from vae import data
from vae.continuity.samples import frechet
from vae.latent.mixture import chances
from vae.latent.sampling import Gaussian, noise
from vae.models import Autoencoder
from vae.store.checkpoints import load_model
from vae.store.classifiers import Pictures, load_judge
from vae.training.prior import train_flow
from vae.training.schedule import learning_rate

HELD_OUT, DRAWS, BATCH = 5000, 10_000, 512
PSEUDO = 200  # inputs of a VampPrior

Draw = Callable[[np.ndarray], np.ndarray]  # codes (N, D) of standard normal noise (N, D)


@dataclass(frozen=True)
class Subject:
    """A model with the codes that are learned from: their means and standard deviations, (N, D) each, and the images."""

    model: Autoencoder
    mean: Tensor
    std: Tensor
    images: Tensor

    def standardised(self) -> tuple[Tensor, Tensor, Tensor]:
        """Means in units of `scale` about `centre`, and both of these."""
        centre, scale = self.mean.mean(0), self.mean.std(0)
        scale = scale.clamp_min(0.05 * float(scale.max()))
        return (self.mean - centre) / scale, centre, scale


def optimise(weights: list[nn.Parameter], loss: Callable[[], Tensor], steps: int, peak: float = 1e-3) -> None:
    """AdamW, cosine, gradient norm clipped at 1."""
    optimizer = torch.optim.AdamW(weights, lr=peak, weight_decay=0)
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = learning_rate(step, steps, peak)
        optimizer.zero_grad(set_to_none=True)
        loss().backward()
        nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()


def standard(subject: Subject) -> Draw:
    return lambda dice: dice


def fitted(subject: Subject) -> Draw:
    return Gaussian.fit(subject.mean.numpy()).sample


def mixture(components: int) -> Callable[[Subject], Draw]:
    def fit(subject: Subject) -> Draw:
        from sklearn.mixture import GaussianMixture

        found = GaussianMixture(components, random_state=0, reg_covar=1e-6).fit(subject.mean.double().numpy())
        return lambda dice: found.sample(len(dice))[0].astype(np.float32)

    return fit


def flow(**options: int) -> Callable[[Subject], Draw]:
    def fit(subject: Subject) -> Draw:
        found = train_flow(subject.mean, **options)
        return lambda dice: found.sample(dice, chances(len(dice), 0))

    return fit


class Coupling(nn.Module):
    """Half of the numbers scale and shift the others. Source: Dinh et al., "Density Estimation Using Real NVP", 2017."""

    def __init__(self, dim: int, width: int) -> None:
        super().__init__()
        self.kept = dim // 2
        self.net = network(self.kept, width, 2 * (dim - self.kept))
        nn.init.zeros_(self.net[-1].weight)
        nn.init.zeros_(self.net[-1].bias)

    def forward(self, codes: Tensor) -> tuple[Tensor, Tensor]:
        """Moved codes, and the logarithm of the Jacobian's determinant."""
        log_scale, shift = self.parameters_of(codes)
        return torch.cat([codes[:, : self.kept], (codes[:, self.kept :] + shift) * log_scale.exp()], 1), log_scale.sum(1)

    def inverse(self, codes: Tensor) -> Tensor:
        log_scale, shift = self.parameters_of(codes)
        return torch.cat([codes[:, : self.kept], codes[:, self.kept :] * (-log_scale).exp() - shift], 1)

    def parameters_of(self, codes: Tensor) -> tuple[Tensor, Tensor]:
        log_scale, shift = self.net(codes[:, : self.kept]).chunk(2, 1)
        return 2 * torch.tanh(log_scale / 2), shift


def realnvp(subject: Subject, steps: int = 6000, width: int = 64, depth: int = 8) -> Draw:
    points, centre, scale = subject.standardised()
    dim = points.shape[1]
    layers = nn.ModuleList([Coupling(dim, width) for _ in range(depth)])
    orders = [torch.randperm(dim) if dim > 2 else torch.tensor([1, 0]) for _ in range(depth)]

    def loss() -> Tensor:
        codes, volume = points[torch.randint(len(points), (BATCH,))], torch.zeros(())
        for layer, order in zip(layers, orders, strict=True):
            codes, more = layer(codes[:, order])
            volume = volume + more
        return (0.5 * codes.square().sum(1) - volume).mean() / dim

    optimise(list(layers.parameters()), loss, steps)

    @torch.inference_mode()
    def draw(dice: np.ndarray) -> np.ndarray:
        codes = torch.from_numpy(dice)
        for layer, order in zip(reversed(layers), reversed(orders), strict=True):
            codes = layer.inverse(codes)[:, order.argsort()]
        return (centre + scale * codes).numpy()

    return draw


def two_stages(subject: Subject, steps: int = 6000, width: int = 128) -> Draw:
    """A second VAE, of the codes of the first. Source: Dai and Wipf, "Diagnosing and Enhancing VAE Models", 2019."""
    points, centre, scale = subject.standardised()
    dim = points.shape[1]
    encoder, decoder, log_std = network(dim, width, 2 * dim), network(dim, width, dim), nn.Parameter(torch.zeros(()))

    def loss() -> Tensor:
        codes = points[torch.randint(len(points), (BATCH,))]
        mean, log_variance = encoder(codes).chunk(2, 1)
        decoded = decoder(mean + (0.5 * log_variance).exp() * torch.randn_like(mean))
        kl = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1)
        return (kl + 0.5 * ((codes - decoded) / log_std.exp()).square().sum(1) + dim * log_std).mean() / dim

    optimise([*encoder.parameters(), *decoder.parameters(), log_std], loss, steps)

    @torch.inference_mode()
    def draw(dice: np.ndarray) -> np.ndarray:
        more = torch.from_numpy(noise(len(dice), dim, 1))
        return (centre + scale * (decoder(torch.from_numpy(dice)) + log_std.exp() * more)).numpy()

    return draw


def vamp(subject: Subject, steps: int = 800) -> Draw:
    """The posteriors of learned pseudo-inputs. Source: Tomczak and Welling, "VAE with a VampPrior", 2018; here after training."""
    if not subject.std.any():
        raise ValueError("an autoencoder has no posteriors")
    encoder = copy.deepcopy(subject.model)
    inputs = nn.Parameter((subject.images[torch.randperm(len(subject.images))[:PSEUDO]].float() / 255).clamp(0.01, 0.99).logit())

    def loss() -> Tensor:
        rows = torch.randint(len(subject.mean), (BATCH,))
        codes = subject.mean[rows] + subject.std[rows] * torch.randn(BATCH, subject.mean.shape[1])
        posterior = encoder.encode(inputs.sigmoid())
        logs = -0.5 * ((codes[:, None] - posterior.mean) / posterior.std).square() - posterior.std.log()  # (BATCH, PSEUDO, D)
        return -logs.sum(2).logsumexp(1).mean()

    optimise([inputs], loss, steps, 0.05)
    posterior = encoder.encode(inputs.sigmoid())
    mean, std = posterior.mean.detach().numpy(), posterior.std.detach().numpy()

    def draw(dice: np.ndarray) -> np.ndarray:
        chosen = np.random.default_rng(0).integers(PSEUDO, size=len(dice))
        return mean[chosen] + std[chosen] * dice

    return draw


def network(before: int, width: int, after: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(before, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU(), nn.Linear(width, after)
    )  # fmt: skip


PRIORS: dict[str, Callable[[Subject], Draw]] = {
    "N(0, I)": standard,
    "fitted Gaussian": fitted,
    "mixture of 10": mixture(10),
    "mixture of 60": mixture(60),
    "flow": flow(),
    "flow from one Gaussian": flow(components=1, steps=6000),
    "flow from one Gaussian, wider": flow(components=1, steps=6000, width=192),
    "RealNVP": realnvp,
    "two-stage VAE": two_stages,
    "VampPrior": vamp,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+")
    parser.add_argument("--only", action="append", choices=list(PRIORS), help="a prior; all of them if left out")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    print("| model | prior | Fréchet distance | seconds |\n| --- | --- | --- | --- |")
    for name in asked.models:
        model = load_model(name, "cpu")
        judge = load_judge(Pictures.of(model.config), "cpu")
        images = data.load(model.config.data, "train", size=model.config.image_shape[1]).images
        with torch.inference_mode():
            real = torch.cat([judge.model.features(part.float() / 255) for part in images[-HELD_OUT:].split(1000)])
            parts = [model.encode(part.float() / 255) for part in images[:-HELD_OUT].split(1000)]
        mean, std = (torch.cat([getattr(part, key) for part in parts]).clone() for key in ("mean", "std"))
        subject = Subject(model, mean, std, images[:-HELD_OUT])
        for prior in asked.only or PRIORS:
            torch.manual_seed(0)
            began = time.monotonic()
            try:
                draw = PRIORS[prior](subject)
            except ValueError as error:
                print(f"| {name} | {prior} | {error} | |", flush=True)
                continue
            took = time.monotonic() - began
            codes = torch.from_numpy(draw(noise(DRAWS, mean.shape[1], 0)))
            with torch.inference_mode():
                found = torch.cat([judge.model.features(model.decode(part)) for part in codes.split(1000)])
            print(f"| {name} | {prior} | {distance(found, real):.3g} | {took:.0f} |", flush=True)


def distance(features: Tensor, real: Tensor) -> float:
    return frechet(*(moment for rows in (features, real) for moment in (rows.double().mean(0).numpy(), np.cov(rows.double().numpy().T))))


if __name__ == "__main__":
    main()
