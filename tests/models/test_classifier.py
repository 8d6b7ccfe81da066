"""The judge gives scores and features of images, each image on its own."""

from __future__ import annotations

import pytest
import torch

from vae.models import Classifier


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32), (1, 8, 8)])
def test_scores_and_features_have_the_documented_shapes(shape: tuple[int, int, int]) -> None:
    model, images = Classifier(shape, 7).eval(), torch.rand(4, *shape)
    assert model(images).shape == (4, 7)
    assert model.features(images).shape == (4, 64)
    torch.testing.assert_close(model.head(model.features(images)), model(images))
    torch.testing.assert_close(model(images)[1:2], model(images[1:2]), rtol=1e-4, atol=1e-5)


def test_images_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match=r"this classifier judges \(N, 1, 28, 28\)"):
        Classifier((1, 28, 28))(torch.rand(4, 3, 32, 32))
