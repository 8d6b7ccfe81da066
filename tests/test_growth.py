"""The repository stays small enough to be cloned: what a commit may add, and what the checkpoints may weigh."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
COMMIT, CHECKPOINTS = 20e6, 230e6  # bytes
WATCHED = 15  # commits, the newest; a clone without its history is watched as far as it goes


def git(folder: Path, *arguments: str, words: str = "") -> str:
    identity = ("-c", "user.name=A Test", "-c", "user.email=test@example.org")
    return subprocess.run(
        ["git", *identity, *arguments], cwd=folder, input=words, capture_output=True, text=True, check=True, timeout=60
    ).stdout


def added(folder: Path, commits: int) -> dict[str, int]:
    """How many bytes of files each of the newest commits added to the repository at `folder`, merges and the first commit left out."""
    sizes = {}
    for commit in git(folder, "rev-list", "--no-merges", "--min-parents=1", f"--max-count={commits}", "HEAD").split():
        rows = [row.split() for row in git(folder, "diff-tree", "-r", "--no-commit-id", "--no-renames", commit).splitlines()]
        blobs = "\n".join(row[3] for row in rows if row[1] in ("100644", "100755"))
        sizes[commit] = sum(map(int, git(folder, "cat-file", "--batch-check=%(objectsize)", words=blobs).split()))
    return sizes


def test_no_commit_adds_more_than_it_may() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("this is no clone of the repository, so there are no commits to look at")
    heavy = {commit[:9]: f"{size / 1e6:.0f} MB" for commit, size in added(ROOT, WATCHED).items() if size > COMMIT}
    assert not heavy, f"a commit may add {COMMIT / 1e6:.0f} MB: make the weights smaller, or leave them out"


def test_the_checkpoints_weigh_no_more_than_they_may() -> None:
    weight = sum(
        path.stat().st_size for path in (ROOT / "checkpoints").rglob("*") if path.is_file() and path.name != "training.safetensors"
    )
    assert weight <= CHECKPOINTS, f"checkpoints/ holds {weight / 1e6:.0f} MB of {CHECKPOINTS / 1e6:.0f}"


def test_what_a_commit_adds_is_what_is_new_in_its_files(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    for name, size in (("first", 10), ("second", 300), ("third", 7)):
        (tmp_path / name).write_bytes(name[:1].encode() * size)
        git(tmp_path, "add", name)
        git(tmp_path, "commit", "--quiet", "-m", name)
    git(tmp_path, "rm", "--quiet", "second")
    git(tmp_path, "commit", "--quiet", "-m", "gone")
    assert list(added(tmp_path, 30).values()) == [0, 7, 300]
    assert list(added(tmp_path, 2).values()) == [0, 7]
