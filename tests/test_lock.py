"""`requirements.lock` is of today's requirements and of the versions that were tested, and names a hash for every file."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)


def name_of(text: str) -> str:
    return re.sub(r"[-_.]+", "-", text).lower()


def pinned(path: str) -> dict[str, str]:
    return {name_of(name): version for name, version, _ in PINNED.findall((ROOT / path).read_text("utf-8"))}


def test_the_lock_holds_what_the_app_needs_in_the_tested_versions() -> None:
    locked, tested = pinned("requirements.lock"), pinned("constraints.txt")
    needed = {
        name_of(found[0]) for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines() if (found := re.match(r"[\w.-]+", line))
    }
    assert needed and needed <= set(locked), "write it anew: make lock"
    others = {name: version for name, version in locked.items() if tested.get(name, version) != version}
    assert not others, "write it anew: make lock"


def test_every_file_has_a_hash() -> None:
    entries = PINNED.findall((ROOT / "requirements.lock").read_text("utf-8"))
    assert len(entries) > 50
    assert not [name for name, _, rest in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}", rest)]
