"""What a model is, and how it was trained: together everything but its weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from vae.models.port import adapter, architecture, family
from vae.sentences import phrase

STRICT = ConfigDict(strict=True, allow_inf_nan=False, extra="forbid")
WORD = "a word"
AMOUNT = "a finite number of at least 0"
MOST = 2**40  # of what is counted; times the images of a data set it is still a number that tables can hold
MOST_LAYERS = 64
# What is known of a model that others have made.
OF_FOREIGN = ("kind", "latent_dim", "image_shape", "architecture", "foreign", "likelihood", "data", "data_sha256", "beta")

Amount = Annotated[float, Field(ge=0)]
Side = Annotated[int, Field(ge=1, le=4096)]
Count = Annotated[int, Field(ge=1, le=MOST)]
Width = Annotated[int, Field(ge=1, le=65536)]
FromList = BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)  # JSON has lists in place of tuples


def _in_sentences(cls: Any) -> Any:
    """Let a pydantic dataclass complain in one sentence, by ValueError."""
    init: Callable[..., None] = cls.__init__

    @wraps(init)
    def checked(self: object, **values: object) -> None:
        try:
            init(self, **values)
        except ValidationError as error:
            raise ValueError(_sentence(cls, error, values)) from None

    cls.__init__ = checked
    return cls


def _sentence(cls: Any, error: ValidationError, values: dict[str, object]) -> str:
    complaints = error.errors(include_url=False)
    unknown = sorted(str(each["loc"][-1]) for each in complaints if each["type"] == "unexpected_keyword_argument")
    if unknown:
        return f"unknown fields: {', '.join(unknown)}"
    first = complaints[0]
    if first["type"] == "value_error":
        return str(first["ctx"]["error"])
    if not first["loc"]:  # a name with half of a pair of letters, which is no text to pydantic
        return "a field's name is not UTF-8; leave it out"
    name = str(first["loc"][0])
    if name not in values:
        return f"the config is missing {name!r}"
    return f"{name} is {values[name]!r}; it must be {cls.__pydantic_fields__[name].description}"


@_in_sentences
@dataclass(frozen=True, kw_only=True, config=STRICT)
class Foreign:
    """What must be known of a model that others have made, besides what must be known of every model.

    Raises
    ------
    ValueError
        If a field has an impossible value; the sentence names the field.
    """

    source: str = Field(min_length=1, max_length=200, description=WORD)  # the class, or the `module:name`, that it is
    settings: dict[str, Any] = Field(default_factory=dict, description="an object")  # what that is built with, as plain JSON types
    # Of a code before it is made flat; (D,) or (C, h, w).
    code_shape: Annotated[tuple[Side, ...], FromList] = Field(min_length=1, max_length=3, description="a list of 1 to 3 sides")
    # What black and white are to it: our pictures, from 0 to 1, are brought to this range and back.
    low: float = Field(0.0, description="a finite number")
    high: float = Field(1.0, description="a finite number")
    # Whether its posteriors have a full covariance, of which the app knows the standard deviation of each number alone.
    full_covariance: bool = Field(default=False, description="true or false")
    # Spread of its codes, where torch cannot differentiate its decoder and derivatives are differences; 0 where torch can.
    differences: Amount = Field(default=0.0, description=AMOUNT)

    @model_validator(mode="after")
    def _a_range(self) -> Foreign:
        if not self.low < self.high:
            raise ValueError(
                phrase("the range of values is from {low:g} to {high:g}; the second must be larger", low=self.low, high=self.high)
            )
        return self


def _from_object(value: object) -> object:
    return Foreign(**value) if isinstance(value, dict) else value


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Structure:
    """What a model is: all that its weights depend on in number and meaning. A description ends the sentence "it must be …"."""

    kind: str = Field(description="the kind of a family of models")
    latent_dim: Side = Field(description="a whole number from 1 to 4096")  # D, the size of the code layer
    image_shape: Annotated[tuple[Side, Side, Side], FromList] = Field(description="three numbers from 1 to 4096: channels, height, width")
    # "mlp", fully connected, "conv", convolutional, "residual", convolutions beside principal components, whose outputs are added, or
    # "spatial", convolutional with a few numbers of the code for each cell of the picture
    architecture: str = Field("mlp", description="the name of an architecture")
    # Of a model that others have made, whose `architecture` is then the name of an adapter, and whose `hidden` and `dense` mean nothing.
    foreign: Annotated[Foreign | None, BeforeValidator(_from_object)] = Field(None, description="an object, or left out")
    # Widths of the encoder's layers, for convolutions their channels; the decoder mirrors them.
    hidden: Annotated[tuple[Width, ...], FromList] = Field(
        (512, 256), min_length=1, max_length=MOST_LAYERS, description=f"a list of 1 to {MOST_LAYERS} layer widths from 1 to 65536"
    )
    # Width of a fully connected layer between convolutions and the code, on both sides; 0 for none.
    dense: int = Field(0, ge=0, le=65536, description="a whole number from 0 to 65536")
    # Of a picture's pixels: "gaussian", or "bernoulli" for images that are black or white.
    likelihood: str = Field("gaussian", pattern="^(gaussian|bernoulli)$", description="one of gaussian, bernoulli")
    # Standard deviation of the noise on an autoencoder's codes in training; 0 for a VAE, which learns its own.
    noise: Amount = Field(0.0, description=AMOUNT)
    # Whether an autoencoder's codes lie on the sphere of radius √D and its decoder sees their direction alone.
    sphere: bool = Field(False, description="true or false")
    # How the weights are stored: "float16" in half the space.
    weights: str = Field("float32", pattern="^(float32|float16)$", description="one of float32, float16")

    @property
    def pixels(self) -> int:
        """Values per image, C x H x W."""
        channels, height, width = self.image_shape
        return channels * height * width


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Training:
    """How a model was trained: all that is needed to repeat it."""

    data: str = Field(description=WORD)  # the name of a data set, or the path of a user's folder
    # Which pictures these were (`vae.data.fingerprint.identity`); empty for a shipped set, which cannot change.
    data_sha256: str = Field("", pattern="^([0-9a-f]{64})?$", description="a SHA-256, or empty")
    beta: Amount = Field(0.0, description=AMOUNT)  # weight of the KL term; 0 for an autoencoder
    # What `noise` is at first, falling to it over the first half of training; 0 for the same all along.
    first_noise: Amount = Field(0.0, description=AMOUNT)
    # Weight of half the squared norm of an autoencoder's codes; 0 for a VAE, whose KL holds that term.
    l2: Amount = Field(0.0, description=AMOUNT)
    # Standard deviation, pixels, of a blur of the training images at first, gone after the first half of training.
    first_blur: Amount = Field(0.0, description=AMOUNT)
    # Whether half of the training images are mirrored, others at every step.
    flip: bool = Field(False, description="true or false")
    seed: int = Field(0, ge=0, lt=2**32, description=f"a whole number from 0 to {2**32 - 1}")
    epochs: int = Field(0, ge=0, le=MOST, description="a whole number of at least 0")
    batch_size: int = Field(256, ge=1, le=MOST, description="a whole number of at least 1")
    learning_rate: float = Field(1e-3, gt=0, description="a finite number above 0")
    # "adamw", or "muon" on the matrices between features and AdamW, half as fast, on everything else.
    optimizer: str = Field("adamw", pattern="^(adamw|muon)$", description="one of adamw, muon")
    precision: str = Field("32-true", description=WORD)
    holdout: int = Field(
        0, ge=0, le=MOST, description="a whole number of at least 0"
    )  # images kept aside for choosing settings; 0 in a shipped model
    # Epochs without a smaller loss on the images kept aside after which training stops, with the weights that did best on them; 0 to train
    # for all epochs and keep the last.
    patience: int = Field(0, ge=0, le=MOST, description="a whole number of at least 0")
    # After how many epochs the run had finished when it was asked for more; the learning rate fell anew from there.
    extended: Annotated[tuple[Count, ...], FromList] = Field((), description="a list of whole numbers of at least 1")


@_in_sentences
@dataclass(frozen=True, kw_only=True, config=STRICT)
class ModelConfig(Training, Structure):
    """Everything needed to build a model and to repeat its training; `config.json` holds exactly these fields.

    Raises
    ------
    ValueError
        If a field has an impossible value; the sentence names the field.
    """

    @model_validator(mode="after")
    def _fits_together(self) -> ModelConfig:
        variational = family(self.kind).has_std
        if not variational and self.beta != 0:
            raise ValueError(phrase("beta is the weight of a VAE's KL term; an autoencoder has none, so leave beta at 0"))
        for name in ("noise", "first_noise", "l2", "sphere"):
            if variational and getattr(self, name) != 0:
                raise ValueError(phrase("{name} is for an autoencoder; a VAE has its KL term instead, so leave {name} out", name=name))
        if self.patience and not self.holdout:
            raise ValueError(phrase("patience is for images held out, and there are none; give a holdout too, or leave patience at 0"))
        if self.first_noise and not 0 < self.noise <= self.first_noise:
            raise ValueError(
                phrase(
                    "noise is {noise!r}; with a first_noise of {first_noise!r} it must be above 0 and not larger",
                    noise=self.noise,
                    first_noise=self.first_noise,
                )
            )
        if self.sphere and self.latent_dim == 1:
            raise ValueError(
                phrase("a sphere for codes of one number is two points; give a code size (latent_dim) of at least 2, or leave sphere out")
            )
        if self.optimizer == "muon" and self.precision == "16-mixed":
            raise ValueError(phrase("precision is '16-mixed', in which muon does not train; use bf16-mixed or 32-true"))
        (architecture(self.architecture) if self.foreign is None else adapter(self.architecture)).check(self)
        if self.likelihood == "bernoulli" and self.l2 != 0:
            raise ValueError(phrase("l2 is in units of the pixels' variance, which a Bernoulli likelihood has none of; leave l2 at 0"))
        return self

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain JSON types, without `foreign` where there is nothing of it."""
        values = asdict(self)
        if self.foreign is None:
            del values["foreign"]
        return values

    def told(self) -> dict[str, Any]:
        """`to_dict` without what is not known: of a model that others have made, its layers and its training."""
        known = self.to_dict()
        return (
            known if self.foreign is None else {key: value for key, value in known.items() if key in OF_FOREIGN and value not in ("", 0.0)}
        )

    @classmethod
    def from_dict(cls, values: object) -> ModelConfig:
        """The config that `values` describe; unknown or missing fields raise ValueError with their names."""
        if not isinstance(values, dict):
            raise ValueError(phrase("the config must be a JSON object"))
        return cls(**values)
