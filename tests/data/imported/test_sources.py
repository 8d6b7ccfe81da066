"""Every layout that people have is found as it was meant: which pictures, classes, splits and columns."""

from __future__ import annotations

import io
import json
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.data.imported.helping import noise, noisy, png, write
from vae.data.imported.found import ImportFailed, Source, Unreadable
from vae.data.imported.sources import find_pictures

CATS_AND_DOGS = {f"{name}/{number}.png": noisy(number + 10 * (name == "dog")) for name in ("cat", "dog") for number in range(3)}


def classes(source: Source) -> dict[str, str | None]:
    return {each.path: each.label for each in source.found}


def splits(source: Source) -> dict[str, str | None]:
    return {each.path: each.split for each in source.found}


def reasons(source: Source) -> dict[str, str]:
    return {each.path: each.reason for each in source.skipped}


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def tarred(path: Path, files: dict[str, bytes], mode: str = "w") -> Path:
    with tarfile.open(path, mode) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


KINDS: dict[str, Callable[[Path, dict[str, bytes]], Path]] = {
    "folder": lambda path, files: write(path / "pictures", files),
    "zip": lambda path, files: zipped(path / "pictures.zip", files),
    "tar": lambda path, files: tarred(path / "pictures.tar", files),
    "tar.gz": lambda path, files: tarred(path / "pictures.tar.gz", files, "w:gz"),
    "tar.xz": lambda path, files: tarred(path / "pictures.tar.xz", files, "w:xz"),
}


@pytest.fixture(params=list(KINDS))
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[dict[str, bytes]], Path]:
    """Put files into a source of every kind in turn."""
    return lambda files: KINDS[request.param](tmp_path, files)


def test_subfolders_are_classes_and_every_file_can_be_read(make: Callable) -> None:
    source = find_pictures(make(CATS_AND_DOGS))
    assert classes(source) == {name: name[:3] for name in CATS_AND_DOGS}
    assert {each.path: each.place.read() for each in source.found} == CATS_AND_DOGS
    assert {each.path: each.place.read() for each in reversed(source.found)} == CATS_AND_DOGS
    assert set(splits(source).values()) == {None} and not source.skipped


def test_a_folder_around_everything_is_no_class(make: Callable) -> None:
    source = find_pictures(make({f"pets/all/{name}": content for name, content in CATS_AND_DOGS.items()}))
    assert set(classes(source).values()) == {"cat", "dog"}


def test_loose_pictures_have_no_class(make: Callable) -> None:
    assert classes(find_pictures(make({"1.png": png(), "2.jpg": png(form="JPEG")}))) == {"1.png": None, "2.jpg": None}


@pytest.mark.parametrize("validation", ["val", "valid", "Validation"])
def test_folders_for_training_and_testing_are_kept(make: Callable, validation: str) -> None:
    names = ["Train/cat/1.png", f"{validation}/cat/2.png", "test/dog/3.png", "extra/4.png"]
    source = find_pictures(make({name: noisy(row) for row, name in enumerate(names)}))
    assert splits(source) == {"Train/cat/1.png": "train", f"{validation}/cat/2.png": "validation", "test/dog/3.png": "test"}
    assert set(classes(source).values()) == {"cat", "dog"}
    assert reasons(source) == {"extra/4.png": "it lies outside the folders for training and testing"}


def test_validation_is_the_test_where_there_is_no_other(make: Callable) -> None:
    assert splits(find_pictures(make({"train/1.png": png(), "valid/2.png": png()}))) == {"train/1.png": "train", "valid/2.png": "test"}


def test_a_class_may_be_called_test(make: Callable) -> None:
    assert classes(find_pictures(make({"test/1.png": png(), "cat/2.png": png()}))) == {"test/1.png": "test", "cat/2.png": "cat"}


