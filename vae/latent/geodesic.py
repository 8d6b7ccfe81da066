"""Geodesics: the shortest curves between two codes when lengths are measured in the decoded pictures.

A curve is given by K + 1 nodes, codes with straight segments between them. Its energy is that of M steps, evenly spaced
in time, several on each segment: E = M Σ ‖g(z_{i+1}) − g(z_i)‖² for a decoder g. Measured at the nodes alone it could be
lowered by placing them so that the curve leaps over whatever is rough between them. Among curves of one length the
energy is lowest where the speed is constant, and then it is the squared length.

Source: Shao, Kumar and Fletcher, "The Riemannian Geometry of Deep Generative Models", 2018; Chen et al., "Metrics for
Deep Generative Models", 2018.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from vae.latent.directions import Decode, metrics

CURVE_STEPS = 64  # at which a curve is measured
SEGMENTS = 16
DAMPING = 1e-3  # share of the mean curvature; keeps moves small along directions that hardly change the picture
COLUMNS = 192  # Jacobian-vector products for a step: some 5 ms for our decoders on one core
SHORTEST = 1 / 1024  # of a Gauss–Newton step, below which the curve counts as relaxed


@dataclass(frozen=True)
class Relaxed:
    """A curve after a step.

    curve : (K + 1, D)
    energy : of `curve`, in squared picture change
    fell : by how much the step lowered it, at least 0
    """

    curve: Tensor
    energy: float
    fell: float


def along(curve: Tensor, steps: int = CURVE_STEPS) -> Tensor:
    """Codes at `steps` + 1 evenly spaced times on the curve (K + 1, D), ends included: (steps + 1, D)."""
    at = torch.linspace(0, len(curve) - 1, steps + 1, dtype=curve.dtype, device=curve.device)
    return _between(curve, at)


def energy(pictures: Tensor) -> Tensor:
    """M Σ ‖x_{i+1} − x_i‖² of the M steps between `pictures` (M + 1, ...): a scalar, at least the squared length."""
    return (len(pictures) - 1) * (pictures[1:] - pictures[:-1]).square().sum()


def length(pictures: Tensor) -> Tensor:
    """Σ ‖x_{i+1} − x_i‖ of the steps between `pictures` (M + 1, ...): a scalar."""
    return (pictures[1:] - pictures[:-1]).flatten(1).norm(dim=1).sum()


@torch.inference_mode(False)
def relax(decode: Decode, curve: Tensor, steps: int = CURVE_STEPS) -> Relaxed:
    """One Gauss–Newton step of `curve` towards the geodesic between its ends, which stay; the energy never rises.

    The gradient is exact. The matrix is that of the energy with the pull-back metric JᵀJ of each segment held constant:
    block tridiagonal and positive, so the step goes downhill. The metric is taken at as many places along the curve as
    `COLUMNS` allows for the code's size, and in between interpolated. The step is halved until the energy falls.

    Parameters
    ----------
    decode : takes codes (N, D) to pictures (N, ...)
    curve : (K + 1, D), K at least 2; numbers that are not finite, or where the decoder is flat, leave it as it is
    steps : M, a multiple of K

    Raises
    ------
    ValueError
        If there are fewer than two segments or the steps cannot be shared among them.
    """
    segments = len(curve) - 1
    if segments < 2 or steps % segments:
        raise ValueError(f"a curve of {segments} segments cannot be relaxed at {steps} steps; take a divisor of them, at least 2")
    curve = curve.clone()
    with torch.enable_grad():
        nodes = curve.clone().requires_grad_()
        at_first = energy(decode(along(nodes, steps)))
        gradient = torch.autograd.grad(at_first, nodes)[0]
    before = at_first.item()
    with torch.no_grad():
        direction = _newton(decode, curve, gradient)
        size = 1.0
        while size >= SHORTEST:
            moved = curve.clone()
            moved[1:-1] += size * direction
            after = energy(decode(along(moved, steps))).item()
            if after < before:  # also false where the step led to numbers that are not finite
                return Relaxed(moved, after, before - after)
            size /= 2
    return Relaxed(curve, before, 0.0)


def _newton(decode: Decode, curve: Tensor, gradient: Tensor) -> Tensor:
    """Where to move the inner nodes: (K − 1, D), by block elimination of the tridiagonal system."""
    segments, size = len(curve) - 1, curve.shape[1]
    places = max(2, min(segments + 1, COLUMNS // size))
    spread = torch.linspace(0, segments, places, dtype=curve.dtype, device=curve.device)
    metric = metrics(decode, _between(curve, spread))  # (places, D, D)
    middle = (torch.arange(segments, dtype=curve.dtype, device=curve.device) + 0.5) * (places - 1) / segments
    coupling = 2 * segments * _between(metric.flatten(1), middle).unflatten(1, (size, size)).double().cpu()  # (K, D, D)
    blocks = coupling[:-1] + coupling[1:]
    blocks += DAMPING * blocks.diagonal(dim1=1, dim2=2).mean() * torch.eye(size, dtype=torch.float64)
    down = -gradient[1:-1, :, None].double().cpu()
    factors = [torch.linalg.cholesky_ex(blocks[0])[0]]
    right = [down[0]]
    for block, link, value in zip(blocks[1:], coupling[1:], down[1:], strict=False):
        solved = torch.cholesky_solve(torch.cat([link, right[-1]], 1), factors[-1])
        factors.append(torch.linalg.cholesky_ex(block - link @ solved[:, :size])[0])
        right.append(value + link @ solved[:, size:])
    moves = [torch.cholesky_solve(right[-1], factors[-1])]
    for factor, value, link in zip(reversed(factors[:-1]), reversed(right[:-1]), reversed(coupling[1:-1]), strict=True):
        moves.append(torch.cholesky_solve(value + link @ moves[-1], factor))
    return torch.stack(moves[::-1]).squeeze(2).to(curve)


def _between(rows: Tensor, at: Tensor) -> Tensor:
    """Rows (N, F) at fractional positions `at` (M,) from 0 to N − 1, linear in between: (M, F)."""
    low = at.floor().long().clamp(0, len(rows) - 2)
    return torch.lerp(rows[low], rows[low + 1], (at - low)[:, None])  # exact at both ends, and between equal rows
