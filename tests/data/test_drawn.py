"""What our own code draws is drawn once, by whichever process comes first, and again only where something that decides it has changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from torch import Tensor

from vae.data.drawn import FOLDER, drawn

SHAPE = (5, 1, 4, 4)
Drawn = Callable[..., tuple[Tensor, Tensor]]


@pytest.fixture
def calls() -> list[int]:
    return []


@pytest.fixture
def ask(tmp_path: Path, calls: list[int], monkeypatch: pytest.MonkeyPatch) -> Drawn:
    """Asks for five pictures, whose drawing is described by a file."""
    monkeypatch.setenv("VAE_CACHE", str(tmp_path / "cache"))
    source = tmp_path / "source.py"
    source.write_text("one way to draw")

    def draw() -> tuple[np.ndarray, np.ndarray]:
        calls.append(1)
        return np.random.default_rng(3).integers(0, 256, SHAPE, np.uint8), np.arange(5, dtype=np.uint8)

    return lambda split="train": drawn("spots", split, SHAPE, draw, [source])


def kept(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "cache" / FOLDER).iterdir())


def test_the_second_to_ask_is_given_the_same_without_drawing(ask: Drawn, calls: list[int], tmp_path: Path) -> None:
    (pictures, labels), (mapped, named) = ask(), ask()
    assert calls == [1] and pictures.shape == mapped.shape == SHAPE
    assert pictures.equal(mapped) and labels.equal(named)
    mapped.zero_()  # whoever writes to his has a copy of his own
    assert ask()[0].equal(pictures)
    ask("test")
    assert calls == [1, 1] and len(kept(tmp_path)) == 2


def test_other_code_draws_anew_and_what_the_old_has_drawn_goes(ask: Drawn, calls: list[int], tmp_path: Path) -> None:
    ask()
    (before,) = kept(tmp_path)
    (tmp_path / "source.py").write_text("another way to draw")
    ask()
    (after,) = kept(tmp_path)
    assert calls == [1, 1] and before.name != after.name


def test_a_file_that_was_cut_off_is_not_taken(ask: Drawn, calls: list[int], tmp_path: Path) -> None:
    pictures, _ = ask()
    (file,) = kept(tmp_path)
    file.write_bytes(file.read_bytes()[:-1])
    assert ask()[0].equal(pictures) and ask()[0].equal(pictures) and calls == [1, 1]


def test_without_a_cache_or_a_source_it_is_drawn_each_time(ask: Drawn, calls: list[int], tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("no folder")
    ask(), ask()
    (tmp_path / "source.py").unlink()
    ask()
    assert calls == [1, 1, 1]
