import errno
import os
from pathlib import Path
from threading import Barrier, Thread

import pytest

from vae.live.cached import Cached, Slow
from vae.store.files import CheckpointError, stamp


def counting(values: list, errors: tuple = (), mark=lambda: 0) -> tuple[Cached, list]:
    """A cache over `values`, one per load; exceptions among them are raised."""
    loads: list = []

    def load():
        value = values[len(loads)]
        loads.append(value)
        if isinstance(value, Exception):
            raise value
        return value

    return Cached(load, mark, errors), loads


def test_it_loads_once_for_many_threads():
    cached, loads = counting([object()])
    together, seen = Barrier(8), []

    def ask():
        together.wait()
        seen.append(cached.get())

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loads) == 1 and seen == loads * 8


def test_now_never_loads_but_says_how():
    cached, loads = counting(["value"])
    with pytest.raises(Slow) as slow:
        cached.now()
    assert loads == []
    slow.value.load()
    assert cached.now() == "value"


def test_it_loads_again_when_the_stamp_changes():
    mark = [1]
    cached, _ = counting(["old", "new"], mark=lambda: mark[0])
    assert cached.get() == cached.get() == "old"
    mark[0] = 2
    with pytest.raises(Slow):
        cached.now()
    assert cached.held() == "old"
    assert cached.get() == cached.now() == cached.held() == "new"


def test_an_expected_error_is_kept_until_the_stamp_changes():
    mark = [1]
    cached, loads = counting([ValueError("broken"), "repaired"], (ValueError,), lambda: mark[0])
    for _ in range(3):
        with pytest.raises(ValueError, match="broken"):
            cached.get()
    with pytest.raises(ValueError, match="broken"):
        cached.now()
    with pytest.raises(Slow):
        cached.held()
    assert len(loads) == 1
    mark[0] = 2
    assert cached.get() == "repaired"


def test_an_unexpected_error_is_tried_again():
    cached, _ = counting([OSError("busy"), "value"], (ValueError,))
    with pytest.raises(OSError, match="busy"):
        cached.get()
    assert cached.get() == "value"


def test_a_stamp_changes_with_its_files(tmp_path: Path):
    path = tmp_path / "file"
    before = stamp([path])
    path.write_text("one")
    written = stamp([path])
    os.utime(path, ns=(1, 1))
    touched = stamp([path])
    path.write_text("longer")
    os.utime(path, ns=(1, 1))
    assert len({before, written, touched, stamp([path])}) == 4


def test_an_error_of_the_moment_is_not_kept():
    """Too many open files are no fault of a model's, which must not count as damaged for good."""
    outcomes = [OSError(errno.EMFILE, "too many"), None]

    def load():
        if (error := outcomes.pop(0)) is not None:
            raise CheckpointError("it cannot be read") from error
        return "sound"

    cached = Cached(load, lambda: 0, (CheckpointError,))
    with pytest.raises(CheckpointError):
        cached.get()
    assert cached.get() == "sound"
