"""Imports on request: who may have what read, the job, its report, and the data sets that there are."""

from __future__ import annotations

import hashlib
import io
import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.data.imported.helping import noise, noisy, png, write
from tests.jobs.helping import until
from tests.jobs.stubs import NARROW
from tests.web.asking import Asker
from vae.data.imported import store
from vae.data.imported.pictures import Look
from vae.jobs.queue import Jobs
from vae.store.database import Database
from vae.tasks.import_images import ImportRequest, import_images
from vae.web import datasets as collection
from vae.web import imports, uploads
from vae.web.imports import Imports
from vae.web.uploads import Uploads


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[Jobs]:
    """A queue that takes work and does none before it is started."""
    jobs = Jobs(Database(f"sqlite:///{tmp_path / 'jobs.sqlite'}"))
    yield jobs
    jobs.stop()


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return write(tmp_path / "pictures", {f"{'ab'[number % 2]}/{number}.png": noisy(number) for number in range(12)})


def asker(jobs: Jobs, folder: Path, client: str = "127.0.0.1", **headers: str) -> Asker:
    kept = Uploads(folder / "uploads")
    return Asker([*uploads.routes(kept), *imports.routes(Imports(jobs, kept), kept)], client, **headers)


ASKED = {"name": "pets", "size": 8}


@pytest.mark.slow
def test_an_uploaded_archive_becomes_a_data_set(jobs: Jobs, tmp_path: Path, datasets: Path) -> None:
    person = asker(jobs, tmp_path)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for number in range(40):
            archive.writestr(f"{('cat', 'dog')[number % 2]}/{number}.png", noisy(number))
        archive.writestr("cat/broken.png", b"nothing")
    content = held.getvalue()
    hash_ = hashlib.sha256(content).hexdigest()
    assert person.ask("PUT", f"/continuum/uploads/{hash_}?offset=0&size={len(content)}&name=pets.zip", content).json["ready"]
    asked = person.ask("POST", "/continuum/imports", {"upload": hash_, **ASKED}).json
    assert (asked["name"], asked["state"]) == ("pets", "waiting")
    jobs.start()
    look = lambda: person.ask("GET", f"/continuum/imports/{asked['id']}").json  # noqa: E731
    until(lambda: look()["state"] not in ("waiting", "working"), "its end")
    assert look()["state"] == "ready" and look()["sentence"] is None
    facts = store.read_facts("pets")
    assert facts.total == 40 and facts.report["skipped"] == 1
    assert not (tmp_path / "uploads" / hash_).exists(), "it is a data set now, and needed no more"


def test_archives_and_pictures_that_came_together_become_one_data_set(jobs: Jobs, tmp_path: Path, datasets: Path) -> None:
    person, told = asker(jobs, tmp_path), []
    for pet in ("cat", "dog"):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            for number in range(4):
                archive.writestr(f"{pet}/{number}.png", noisy(number + 10 * len(told)))
            archive.writestr(f"{pet}/older.rar", b"packed")
        hash_ = hashlib.sha256(content := held.getvalue()).hexdigest()
        person.ask("PUT", f"/continuum/uploads/{hash_}?offset=0&size={len(content)}&name={pet}.zip", content)
        told.append([hash_, f"pets/{pet}.zip"])
    assert person.ask("POST", "/continuum/imports", {"uploads": told, **ASKED}).json["state"] == "waiting"
    (job,) = jobs.all()
    made = import_images(ImportRequest.from_dict(job.request))
    assert (sum(made.pictures.values()), made.classes) == (8, 2)
    assert [(each.path, each.reason) for each in made.skipped] == [
        (f"pets/{pet}.zip/{pet}/older.rar", "it is an archive of a kind that is not read; pack it anew as zip or tar")
        for pet in ("cat", "dog")
    ]
    for wrong in ([], "all", [told[0], "x"], [[told[0][0]]], [[1, 2]]):
        assert person.ask("POST", "/continuum/imports", {"uploads": wrong, **ASKED}).status == 400


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone limits what a process holds")
def test_a_picture_that_swells_is_left_out_and_harms_no_other(jobs: Jobs, tmp_path: Path, pictures: Path, datasets: Path) -> None:
    bomb = pictures / "a" / "bomb.png"
    Image.new("P", (8000, 8000)).save(bomb, transparency=0)  # 250 MB once its transparent places are known, and as much while it shrinks
    assert bomb.stat().st_size < 100_000
    job = jobs.ask(NARROW, ImportRequest(source=pictures, name="pets", size=8))
    jobs.start()
    until(lambda: (jobs.get(job.id) or job).state not in ("waiting", "working"), "its end")
    assert (jobs.get(job.id) or job).sentence is None
    assert store.read_facts("pets").total == 12
    assert [tuple(row) for row in store.read_skipped("pets")] == [("a/bomb.png", "there is too little memory for it; make it smaller")]