def test_hidden_names_are_passed_over_and_others_counted(make: Callable) -> None:
    files = {name: png() for name in (".DS_Store.png", "__MACOSX/1.png", ".git/a/2.png", "a/._3.png")} | {"a/notes.md": b"words"}
    source = find_pictures(make(CATS_AND_DOGS | files))
    assert len(source.found) == 6 and not source.skipped and source.others == 1


def test_names_in_any_script_and_longer_than_a_file_system_takes(make: Callable, request: pytest.FixtureRequest) -> None:
    long = "" if "folder" in request.node.callspec.id else "x" * 300
    names = ["猫/一.png", "собака/два.png", f"café/{long}é.png"]
    assert set(classes(find_pictures(make({name: png() for name in names}))).values()) == {"猫", "собака", "café"}


def test_a_zip_whose_names_are_utf_8_without_saying_so(tmp_path: Path) -> None:
    path = zipped(tmp_path / "mac.zip", {"XXXXXX/1.png": png(), "b/2.png": png()})
    path.write_bytes(path.read_bytes().replace(b"XXXXXX", "猫犬".encode()))
    assert {"猫犬", "b"} == set(classes(find_pictures(path)).values())


def test_names_are_in_natural_order(make: Callable) -> None:
    source = find_pictures(make({f"{number}.png": png() for number in (10, 2, 1, 33)}))
    assert [each.path for each in source.found] == ["1.png", "2.png", "10.png", "33.png"]


def test_pictures_are_known_by_their_content(make: Callable) -> None:
    source = find_pictures(make({"a": png(), "b.dat": png(form="JPEG"), "c.bin": b"\0" * 100, "d.png": png(form="JPEG")}))
    assert set(classes(source)) == {"a", "b.dat", "d.png"} and source.others == 1


def test_kinds_of_pictures_that_are_not_read_are_told(make: Callable) -> None:
    source = find_pictures(make({"a.png": png(), "b.svg": b"<svg/>", "c.eps": b"%!PS"}))
    assert reasons(source) == {"b.svg": "SVG is not read; save it as PNG or JPEG", "c.eps": "EPS is not read; save it as PNG or JPEG"}


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_metadata_gives_classes_and_columns(make: Callable, form: str) -> None:
    rows = [
        {"file_name": "a/1.png", "label": "cat", "age": 3, "width": 7, "note": "grey, old"},
        {"file_name": "2.png", "label": "dog", "age": None, "width": 8, "note": "猫"},
        {"file_name": "gone.png", "label": "dog", "age": 1, "width": 9, "note": ""},
    ]
    held = io.BytesIO()
    if form == "parquet":
        parquet.write_table(pa.Table.from_pylist(rows), held)
    elif form == "jsonl":
        held.write("\n".join(json.dumps(row) for row in rows).encode())
    else:
        held.write('\ufefffile_name,label,age,width,note\na/1.png,cat,3,7,"grey, old"\n2.png,dog,,8,猫\ngone.png,dog,1,9,\n'.encode())
    source = find_pictures(make({"a/1.png": noisy(1), "2.png": noisy(2), "3.png": noisy(3), f"metadata.{form}": held.getvalue()}))
    found = {each.path: each for each in source.found}
    assert (found["a/1.png"].label, found["2.png"].label, found["3.png"].label) == ("cat", "dog", None)
    assert found["a/1.png"].columns == {"label": "cat", "age": 3, "given_width": 7, "note": "grey, old"}
    assert found["2.png"].columns["age"] is None and found["3.png"].columns == {}
    assert reasons(source) == {"gone.png": f"metadata.{form} names it, but it is not there"}


def test_damaged_metadata_is_told_and_harms_no_picture(make: Callable) -> None:
    source = find_pictures(make({"1.png": png(), "metadata.jsonl": b"{ no json", "a/metadata.csv": b"name,age\n1,2\n"}))
    assert len(source.found) == 1
    assert all(reason.startswith("the metadata is not used: ") for reason in reasons(source).values()) and len(source.skipped) == 2


