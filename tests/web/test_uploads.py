"""Files come in a piece at a time, and go on where they were cut off."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import time
from collections import namedtuple
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.asking import Asker, Reply
from vae.web import uploads as module
from vae.web.uploads import KEPT_FOR, Uploads, file_name, routes

CONTENT = np.random.default_rng(0).bytes(10_000)
HASH = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    return Uploads(tmp_path / "uploads")


@pytest.fixture
def asker(uploads: Uploads) -> Asker:
    return Asker(routes(uploads))


def put(asker: Asker, offset: int, body: bytes | list[bytes], size: int = len(CONTENT), cut_off: bool = False, sha256: str = HASH) -> Reply:
    return asker.ask("PUT", f"/continuum/uploads/{sha256}?offset={offset}&size={size}&name=pets.zip", body, cut_off)


def arrived(asker: Asker) -> Any:
    return asker.ask("GET", f"/continuum/uploads/{HASH}").json


def whole(uploads: Uploads) -> bytes:
    path = uploads.find(HASH)
    assert path is not None and path.name == "pets.zip"
    return path.read_bytes()


@given(cuts=st.lists(st.integers(1, len(CONTENT) - 1), unique=True, max_size=6))
def test_however_it_is_cut_it_is_whole_in_the_end(tmp_path_factory: pytest.TempPathFactory, cuts: list[int]) -> None:
    uploads = Uploads(tmp_path_factory.mktemp("uploads"))
    asker = Asker(routes(uploads))
    edges = [0, *sorted(cuts), len(CONTENT)]
    for start, end in pairwise(edges):
        assert arrived(asker) == {"offset": start, "ready": False}
        assert put(asker, start, CONTENT[start:end]).json == {"offset": end, "ready": end == len(CONTENT)}
    assert arrived(asker) == {"offset": len(CONTENT), "ready": True}
    assert whole(uploads) == CONTENT
    assert [path.name for path in uploads.folder.iterdir()] == [HASH]


def test_what_was_cut_off_goes_on_where_it_stopped(asker: Asker, uploads: Uploads) -> None:
    put(asker, 0, [CONTENT[:3000], CONTENT[3000:4000]], cut_off=True)
    assert arrived(asker) == {"offset": 4000, "ready": False}
    assert put(asker, 4000, CONTENT[4000:]).json["ready"] and whole(uploads) == CONTENT


def test_two_who_send_the_same_share_it(asker: Asker, uploads: Uploads) -> None:
    put(asker, 0, CONTENT[:6000])
    assert put(asker, 0, CONTENT[:3000]).json == {"offset": 6000, "ready": False}
    assert put(asker, 3000, CONTENT[3000:]).json["ready"] and whole(uploads) == CONTENT


def test_a_gap_is_refused_and_nothing_written(asker: Asker) -> None:
    put(asker, 0, CONTENT[:100])
    refused = put(asker, 200, CONTENT[200:])
    assert refused.status == 409 and refused.error == "this piece begins at byte 200, but 100 of 10000 have come; go on from there"
    assert arrived(asker) == {"offset": 100, "ready": False}


def test_what_is_not_what_its_address_says_is_deleted(asker: Asker, uploads: Uploads) -> None:
    refused = put(asker, 0, CONTENT[::-1])
    assert refused.status == 422 and refused.error == "what arrived is not what was sent; import it again"
    assert list(uploads.folder.iterdir()) == []


def test_a_piece_is_no_longer_than_it_says(asker: Asker) -> None:
    assert put(asker, 0, [CONTENT, b"more"]).status == 413


def test_more_than_is_taken_is_refused_before_it_comes(asker: Asker, uploads: Uploads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAE_UPLOAD_MB", "1")
    refused = put(asker, 0, b"x", size=2 << 20)
    assert refused.status == 413 and "it has 2.0 MB; at most 1.0 MB are taken by upload: give a folder on the server" in refused.error
    assert not uploads.folder.exists()
    monkeypatch.setenv("VAE_UPLOAD_MB", "much")
    assert put(asker, 0, b"x").error == "VAE_UPLOAD_MB is 'much'; set it to a number of megabytes"


def test_a_disk_without_room_is_a_sentence_before_it_is_full(asker: Asker, uploads: Uploads, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(1 << 40, 1 << 40, (1 << 30) + 4000))
    refused = put(asker, 0, CONTENT)
    assert refused.status == 507 and "make room there, then import again: it goes on where it stopped" in refused.error
    assert list(uploads.folder.iterdir()) == []
    assert put(asker, 0, CONTENT[:1000], size=4000).status == 200


def test_a_disk_that_is_full_in_the_middle_keeps_what_has_come(asker: Asker, uploads: Uploads, monkeypatch: pytest.MonkeyPatch) -> None:
    put(asker, 0, CONTENT[:5000])

    def full(self: Path, *arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", full)
        refused = put(asker, 5000, CONTENT[5000:])
    assert refused.status == 507 and refused.error.startswith("the server's disk is full; make room there, then import again")
    assert arrived(asker)["offset"] == 5000
    assert put(asker, 5000, CONTENT[5000:]).json["ready"] and whole(uploads) == CONTENT


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    refused = put(Asker(routes(Uploads(tmp_path / "file" / "uploads"))), 0, CONTENT)
    assert refused.status == 507 and "let VAE_CACHE name a folder that it can write to" in refused.error


@pytest.mark.parametrize("sha256", ["..", "%2e%2e%2fsecret", "x" * 64, HASH.upper(), HASH[:63]])
def test_an_address_that_is_no_hash_leads_nowhere(asker: Asker, uploads: Uploads, sha256: str) -> None:
    assert put(asker, 0, CONTENT, sha256=sha256).status in (400, 404)
    assert not uploads.folder.exists()


@pytest.mark.parametrize("query", ["", "?offset=0", "?offset=x&size=10", "?offset=-1&size=10", "?offset=0&size=0"])
def test_a_piece_says_where_it_belongs(asker: Asker, query: str) -> None:
    assert asker.ask("PUT", f"/continuum/uploads/{HASH}{query}", b"x").status in (400, 409)


def test_what_nobody_imports_is_deleted_after_a_day(asker: Asker, uploads: Uploads) -> None:
    put(asker, 0, CONTENT)
    old = time.time() - KEPT_FOR - 1
    os.utime(uploads.folder / HASH, (old, old))
    put(asker, 0, b"another", size=7, sha256=hashlib.sha256(b"another").hexdigest())
    assert uploads.find(HASH) is None


def test_only_an_upload_is_forgotten(asker: Asker, uploads: Uploads, tmp_path: Path) -> None:
    put(asker, 0, CONTENT)
    (tmp_path / "pets").mkdir()
    uploads.forget(tmp_path / "pets")
    assert (tmp_path / "pets").is_dir()
    path = uploads.find(HASH)
    assert path is not None
    uploads.forget(path)
    assert list(uploads.folder.iterdir()) == []


def test_several_stand_together_under_their_paths_and_are_forgotten_together(asker: Asker, uploads: Uploads) -> None:
    put(asker, 0, CONTENT)
    other = hashlib.sha256(b"other").hexdigest()
    put(asker, 0, b"other", size=5, sha256=other)
    parts = [(HASH, "train/../../a.zip"), (HASH, "train\\b.zip"), (other, "train/b.zip")]
    folder = uploads.together(parts)
    held = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert held == {"train/upload/upload/a.zip": CONTENT, "train/b.zip": CONTENT, "train/2/b.zip": b"other"}
    assert uploads.together(parts) == folder
    uploads.forget(folder)
    assert list(uploads.folder.iterdir()) == []
    with pytest.raises(module.UploadError, match=r"a\.zip is no longer here; choose the files again"):
        uploads.together([(HASH, "a.zip")])


@given(st.text(max_size=300))
def test_a_name_on_disk_leads_nowhere_and_fits(name: str) -> None:
    plain = file_name(name)
    assert plain == os.path.basename(plain) and not plain.startswith(".") and len(plain.encode()) <= module.LONGEST_NAME


def test_a_name_keeps_its_ending() -> None:
    assert file_name("../../etc/" + "ä" * 200 + ".tar.gz").endswith("ä.tar.gz")
    assert file_name("C:\\pictures\\pets.zip") == "pets.zip"
    assert file_name("写真.zip") == "写真.zip"