def test_who_sits_here_may_name_a_folder(jobs: Jobs, tmp_path: Path, pictures: Path) -> None:
    person = asker(jobs, tmp_path)
    assert person.ask("GET", "/continuum/imports").json == {"folders": True}
    assert person.ask("POST", "/continuum/imports", {"folder": str(pictures), **ASKED}).json["state"] == "waiting"
    (job,) = jobs.all()
    assert job.request["source"] == str(pictures) and job.request["size"] == 8


STRANGERS: dict[str, dict[str, str]] = {
    "from the network": {"client": "192.168.0.7"},
    "through a proxy that says so": {"x_forwarded_for": "203.0.113.9"},
    "through a proxy that says so in the new way": {"forwarded": "for=203.0.113.9"},
    "by a public name of this machine": {"host": "lab.example:8501", "origin": "http://lab.example:8501"},
    "by an address of this machine": {"host": "192.168.0.2:8501", "origin": "http://192.168.0.2:8501"},
}


@pytest.mark.parametrize("headers", STRANGERS.values(), ids=STRANGERS)
@pytest.mark.parametrize("folder", ["pictures", "nothing at all", "/etc", "/etc/shadow"])
def test_a_stranger_learns_nothing_of_the_disk(jobs: Jobs, tmp_path: Path, pictures: Path, headers: dict[str, str], folder: str) -> None:
    person = asker(jobs, tmp_path, **headers)
    assert person.ask("GET", "/continuum/imports").json["folders"] is False
    refused = person.ask("POST", "/continuum/imports", {"folder": str(tmp_path / folder), **ASKED})
    assert refused.status == 403 and refused.error == imports.NOT_HERE and jobs.all() == []


