"""What an import leaves on disk, how it splits, what it reports, and that it is all there or nothing."""

from __future__ import annotations

import csv
import errno
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from tests.data.imported.helping import filed, noise, noisy, png, write
from vae import data
from vae.data import DataError, fingerprint
from vae.data.imported import build, store
from vae.data.imported.found import ImportFailed
from vae.data.imported.pictures import Look
from vae.data.imported.pieces import LENGTH
from vae.data.imported.split import split_of

Bring = Callable[..., build.Imported]
IDENTITIES = st.binary(min_size=32, max_size=32).map(bytes.hex)


def some(count: int, start: int = 0) -> dict[str, bytes]:
    """Pictures of two classes, each with its own pixels."""
    return {f"{('cat', 'dog')[number % 2]}/{number}.png": noisy(number) for number in range(start, start + count)}


def manifest(folder: Path) -> list[dict]:
    return parquet.read_table(folder / "manifest.parquet").to_pylist()


def splits(folder: Path) -> dict[str, str]:
    return {row["path"]: row["split"] for row in manifest(folder)}


# --- the split ----------------------------------------------------------------------------------------------


@given(st.sets(IDENTITIES, max_size=50), st.sets(IDENTITIES, max_size=50), st.floats(0, 1))
def test_no_picture_moves_when_others_come_or_go(kept: set[str], others: set[str], share: float) -> None:
    before = {identity: split_of(identity, share) for identity in kept | others}
    assert {identity: split_of(identity, share) for identity in kept} == {identity: before[identity] for identity in kept}


@given(st.integers(0, 2**32), st.sampled_from([0.1, 0.25, 0.5]))
def test_the_share_for_testing_is_about_what_was_asked(seed: int, share: float) -> None:
    identities = np.random.default_rng(seed).bytes(32 * 4000)
    testing = sum(split_of(identities[at : at + 32].hex(), share) == "test" for at in range(0, len(identities), 32))
    assert abs(testing / 4000 - share) < 6 * (share * (1 - share) / 4000) ** 0.5


