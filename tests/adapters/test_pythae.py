"""A folder that pythae has saved gives the pictures that the same weights give in a network written out by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch.nn.functional import linear, relu

import vae
from tests.foreign import D, put_pythae
from vae.tasks.convert import Converted

Convert = Callable[..., Converted]


@pytest.mark.parametrize(("name", "kind", "beta"), [("AEConfig", "ae", 0.0), ("VAEConfig", "vae", 1.0), ("BetaVAEConfig", "vae", 4.0)])
def test_the_default_networks_give_their_own_pictures(
    name: str, kind: str, beta: float, converted: Convert, spots: str, tmp_path: Path
) -> None:
    w = put_pythae(tmp_path / "final_model", name, **({"beta": 4} if name == "BetaVAEConfig" else {}))
    made = converted(tmp_path / "final_model", data=spots)
    assert "pythae" in made.model and "values from 0 to 1" in made.model
    model = vae.load("theirs", "cpu")
    assert (model.config.kind, model.config.beta, model.config.latent_dim) == (kind, beta, D)

    images = torch.rand(5, 1, 8, 8, generator=torch.Generator().manual_seed(1))
    hidden = relu(linear(images.flatten(1), w["encoder.layers.0.0.weight"], w["encoder.layers.0.0.bias"]))
    mean = linear(hidden, w["encoder.embedding.weight"], w["encoder.embedding.bias"])
    features = relu(linear(mean, w["decoder.layers.0.0.weight"], w["decoder.layers.0.0.bias"]))
    pictures = linear(features, w["decoder.layers.1.0.weight"], w["decoder.layers.1.0.bias"]).sigmoid().view(5, 1, 8, 8)
    posterior = model.encode(images)
    torch.testing.assert_close(posterior.mean, mean, atol=1e-5, rtol=0)
    torch.testing.assert_close(model.decode(mean), pictures, atol=1e-5, rtol=0)
    if kind == "vae":
        std = (0.5 * linear(hidden, w["encoder.log_var.weight"], w["encoder.log_var.bias"])).exp()
        torch.testing.assert_close(posterior.std, std, atol=1e-5, rtol=0)
    else:
        assert not posterior.std.any()


def test_networks_of_ones_own_lie_there_as_pickles_and_are_refused(converted: Convert, spots: str, tmp_path: Path) -> None:
    put_pythae(tmp_path / "final_model", uses_default_encoder=False)
    with pytest.raises(ValueError, match="lies there as a pickle"):
        converted(tmp_path / "final_model", data=spots)


def test_another_class_is_named_with_those_that_can_be(converted: Convert, spots: str, tmp_path: Path) -> None:
    put_pythae(tmp_path / "final_model", "VQVAEConfig")
    with pytest.raises(ValueError, match=r"VQVAEConfig of pythae; AEConfig, VAEConfig, BetaVAEConfig can"):
        converted(tmp_path / "final_model", data=spots)


@pytest.mark.slow
def test_the_librarys_own_output_is_the_same(converted: Convert, spots: str, tmp_path: Path) -> None:
    models = pytest.importorskip("pythae.models", reason="pythae is not installed: install it to hold the adapter to its own output")
    torch.manual_seed(0)
    theirs = models.VAE(models.VAEConfig(input_dim=(1, 8, 8), latent_dim=D)).eval()
    theirs.save(str(tmp_path / "final_model"))
    converted(tmp_path / "final_model", data=spots)
    model, images = vae.load("theirs", "cpu"), torch.rand(5, 1, 8, 8)
    with torch.no_grad():
        out = theirs.encoder(images)
        posterior = model.encode(images)
        torch.testing.assert_close(posterior.mean, out.embedding, atol=1e-5, rtol=0)
        torch.testing.assert_close(posterior.std, (0.5 * out.log_covariance).exp(), atol=1e-5, rtol=0)
        torch.testing.assert_close(model.decode(posterior.mean), theirs.decoder(posterior.mean).reconstruction, atol=1e-5, rtol=0)
