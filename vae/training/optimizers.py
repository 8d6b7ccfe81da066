"""What steps the weights: AdamW, or Muon on the matrices inside a network and AdamW on everything else.

Source of Muon: Jordan and others, "Muon: An optimizer for hidden layers in neural networks", 2024.
"""

from __future__ import annotations

import torch
from torch import nn

from vae.models import ModelConfig

ADAM_SHARE = 0.5  # of Muon's learning rate, for what AdamW steps beside it

Optimizers = dict[str, torch.optim.Optimizer]


def optimizers_of(config: ModelConfig, model: nn.Module) -> Optimizers:
    """The optimisers of a training, "muon" before "adam"; together they step every weight of `model` once."""
    matrices = [weight for name, weight in model.named_parameters() if inside(name, weight)] if config.optimizer == "muon" else []
    taken = {id(weight) for weight in matrices}
    rest = [weight for weight in model.parameters() if id(weight) not in taken]
    found: Optimizers = {}
    if matrices:
        found["muon"] = torch.optim.Muon(matrices, lr=config.learning_rate, weight_decay=0.0, adjust_lr_fn="match_rms_adamw")
    # One pass over the weights in place of a dozen. Scaled gradients of 16 bits are clipped before they are taken back, which it cannot.
    found["adam"] = torch.optim.AdamW(rest, lr=config.learning_rate, fused=config.precision != "16-mixed")
    return found


def inside(name: str, weight: nn.Parameter) -> bool:
    """Whether a weight of an autoencoder is a matrix between features: not a kernel of pixels, and not one that gives the code."""
    return weight.ndim == 2 and name.startswith(("trunk.", "decoder."))


def set_rate(optimizers: Optimizers, rate: float) -> None:
    """Let the optimisers step by `rate`, AdamW beside Muon by its share of it."""
    for name, optimizer in optimizers.items():
        optimizer.param_groups[0]["lr"] = rate * ADAM_SHARE if name == "adam" and "muon" in optimizers else rate
