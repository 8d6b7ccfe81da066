"""What one process publishes another reads whole, however they meet."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np

from vae.live.training.shared import Shared

LAYOUT = {"step": 1, "weights": 50_000, "places": 20}

# Publishes arrays that all hold the number of the publication, as fast as it can, until its input ends.
WRITER = """
import sys, threading
from pathlib import Path
import numpy as np
from vae.live.training.shared import Shared
layout = {"step": 1, "weights": 50_000, "places": 20}
shared = Shared(Path(sys.argv[1]), layout, create=True)
ended = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
number = 0
while not ended.is_set():
    number += 1
    shared.publish({name: [np.full(size, number, np.float32)] for name, size in layout.items()})
    if number == 1:
        print("there", flush=True)
"""


def test_a_reader_never_sees_halves_of_two_publications(tmp_path: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path / "now")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert writer.stdout is not None and writer.stdout.readline() == "there\n"
        shared = Shared(tmp_path / "now", LAYOUT)
        seen = []
        while len(set(seen)) < 50:
            number, parts = shared.read()
            assert {name: len(part) for name, part in parts.items()} == LAYOUT
            assert {float(value) for part in parts.values() for value in np.unique(part)} == {float(number)}
            seen.append(number)
        assert seen == sorted(seen)
    finally:
        writer.communicate("")


def test_before_anything_is_published_there_are_zeros(tmp_path: Path) -> None:
    Shared(tmp_path / "now", LAYOUT, create=True)
    number, parts = Shared(tmp_path / "now", LAYOUT).read()
    assert number == 0
    assert not any(part.any() for part in parts.values())