def test_links_are_followed_and_circles_harmless(tmp_path: Path) -> None:
    folder = write(tmp_path / "pictures", {"cat/1.png": noisy(1), "dog/2.png": noisy(2)})
    outside = write(tmp_path / "elsewhere", {"3.png": noisy(3)})
    (folder / "bird").symlink_to(outside)
    (folder / "cat" / "around").symlink_to(folder)
    (folder / "dog" / "gone.png").symlink_to(tmp_path / "nowhere")
    (folder / "dog" / "same.png").symlink_to(folder / "cat" / "1.png")
    source = find_pictures(folder)
    assert classes(source) == {"bird/3.png": "bird", "cat/1.png": "cat", "dog/2.png": "dog", "dog/same.png": "dog"}
    assert reasons(source) == {"dog/gone.png": "it is a link that leads nowhere"}


def test_what_is_no_ordinary_file_is_never_opened(tmp_path: Path) -> None:
    folder = write(tmp_path / "pictures", {"1.png": png()})
    os.mkfifo(folder / "pipe.png")
    assert reasons(find_pictures(folder)) == {"pipe.png": "it is no ordinary file"}


def test_a_name_that_is_not_utf_8(tmp_path: Path) -> None:
    write(tmp_path, {"1.png": noisy(1)})
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.png")).write_bytes(noisy(2))
    assert [each.place.read() for each in find_pictures(tmp_path).found if each.path != "1.png"] == [noisy(2)]


def test_a_file_that_changes_while_it_is_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = find_pictures(write(tmp_path, {"1.png": noisy(1, side=32)})).found[0].place
    true = os.fstat

    def meanwhile(descriptor: int) -> os.stat_result:
        found = true(descriptor)
        with (tmp_path / "1.png").open("ab") as file:
            file.write(b"more")
        return found

    monkeypatch.setattr("vae.data.imported.found.os.fstat", meanwhile)
    with pytest.raises(Unreadable, match="it changed while it was read; import again when nothing writes to it"):
        place.read()


@pytest.mark.parametrize("name", ["../out.png", "/etc/out.png", "a/../../out.png", "..\\out.png"])
@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz"])
def test_no_name_leads_out_of_an_archive(tmp_path: Path, kind: str, name: str) -> None:
    source = find_pictures(KINDS[kind](tmp_path, {"1.png": png(), name: png()}))
    assert list(classes(source)) == ["1.png"]
    assert list(reasons(source).values()) == ["its name leads out of the archive"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"pictures.{kind}"]


def test_links_in_archives_are_not_followed(tmp_path: Path) -> None:
    tar = tarred(tmp_path / "a.tar", {"1.png": png()})
    with tarfile.open(tar, "a") as archive:
        for name, kind in (("soft.png", tarfile.SYMTYPE), ("hard.png", tarfile.LNKTYPE), ("pipe.png", tarfile.FIFOTYPE)):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "/etc/passwd"
            archive.addfile(member)
    assert set(reasons(find_pictures(tar)).values()) == {"it is a link; links within archives are not followed", "it is no ordinary file"}
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        entry = zipfile.ZipInfo("soft.png")
        entry.create_system, entry.external_attr = 3, 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
        archive.writestr("1.png", png())
    assert reasons(find_pictures(tmp_path / "a.zip")) == {"soft.png": "it is a link; links within archives are not followed"}


def test_an_archive_beside_pictures_is_told(tmp_path: Path) -> None:
    write(tmp_path / "pets", {"1.png": png(), "cats.tar.gz": b"packed", "notes.txt": b"words"})
    source = find_pictures(tmp_path / "pets")
    assert list(classes(source)) == ["1.png"] and source.others == 1
    assert reasons(source) == {"cats.tar.gz": "it is an archive beside pictures; unpack it there, or import it by itself"}


