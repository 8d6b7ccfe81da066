"""Small convolutional networks that look at pictures to measure models: features of a picture, and its class."""

from __future__ import annotations

from torch import Tensor, nn

WIDTH = 64  # numbers in a feature vector
SIDE = 32  # pixels: of pictures of twice this side and more the first layer looks at every second place, and so on


class Encoder(nn.Module):
    """A 64-number feature vector of an image, for measuring models, never for training them.

    Parameters
    ----------
    image_shape : (C, H, W), H and W at least 8
    """

    width = WIDTH

    def __init__(self, image_shape: tuple[int, int, int]) -> None:
        super().__init__()
        self.image_shape = (image_shape[0], image_shape[1], image_shape[2])
        stride = max(1, min(image_shape[1:]) // SIDE)
        self.blocks = nn.Sequential(
            nn.Conv2d(image_shape[0], 24, 2 * stride + 1, stride, padding=stride), nn.BatchNorm2d(24), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(24, 48, 3, padding=1), nn.BatchNorm2d(48), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(48, 64, 3, padding=1), nn.BatchNorm2d(64), nn.ReLU(), nn.AdaptiveAvgPool2d(3),
            nn.Flatten(), nn.Dropout(0.3), nn.Linear(64 * 9, WIDTH), nn.ReLU(),
        )  # fmt: skip

    def features(self, images: Tensor) -> Tensor:
        """The feature vector φ, (N, 64), of `images` (N, C, H, W) in [0, 1]."""
        if images.ndim != 4 or tuple(images.shape[1:]) != self.image_shape:
            raise ValueError(
                f"images have shape {tuple(images.shape)}; this classifier judges (N, {', '.join(map(str, self.image_shape))})"
            )
        return self.blocks(images)

    def forward(self, images: Tensor) -> Tensor:
        """`features`."""
        return self.features(images)


class Classifier(Encoder):
    """Class scores of an image, and as its features the layer before them.

    Parameters
    ----------
    image_shape : (C, H, W), H and W at least 8
    classes : number of classes
    """

    def __init__(self, image_shape: tuple[int, int, int], classes: int = 10) -> None:
        super().__init__(image_shape)
        self.head = nn.Linear(WIDTH, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Class scores (N, classes) of `images` (N, C, H, W) in [0, 1]; softmax makes them probabilities."""
        return self.head(self.features(images))
