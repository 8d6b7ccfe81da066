"""The sheet of pictures of a painter's words: every object in every tint, then the backgrounds, in the order the page reads it in."""

from __future__ import annotations

import io
from pathlib import Path

import torch
from PIL import Image

from tests.font import needed
from vae.data.scenes import BACKGROUNDS, OBJECTS, SIDE, TINTS
from vae.drawing.vocabulary import COLUMNS, scenes_of_words, sheet
from vae.models.discrete import ScalarTokenizer
from vae.store.folders import VOCABULARY

SHIPPED = Path(__file__).parents[2] / "checkpoints" / "dalle" / VOCABULARY
SIZE = (COLUMNS * SIDE, (len(OBJECTS) + 1) * SIDE)


def test_a_row_holds_one_object_in_all_tints_and_the_last_the_backgrounds() -> None:
    scenes = scenes_of_words()
    assert [scene.things[0] for scene in scenes[COLUMNS : 2 * COLUMNS]] == [(OBJECTS[1], tint) for tint in TINTS]
    assert [scene.background for scene in scenes[len(OBJECTS) * COLUMNS :]] == list(BACKGROUNDS)


def test_the_shipped_sheet_has_a_place_for_every_word() -> None:
    with Image.open(SHIPPED) as picture:
        assert picture.size == SIZE and picture.format == "WEBP"


@needed
def test_a_sheet_is_painted_by_a_tokenizer() -> None:
    torch.manual_seed(0)
    with Image.open(io.BytesIO(sheet(ScalarTokenizer(width=8, decoder_width=8).eval()))) as picture:
        assert picture.size == SIZE
