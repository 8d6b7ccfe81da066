"""Pictures as people have them, brought to what an encoder takes: where their meaning is certain, and else a sentence on how to convert them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import numpy as np
import torch
from torch import Tensor

LUMINANCE = (0.299, 0.587, 0.114)  # ITU-R BT.601, as Pillow has it
GREYS, COLOURS = ("1", "L", "I;16", "I;16L", "I;16B", "I;16N"), ("RGB", "P", "CMYK", "YCbCr", "HSV", "LAB")


def as_images(images: object, shape: tuple[int, int, int], dtype: torch.dtype, device: torch.device) -> Tensor:
    """`images` as (N, C, H, W) of `dtype` on `device`, with values in [0, 1]; those that are so already are handed on as they are.

    Parameters
    ----------
    images : a tensor, an array, a PIL image, or a list of any of them; one picture or many, channels first or last, grey or in
        colour; float in [0, 1], or uint8, uint16 or bool from end to end of their range
    shape : (C, H, W)

    Raises
    ------
    ValueError
        If their shape or values could mean several things, or nothing; the message says how to convert them.
    """
    if isinstance(images, Tensor) and images.is_floating_point() and images.ndim == 4 and tuple(images.shape[1:]) == shape:
        return in_unit(images.to(device, dtype))
    if isinstance(images, Sequence) and images and _is_picture(images[0]):
        return torch.cat([as_images(_one(each, shape), shape, dtype, device) for each in images])
    values = _from_pil(images) if _is_pil(images) else _as_tensor(images)
    return in_unit(_in_colours(_laid_out(_scaled(values), shape, images), shape[0]).to(device, dtype))


def in_unit(images: Tensor) -> Tensor:
    """`images` if all their values are in [0, 1]; ValueError with what to do if not."""
    if not images.numel():
        return images
    low, high = (extreme.item() for extreme in torch.aminmax(images))
    if low >= 0 and high <= 1:  # also false for NaN
        return images
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ValueError("images hold values that are not finite; replace them before encoding, as with images.nan_to_num()")
    if low < 0 and low >= -1.001 and high <= 1.001:
        how = "if they are from -1 to 1: model.encode((images + 1) / 2)"
    elif low >= 0 and high <= 255.5:
        how = "divide bytes by 255 before encoding: model.encode(images / 255)"
    else:
        how = "bring them there before encoding: model.encode((images - images.min()) / (images.max() - images.min()))"
    raise ValueError(f"images hold values outside [0, 1]; {how} (they run from {low:g} to {high:g})")


def _is_pil(value: object) -> bool:
    return hasattr(value, "getbands") and hasattr(value, "convert")


def _is_picture(value: object) -> bool:
    """Whether an item of a list is a picture, rather than a row of numbers."""
    return _is_pil(value) or isinstance(value, np.ndarray | Tensor)


def _one(value: Any, shape: tuple[int, int, int]) -> object:
    """One picture of a list, which cannot be a batch of several unless it says so with four sides."""
    if not _is_pil(value) and value.ndim == 3 and value.shape[1:] == shape[1:] and value.shape[0] in (1, 3, 4):
        return value[None]
    return value


def _as_tensor(images: object) -> Tensor:
    if isinstance(images, Tensor):
        return images
    try:
        values = np.asarray(images)
        if values.dtype == np.uint16:
            values = values.astype(np.float32) / 65535
        return torch.from_numpy(np.ascontiguousarray(values))
    except (TypeError, ValueError, RuntimeError) as error:
        raise ValueError(
            f"images cannot be read from a {type(images).__name__}; give a tensor, an array, a PIL image or a list of them"
        ) from error


def _from_pil(picture: Any) -> Tensor:
    """A PIL image's values, (H, W) or (H, W, 3)."""
    mode = picture.mode
    if mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in picture.info:
        whole = picture.convert("RGBA")
        if whole.getextrema()[3][0] < 255:
            raise ValueError(
                "the picture has transparent places; lay it on a background first: "
                "Image.alpha_composite(Image.new('RGBA', picture.size, 'white'), picture.convert('RGBA')).convert('RGB')"
            )
        return torch.from_numpy(np.array(whole.convert("L" if mode in ("LA", "La") else "RGB")))
    if mode not in GREYS + COLOURS:
        raise ValueError(f"the picture has the mode {mode}, whose range is not certain; convert it to 'L' or 'RGB' first")
    return _as_tensor(np.array(picture if mode in GREYS or mode == "RGB" else picture.convert("RGB")))


