"""What a model is, apart from its weights."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

from vae.models.convolutional import grid

KINDS = ("ae", "vae")
DATASETS = ("mnist", "fashion-mnist", "lines", "scenes")
ARCHITECTURES = ("mlp", "conv")
LIKELIHOODS = ("gaussian", "bernoulli")
WEIGHTS = ("float32", "float16")
MOST = 2**40  # of whole numbers that count something; times the images of a data set it is still a number that tables can hold
MOST_LAYERS = 64


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """Everything needed to build a model and to repeat its training; `config.json` holds exactly these fields.

    Raises
    ------
    ValueError
        If a field has an impossible value; the sentence names the field.
    """

    kind: str  # "ae" or "vae"
    latent_dim: int  # D, the size of the code layer
    image_shape: tuple[int, int, int]  # (C, H, W)
    data: str  # "mnist", "fashion-mnist", "lines", "scenes" or the name of a user's folder
    architecture: str = "mlp"  # "mlp", fully connected, or "conv", convolutional
    hidden: tuple[int, ...] = (512, 256)  # widths of the encoder's layers, for "conv" their channels; the decoder mirrors them
    dense: int = 0  # width of a fully connected layer between a "conv" model's convolutions and its code, on both sides; 0 for none
    beta: float = 0.0  # weight of the KL term; 0 for an autoencoder
    likelihood: str = "gaussian"  # of a picture's pixels: "gaussian", or "bernoulli" for images that are black or white
    noise: float = 0.0  # standard deviation of the noise on an autoencoder's codes in training; 0 for a VAE, which learns its own
    first_noise: float = 0.0  # what it is at first, falling to `noise` over the first half of training; 0 for the same all along
    l2: float = 0.0  # weight of half the squared norm of an autoencoder's codes; 0 for a VAE, whose KL holds that term
    first_blur: float = 0.0  # standard deviation, pixels, of a blur of the training images at first, gone after the first half of training
    sphere: bool = False  # whether an autoencoder's codes lie on the sphere of radius √D and its decoder sees their direction alone
    seed: int = 0
    epochs: int = 0
    batch_size: int = 256
    learning_rate: float = 1e-3
    precision: str = "32-true"
    holdout: int = 0  # training images kept aside for choosing settings; 0 in a shipped model
    weights: str = "float32"  # how the weights are stored: "float32", or "float16" in half the space

    def __post_init__(self) -> None:
        for name in ("image_shape", "hidden"):
            if not isinstance(getattr(self, name), list | tuple):
                raise ValueError(f"{name} is {getattr(self, name)!r}; it must be a list of whole numbers")
            object.__setattr__(self, name, tuple(getattr(self, name)))
        for name in ("kind", "data", "architecture", "precision", "likelihood", "weights"):
            if not isinstance(getattr(self, name), str):
                raise ValueError(f"{name} is {getattr(self, name)!r}; it must be a word")
            if any("\ud800" <= letter <= "\udfff" for letter in getattr(self, name)):  # halves of pairs, which UTF-8 cannot write
                raise ValueError(f"{name} holds what is no letter; it must be a word")
        for name in ("beta", "noise", "first_noise", "l2", "first_blur", "learning_rate"):
            if isinstance(getattr(self, name), bool) or not isinstance(getattr(self, name), int | float):
                raise ValueError(f"{name} is {getattr(self, name)!r}; it must be a number")
            if isinstance(getattr(self, name), int) and abs(getattr(self, name)) > MOST:  # more than a float can hold, it may be
                raise ValueError(f"{name} has too many digits; it must be a number of at most {MOST}")
        if self.kind not in KINDS:
            raise ValueError(f"kind is {self.kind!r}; it must be one of {', '.join(KINDS)}")
        if not _is_count(self.latent_dim) or self.latent_dim > 4096:
            raise ValueError(f"latent_dim is {self.latent_dim!r}; it must be a whole number from 1 to 4096")
        if len(self.image_shape) != 3 or not all(_is_count(side) and side <= 4096 for side in self.image_shape):
            raise ValueError(f"image_shape is {self.image_shape!r}; it must be three numbers from 1 to 4096: channels, height, width")
        if len(self.hidden) > MOST_LAYERS:
            raise ValueError(f"hidden has {len(self.hidden)} layers; it must have at most {MOST_LAYERS}")
        if not self.hidden or not all(_is_count(width) and width <= 65536 for width in self.hidden):
            raise ValueError(f"hidden is {self.hidden!r}; it must be a list of layer widths from 1 to 65536")
        if self.kind == "ae" and self.beta != 0:
            raise ValueError("beta is the weight of a VAE's KL term; an autoencoder has none, so leave beta at 0")
        if not isinstance(self.sphere, bool):
            raise ValueError(f"sphere is {self.sphere!r}; it must be true or false")
        for name in ("noise", "first_noise", "l2", "sphere"):
            if self.kind == "vae" and getattr(self, name) != 0:
                raise ValueError(f"{name} is for an autoencoder; a VAE has its KL term instead, so leave {name} out")
        for name in ("beta", "noise", "first_noise", "l2", "first_blur"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise ValueError(f"{name} is {getattr(self, name)!r}; it must be a finite number of at least 0")
        if self.first_noise and not 0 < self.noise <= self.first_noise:
            raise ValueError(f"noise is {self.noise!r}; with a first_noise of {self.first_noise!r} it must be above 0 and not larger")
        if self.sphere and self.latent_dim == 1:
            raise ValueError("a sphere for codes of one number is two points; give latent_dim at least 2 or leave sphere out")
        if self.architecture not in ARCHITECTURES:
            raise ValueError(f"architecture is {self.architecture!r}; it must be one of {', '.join(ARCHITECTURES)}")
        if self.dense != 0 and not (_is_count(self.dense) and self.dense <= 65536):
            raise ValueError(f"dense is {self.dense!r}; it must be a whole number from 0 to 65536")
        if self.architecture == "conv":
            grid(self.image_shape, len(self.hidden))
        elif self.dense:
            raise ValueError("dense is for a convolutional model; for a fully connected one, add the layer to hidden")
        if self.likelihood not in LIKELIHOODS:
            raise ValueError(f"likelihood is {self.likelihood!r}; it must be one of {', '.join(LIKELIHOODS)}")
        if self.likelihood == "bernoulli" and self.l2 != 0:
            raise ValueError("l2 is in units of the pixels' variance, which a Bernoulli likelihood has none of; leave l2 at 0")
        if self.weights not in WEIGHTS:
            raise ValueError(f"weights is {self.weights!r}; it must be one of {', '.join(WEIGHTS)}")
        if not 0 < self.learning_rate < float("inf"):
            raise ValueError(f"learning_rate is {self.learning_rate!r}; it must be a finite number above 0")
        if not _is_count(self.batch_size):
            raise ValueError(f"batch_size is {self.batch_size!r}; it must be a whole number of at least 1")
        for name in ("epochs", "holdout"):
            if getattr(self, name) != 0 and not _is_count(getattr(self, name)):
                raise ValueError(f"{name} is {getattr(self, name)!r}; it must be a whole number of at least 0")
        if self.seed != 0 and not (_is_count(self.seed) and self.seed < 2**32):
            raise ValueError(f"seed is {self.seed!r}; it must be a whole number from 0 to {2**32 - 1}")

    @property
    def pixels(self) -> int:
        """Values per image, C x H x W."""
        channels, height, width = self.image_shape
        return channels * height * width

    def to_dict(self) -> dict:
        """The fields as plain JSON types."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict) -> ModelConfig:
        """The config that `values` describe; unknown or missing fields raise ValueError with their names."""
        if not isinstance(values, dict):
            raise ValueError("the config must be a JSON object")
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise ValueError(f"unknown fields: {', '.join(unknown)}")
        try:
            return cls(**values)
        except TypeError as error:
            raise ValueError(str(error).replace("ModelConfig.__init__() ", "")) from error


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST
