"""One writer at a time, who takes away what a killed one has left."""

from __future__ import annotations

from pathlib import Path

import pytest

from vae.store.files import write_atomically
from vae.store.writing import LOCK, one_writer


def test_a_second_writer_is_told_and_the_first_goes_on(tmp_path: Path) -> None:
    with one_writer(tmp_path / "it", "a"):
        with pytest.raises(ValueError, match="another process is writing to"), one_writer(tmp_path / "it", "a"):
            pass
        write_atomically(tmp_path / "it" / "a", lambda file: file.write(b"x"))
    with one_writer(tmp_path / "it", "a"):
        pass
    assert [path.name for path in (tmp_path / "it").iterdir()] == ["a"]


def test_what_a_killed_writer_left_is_taken_away_and_nothing_else(tmp_path: Path) -> None:
    for name in (".a.x81k", ".a.", ".b.x", "a", "a.txt", ".other", LOCK):
        (tmp_path / name).touch()
    with one_writer(tmp_path, "a"):
        assert {path.name for path in tmp_path.iterdir()} == {".b.x", "a", "a.txt", ".other", LOCK}
