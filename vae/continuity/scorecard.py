"""The scorecard of one model: every figure the product reports about it, from a fixed seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import torch
from sklearn.mixture import GaussianMixture
from torch import Tensor

from vae.checkpoint import StoredClassifier
from vae.continuity import measures
from vae.continuity.geodesic import geodesic_ratio
from vae.continuity.measures import Estimate, mean_estimate
from vae.data import Images
from vae.latent.neighbours import Neighbours
from vae.latent.sampling import Gaussian, draw, noise
from vae.models import Autoencoder

DRAWS = 10_000
PAIRS = 256
GEODESICS = 32  # pairs; each takes a second or so
FRAMES = 65  # 64 steps
RADII = np.linspace(0, 3, 13)
BATCH = 1000

Progress = Callable[[str], None]


@torch.inference_mode()
def scorecard(
    model: Autoencoder, test: Images, judge: StoredClassifier | None, *, seed: int = 0, progress: Progress = lambda _: None
) -> dict:
    """All figures of `model` on the `test` set, as plain JSON types.

    Parameters
    ----------
    model : in evaluation mode
    test : real images it was not trained on
    judge : the classifier for this data; without one the figures that need features or classes are left out
    seed : of every draw
    progress : called with the name of each part as it begins

    Returns
    -------
    dict of figures: an estimate is {"value", "low", "high", "n"} with a 95 % bootstrap interval, a count a number.
    The definitions stand in `vae.continuity.measures`.
    """
    progress("reconstruction")
    images = test.images.float() / 255
    posterior = [model.encode(part) for part in images.split(BATCH)]
    mean, std = torch.cat([part.mean for part in posterior]), torch.cat([part.std for part in posterior])
    codes = mean.cpu().numpy()
    radius = measures.code_radius(codes)
    errors = torch.cat(
        [measures.squared_errors(part, pictures.cpu()) for part, pictures in zip(images.split(BATCH), _decode(model, mean), strict=True)]
    )
    figures: dict = {
        "recon_mse": _estimate(errors),
        "active_units": measures.active_units(codes),
        "code_radius": float(f"{radius:.6g}"),
    }
    if model.config.kind == "vae":
        figures |= _likelihood(model, images, mean, std, seed)

    progress("draws")
    dim = model.config.latent_dim
    dice = noise(DRAWS, dim, seed)  # (DRAWS, D)
    fitted = Gaussian.fit(codes)
    mixture = GaussianMixture(10, covariance_type="full", random_state=seed, reg_covar=1e-6).fit(codes.astype(np.float64))
    mixture.random_state = seed
    first, second = np.random.default_rng(seed).integers(len(codes), size=(2, DRAWS))
    drawn = {
        "prior": torch.from_numpy(dice),
        "fitted": torch.from_numpy(fitted.sample(dice)),
        "mixture": torch.from_numpy(mixture.sample(DRAWS)[0].astype(np.float32)),
        "midpoints": torch.from_numpy((codes[first] + codes[second]) / 2),
    }
    figures |= _holes(mean, std, {name: drawn[name] for name in ("prior", "fitted")})
    if judge is not None:
        figures |= _judged(model, images, drawn, judge, seed, progress)
        progress("freedom")
        figures |= _retention(model, mean, test.labels, fitted, judge, seed)

    progress("paths")
    figures |= _paths(model, mean, first[:PAIRS], second[:PAIRS], radius)
    progress("geodesics")
    figures["geodesic_ratio"] = _geodesics(model, mean, first[:GEODESICS], second[:GEODESICS])
    return figures


def _likelihood(model: Autoencoder, images: Tensor, mean: Tensor, std: Tensor, seed: int) -> dict:
    codes = mean + std * torch.from_numpy(noise(len(mean), mean.shape[1], seed + 1)).to(mean.device)
    errors = torch.cat(
        [measures.squared_errors(part, pictures.cpu()) for part, pictures in zip(images.split(BATCH), _decode(model, codes), strict=True)]
    )
    kl = measures.kl_per_dimension(mean.double().cpu().numpy(), std.double().cpu().numpy())
    return {
        "kl": float(f"{kl.sum():.6g}"),
        "kl_per_dimension": [float(f"{value:.4g}") for value in kl],
        "elbo": float(f"{measures.gaussian_elbo(errors.mean().item(), kl.sum(), model.config.pixels):.6g}"),
        "sampled_mse": _estimate(errors),
    }


def _holes(mean: Tensor, std: Tensor, drawn: dict[str, Tensor]) -> dict:
    """`hole_mass`: share of draws farther from the nearest code drawn for an image than 99 % of such codes are from theirs."""
    codes = Neighbours(torch.from_numpy(draw(mean.cpu().numpy(), std.cpu().numpy())).to(mean.device))

    def far(rows: Tensor) -> Tensor:
        return torch.cat([codes.query(part, 1)[0][:, 0] > codes.typical for part in rows.to(mean.device).split(BATCH)])

    return {f"hole_mass_{name}": _estimate(far(rows)) for name, rows in drawn.items()}


def _judged(model: Autoencoder, images: Tensor, drawn: dict[str, Tensor], judge: StoredClassifier, seed: int, progress: Progress) -> dict:
    """Fréchet distances and off-manifold rates of every kind of draw."""
    device = judge.reference.device
    reference = torch.cat([judge.model.features(part.to(device)) for part in images.split(BATCH)]).cpu().numpy()
    figures: dict = {"classifier_sha256": judge.sha256}
    for name, codes in drawn.items():
        progress(f"quality of {name}")
        features = torch.cat([judge.model.features(pictures.to(device)) for pictures in _decode(model, codes)])
        figures[f"frechet_c_{name}"] = measures.frechet_c(features.cpu().numpy(), reference, seed).to_dict()
        nearest = torch.cat([torch.cdist(part, judge.reference).amin(1) for part in features.split(BATCH)])
        figures[f"off_manifold_{name}"] = _estimate(nearest > judge.config["off_manifold_threshold"])
    ratio = figures["frechet_c_prior"]["value"] / figures["frechet_c_fitted"]["value"]
    return figures | {"frechet_ratio": float(f"{ratio:.4g}")}


def _retention(model: Autoencoder, mean: Tensor, labels: Tensor, fitted: Gaussian, judge: StoredClassifier, seed: int) -> dict:
    """Share of 2,000 images that keep their class when the code is moved by r in whitened space, and its area over r."""
    count = min(2000, len(mean))
    dice = noise(count, mean.shape[1], seed + 2)
    kept = []
    for radius in RADII:
        codes = torch.from_numpy(fitted.perturb(mean[:count].cpu().numpy(), dice, float(radius)))
        classes = torch.cat([judge.model(pictures.to(judge.reference.device)).argmax(1) for pictures in _decode(model, codes)])
        kept.append((classes.cpu() == labels[:count]).double())
    curve = [share.mean().item() for share in kept]
    area = np.trapezoid(torch.stack(kept).numpy(), RADII, axis=0) / RADII[-1]
    return {
        "retention_auc": mean_estimate(area).to_dict(),
        "retention_curve": {f"{radius:.3g}": float(f"{share:.4g}") for radius, share in zip(RADII, curve, strict=True)},
    }


def _paths(model: Autoencoder, mean: Tensor, first: np.ndarray, second: np.ndarray, radius: float) -> dict:
    """Evenness and cycle gap of straight paths between random pairs of test images."""
    t = torch.linspace(0, 1, FRAMES, device=mean.device)[:, None]
    ratios, gaps = [], []
    for a, b in zip(mean[first], mean[second], strict=True):
        codes = a + (b - a) * t  # (FRAMES, D)
        pictures = model.decode(codes)
        ratios.append(measures.step_max_ratio(measures.step_sizes(pictures)))
        gaps.append(measures.cycle_gap(model, codes, radius, pictures).mean().item())
    return {"step_max_ratio": mean_estimate(np.array(ratios)).to_dict(), "cycle_gap": mean_estimate(np.array(gaps)).to_dict()}


def _geodesics(model: Autoencoder, mean: Tensor, first: np.ndarray, second: np.ndarray) -> dict:
    """How much longer than the geodesic the straight path between random pairs of test images is."""
    ratios = [geodesic_ratio(model.paint, a, b) for a, b in zip(mean[first], mean[second], strict=True)]
    return mean_estimate(np.array(ratios)).to_dict()


def _decode(model: Autoencoder, codes: Tensor) -> Iterator[Tensor]:
    """Decoded pictures of `codes`, in parts of `BATCH`."""
    for part in codes.split(BATCH):
        yield model.decode(part)


def _estimate(values: Tensor) -> dict:
    estimate: Estimate = mean_estimate(values.double().cpu().numpy())
    return estimate.to_dict()
