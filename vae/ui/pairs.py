"""Which models of the Models page stand on one card: an autoencoder and a VAE that differ in nothing else, and their variants."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vae import data
from vae.continuity.comparison import better
from vae.models import ModelConfig, family
from vae.ui.language import plural, written
from vae.ui.language import translate as _

# Of a card, in the order in which they stand there.
FIGURES = (
    "recon_mse", "frechet_c_prior", "frechet_c_fitted", "frechet_c_mixture", "frechet_c_learned",
    "off_manifold_prior", "hole_mass_prior", "recall_prior", "retention_auc",
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One model: its name, config, figures ({} where it has not been measured), folder, and whether other pages can show it."""

    name: str
    config: ModelConfig
    metrics: dict[str, Any]
    folder: Path
    mapped: bool = True

    @property
    def role(self) -> str:
        """ "ae" or "vae": which half of the textbook's sentences is about it."""
        return "vae" if family(self.config.kind).has_std else "ae"

    @property
    def variant(self) -> str:
        """What sets it apart from others of its data, size and layers."""
        config = self.config
        if config.foreign is not None:
            return self.name
        if self.role == "vae":
            return written(f"β {config.beta:g}")
        if config.noise:
            return _("noise {noise}", noise=written(f"{config.noise:g}"))
        return written(f"L2 {config.l2:g}") if config.l2 else _("plain")


@dataclass(frozen=True)
class Pair:
    """One card.

    models : an autoencoder and a VAE, or the one that there is
    variants : further models of the same data, size and layers
    """

    models: tuple[Entry, ...]
    variants: tuple[Entry, ...] = field(default=())

    @property
    def own(self) -> bool:
        """Whether its data are a person's own, not a set that comes with the app."""
        return not data.is_shipped(self.models[0].config.data)

    @property
    def measured_on(self) -> str:
        """Of how many test images its figures are; "" where none have been measured."""
        told = (entry.metrics.get("test_images") for entry in self.models)
        counts = dict.fromkeys(f"{count:,}" for count in told if isinstance(count, int))
        return _("figures of {n} test images", n=f" {_('and')} ".join(counts)) if counts else ""

    @property
    def title(self) -> str:
        """Data and code size: "MNIST · 16 numbers"."""
        config = self.models[0].config
        return _("{data} · {dim} numbers", data=data.title(config.data), dim=config.latent_dim)

    @property
    def architecture(self) -> str:
        """Layers and training in words; of a model that others have made, what it is and its range of values."""
        config, joined = self.models[0].config, f" {_('and')} "
        if config.foreign is not None:
            low, high = config.foreign.low, config.foreign.high
            sources = dict.fromkeys(entry.config.foreign.source for entry in self.models if entry.config.foreign is not None)
            values = _("values from {low} to {high} · trained elsewhere", low=written(f"{low:g}"), high=written(f"{high:g}"))
            full = any(entry.config.foreign is not None and entry.config.foreign.full_covariance for entry in self.models)
            rest = f" · {_('of its full covariance the σ of each number alone')}" if full else ""
            return f"{config.architecture} {joined.join(sources)} · {values}{rest}"
        units = joined.join(map(str, config.hidden))
        known = {
            "conv": _("convolutional"),
            "residual": _("convolutional beside principal components"),
            "spatial": _("convolutional, a few numbers for each cell"),
        }
        layers = known.get(config.architecture) or _("fully connected, {units} units", units=units)
        if not config.epochs:  # of weights as somebody had them
            return _("{layers} · how it was trained is not known", layers=layers)
        epochs = plural(config.epochs, "{n} epoch", "{n} epochs")
        return _("{layers} · {epochs} · seed {seed}", layers=layers, epochs=epochs, seed=config.seed)

    def best(self, key: str) -> str | None:
        """The name of the model that is better by a figure, beyond its 95 % interval; None where neither is."""
        if len(self.models) < 2:
            return None
        first, second = self.models
        return {"first": first.name, "second": second.name}.get(str(better(first.metrics, second.metrics, key)))


def pairs_of(entries: list[Entry]) -> list[Pair]:
    """All models on their cards: a person's own data first, then by data set, code size and layers, in the order in which pages offer them."""
    groups: dict[tuple[Any, ...], list[Entry]] = {}
    for entry in entries:
        config = entry.config
        theirs = None if config.foreign is None else (config.foreign.low, config.foreign.high)
        groups.setdefault((config.data, config.architecture, config.likelihood, config.sphere, theirs, config.latent_dim), []).append(entry)

    def place(key: tuple[Any, ...]) -> tuple[Any, ...]:
        name, architecture, *_, size = key
        return data.is_shipped(name), data.order(name), name, architecture == "conv", size

    return [_pair(groups[key]) for key in sorted(groups, key=place)]


def _pair(group: list[Entry]) -> Pair:
    usual = sorted(group, key=lambda entry: (not entry.mapped, entry.config.noise > 0, entry.config.l2 > 0, len(entry.name), entry.name))
    chosen = [next((entry for entry in usual if entry.role == role), None) for role in ("ae", "vae")]
    models = tuple(entry for entry in chosen if entry is not None)
    rest = sorted((entry for entry in group if entry not in models), key=lambda entry: (entry.role, entry.config.beta, entry.name))
    return Pair(models, tuple(rest))
