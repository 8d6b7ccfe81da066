"""Random numbers that depend on where in a run they are drawn, and on nothing that was drawn before."""

from __future__ import annotations

import numpy as np
import torch


def generator(seed: int, purpose: int, index: int) -> torch.Generator:
    """A fresh CPU generator for one purpose at one place of the run."""
    # Hashed, because torch's generator looks at the lowest 32 bits of its seed only.
    return torch.Generator().manual_seed(int(np.random.SeedSequence((seed, purpose, index)).generate_state(1)[0]))