@given(IDENTITIES, st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_keeps_what_was_for_testing(identity: str, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert split_of(identity, low) == "train" or split_of(identity, high) == "test"


def test_one_picture_added_and_one_taken_away_move_no_other(tmp_path: Path, bring: Bring) -> None:
    folder = write(tmp_path / "pictures", some(80))
    before = splits(bring(folder, "before").folder)
    (folder / "cat" / "10.png").unlink()
    write(folder, {"cat/0001.png": noisy(999)})
    after = splits(bring(folder, "after").folder)
    assert {path: after[path] for path in after if path in before} == {path: before[path] for path in before if path != "cat/10.png"}
    assert set(before.values()) == {"train", "test"}


def test_identical_pictures_are_on_one_side_whatever_they_are_called_and_however_packed(tmp_path: Path, bring: Bring) -> None:
    files = {f"{copy}/{seed}.{form}": noisy(seed, form) for seed in range(20) for copy in "ab" for form in ("png", "bmp")}
    made = bring(write(tmp_path / "pictures", files), test_share=0.5)
    sides: dict[str, set[str]] = {}
    for path, split in splits(made.folder).items():
        sides.setdefault(Path(path).stem, set()).add(split)
    assert all(len(side) == 1 for side in sides.values()) and {min(side) for side in sides.values()} == {"train", "test"}
    assert made.identical == 60


# --- what is on disk ----------------------------------------------------------------------------------------


def test_every_row_is_the_picture_that_the_manifest_names(tmp_path: Path, bring: Bring) -> None:
    folder = write(tmp_path / "pictures", some(60))
    made = bring(folder)
    pixels, rows = np.load(made.folder / "pixels.npy", mmap_mode="r"), manifest(made.folder)
    assert list(rows[0]) == ["path", "sha256", "class", "split", "width", "height"]
    assert len(rows) == len(pixels) == 60
    for row, picture in zip(rows, pixels, strict=True):
        number = int(Path(row["path"]).stem)
        assert np.array_equal(picture.transpose(1, 2, 0), noise(number))
        assert (row["class"], row["width"], row["height"]) == (("cat", "dog")[number % 2], 8, 8)
        assert row["sha256"] == hashlib.sha256((folder / row["path"]).read_bytes()).hexdigest()
    assert [row["split"] for row in rows] == sorted((row["split"] for row in rows), key=store.SPLITS.index)


def test_an_imported_set_is_loaded_like_one_that_is_shipped(tmp_path: Path, bring: Bring) -> None:
    made = bring(write(tmp_path / "pictures", some(60)))
    for split in ("train", "test"):
        images = data.load("pets", split)
        rows = [row for row in manifest(made.folder) if row["split"] == split]
        assert images.classes == ("cat", "dog") and images.images.dtype == images.labels.dtype == torch.uint8
        assert [images.classes[label] for label in images.labels] == [row["class"] for row in rows]
        for row, picture in zip(rows, images.images, strict=True):
            assert np.array_equal(picture.permute(1, 2, 0).numpy(), noise(int(Path(row["path"]).stem)))
    known = data.find("pets")
    assert known is not None and known.shape == (3, 8, 8) and data.available("pets") and data.title("pets") == "pets"
    assert "pets" in [each.name for each in data.data_sets()]


@pytest.mark.parametrize("mapped", [False, True])
def test_the_pictures_are_read_and_many_are_mapped_and_writing_to_them_changes_no_file(
    tmp_path: Path, bring: Bring, mapped: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever overwrites a mapped file ends the process that has it mapped."""
    made = bring(write(tmp_path / "pictures", some(30)))
    content = (made.folder / "pixels.npy").read_bytes()
    if mapped:
        monkeypatch.setattr(store, "MOST_READ", 0)
    images = data.load("pets", "train").images
    if Path("/proc/self/maps").exists():
        assert (str(made.folder / "pixels.npy") in Path("/proc/self/maps").read_text()) == mapped
    images[:] = 0
    assert (made.folder / "pixels.npy").read_bytes() == content and data.load("pets", "train").images.any()


def test_what_happens_to_the_folder_later_harms_nothing(tmp_path: Path, bring: Bring) -> None:
    folder = write(tmp_path / "pictures", some(30))
    bring(folder)
    before = data.load("pets", "train").images.clone()
    folder.rename(tmp_path / "moved")
    assert data.load("pets", "train").images.equal(before)


def test_what_is_said_of_pictures_is_kept(tmp_path: Path, bring: Bring) -> None:
    files = {f"{number}.png": noisy(number) for number in range(3)}
    table = b"file_name,label,age,mixed\n0.png,cat,3,\n1.png,dog,4,x\n"
    rows = manifest(bring(write(tmp_path / "pictures", files | {"metadata.csv": table})).folder)
    said = {row["path"]: (row["class"], row["age"], row["mixed"]) for row in rows}
    assert said["0.png"][:2] == ("cat", 3) and said["1.png"] == ("dog", 4, "x") and said["2.png"] == ("image", None, None)


def test_more_classes_than_a_byte_counts_in_natural_order(tmp_path: Path, bring: Bring) -> None:
    bring(write(tmp_path / "pictures", {f"class {number}/1.png": noisy(number, side=2) for number in range(300)}), look=Look(2))
    images = data.load("pets", "train")
    assert images.classes == tuple(f"class {number}" for number in range(300))
    assert all(np.array_equal(p.permute(1, 2, 0).numpy(), noise(int(n), 2)) for n, p in zip(images.labels, images.images, strict=True))


def test_a_validation_split_is_kept_apart(tmp_path: Path, bring: Bring) -> None:
    files = {
        f"{split}/{number}.png": noisy(10 * row + number) for row, split in enumerate(("train", "valid", "test")) for number in range(3)
    }
    assert bring(write(tmp_path / "pictures", files)).counts == {"train": 3, "validation": 3, "test": 3}
    assert np.array_equal(data.load("pets", "test").images[0].permute(1, 2, 0).numpy(), noise(20))


def test_a_split_without_pictures_says_what_to_do(tmp_path: Path, bring: Bring) -> None:
    made = bring(write(tmp_path / "pictures", some(4)), test_share=0.0)
    with pytest.raises(DataError, match="the data set pets has no pictures for testing: it has 4 in all; import more, or put some"):
        data.load("pets", "test")
    assert any("there are none to test with" in said for said in made.sentences())


@pytest.mark.parametrize("name", ["pixels.npy", "manifest.parquet", "dataset.json"])
@pytest.mark.parametrize("content", [b"", b"\x80\x04K\x00.", b"{}"])
def test_a_damaged_set_says_so(tmp_path: Path, bring: Bring, name: str, content: bytes) -> None:
    made = bring(write(tmp_path / "pictures", some(20)))
    (made.folder / name).write_bytes(content)
    assert data.find("pets") is not None
    with pytest.raises(DataError, match=r"import it again"):
        data.load("pets", "train")


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../pets", "\0", "x" * 5000, ".pets.importing", "\udce9"])
def test_what_cannot_be_a_name_is_no_data_set(name: str, datasets: Path) -> None:
    assert data.find(name) is None


def test_a_map_notices_when_a_set_was_replaced(tmp_path: Path, bring: Bring) -> None:
    bring(write(tmp_path / "pictures", some(20)))
    known, when = fingerprint.fingerprint("pets", data.load("pets", "train").images), fingerprint.changed_at("pets")
    bring(write(tmp_path / "pictures", some(20)), replace=True)
    assert fingerprint.files("pets") == known["files"]
    bring(write(tmp_path / "pictures", some(3, 500)), replace=True)
    assert fingerprint.files("pets") != known["files"] and fingerprint.changed_at("pets") != when


# --- what is reported ---------------------------------------------------------------------------------------


def test_what_cannot_be_read_is_listed_all_of_it(tmp_path: Path, bring: Bring) -> None:
    broken = {"a.png": b"words", "b.png": b"", "c/cut.png": noisy(1, side=64)[:3000]}
    made = bring(write(tmp_path / "pictures", some(5) | broken | {"notes.txt": b"words"}))
    assert {each.path for each in made.skipped} == set(broken) and sum(made.counts.values()) == 5 and made.others == 1
    with (made.folder / "skipped.csv").open(encoding="utf-8", newline="") as file:
        assert {row["path"] for row in csv.DictReader(file)} == set(broken)
    assert "3 were skipped, for the reasons listed" in made.sentences()


def test_the_import_fails_only_if_nothing_is_left(tmp_path: Path, bring: Bring, datasets: Path) -> None:
    with pytest.raises(ImportFailed, match=r"none of the 2 pictures in .* can be read:\n  a\.png: it is empty\n  b\.png: it is no picture"):
        bring(write(tmp_path / "pictures", {"a.png": b"", "b.png": b"words"}))
    with pytest.raises(ImportFailed, match=r"there are no pictures in .* \(1 other files are there\); pictures end in"):
        bring(write(tmp_path / "none", {"a.txt": b"words"}))
    assert not datasets.exists() or not list(datasets.iterdir())


def test_near_duplicates_single_colours_and_small_ones_are_counted(tmp_path: Path, bring: Bring) -> None:
    rng = np.random.default_rng(5)
    smooth = [np.kron(rng.integers(0, 256, (8, 8, 3)), np.ones((4, 4, 1))).astype(np.uint8) for _ in range(12)]
    held = {}
    for number, pixels in enumerate(smooth):
        held[f"{number}.png"] = filed(pixels)
    held["near.png"] = filed(np.clip(smooth[0].astype(int) + 3, 0, 255).astype(np.uint8))
    held["same.png"] = held["1.png"]
    held |= {"red.png": png((255, 0, 0), (32, 32)), "blue.png": png((0, 0, 255), (32, 32)), "small.png": noisy(3, side=4)}
    made = bring(write(tmp_path / "pictures", held), look=Look(32))
    assert (made.identical, made.near, made.plain, made.small) == (1, 1, 2, 1)
    facts = json.loads((made.folder / "dataset.json").read_text("utf-8"))
    assert [sorted(pair) for pair in facts["near_duplicate_pairs"]] == [["0.png", "near.png"]]


# --- all or nothing -----------------------------------------------------------------------------------------


def test_a_name_that_is_taken_is_refused_unless_it_is_to_be_replaced(tmp_path: Path, bring: Bring, datasets: Path) -> None:
    first, second = write(tmp_path / "one", some(5)), write(tmp_path / "two", some(7))
    bring(first)
    with pytest.raises(ImportFailed, match="there is a data set pets already; choose another name, or add --replace"):
        bring(second)
    assert len(manifest(datasets / "pets")) == 5
    bring(second, replace=True)
    assert len(manifest(datasets / "pets")) == 7 and [path.name for path in datasets.iterdir()] == ["pets"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EDQUOT])
@pytest.mark.parametrize("moment", ["decode", "_write_manifest"])
def test_a_disk_that_takes_nothing_is_a_sentence_and_the_next_run_goes_on(
    tmp_path: Path, bring: Bring, datasets: Path, monkeypatch: pytest.MonkeyPatch, number: int, moment: str
) -> None:
    folder = write(tmp_path / "pictures", some(20))

    def refuse(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr(build, moment, refuse)
        with pytest.raises(ImportFailed, match=r"the disk.*; make room or set VAE_DATASETS to another folder, and run the same command"):
            bring(folder)
    assert not (datasets / "pets").exists() and data.find("pets") is None
    assert sum(bring(folder).counts.values()) == 20


def test_a_file_that_goes_away_after_it_was_listed_is_skipped(tmp_path: Path, bring: Bring) -> None:
    folder = write(tmp_path / "pictures", some(5))
    first = sorted(folder.rglob("*.png"))[0]
    listed = build.find_pictures(folder)
    first.unlink()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(build, "find_pictures", lambda source: listed)
        made = bring(folder)
    assert [skipped.reason for skipped in made.skipped] == ["no such file or directory"] and sum(made.counts.values()) == 4


def test_an_archive_that_changes_while_it_is_read_is_not_imported(tmp_path: Path, bring: Bring, datasets: Path) -> None:
    folder = write(tmp_path / "pictures", some(6))
    source = Path(shutil.make_archive(str(tmp_path / "pets"), "zip", folder))

    def meanwhile(share: float, words: str) -> None:
        if share > 0 and source.stat().st_mtime < later:
            os.utime(source, (later, later))

    later = source.stat().st_mtime + 60
    with pytest.raises(ImportFailed, match=r"pets\.zip was changed while it was read; import it again when nothing writes to it"):
        bring(source, progress=meanwhile)
    assert list(datasets.iterdir()) == []
    assert sum(bring(source).counts.values()) == 6


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path: Path, bring: Bring, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("VAE_DATASETS", str(tmp_path / "file"))
    with pytest.raises(ImportFailed, match=r"cannot be written .*; set VAE_DATASETS to a folder of yours"):
        bring(write(tmp_path / "pictures", some(3)))


def test_only_one_import_into_a_name_at_a_time(tmp_path: Path, bring: Bring) -> None:
    folder = write(tmp_path / "pictures", some(3))

    def again(share: float, words: str) -> None:
        if share > 0.5:
            bring(folder)

    with pytest.raises(ImportFailed, match="another import into pets is running; wait for it or choose another name"):
        bring(folder, progress=again)


def test_processes_and_one_process_make_the_same(tmp_path: Path, bring: Bring) -> None:
    folder = write(tmp_path / "pictures", some(600))
    alone, together = bring(folder, "alone"), bring(folder, "together", processes=2)
    for name in ("pixels.npy", "manifest.parquet", "skipped.csv"):
        assert (alone.folder / name).read_bytes() == (together.folder / name).read_bytes()


def test_an_import_that_was_killed_goes_on(tmp_path: Path, bring: Bring, datasets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path / "pictures", some(5 * LENGTH))
    os.mkfifo(tmp_path / "gate")
    # The third piece waits for a pipe that nobody writes to, so that the kill comes while two are done and the import runs.
    script = f"""
import os
from pathlib import Path
from vae.data.imported import build
from vae.data.imported.pictures import Look
decode, done = build.decode, []
def waiting(*asked):
    if len(done) == 2:
        print("two are done", flush=True)
        open({str(tmp_path / "gate")!r}).read()
    done.append(decode(*asked))
    return done[-1]
build.decode = waiting
build.import_pictures(Path({str(folder)!r}), "pets", Look(8), test_share=0.1, replace=False, progress=lambda *_: None, processes=0)
"""
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "two are done\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert data.find("pets") is None and not (datasets / "pets").exists()
    decoded: list[int] = []
    true = build.decode
    monkeypatch.setattr(build, "decode", lambda piece, *rest: decoded.append(piece.start) or true(piece, *rest))
    made = bring(folder)
    assert decoded == [2 * LENGTH, 3 * LENGTH, 4 * LENGTH]
    monkeypatch.undo()
    monkeypatch.setenv("VAE_DATASETS", str(datasets))
    anew = bring(folder, "anew")
    assert (made.folder / "pixels.npy").read_bytes() == (anew.folder / "pixels.npy").read_bytes()
    assert [path.name for path in datasets.iterdir() if path.name.startswith(".")] == []


@pytest.mark.slow
def test_no_process_outlives_an_import_that_was_killed(tmp_path: Path, datasets: Path) -> None:
    """What decodes is ended with the one that asked for it, even where that one could not say so."""
    folder = write(tmp_path / "pictures", some(4 * LENGTH))
    script = tmp_path / "bring.py"
    script.write_text(f"""
import multiprocessing
from pathlib import Path
from vae.data.imported import build
from vae.data.imported.pictures import Look
if __name__ == "__main__":
    def tell(share, words):
        if share > 0.03:
            print(*(child.pid for child in multiprocessing.active_children()), flush=True)
            import time
            time.sleep(600)
    build.import_pictures(Path({str(folder)!r}), "pets", Look(8), test_share=0.1, replace=False, progress=tell, processes=2)
""")
    process = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": os.getcwd()})
    assert process.stdout is not None
    workers = [int(pid) for pid in process.stdout.readline().split()]
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert len(workers) == 2
    until = time.monotonic() + 60
    while any(_runs(pid) for pid in workers) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(_runs(pid) for pid in workers)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
