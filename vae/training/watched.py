"""What is looked at while a pair learns: the codes of some held-out images, where they lie on a map, and a few figures."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.nn.functional import mse_loss

from vae.models import Posterior
from vae.training.losses import kl_divergence
from vae.training.pair import Pair
from vae.training.recording import KINDS, Hand

DRAWS = 256  # from N(0, I), always the same, that are looked at for empty places
JUDGED = 64  # the first of them, which are decoded and judged
UNREAL = tuple(f"{kind}_unreal" for kind in KINDS)  # figures that a judge tells; curves of older versions are without
PART = 250  # watched images that are looked at together: their pixels stay in the processor's cache
FAR = 0.99  # quantile of codes' distances to their nearest neighbour beyond which a place is empty


@dataclass(frozen=True)
class Plane:
    """The map of one model: a plane through code space, x and y to codes `origin` + x · `axes[0]` + y · `axes[1]`.

    origin : (D,) float32
    axes : (2, D) float32, of length 1 and perpendicular
    """

    origin: Tensor
    axes: Tensor

    def places(self, codes: Tensor) -> Tensor:
        """Where codes (N, D) fall on the map: (N, 2), straight down on the plane."""
        return (codes - self.origin) @ self.axes.T

    def codes(self, places: Tensor) -> Tensor:
        """The codes (N, D) of places (N, 2)."""
        return self.origin + places @ self.axes


def plane_of(codes: Tensor, before: Plane | None) -> Plane:
    """The map of codes (N, D): the code plane itself where D is 2, else the plane of their two leading principal components.

    Principal components have no sign and may swap, so the plane is turned within itself to lie as close as it can to the one
    `before`: points then travel and do not jump. Codes of one number lie on a line, and y is 0; a single code has no components.
    """
    size = codes.shape[1]
    if size <= 2 or len(codes) < 2:
        return Plane(torch.zeros(size), torch.eye(2, size))
    origin = codes.mean(0)
    _, _, ways = torch.linalg.svd(codes - origin, full_matrices=False)
    axes = ways[:2]
    if before is not None:
        left, _, right = torch.linalg.svd(before.axes @ axes.T)  # orthogonal Procrustes within the plane
        axes = left @ right @ axes
    return Plane(origin, axes)


@dataclass(frozen=True)
class View:
    """One model at one moment, seen through the watched images.

    codes, std : (M, D)
    plane : the map
    places : (M, 2) on it
    shapes : (M, 2), half of how wide and how high z = μ + σ reaches on the map
    """

    codes: Tensor
    std: Tensor
    plane: Plane
    places: Tensor
    shapes: Tensor


def view_of(posterior: Posterior, before: Plane | None) -> View:
    """A model seen through the posteriors of the watched images, on a map that lies close to the one `before`."""
    codes, std = posterior.mean, posterior.std
    plane = plane_of(codes, before)
    return View(codes, std, plane, plane.places(codes), (std.square() @ plane.axes.T.square()).sqrt())


@dataclass
class Watch:
    """The held-out images that are watched.

    images : (M, C, H, W) uint8
    seed : of the draws from N(0, I)
    """

    images: Tensor
    seed: int
    _planes: dict[str, Plane] = field(default_factory=dict)

    @property
    def planes(self) -> dict[str, Tensor]:
        """Where both maps lie, "ae/origin", "ae/axes" and so on; nothing before the first view."""
        return {f"{kind}/{part}": getattr(plane, part) for kind, plane in self._planes.items() for part in ("origin", "axes")}

    def lie(self, planes: Mapping[str, Tensor]) -> None:
        """Have the next maps lie close to such `planes`, as to those of the moment before."""
        self._planes = {kind: Plane(planes[f"{kind}/origin"], planes[f"{kind}/axes"]) for kind in KINDS}

    @torch.no_grad()
    def view(self, pair: Pair, hand: Hand) -> dict[str, View]:
        """Both models as they are now."""
        parts: dict[str, list[Posterior]] = {kind: [] for kind in KINDS}
        for pixels in self._parts():
            for kind in KINDS:
                parts[kind].append(pair.models[kind].encode(pixels))
        views = {}
        for kind in KINDS:
            mean, std = (torch.cat([getattr(part, name) for part in parts[kind]]) for name in ("mean", "std"))
            if kind == "ae":  # whose noise is the hand's
                std = torch.full_like(std, hand.noise)
            views[kind] = view_of(Posterior(mean, std), self._planes.get(kind))
            self._planes[kind] = views[kind].plane
        return views

    @torch.no_grad()
    def figures(self, pair: Pair, views: dict[str, View]) -> dict[str, float]:
        """What the curves show of the moment, each on the watched images: squared error per pixel of both (`ae_error`, `vae_error`),
        the VAE's KL from N(0, I) in nats (`rate`), and the share of draws from N(0, I) that fall in an empty place (`ae_empty`,
        `vae_empty`): farther from every watched code than 99 % of these are from their nearest neighbour. What only a judge can tell
        is NaN, see `unreal`.
        """
        draws, found = self._draws(pair), dict.fromkeys(UNREAL, math.nan)
        for kind in KINDS:
            view = views[kind]
            rebuilt = (pair.models[kind].paint(codes) for codes in view.codes.split(PART))
            errors = [mse_loss(pictures, pixels, reduction="sum") for pictures, pixels in zip(rebuilt, self._parts(), strict=True)]
            found[f"{kind}_error"] = float(torch.stack(errors).sum() / self.images.numel())
            found[f"{kind}_empty"] = empty_share(draws, view.codes)
        vae = views["vae"]
        found["rate"] = float(kl_divergence(vae.codes, 2 * vae.std.log()).sum(1).mean())
        return found

    @torch.no_grad()
    def unreal(self, pair: Pair, tell: Callable[[Tensor], float]) -> dict[str, float]:
        """The shares of unreal pictures (`ae_unreal`, `vae_unreal`) among those of the first draws, as `tell` finds of (N, C, H, W) in [0, 1]."""
        draws = self._draws(pair)[:JUDGED]
        return {f"{kind}_unreal": tell(pair.models[kind].paint(draws)) for kind in KINDS}

    def _draws(self, pair: Pair) -> Tensor:
        return torch.randn(DRAWS, pair.setup.latent_dim, generator=torch.Generator().manual_seed(self.seed))

    def _parts(self) -> Iterator[Tensor]:
        """The pixels of the images, (PART, C, H, W) float32 in [0, 1] at a time."""
        return (part.float().div_(255) for part in self.images.split(PART))


def empty_share(draws: Tensor, codes: Tensor) -> float:
    """The share of `draws` (N, D) farther from every one of `codes` (M, D) than 99 % of these are from their nearest neighbour; 0 for fewer than two codes."""
    if len(codes) < 2:
        return 0.0
    apart = torch.cdist(codes, codes).fill_diagonal_(torch.inf).amin(1)
    return float((torch.cdist(draws, codes).amin(1) > apart.quantile(FAR)).float().mean())