def test_an_operator_names_the_folders_for_everybody(jobs: Jobs, tmp_path: Path, pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").mkdir()
    (pictures / "way out").symlink_to(tmp_path / "secret")
    monkeypatch.setenv("VAE_FOLDERS", str(pictures))
    for person in (asker(jobs, tmp_path, "192.168.0.7"), asker(jobs, tmp_path)):
        assert person.ask("GET", "/continuum/imports").json["folders"] is True
        assert person.ask("POST", "/continuum/imports", {"folder": str(pictures / "a"), **ASKED}).status == 200
        for path in (tmp_path, tmp_path / "secret", pictures / ".." / "secret", f"{pictures}-too", pictures / "way out", "a\0b"):
            assert person.ask("POST", "/continuum/imports", {"folder": str(path), **ASKED}).status == 403
    monkeypatch.setenv("VAE_FOLDERS", "")
    assert asker(jobs, tmp_path).ask("GET", "/continuum/imports").json["folders"] is False


@pytest.mark.parametrize(
    ("asked", "status", "sentence"),
    [
        ({}, 422, "say which folder, or choose files"),
        ({"folder": "pictures"}, 422, "pictures is no whole path; write it from its beginning, like /home/me/pictures"),
        ({"folder": "/nowhere/at/all"}, 404, "there is nothing at /nowhere/at/all on the server"),
        ({"upload": "0" * 64}, 409, "what was uploaded is no longer here; choose the files again"),
        ({"upload": "../../etc/passwd"}, 409, "what was uploaded is no longer here; choose the files again"),
        ({"folder": "/", "name": "a/b"}, 422, "the name 'a/b' cannot be a name; use letters, digits and dashes"),
        ({"folder": "/", "name": "mnist"}, 422, "mnist is the name of a data set that comes with the program; choose another name"),
        ({"folder": "/", "size": 4096}, 422, "size is 4096; it must be less than or equal to 512"),
        ({"folder": "/", "size": None}, 422, "size is None; it must be a valid integer"),
        ({"folder": "/", "background": "puce"}, 422, "the background is 'puce'; give a colour such as white, black or #808080"),
    ],
)
def test_what_cannot_be_asked_for_is_a_sentence(jobs: Jobs, tmp_path: Path, asked: dict[str, object], status: int, sentence: str) -> None:
    refused = asker(jobs, tmp_path).ask("POST", "/continuum/imports", {**ASKED, **asked})
    assert (refused.status, refused.error) == (status, sentence) and jobs.all() == []


def test_what_is_no_object_is_refused(jobs: Jobs, tmp_path: Path) -> None:
    for body in (b"", b"[]", b"{", b"\xff", b'{"name": "' + b"x" * imports.LARGEST + b'"}', b"[" * 20_000):
        assert asker(jobs, tmp_path).ask("POST", "/continuum/imports", body).status == 400


def test_a_name_that_is_taken_is_told_at_once(jobs: Jobs, tmp_path: Path, pictures: Path, datasets: Path) -> None:
    (datasets / "pets").mkdir(parents=True)
    refused = asker(jobs, tmp_path).ask("POST", "/continuum/imports", {"folder": str(pictures), **ASKED})
    assert (refused.status, refused.error) == (409, "there is a data set pets already; choose another name")


def test_an_import_is_ended_by_who_asked_for_it(jobs: Jobs, tmp_path: Path, pictures: Path) -> None:
    person = asker(jobs, tmp_path)
    where = f"/continuum/imports/{person.ask('POST', '/continuum/imports', {'folder': str(pictures), **ASKED}).json['id']}"
    assert person.ask("DELETE", where).status == 200
    assert person.ask("GET", where).json["state"] == "failed"
    unknown = person.ask("GET", "/continuum/imports/nothing")
    assert unknown.status == 404 and person.ask("DELETE", "/continuum/imports/nothing").status == 200


def test_a_set_that_was_deleted_is_made_again(jobs: Jobs, tmp_path: Path, pictures: Path, datasets: Path) -> None:
    request = ImportRequest(source=pictures, name="pets", size=8)
    before = jobs.ask(imports.IMPORT, request)
    assert jobs.ask(imports.IMPORT, request).id == before.id
    import_images(request)
    assert jobs.find(imports.IMPORT, request) is None


# --- the data sets that there are ------------------------------------------------------------------------------------


def test_data_sets_are_described_with_what_their_import_found(tmp_path: Path, pictures: Path, datasets: Path) -> None:
    write(pictures, {"a/broken.png": b"nothing", "b/red.png": png((200, 0, 0))})
    import_images(ImportRequest(source=pictures, name="写 真", size=8, grey=True))
    (datasets / "damaged").mkdir()
    (datasets / "damaged" / store.FACTS).write_text("{")
    person = Asker(collection.routes())
    damaged, described = person.ask("GET", "/continuum/datasets").json
    assert damaged["name"] == "damaged" and damaged["sentence"].endswith("import it again")
    assert (described["name"], described["classes"], described["shape"]) == ("写 真", 2, [1, 8, 8])
    assert sum(described["counts"].values()) == 13 and described["report"]["single_colour"] == 1
    assert described["skipped"] == [["a/broken.png", "it is no picture, whatever its name says"]]
    assert str(tmp_path) not in json.dumps(described), "where it came from is nobody's business"
    csv = person.ask("GET", "/continuum/datasets/%E5%86%99%20%E7%9C%9F/skipped.csv")
    assert csv.body.decode().splitlines()[1] == 'a/broken.png,"it is no picture, whatever its name says"'


def test_a_strip_shows_the_pictures_as_they_are(tmp_path: Path, datasets: Path) -> None:
    folder = write(tmp_path / "pictures", {f"train/{number}.png": noisy(number) for number in range(2)} | {"test/2.png": noisy(2)})
    import_images(ImportRequest(source=folder, name="pets", size=8))
    reply = Asker(collection.routes()).ask("GET", "/continuum/datasets/pets/strip.png")
    assert reply.status == 200 and reply.headers["content-type"] == "image/png"
    shown = np.asarray(Image.open(io.BytesIO(reply.body)))
    assert shown.shape == (48, 3 * 48 + 2 * 2, 4) and Look(8).shape == (3, 8, 8)
    for number in range(3):
        assert (shown[3::6, 50 * number + 3 : 50 * number + 48 : 6, :3] == noise(number)).all()


@pytest.mark.parametrize("name", ["nothing", "..", "%2e%2e%2fpets", ".hidden"])
def test_names_come_from_the_data_sets_alone(name: str, datasets: Path) -> None:
    for part in ("strip.png", "skipped.csv"):
        assert Asker(collection.routes()).ask("GET", f"/continuum/datasets/{name}/{part}").status == 404
