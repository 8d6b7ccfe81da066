"""What holds of every autoencoder, plain or variational."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vae.models import ARCHITECTURES, KINDS, Autoencoder, ModelConfig, VariationalAutoencoder, build
from vae.models.spatial import CELL

Make = Callable[..., Autoencoder]


@st.composite
def models(draw: st.DrawFn) -> Autoencoder:
    architecture = draw(st.sampled_from(ARCHITECTURES))
    layers = (2, 2) if architecture == "spatial" else (1, 3)
    hidden = draw(st.lists(st.integers(1, 20), min_size=layers[0], max_size=layers[1]))
    cell = CELL if architecture == "spatial" else 1 << len(hidden)
    side = st.integers(1, 9) if architecture == "mlp" else st.integers(1, 3).map(lambda cells: cells * cell)
    config = ModelConfig(
        kind=draw(st.sampled_from(KINDS)),
        latent_dim=draw(st.integers(1, 12)),
        image_shape=draw(st.tuples(st.integers(1, 3), side, side)),
        data="any",
        architecture=architecture,
        hidden=hidden,
    )
    torch.manual_seed(draw(st.integers(0, 1000)))
    return build(config)


def random_images(model: Autoencoder, count: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    return torch.rand(count, *model.config.image_shape, generator=torch.Generator().manual_seed(1), dtype=dtype)


@given(models(), st.integers(0, 5), st.integers(-30, 29))
def test_decodes_pictures_wherever_in_code_space_they_come_from(model: Autoencoder, count: int, exponent: int) -> None:
    codes = torch.rand(count, model.config.latent_dim).mul(2).sub(1) * 10.0**exponent
    images = model.decode(codes)
    assert images.shape == (count, *model.config.image_shape)
    assert ((images >= 0) & (images <= 1)).all()


@given(models(), st.integers(0, 5))
def test_encodes_to_a_mean_and_a_standard_deviation_per_image(model: Autoencoder, count: int) -> None:
    posterior = model.encode(random_images(model, count))
    assert posterior.mean.shape == posterior.std.shape == (count, model.config.latent_dim)
    assert torch.isfinite(posterior.mean).all()
    if model.config.kind == "vae":
        assert ((posterior.std > 0) & torch.isfinite(posterior.std)).all()
    else:
        assert (posterior.std == 0).all()


@given(models())
def test_every_image_is_encoded_and_decoded_on_its_own(model: Autoencoder) -> None:
    images = random_images(model, 4)
    mean = model.encode(images).mean
    torch.testing.assert_close(mean[2:3], model.encode(images[2:3]).mean)
    torch.testing.assert_close(model.decode(mean)[1:2], model.decode(mean[1:2]))


@given(models())
def test_the_training_pass_without_noise_is_decode_of_encode(model: Autoencoder) -> None:
    images = random_images(model, 3)
    output = model(images, torch.zeros(3, model.config.latent_dim))
    torch.testing.assert_close(output.mean, model.encode(images).mean)
    torch.testing.assert_close(output.images, model.decode(output.mean))


def test_noise_on_the_codes_is_of_the_configs_size_and_stands_in_the_posterior(make_model: Make) -> None:
    model = make_model("ae", noise=0.25)
    images, noise = random_images(model, 3), torch.randn(3, model.config.latent_dim)
    output = model(images, noise)
    torch.testing.assert_close(output.images, model.decode(output.mean + 0.25 * noise))
    posterior = model.encode(images)
    torch.testing.assert_close(posterior.mean, output.mean)
    assert (posterior.std == 0.25).all()
    assert not torch.equal(model(images).images, model(images).images)  # without noise given, it draws its own


@given(st.sampled_from(ARCHITECTURES), st.integers(2, 5), st.floats(1e-25, 1e25), st.integers(0, 2**16))
def test_on_a_sphere_codes_have_one_length_and_the_decoder_sees_their_direction_alone(
    architecture: str, dim: int, length: float, seed: int
) -> None:
    torch.manual_seed(seed)
    side = CELL if architecture == "spatial" else 4
    model = build(ModelConfig(kind="ae", latent_dim=dim, image_shape=(1, side, side), data="mnist", architecture=architecture,
                              hidden=(5, 4), sphere=True)).eval()  # fmt: skip
    mean = model.encode(random_images(model, 3)).mean
    torch.testing.assert_close(mean.square().sum(1), torch.full((3,), float(dim)))
    torch.testing.assert_close(model.decode(mean * length), model.decode(mean))
    assert not torch.equal(model.decode(-mean), model.decode(mean))
    assert model.decode(torch.zeros(1, dim)).isfinite().all()  # no direction at all


@pytest.mark.parametrize(("architecture", "dense"), [("mlp", 0), ("conv", 0), ("conv", 6), ("residual", 6), ("spatial", 0)])
@pytest.mark.parametrize("kind", KINDS)
def test_gradients_through_decode_and_encode_are_the_true_ones(make_model: Make, kind: str, architecture: str, dense: int) -> None:
    """Numerical and analytical derivatives agree; a code rounded anywhere on the way would have none."""
    shape = {"mlp": (1, 3, 3), "spatial": (1, CELL, CELL)}.get(architecture, (1, 4, 4))
    model = make_model(kind, latent_dim=3, image_shape=shape, architecture=architecture, hidden=(5, 4), dense=dense).double()
    codes = torch.randn(2, 3, dtype=torch.double, requires_grad=True)
    assert torch.autograd.gradcheck(model.decode, codes)
    images = random_images(model, 2, torch.double).mul(0.8).add(0.1).requires_grad_()
    assert torch.autograd.gradcheck(lambda x: model.encode(x).mean, images)
    assert torch.autograd.gradcheck(lambda x: model.decode(model.encode(x).mean), images)
    if kind == "vae":
        assert torch.autograd.gradcheck(lambda x: model.encode(x).std, images)


@pytest.mark.parametrize("kind", KINDS)
def test_codes_a_hair_apart_decode_to_different_pictures(make_model: Make, kind: str) -> None:
    model = make_model(kind)
    codes = torch.tensor([[0.5, -0.25]])
    assert not torch.equal(model.decode(codes), model.decode(codes + 1e-4))


@pytest.mark.parametrize("kind", KINDS)
def test_training_reaches_every_weight(make_model: Make, kind: str) -> None:
    model = make_model(kind)
    model(random_images(model, 8), torch.randn(8, 2)).images.square().sum().backward()
    assert all(parameter.grad is not None and parameter.grad.abs().sum() > 0 for parameter in model.parameters())


def test_a_pair_of_one_seed_starts_from_the_same_weights(make_model: Make) -> None:
    plain, variational = make_model("ae", seed=3).state_dict(), make_model("vae", seed=3).state_dict()
    assert variational.keys() - plain.keys() == {"log_variance.weight", "log_variance.bias"}
    assert all(torch.equal(variational[key], value) for key, value in plain.items())
    other = make_model("ae", seed=4).state_dict()
    assert not any(torch.equal(other[key], value) for key, value in plain.items())


def test_the_kind_decides_the_class(make_model: Make) -> None:
    assert type(make_model("ae")) is Autoencoder
    assert type(make_model("vae")) is VariationalAutoencoder


def test_numbers_of_other_types_are_taken_as_they_are(make_model: Make) -> None:
    model = make_model()
    assert torch.equal(model.decode([[0.5, -1.0]]), model.decode(torch.tensor([[0.5, -1.0]], dtype=torch.float64)))
    assert torch.equal(model.decode([[0.5, -1.0]]), model.decode(torch.tensor([[0.5, -1.0]]).numpy()))
    images = random_images(model, 2)
    assert torch.equal(model.encode(images.numpy()).mean, model.encode(images.double()).mean)


@pytest.mark.parametrize("shape", [(2,), (1, 3), (1, 1), (1, 2, 1), ()])
def test_codes_of_another_shape_are_refused(make_model: Make, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"codes have shape .*this model decodes \(N, 2\)"):
        make_model().decode(torch.zeros(shape))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 1e38])
def test_codes_that_would_not_give_a_picture_are_refused(make_model: Make, value: float) -> None:
    with pytest.raises(ValueError, match=r"codes hold values that are not finite or beyond .* replace them"):
        make_model().decode(torch.tensor([[0.0, 0.0], [0.0, value]]))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", [(3, 8, 8), (2, 2, 8, 8), (2, 1, 8, 9), (2, 64), (2, 8, 8, 2)])
def test_images_of_another_shape_are_refused(make_model: Make, kind: str, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"images have shape .*this model encodes \(N, 1, 8, 8\)"):
        make_model(kind).encode(torch.zeros(shape))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("value", "advice"),
    [
        (float("nan"), "that are not finite; replace them"),
        (float("inf"), "that are not finite; replace them"),
        (-0.001, r"outside \[0, 1\]; if they are from -1 to 1"),
        (1.001, r"outside \[0, 1\]; divide bytes by 255"),
        (255, r"outside \[0, 1\]; divide bytes by 255"),
    ],
)
def test_images_outside_zero_to_one_are_refused(make_model: Make, kind: str, value: float, advice: str) -> None:
    images = torch.full((2, 1, 8, 8), 0.5)
    images[1, 0, 3, 4] = value
    with pytest.raises(ValueError, match=f"images hold values {advice}"):
        make_model(kind).encode(images)
