"""What `encode` takes of pictures as people have them: the same values, or a sentence on how to convert them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from PIL import Image

from vae.models import Autoencoder
from vae.models.images import LUMINANCE, as_images

GREY, COLOUR = (1, 8, 8), (3, 8, 8)


def brought(images: object, shape: tuple[int, int, int] = GREY) -> torch.Tensor:
    return as_images(images, shape, torch.float32, torch.device("cpu"))


@pytest.fixture
def bytes_(shape: tuple = (5, 8, 8, 3)) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)


def test_what_is_as_documented_is_handed_on_untouched() -> None:
    images = torch.rand(4, *GREY)
    assert brought(images) is images


def test_bytes_channels_last_single_pictures_lists_and_pil_images_give_the_same_values(bytes_: np.ndarray) -> None:
    expected = torch.from_numpy(bytes_).permute(0, 3, 1, 2).float() / 255
    for given in (
        bytes_,
        torch.from_numpy(bytes_),
        bytes_.transpose(0, 3, 1, 2),
        bytes_.astype(np.float64) / 255,
        list(bytes_),
        [Image.fromarray(each) for each in bytes_],
        [torch.from_numpy(each).permute(2, 0, 1) for each in bytes_],
    ):
        torch.testing.assert_close(brought(given, COLOUR), expected)
    for given in (bytes_[0], Image.fromarray(bytes_[0]), torch.from_numpy(bytes_[0]).permute(2, 0, 1)):
        torch.testing.assert_close(brought(given, COLOUR), expected[:1])


def test_grey_pictures_go_without_a_channel_and_in_16_bits_or_one(bytes_: np.ndarray) -> None:
    grey = bytes_[..., 0]
    expected = torch.from_numpy(grey)[:, None].float() / 255
    for given in (grey, grey[:, None], grey[..., None], (grey.astype(np.uint16) * 257), grey.astype(np.float32).tolist()):
        if isinstance(given, list):  # rows of plain numbers are floats
            given = (np.array(given) / 255).tolist()
        torch.testing.assert_close(brought(given), expected)
    torch.testing.assert_close(brought(grey[0]), expected[:1])
    torch.testing.assert_close(brought(Image.fromarray(grey[0].astype(np.uint16) * 257)), expected[:1])
    assert brought(grey > 127).unique().tolist() == [0, 1]


def test_colours_become_their_luminance_and_grey_becomes_three_equal_channels(bytes_: np.ndarray) -> None:
    luminance = (torch.from_numpy(bytes_).float() / 255 * torch.tensor(LUMINANCE)).sum(3)[:, None]
    torch.testing.assert_close(brought(bytes_), luminance)
    three = brought(bytes_[..., 0], COLOUR)
    assert three.shape == (5, *COLOUR) and (three == three[:, :1]).all()


def test_an_opaque_fourth_channel_is_left_out_and_a_transparent_one_is_an_error(bytes_: np.ndarray) -> None:
    alpha = np.full((5, 8, 8, 1), 255, np.uint8)
    opaque = np.concatenate([bytes_, alpha], 3)
    torch.testing.assert_close(brought(opaque, COLOUR), brought(bytes_, COLOUR))
    torch.testing.assert_close(brought(Image.fromarray(opaque[0]), COLOUR), brought(bytes_[:1], COLOUR))
    opaque[0, 0, 0, 3] = 0
    with pytest.raises(ValueError, match=r"transparent.*background"):
        brought(opaque, COLOUR)
    with pytest.raises(ValueError, match=r"Image\.alpha_composite\(Image\.new\('RGBA', picture\.size, 'white'\)"):
        brought(Image.fromarray(opaque[0]), COLOUR)


@pytest.mark.parametrize(
    ("images", "sentence"),
    [
        (torch.rand(2, 1, 8, 8) * 255, r"model\.encode\(images / 255\)"),
        (torch.rand(2, 1, 8, 8) * 2 - 1, r"model\.encode\(\(images \+ 1\) / 2\)"),
        (torch.full((1, 1, 8, 8), torch.nan), "nan_to_num"),
        (torch.zeros(1, 1, 8, 8, dtype=torch.int64), r"images\.to\(torch\.uint8\)"),
        (torch.rand(2, 1, 9, 9), r"interpolate\(torch\.as_tensor\(images\)\.float\(\), size=\(8, 8\)"),
        (np.zeros((9, 9, 3), np.uint8), r"interpolate\(torch\.as_tensor\(images\)\.float\(\)\.permute\(2, 0, 1\)\[None\] / 255, size=\(8, 8\)"),
        (Image.new("RGB", (30, 20)), r"picture\.resize\(\(8, 8\)\)"),
        (torch.rand(3, 8, 8), "one picture with its channels first or several grey pictures"),
        (torch.rand(64), r"images\.reshape\(1, 1, 8, 8\)"),
        (torch.rand(1, 2, 8, 8), r"shape \(1, 2, 8, 8\); this model encodes \(N, 1, 8, 8\)"),
        (Image.new("I", (8, 8)), "mode I, whose range is not certain"),
        ("a picture", "cannot be read from a str"),
    ],
)  # fmt: skip
def test_what_could_mean_several_things_is_an_error_that_says_how_to_convert_it(images: object, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        brought(images)


def test_what_the_sentence_on_another_size_says_to_do_works() -> None:
    given = np.random.default_rng(0).integers(0, 256, (20, 30, 3)).astype(np.uint8)
    with pytest.raises(ValueError) as told:
        brought(given)
    advice = str(told.value).rpartition("resize first: ")[2]
    assert brought(eval(advice, {"torch": torch, "images": given})).shape == (1, *GREY)


def test_a_model_encodes_them_to_the_same_codes(make_model: Callable[..., Autoencoder], bytes_: np.ndarray) -> None:
    for kind in ("ae", "vae"):
        model = make_model(kind)
        expected = model.encode(torch.from_numpy(bytes_[..., :1]).permute(0, 3, 1, 2).float() / 255)
        found = model.encode([Image.fromarray(each) for each in bytes_[..., 0]])
        torch.testing.assert_close(found.mean, expected.mean)
        torch.testing.assert_close(found.std, expected.std)