def test_a_zip_bomb_is_a_reason(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.png", b"\0" * 120_000_000)
    with pytest.raises(Unreadable, match="it unpacks to more than a thousand times its size"):
        find_pictures(tmp_path / "a.zip").found[0].place.read()


def test_a_tar_that_unpacks_to_far_more_than_pictures_do_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = KINDS["tar.gz"](tmp_path, {"1.png": png(), "bomb.png": b"\0" * 4_000_000})
    monkeypatch.setattr("vae.data.imported.archive.SPARE", 1 << 20)
    with pytest.raises(ImportFailed, match=r"pictures\.tar\.gz unpacks to more than 500 times its size, as no pictures do"):
        find_pictures(path)


def test_a_tar_that_was_cut_off_yields_what_is_there(tmp_path: Path) -> None:
    path = KINDS["tar.gz"](tmp_path, CATS_AND_DOGS)
    path.write_bytes(path.read_bytes()[:-400])
    source = find_pictures(path)
    assert source.found[0].place.read() == CATS_AND_DOGS["cat/0.png"]
    assert reasons(source)["pictures.tar.gz"].startswith("the archive is damaged after ")


@pytest.mark.parametrize(("kind", "kept"), [("zip", 300), ("tar", 300), ("tar.gz", 30), ("tar.xz", 40)])
def test_a_damaged_archive_says_so(tmp_path: Path, kind: str, kept: int) -> None:
    path = KINDS[kind](tmp_path, CATS_AND_DOGS)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ImportFailed, match=r"damaged.*copy or download it again"):
        find_pictures(path)


def test_a_damaged_entry_is_told_and_the_others_read(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"1.png": noisy(1), "2.png": noisy(2)})
    path.write_bytes(path.read_bytes().replace(noisy(2)[40:80], b"\0" * 40))
    first, second = find_pictures(path).found
    assert first.place.read() == noisy(1)
    with pytest.raises(Unreadable, match="the archive is damaged there"):
        second.place.read()


def test_webdataset_shards(tmp_path: Path) -> None:
    for shard, split in enumerate(("train", "val")):
        files = {}
        for number in range(3):
            files |= {f"{number:03}.png": noisy(10 * shard + number), f"{number:03}.cls": str(number % 2).encode()}
            files |= {f"{number:03}.json": json.dumps({"age": number}).encode(), f"{number:03}.txt": f"a pet {number}".encode()}
        tarred(tmp_path / f"pets-{split}-0000.tar", files)
    source = find_pictures(tmp_path)
    assert [(each.path, each.label, each.split) for each in source.found[:4]] == [
        ("pets-train-0000.tar/000.png", "0", "train"),
        ("pets-train-0000.tar/001.png", "1", "train"),
        ("pets-train-0000.tar/002.png", "0", "train"),
        ("pets-val-0000.tar/000.png", "0", "test"),
    ]
    assert source.found[1].columns == {"age": 1, "caption": "a pet 1"} and source.others == 0
    assert [each.place.read() for each in source.found] == [noisy(seed) for seed in (0, 1, 2, 10, 11, 12)]


def test_parquet_as_hugging_face_writes_it(tmp_path: Path) -> None:
    features = {"info": {"features": {"image": {"_type": "Image"}, "label": {"names": ["cat", "dog"], "_type": "ClassLabel"}}}}
    (tmp_path / "data").mkdir()
    for split, start in (("train", 0), ("test", 200)):
        rows = [{"image": {"bytes": noisy(start + n), "path": f"{n}.png"}, "label": n % 2, "age": n} for n in range(150)]
        table = pa.Table.from_pylist(rows).replace_schema_metadata({"huggingface": json.dumps(features)})
        parquet.write_table(table, tmp_path / "data" / f"{split}-00000-of-00001.parquet", row_group_size=100)
    source = find_pictures(tmp_path)
    found = {each.path: each for each in source.found}
    assert len(found) == 300
    each = found["data/train-00000-of-00001.parquet/101"]
    assert (each.label, each.split, each.columns, each.place.read()) == ("dog", "train", {"label": 1, "age": 101}, noisy(101))
    assert found["data/test-00000-of-00001.parquet/0"].split == "test"
    assert [each.place.read() for each in reversed(source.found[:150])] == [noisy(200 + number) for number in reversed(range(150))]


