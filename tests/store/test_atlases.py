"""An atlas comes back as it was written, and one that does not fit its model is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from vae.data.imported.store import label_type
from vae.models import Autoencoder
from vae.store.atlases import Atlas, load_atlas, save_atlas
from vae.store.checkpoints import save_model
from vae.store.files import CheckpointError

Make = Callable[..., Autoencoder]


@pytest.mark.parametrize(
    ("kind", "dimensions", "method"), [("ae", 5, "umap"), ("vae", 5, "umap"), ("ae", 2, "identity"), ("vae", 2, "identity")]
)
def test_an_atlas_comes_back_to_the_last_bit(
    checkpoints: Path, make_model: Make, kind: str, dimensions: int, method: str, make_atlas: Callable[..., Atlas]
) -> None:
    save_model(checkpoints / "model", make_model(kind, latent_dim=dimensions))
    atlas = make_atlas(kind, dimensions, method)
    save_atlas(checkpoints / "model", atlas)
    loaded = load_atlas(checkpoints / "model")
    for name in ("codes", "std", "labels", "places"):
        np.testing.assert_array_equal(getattr(loaded, name), getattr(atlas, name), strict=True)
    assert (loaded.classes, loaded.settings, len(loaded)) == (atlas.classes, atlas.settings, 20)

    stored = load_file(checkpoints / "model" / "atlas.safetensors").keys()
    assert ("std" in stored) == (kind == "vae"), "an autoencoder's zeros are not worth their bytes"
    assert ("places" in stored) == (method != "identity"), "the plane is its own map"


def test_in_half_precision_the_file_is_half_as_large_and_the_codes_are_rounded(saved: Path, make_atlas: Callable[..., Atlas]) -> None:
    atlas = make_atlas("vae", 2, "umap")
    save_atlas(saved, atlas, half=True)
    assert all(load_file(saved / "atlas.safetensors")[name].dtype == torch.float16 for name in ("codes", "std"))
    loaded = load_atlas(saved)
    for name in ("codes", "std"):
        np.testing.assert_array_equal(getattr(loaded, name), getattr(atlas, name).astype(np.float16).astype(np.float32), strict=True)
    np.testing.assert_array_equal(loaded.places, atlas.places, strict=True)


@pytest.mark.parametrize("label", [255, 256, 40_000])
def test_labels_number_as_many_classes_as_there_are(saved: Path, make_atlas: Callable[..., Atlas], label: int) -> None:
    atlas = make_atlas("vae", 2, "umap")
    labels = np.full(len(atlas), label, label_type(label + 1))
    save_atlas(saved, replace(atlas, labels=labels, classes=tuple(map(str, range(label + 1)))))
    np.testing.assert_array_equal(load_atlas(saved).labels, labels, strict=True)
    for wrong in (label + 1, -1):
        save_atlas(saved, replace(atlas, labels=np.full(len(atlas), wrong, np.int32), classes=tuple(map(str, range(label + 1)))))
        with pytest.raises(CheckpointError, match="does not fit its model"):
            load_atlas(saved)


def test_a_missing_atlas_says_how_to_make_it(saved: Path) -> None:
    with pytest.raises(CheckpointError, match=r"model has no atlas\.safetensors; make it with: python -m vae embed model"):
        load_atlas(saved)


def spoil(name: str, change: Callable[[torch.Tensor], torch.Tensor]) -> Callable[[dict], object]:
    return lambda tensors: tensors.update({name: change(tensors[name])})


def with_nan(values: torch.Tensor) -> torch.Tensor:
    values[7, 1] = float("nan")
    return values


UNFIT = {
    "fewer labels": spoil("labels", lambda values: values[:-1].clone()),
    "fewer places": spoil("places", lambda values: values[:-1].clone()),
    "fewer std": spoil("std", lambda values: values[:-1].clone()),
    "places in space": spoil("places", lambda values: torch.cat([values, values], 1)),
    "codes of another model": spoil("codes", lambda values: torch.cat([values, values], 1)),
    "no rows": lambda tensors: tensors.update({key: value[:0].clone() for key, value in tensors.items()}),
    "a label beyond the classes": spoil("labels", lambda values: values.clone().fill_(3)),
    "a label below the classes": spoil("labels", lambda values: values.clone().to(torch.int8).fill_(-1)),
    "a label between the classes": spoil("labels", lambda values: values.float() + 0.5),
    "NaN in codes": spoil("codes", with_nan),
    "NaN in std": spoil("std", with_nan),
    "NaN in places": spoil("places", with_nan),
    "no codes": lambda tensors: tensors.pop("codes"),
    "no labels": lambda tensors: tensors.pop("labels"),
    "no places": lambda tensors: tensors.pop("places"),
    "a number for codes": spoil("codes", lambda values: torch.tensor(1.0)),
    "codes of a type numpy lacks": spoil("codes", lambda values: values.bfloat16()),
}
WORDS = {"classes": '["a", "b", "c"]', "settings": '{"method": "umap"}'}


@pytest.mark.parametrize("name", list(UNFIT))
def test_an_atlas_that_does_not_fit_is_refused(saved: Path, name: str, make_atlas: Callable[..., Atlas]) -> None:
    save_atlas(saved, make_atlas())
    tensors = load_file(saved / "atlas.safetensors")
    UNFIT[name](tensors)
    save_file(tensors, saved / "atlas.safetensors", WORDS)
    with pytest.raises(
        CheckpointError, match=r"model/atlas\.safetensors (does not fit its model|lacks .*); make it again with: python -m vae embed model"
    ):
        load_atlas(saved)


@pytest.mark.parametrize("words", [None, {"classes": "[]"}, WORDS | {"classes": "["}, WORDS | {"classes": "3"}, WORDS | {"settings": "[]"},
                                   WORDS | {"settings": "{}"}, WORDS | {"classes": "[]"}])  # fmt: skip
def test_an_atlas_without_its_words_is_refused(saved: Path, words: dict | None, make_atlas: Callable[..., Atlas]) -> None:
    save_atlas(saved, make_atlas())
    save_file(load_file(saved / "atlas.safetensors"), saved / "atlas.safetensors", words)
    with pytest.raises(CheckpointError, match="make it again with: python -m vae embed model"):
        load_atlas(saved)


def test_a_damaged_atlas_is_refused(saved: Path, make_atlas: Callable[..., Atlas]) -> None:
    save_atlas(saved, make_atlas())
    (saved / "atlas.safetensors").write_bytes((saved / "atlas.safetensors").read_bytes()[:-10])
    with pytest.raises(CheckpointError, match=r"model/atlas\.safetensors is missing or damaged"):
        load_atlas(saved)