def _scaled(values: Tensor) -> Tensor:
    """Bytes and truth values in [0, 1], floats as they are."""
    if values.dtype == torch.uint8:
        return values.float() / 255
    if values.dtype == torch.bool:
        return values.float()
    if values.dtype == torch.uint16:
        return values.float() / 65535
    if not values.is_floating_point():
        kind = str(values.dtype).removeprefix("torch.")
        raise ValueError(
            f"images are whole numbers of type {kind}, whose range is not certain; say which it is: "
            "images.astype('uint8') of an array, images.to(torch.uint8) of a tensor for 0 to 255, or floats in [0, 1]"
        )
    return values


def _laid_out(values: Tensor, shape: tuple[int, int, int], given: object) -> Tensor:
    """(N, C', H, W) with 1, 3 or 4 channels: as the one layout says that `values` can have."""
    channels, height, width = shape
    if values.ndim == 4 and tuple(values.shape[1:]) == shape:  # the documented one comes first
        return values
    if values.ndim == 3 and tuple(values.shape) == shape:
        return values[None]
    found = {name: laid for name, laid in _layouts(values) if tuple(laid.shape[2:]) == (height, width) and laid.shape[1] in (1, 3, 4)}
    shapes = {tuple(laid.shape) for laid in found.values()}
    if len(shapes) == 1:
        return next(iter(found.values()))
    has = f"images have shape {tuple(values.shape)}; this model encodes (N, {channels}, {height}, {width})"
    if shapes:
        raise ValueError(f"{has}, and these can be {' or '.join(found)}: bring them to four sides, as with images[None] for one picture")
    raise ValueError(f"{has}{_resizing(values, shape, given)}")


def _layouts(values: Tensor) -> list[tuple[str, Tensor]]:
    if values.ndim == 2:
        return [("one grey picture", values[None, None])]
    if values.ndim == 3:
        return [
            ("one picture with its channels first", values[None]),
            ("one picture with its channels last", values.permute(2, 0, 1)[None]),
            ("several grey pictures", values[:, None]),
        ]
    if values.ndim == 4:
        return [("pictures with their channels first", values), ("pictures with their channels last", values.permute(0, 3, 1, 2))]
    return []


def _resizing(values: Tensor, shape: tuple[int, int, int], given: object) -> str:
    """How to bring pictures of another size to that of the model; empty where that is not what is wrong."""
    channels, height, width = shape
    if _is_pil(given):
        return f"; resize the picture first: picture.resize(({width}, {height}))"
    if values.ndim == 1 and values.shape[0] == channels * height * width:
        return f"; give the flat picture its shape: images.reshape(1, {channels}, {height}, {width})"
    sides = values.shape
    for order in permutations(range(len(sides))) if 2 <= len(sides) <= 4 else ():
        if [sides[each] for each in order] == [1, *shape][-len(sides) :]:
            return f"; reorder its sides: permute{order} of a tensor, transpose{order} of an array"
    last = len(sides) > 2 and sides[-1] in (1, 3, 4)
    plain = "torch.as_tensor(images).float()"
    batch = {2: f"{plain}[None, None]", 3: f"{plain}.permute(2, 0, 1)[None]" if last else f"{plain}[None]"}.get(
        len(sides), f"{plain}.permute(0, 3, 1, 2)" if last else plain
    )
    divide = " / 255" if not isinstance(given, Tensor | np.ndarray) or given.dtype in (torch.uint8, np.uint8) else ""
    if len(sides) not in (2, 3, 4):
        return ""
    return f"; resize first: torch.nn.functional.interpolate({batch}{divide}, size=({height}, {width}), mode='bilinear', antialias=True)"


def _in_colours(images: Tensor, channels: int) -> Tensor:
    """Grey pictures in three equal channels, colours as their luminance, an opaque fourth channel left out."""
    if images.shape[1] == 4 and channels != 4:
        if (images[:, 3] < 1).any():
            raise ValueError(
                "the fourth channel says that places are transparent; lay the pictures on a background: c * a + background * (1 - a)"
            )
        images = images[:, :3]
    if images.shape[1] == channels:
        return images
    if images.shape[1] == 1 and channels == 3:
        return images.expand(-1, 3, -1, -1)
    if images.shape[1] == 3 and channels == 1:
        return (images * images.new_tensor(LUMINANCE)[:, None, None]).sum(1, keepdim=True).clamp(0, 1)
    raise ValueError(f"images have {images.shape[1]} channels; this model encodes {channels}, so choose which to give it")