def test_parquet_with_plain_bytes(tmp_path: Path) -> None:
    parquet.write_table(pa.table({"picture": [noisy(1), None], "class": ["猫", "dog"]}), tmp_path / "pets.parquet")
    first, second = find_pictures(tmp_path / "pets.parquet").found
    assert first.place.read() == noisy(1) and first.label == "猫" and first.split is None
    with pytest.raises(Unreadable, match="this row holds no picture"):
        second.place.read()


@pytest.mark.parametrize("layout", ["NHWC", "NCHW"])
def test_an_array_of_pictures(tmp_path: Path, layout: str) -> None:
    pictures = np.stack([noise(seed) for seed in range(5)])
    np.save(tmp_path / "images.npy", pictures if layout == "NHWC" else pictures.transpose(0, 3, 1, 2))
    np.save(tmp_path / "labels.npy", np.arange(5))
    found = find_pictures(tmp_path / "images.npy").found
    assert [each.label for each in found] == list("01234")
    assert all(np.array_equal(each.place.read(), noise(seed)) for seed, each in enumerate(found))
    assert [each.path for each in find_pictures(tmp_path).found] == [f"images.npy/{row}" for row in range(5)]


def test_arrays_for_training_and_testing(tmp_path: Path) -> None:
    pictures = np.stack([noise(seed)[..., 0] for seed in range(6)])
    np.savez_compressed(tmp_path / "digits.npz", x_train=pictures[:4], y_train=[3, 1, 4, 1], x_test=pictures[4:], y_test=[5, 9])
    found = find_pictures(tmp_path / "digits.npz").found
    assert [(each.path, each.label, each.split) for each in found[3:]] == [
        ("digits.npz/x_train/3", "1", "train"), ("digits.npz/x_test/0", "5", "test"), ("digits.npz/x_test/1", "9", "test"),
    ]  # fmt: skip
    assert all(np.array_equal(each.place.read(), noise(row)[..., 0]) for row, each in reversed(list(enumerate(found))))


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-1, 1), (0, 255)])
def test_arrays_of_floats_are_scaled_by_their_range(tmp_path: Path, low: float, high: float) -> None:
    np.save(tmp_path / "x.npy", np.linspace(low, high, 3 * 64, dtype=np.float32).reshape(3, 8, 8))
    values = np.concatenate([each.place.read().ravel() for each in find_pictures(tmp_path / "x.npy").found])
    assert np.allclose(values, np.linspace(0, 1, 192), atol=1e-6)


def test_arrays_that_are_no_pictures_say_so(tmp_path: Path) -> None:
    cases = {"one.npy": np.zeros((8, 8, 3)), "flat.npy": np.zeros((5, 64)), "wide.npy": np.full((2, 8, 8), -700.0)}
    for name, values in cases.items():
        np.save(tmp_path / name, values)
        with pytest.raises(ImportFailed, match=f"{name} (is one picture|has values from -700)"):
            find_pictures(tmp_path / name)
    np.save(tmp_path / "objects.npy", np.array([{}, 1, 2], dtype=object), allow_pickle=True)
    with pytest.raises(ImportFailed, match=r"objects.npy cannot be read: it holds Python objects, which are never loaded"):
        find_pictures(tmp_path / "objects.npy")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("nowhere", None, "there is nothing at"),
        ("a.png", png(), "is a single picture; give a folder"),
        ("a.doc", b"words", "is of no kind that is read; give a folder"),
        ("a.zip", b"words", "is a damaged zip archive, or none"),
        ("a.parquet", b"PAR1 and no more", "is a damaged Parquet file"),
        ("a.npz", b"words", "cannot be read"),
        ("a.npy", b"\x93NUMPY", "cannot be read"),
    ],
)
def test_what_is_no_source_says_what_is(tmp_path: Path, name: str, content: bytes | None, sentence: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ImportFailed, match=sentence):
        find_pictures(tmp_path / name)
