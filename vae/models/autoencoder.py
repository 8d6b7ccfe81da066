"""The autoencoder: encoder, code, decoder; fully connected and feed-forward."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.nn.functional import linear, normalize, silu

from vae.models.config import ModelConfig
from vae.models.images import as_images
from vae.models.port import Architecture, Family, Posterior, Slopes, Spec, architecture, family, register, register_architecture

LARGEST_CODE = 1e30  # float32 ends at 3e38: what is left is room for the decoder's layers to multiply in


class Pass(NamedTuple):
    """One training pass: the reconstruction (N, C, H, W) and, for a VAE, the posterior's log-variance."""

    images: Tensor
    mean: Tensor
    log_variance: Tensor | None = None


class Perceptron(nn.Sequential):
    """Linear layers through `widths`, SiLU between them, nothing after the last."""

    def __init__(self, widths: list[int]) -> None:
        super().__init__(*[layer for before, after in pairwise(widths) for layer in (nn.Linear(before, after), nn.SiLU())][:-1])

    def forward(self, features: Tensor) -> Tensor:
        """(N, first width) to (N, last width)."""
        # What Sequential does, without a module call for each layer: for one picture those take as long as the arithmetic.
        *layers, last = (layer for layer in self if isinstance(layer, nn.Linear))
        for layer in layers:
            features = silu(linear(features, layer.weight, layer.bias), inplace=not torch.is_grad_enabled())
        return linear(features, last.weight, last.bias)

    def slopes(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """What `forward` gives, (N, last width), and its exact derivatives by each of the inputs: (N, first width, last width)."""
        *layers, last = (layer for layer in self if isinstance(layer, nn.Linear))
        along = torch.eye(features.shape[1], dtype=features.dtype, device=features.device).expand(len(features), -1, -1)
        for layer in layers:
            values = linear(features, layer.weight, layer.bias)
            gate = values.sigmoid()
            features = values * gate
            along = linear(along, layer.weight) * (gate + features * (1 - gate))[:, None]
        return linear(features, last.weight, last.bias), linear(along, last.weight)


class PerceptronTrunk(nn.Sequential):
    """A perceptron through `widths` and a SiLU: (N, first width) to (N, `width`)."""

    def __init__(self, widths: list[int]) -> None:
        super().__init__(Perceptron(widths), nn.SiLU())
        self.width = widths[-1]


class Direction(nn.Module):
    """A decoder of codes (N, D) that sees only where each points: they are brought to the length √D first."""

    def __init__(self, decoder: nn.Module) -> None:
        super().__init__()
        self.decoder = decoder

    def forward(self, codes: Tensor) -> Tensor:
        """(N, D) to what the decoder makes of it."""
        return self.decoder(on_sphere(codes))


def on_sphere(codes: Tensor) -> Tensor:
    """`codes` (N, D) brought to the length √D, which is about that of draws from N(0, I); a code of length 0 stays there."""
    largest = codes.abs().amax(1, keepdim=True).clamp_min(torch.finfo(codes.dtype).tiny)  # the square of a long code would overflow
    return codes.shape[1] ** 0.5 * normalize(codes / largest, dim=1)


def as_codes(codes: object, size: int, dtype: torch.dtype, device: torch.device) -> Tensor:
    """`codes`, a tensor, an array or a list of lists, as a tensor (N, `size`); ValueError if they are of another shape or not finite."""
    found = torch.as_tensor(codes, dtype=dtype, device=device)
    if found.ndim != 2 or found.shape[1] != size:
        one = "; put the one code into a list: decode([code])" if found.shape == (size,) else ""
        raise ValueError(f"codes have shape {tuple(found.shape)}; this model decodes (N, {size}){one}")
    if found.numel() and not found.abs().max() <= LARGEST_CODE:  # also false for NaN
        raise ValueError(f"codes hold values that are not finite or beyond ±{LARGEST_CODE:g}; replace them before decoding")
    return found


class Autoencoder(nn.Module):
    """An encoder that squeezes an image into D numbers and a decoder that rebuilds it from them alone.

    The decoder ends in a sigmoid, so that pictures are in [0, 1] wherever in code space they come from.
    Source: Hinton and Salakhutdinov, "Reducing the Dimensionality of Data with Neural Networks", 2006.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        # The trunk and the decoder are drawn before the head: a VAE of the same seed starts from the same ones.
        self.trunk, self.decoder = architecture(config.architecture).build(config)
        self.width = int(cast(Any, self.trunk).width)
        if config.sphere:
            self.decoder = Direction(self.decoder)
        self.mean = nn.Linear(self.width, config.latent_dim)

    def encode(self, images: object) -> Posterior:
        """The codes of `images`.

        Parameters
        ----------
        images : (N, C, H, W) float in [0, 1]. Also taken, and converted where their meaning is certain: NumPy arrays, PIL images and
            lists of them; uint8, uint16 and bool; one picture without N; channels last; grey for colour and colour for grey

        Returns
        -------
        Posterior with `mean` (N, D) and `std` (N, D), all equal to `config.noise`: zero for a plain autoencoder.

        Raises
        ------
        ValueError
            If the shape is not the model's or the values are not finite and in [0, 1]; the message says how to convert them.
        """
        mean = self._code(self._features(images))  # (N, D)
        return Posterior(mean, torch.full_like(mean, self.config.noise))

    def decode(self, codes: Tensor) -> Tensor:
        """The images that `codes` (N, D) stand for: (N, C, H, W), float in [0, 1]. Codes may be a tensor, an array or a list of lists.

        Raises
        ------
        ValueError
            If the codes are not (N, D), not finite, or so large that the decoder would overflow.
        """
        return self.paint(as_codes(codes, self.config.latent_dim, self.dtype, self.device))

    def forward(self, images: Tensor, noise: Tensor | None = None) -> Pass:
        """Encode and decode for training. `noise` (N, D), scaled by `config.noise`, is added to the codes: nothing in a plain autoencoder."""
        if not self.config.noise:
            return self.reconstruct(images)
        noise = torch.randn(len(images), self.config.latent_dim, dtype=images.dtype, device=images.device) if noise is None else noise
        return self.reconstruct(images, self.config.noise * noise)

    def reconstruct(self, images: Tensor, noise: Tensor | None = None) -> Pass:
        """Encode and decode, with `noise` (N, D) added to the codes as it is, none if left out."""
        mean = self._code(self.trunk(images.flatten(1)))
        return Pass(self.paint(mean if noise is None else mean + noise), mean)

    @property
    def spec(self) -> Spec:
        """What the model is."""
        config = self.config
        return Spec(config.kind, (config.latent_dim,), config.image_shape, family(config.kind).has_std)

    @property
    def slopes(self) -> Slopes | None:
        """Exact derivatives of the picture by each number of the code, (N, D) to (N, D, P), of a fully connected decoder; else None.

        It hands them down from layer to layer, in half the time that the general way takes.
        """
        return self._slopes if isinstance(self.decoder, Perceptron) else None

    def _slopes(self, codes: Tensor) -> Tensor:
        with torch.inference_mode():
            values, along = cast(Perceptron, self.decoder).slopes(codes)
            pixels = values.sigmoid()
            return along * (pixels * (1 - pixels))[:, None]

    @property
    def device(self) -> torch.device:
        """Where the weights live."""
        return self.mean.weight.device

    @property
    def dtype(self) -> torch.dtype:
        """The weights' number type."""
        return self.mean.weight.dtype

    def _code(self, features: Tensor) -> Tensor:
        mean = self.mean(features)
        return on_sphere(mean) if self.config.sphere else mean

    def _features(self, images: object) -> Tensor:
        images = as_images(images, self.config.image_shape, self.dtype, self.device)
        return self.trunk(images.flatten(1))

    def paint(self, codes: Tensor) -> Tensor:
        """`decode` without its checks, for who has made them: `codes` must be (N, D) and finite, of the weights' type and device."""
        values = self.decoder(codes)
        if self.config.likelihood == "bernoulli":  # in half precision a probability would round to 1, and a 0 cost infinitely there
            values = values.to(torch.promote_types(values.dtype, torch.float32))
        return torch.sigmoid(values).unflatten(1, self.config.image_shape)  # (N, C, H, W)


def _build(config: ModelConfig) -> tuple[nn.Module, nn.Module]:
    widths = [config.pixels, *config.hidden]
    return PerceptronTrunk(widths), Perceptron([config.latent_dim, *reversed(widths)])


def _check(config: ModelConfig) -> None:
    if config.dense:
        raise ValueError(f"dense is {config.dense!r}; it is for a convolutional model: for a fully connected one, add the layer to hidden")


register_architecture(Architecture("mlp", (512, 256), _build, _check))
register(Family("ae", "AE", "Autoencoder", has_std=False, build=Autoencoder))
