"""A small convolutional classifier: the judge whose features the Fréchet distance is measured in."""

from __future__ import annotations

from torch import Tensor, nn


class Classifier(nn.Module):
    """Class scores and a 64-number feature vector of an image, for measuring models, never for training them.

    Parameters
    ----------
    image_shape : (C, H, W), H and W at least 8
    classes : number of classes
    """

    def __init__(self, image_shape: tuple[int, int, int], classes: int = 10) -> None:
        super().__init__()
        self.image_shape = tuple(image_shape)
        self.blocks = nn.Sequential(
            nn.Conv2d(image_shape[0], 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(24, 48, 3, padding=1), nn.BatchNorm2d(48), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(48, 64, 3, padding=1), nn.BatchNorm2d(64), nn.ReLU(), nn.AdaptiveAvgPool2d(3),
            nn.Flatten(), nn.Dropout(0.3), nn.Linear(64 * 9, 64), nn.ReLU(),
        )  # fmt: skip
        self.head = nn.Linear(64, classes)

    def features(self, images: Tensor) -> Tensor:
        """The penultimate layer φ, (N, 64), of `images` (N, C, H, W) in [0, 1]."""
        if images.ndim != 4 or tuple(images.shape[1:]) != self.image_shape:
            raise ValueError(
                f"images have shape {tuple(images.shape)}; this classifier judges (N, {', '.join(map(str, self.image_shape))})"
            )
        return self.blocks(images)

    def forward(self, images: Tensor) -> Tensor:
        """Class scores (N, classes) of `images` (N, C, H, W) in [0, 1]; softmax makes them probabilities."""
        return self.head(self.features(images))
