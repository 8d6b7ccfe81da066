"""What the ground is like at any code: figures that a map can show as its floor, and the way from anywhere back to the data.

Codes are (N, D), or (M, D) where N is the number of data points. `cycle_gap`, which is a floor as well, stands in `measures.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from vae.latent.directions import jacobians
from vae.models import Model

FAINT = -40.0  # below the largest of several terms in nats, what is as good as nothing: 10,000 such terms are 4e-14 of it
ROWS = 64  # codes whose terms are worked out in one go: more leave a core's cache
BANDWIDTHS = 17  # tried for an autoencoder, half an octave apart
LEFT_OUT = 200  # codes whose likelihood under the others chooses among them


def slopes(model: Model, codes: Tensor) -> Tensor:
    """Exact derivatives of the picture by each number of the code, one for each of `codes` (N, D): (N, D, P)."""
    return model.slopes(codes) if model.slopes else jacobians(model.paint, codes).mT


def log_stretch(model: Model, codes: Tensor) -> Tensor:
    """The decoder's stretch log₁₀ √det(JᵀJ): (N,) float64, −inf where a direction of the code changes nothing.

    √det(JᵀJ) is the volume of pictures that a unit volume of codes is spread over; where it is large, the decoder changes
    fast. J is exact (`slopes`). In many dimensions the determinant leaves the range of float numbers, so its logarithm
    is taken (slogdet), of a product formed in double precision: singular values 10⁶ apart are squared there.
    Source: Arvanitidis, Hansen and Hauberg, "Latent Space Oddity", 2018.
    """
    columns = slopes(model, codes.to(model.device, model.dtype))  # (N, D, P)
    # mps has no double precision; these are small matrices.
    columns = columns.cpu().double() if columns.device.type == "mps" else columns.double()
    size = columns.norm(dim=2, keepdim=True)  # (N, D, 1); unit columns first, so that a nearly dead dimension costs no precision
    unit = columns / size.clamp_min(torch.finfo(torch.float64).tiny)
    sign, log = torch.linalg.slogdet(unit @ unit.mT)
    log = torch.where(sign > 0, 0.5 * log, -torch.inf) + size.squeeze(2).log().sum(1)
    return log / np.log(10)


def class_entropy(scores: Tensor) -> Tensor:
    """Entropy in nats of the softmax of class `scores` (N, K): (N,), from 0 (certain) to ln K (no idea)."""
    logs = scores.log_softmax(1)
    return -(logs.exp() * logs).sum(1)


def bandwidth(codes: np.ndarray) -> float:
    """The width of the Gaussian that stands for each of `codes` (N, D) where the encoder gives none.

    Of s · 2^(−k/2), k = 0 … 16, with s the codes' root-mean-square spread per dimension, the one under which codes that
    are left out are likeliest given all others; 200 evenly spaced ones are left out in turn. Codes that all lie on one
    place, or a single one, get 1.
    Source: leave-one-out likelihood, Duin, "On the Choice of Smoothing Parameters for Parzen Estimators", 1976.
    """
    codes = np.asarray(codes, np.float64)
    count, dim = codes.shape
    centred = torch.from_numpy(codes - codes.mean(0))
    spread = float(centred.square().mean().sqrt())
    if count < 2 or not spread > 0:
        return 1.0
    rows = torch.linspace(0, count - 1, min(count, LEFT_OUT), dtype=torch.float64).round().long()
    squares = torch.cdist(centred[rows], centred).square().float()  # (L, N)
    squares[torch.arange(len(rows)), rows] = torch.inf  # itself is left out
    widths = spread * 2.0 ** (-np.arange(BANDWIDTHS) / 2)
    likelihoods = [
        sum(float(_log_sum_exp(part / (-2 * width**2)).sum()) for part in squares.split(ROWS)) - len(rows) * dim * np.log(width)
        for width in widths
    ]
    return float(widths[int(np.argmax(likelihoods))])


def _log_sum_exp(terms: Tensor) -> Tensor:
    """log Σ exp of `terms` (M, N) over N: (M,). They are used up.

    Like `torch.logsumexp`, but for the terms that count for nothing: to let their exponentials underflow takes ten times as
    long as to work out the others'.
    """
    top = terms.amax(1, keepdim=True)
    return terms.sub_(top).clamp_(min=FAINT).exp_().sum(1).log_().add_(top.squeeze(1))


@dataclass(frozen=True)
class AggregatePosterior:
    """The density of codes, q(z) = 1/N Σ N(z; μ_i, σ_i²): what the decoder was trained on.

    mean : (N, D) float64, μ
    factors : (2 D, N) float64, −½/σ² and μ/σ²: what z² and z are multiplied with
    weight : (N,) float64, what each term has whatever z is
    width : an autoencoder's bandwidth; None where the encoder's own σ were used
    """

    mean: Tensor
    factors: Tensor
    weight: Tensor
    width: float | None

    @classmethod
    def of(cls, mean: np.ndarray, std: np.ndarray) -> AggregatePosterior:
        """From the posteriors (N, D) of N images. An autoencoder's σ is zero: it gets a kernel density (see `bandwidth`)."""
        width = None if std.any() else bandwidth(mean)
        centre = torch.from_numpy(np.asarray(mean, np.float64))
        spread = torch.from_numpy(np.asarray(std, np.float64)) if width is None else torch.full_like(centre, width)
        precision = spread**-2
        weight = -spread.log().sum(1) - 0.5 * (mean.shape[1] * np.log(2 * np.pi) + (precision * centre**2).sum(1)) - np.log(len(mean))
        return cls(centre, torch.cat([-0.5 * precision, precision * centre], 1).T.contiguous(), weight, width)

    def log_density(self, codes: Tensor) -> Tensor:
        """log q(z) in nats for each of `codes` (M, D): (M,) float64."""
        return torch.cat([_log_sum_exp(self._terms(part)) for part in codes.cpu().double().split(ROWS)])

    def gradient(self, codes: Tensor) -> Tensor:
        """∇ log q(z) for each of `codes` (M, D): (M, D) float64. It points to where codes are denser."""
        codes = codes.cpu().double()
        return self._slope(codes, self._terms(codes))

    def climb(self, code: Tensor, stride: float, steps: int) -> Tensor:
        """The way uphill from `code` (D,): (T, D) float64, 1 ≤ T ≤ `steps` + 1, beginning with the code itself.

        Each step is `stride` long and follows the gradient of log q; the way ends where one more would lead down.
        """
        way = [code.cpu().double()]
        terms = self._terms(way[0][None])  # (1, N)
        for _ in range(steps):
            slope = self._slope(way[-1][None], terms)[0]
            size = slope.norm()
            if not size > 0:
                break
            ahead = way[-1] + stride * slope / size
            above = self._terms(ahead[None])
            if not above.logsumexp(1) > terms.logsumexp(1):
                break
            way.append(ahead)
            terms = above
        return torch.stack(way)

    def _terms(self, codes: Tensor) -> Tensor:
        """log of 1/N N(z; μ_i, σ_i²): (M, N)."""
        # Squares multiplied out, so that one matrix product does it; in double precision, or rounding would hide small σ.
        return torch.addmm(self.weight, torch.cat([codes**2, codes], 1), self.factors)

    def _slope(self, codes: Tensor, terms: Tensor) -> Tensor:
        squares, scaled = (terms.softmax(1) @ self.factors.T).chunk(2, 1)  # (M, D) each
        return scaled + 2 * codes * squares
