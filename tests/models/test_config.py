"""A config says everything about a model, and nothing impossible."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae.models import KINDS, ModelConfig

counts = st.integers(1, 4096)


@st.composite
def configs(draw: st.DrawFn) -> ModelConfig:
    kind = draw(st.sampled_from(KINDS))
    likelihood = draw(st.sampled_from(["gaussian", "bernoulli"]))
    return ModelConfig(
        kind=kind,
        latent_dim=draw(counts),
        image_shape=draw(st.tuples(counts, counts, counts)),
        data=draw(st.text(min_size=1)),
        hidden=draw(st.lists(counts, min_size=1, max_size=4)),
        beta=draw(st.floats(0, 1e6)) if kind == "vae" else 0.0,
        noise=draw(st.floats(0, 1e6)) if kind == "ae" else 0.0,
        l2=draw(st.floats(0, 1e6)) if kind == "ae" and likelihood == "gaussian" else 0.0,
        likelihood=likelihood,
        weights=draw(st.sampled_from(["float32", "float16"])),
        seed=draw(st.integers(0, 2**32 - 1)),
        epochs=draw(st.integers(0, 10**6)),
        batch_size=draw(counts),
        learning_rate=draw(st.floats(1e-9, 1e3)),
        holdout=draw(st.integers(0, 10**6)),
    )


@given(configs())
def test_comes_back_from_json_as_it_was(config: ModelConfig) -> None:
    assert ModelConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


@given(configs())
def test_can_be_hashed_and_knows_its_number_of_pixels(config: ModelConfig) -> None:
    channels, height, width = config.image_shape
    assert config.pixels == channels * height * width
    assert hash(config) == hash(ModelConfig.from_dict(config.to_dict()))


NAN, INFINITY = float("nan"), float("inf")
BAD = [
    *(("kind", value) for value in ("gan", "", "VAE", None, 3, ["vae"])),
    *(("latent_dim", value) for value in (0, -1, 2.0, "16", None, True, 4097)),
    *(("image_shape", value) for value in ((28, 28), (1, 28, 28, 1), (1, 0, 28), (1, 28.0, 28), "abc", 784, None, (1, 10**9, 1))),
    *(("hidden", value) for value in ((), (0,), (512, "256"), (1.5,), 512, None, (10**12,), "ab")),
    *(("beta", value) for value in (-1, NAN, INFINITY, "1", None, True)),
    *((name, value) for name in ("noise", "first_noise", "l2") for value in (0.5, -1, NAN, INFINITY, "1", None, True)),
    *(("first_blur", value) for value in (-1, NAN, INFINITY, "1", None, True)),
    *(("sphere", value) for value in (True, 1, 0.5, "yes", None)),  # True: a VAE has none
    *(("architecture", value) for value in ("resnet", "", 2, None)),
    *(("likelihood", value) for value in ("poisson", "", 1, None)),
    *(("weights", value) for value in ("float64", "int8", 16, None)),
    *(("dense", value) for value in (-1, 1.5, "512", None, True, 8)),  # 8: a fully connected model has it in hidden
    *(("seed", value) for value in (-1, 1.5, "0", None, 2**32, True)),
    *(("epochs", value) for value in (-1, 2.5, "60", None, True)),
    *(("batch_size", value) for value in (0, -1, 2.5, "256", None, False)),
    *(("learning_rate", value) for value in (0, -1e-3, NAN, INFINITY, "fast", None)),
    *(("optimizer", value) for value in ("sgd", "", 1, None)),
    *(("precision", value) for value in (32, None)),
    *(("data", value) for value in (7, None)),
    *(("holdout", value) for value in (-1, 0.5, "none", None)),
]


@pytest.mark.parametrize(("name", "value"), BAD, ids=[f"{name}={value!r}" for name, value in BAD])
def test_an_impossible_value_is_refused_by_the_name_of_its_field(name: str, value: object) -> None:
    sound = {"kind": "vae", "latent_dim": 2, "image_shape": [1, 28, 28], "data": "mnist", "beta": 1.0}
    assert ModelConfig.from_dict(sound)
    with pytest.raises(ValueError, match=rf"^{name} is "):
        ModelConfig.from_dict(sound | {name: value})


def test_an_autoencoder_with_a_kl_weight_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^beta is the weight of a VAE's KL term"):
        ModelConfig(kind="ae", latent_dim=2, image_shape=(1, 28, 28), data="mnist", beta=1.0)
    with pytest.raises(ValueError, match=r"^l2 is in units of the pixels' variance"):
        ModelConfig(kind="ae", latent_dim=2, image_shape=(1, 28, 28), data="mnist", l2=1.0, likelihood="bernoulli")


def test_unknown_fields_are_named() -> None:
    sound = {"kind": "ae", "latent_dim": 2, "image_shape": [1, 28, 28], "data": "mnist"}
    with pytest.raises(ValueError, match="unknown fields: dropout, latent_dims"):
        ModelConfig.from_dict(sound | {"latent_dims": 3, "dropout": 0.1})


@pytest.mark.parametrize("name", ["kind", "latent_dim", "image_shape", "data"])
def test_missing_fields_are_named(name: str) -> None:
    values = {"kind": "ae", "latent_dim": 2, "image_shape": [1, 28, 28], "data": "mnist"}
    del values[name]
    with pytest.raises(ValueError, match=f"missing.*'{name}'"):
        ModelConfig.from_dict(values)


@pytest.mark.parametrize("values", [None, [], "vae", 3, [["kind", "ae"]]])
def test_anything_but_an_object_is_refused(values: object) -> None:
    with pytest.raises(ValueError, match="must be a JSON object"):
        ModelConfig.from_dict(values)


@pytest.mark.parametrize("shape", [(1, 30, 32), (1, 32, 2), (3, 7, 7)])
def test_a_convolutional_model_wants_sides_that_can_be_halved(shape: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="cannot be halved so often"):
        ModelConfig(kind="ae", latent_dim=2, image_shape=shape, data="any", architecture="conv", hidden=(4, 8))
