"""One place says which names are good, and whatever makes a name asks it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vae.live.wire.frames import LONGEST_NAME, Request, pack_request, unpack_request
from vae.store import names
from vae.store.checkpoints import save_model
from vae.store.ladders import Ladder, save_ladder
from vae.training.loop import train

GOOD = ["mnist-vae", "a b", "a+b#c", "😀", "é" * 32, "x" * 64, "beta-0.01"]
BAD = ["", ".", "..", ".hidden", "a/b", "a\\b", "a\0b", "a\nb", "x" * 65, "é" * 33, "\ud800", "ladders", "Classifiers"]


@pytest.mark.parametrize("name", GOOD)
def test_a_good_name_goes_over_the_wire(name: str) -> None:
    assert names.check_name(name) == name
    assert unpack_request(pack_request(Request(1, 1, name, np.zeros(1, np.float32)))).model == name


@pytest.mark.parametrize("name", BAD)
def test_a_bad_name_is_refused_in_a_sentence(name: str) -> None:
    with pytest.raises(ValueError, match=r"^the name ") as refusal:
        names.check_name(name)
    str(refusal.value).encode()


@given(st.text())
def test_every_name_that_is_not_refused_fits_the_wire(name: str) -> None:
    if names.fault(name) is None:
        assert len(name.encode()) <= LONGEST_NAME
        assert Path(name).name == name


def test_whatever_makes_a_name_refuses_a_long_one_before_it_writes(checkpoints: Path, make_model: Callable, make_config: Callable) -> None:
    long = "x" * 65
    ladder = Ladder(("a", "b"), np.zeros(2, np.uint8), np.zeros((2, 2, 2), np.float32), ("a",), {"method": "procrustes"})
    for make in (
        lambda: save_model(checkpoints / long, make_model()),
        lambda: save_ladder(long, ladder),
        lambda: train(make_config(), torch.zeros(80, 1, 8, 8, dtype=torch.uint8), checkpoints / long),
    ):
        with pytest.raises(ValueError, match="has 65 bytes; a name has at most 64"):
            make()
    assert list(checkpoints.iterdir()) == []


def test_a_folder_is_judged_by_where_it_leads_and_a_file_by_its_length(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert names.check_folder(Path(".")) == Path(".")
    with pytest.raises(ValueError, match="choose a shorter one"):
        names.check_file(Path("x" * 300 + ".html"))
    assert names.check_file(Path("certificate.html")).name == "certificate.html"
