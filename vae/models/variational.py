"""The variational autoencoder: the encoder emits means and standard deviations, a code is drawn from them."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from vae.models.autoencoder import Autoencoder, Pass
from vae.models.config import ModelConfig
from vae.models.port import Family, Posterior, register


class VariationalAutoencoder(Autoencoder):
    """The autoencoder of the same name with a second head, log σ², beside the one for μ.

    Trunk, decoder and μ head are built and initialised exactly as in `Autoencoder`, so a pair of the same
    seed differs in the σ head and in the KL term alone.
    Source: Kingma and Welling, "Auto-Encoding Variational Bayes", 2013.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        self.log_variance = nn.Linear(self.width, config.latent_dim)

    def encode(self, images: Tensor) -> Posterior:
        """The posterior q(z|x) = N(mean, std²) of `images` (N, C, H, W) in [0, 1]; both (N, D), std > 0.

        Raises
        ------
        ValueError
            If the shape is not the model's or the values are not finite and in [0, 1].
        """
        features = self._features(images)
        return Posterior(self.mean(features), self._log_variance(features).mul(0.5).exp())

    def forward(self, images: Tensor, noise: Tensor | None = None) -> Pass:
        """`reconstruct`, with noise that is drawn here if there is none."""
        if noise is None:
            noise = torch.randn(len(images), self.config.latent_dim, dtype=images.dtype, device=images.device)
        return self.reconstruct(images, noise)

    def reconstruct(self, images: Tensor, noise: Tensor | None = None) -> Pass:
        """Encode, draw z = μ + σ⊙ε with `noise` as ε (N, D), 0 if left out, decode (the reparameterisation trick)."""
        features = self.trunk(images.flatten(1))
        mean, log_variance = self.mean(features), self._log_variance(features)
        code = mean if noise is None else mean + log_variance.mul(0.5).exp() * noise
        return Pass(self.paint(code), mean, log_variance)

    def _log_variance(self, features: Tensor) -> Tensor:
        # A σ below e^-6 or above e^3 means nothing for codes of unit scale, and would overflow in half precision.
        return self.log_variance(features).clamp(-12, 6)


register(Family("vae", "VAE", "Variational autoencoder", has_std=True, build=VariationalAutoencoder))
