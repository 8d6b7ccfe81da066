"""Files that come in over HTTP, a piece at a time: each is kept under the SHA-256 of its content once it is whole.

A piece is the raw body of a PUT that says where in the file it belongs. Whoever was cut off asks how much has arrived and goes on
from there; a file that is there already is not sent again. What nobody has imported within a day is deleted.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from vae.cache import cache
from vae.live.answers import Refused, error_answer, json_answer
from vae.live.socket import prefix
from vae.sentences import phrase
from vae.web.faults import NO_ROOM

MOST, MOST_NAMED = 4096, "VAE_UPLOAD_MB"  # megabytes of one file, where the environment does not say another number
PIECE = 16 << 20  # bytes of one request; our own page sends far less
SPARE = 1 << 30  # bytes that no upload may take from the disk
KEPT_FOR = 86400.0  # seconds that an upload nobody has touched is kept
LONGEST_NAME = 100  # letters of a file's name that are kept
TOGETHER = "together"  # the folder in which several uploads stand side by side

SHA256 = re.compile(r"[0-9a-f]{64}")
READ = 1 << 22  # bytes at a time


class UploadError(Refused):
    """A piece cannot be taken."""


@dataclass(frozen=True)
class Arrived:
    """How much of a file has come: `offset` bytes, from its beginning; `ready` once all of it has, and is what it should be."""

    offset: int
    ready: bool

    def to_dict(self) -> dict[str, object]:
        """As a page is told."""
        return {"offset": self.offset, "ready": self.ready}


class Uploads:
    """Uploaded files in a folder, by default one in the cache. `<sha256>.part` grows; `<sha256>/<name>` is whole. Several that belong
    together are links below `<sha256 of their list>/together`."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return self._folder or cache() / "uploads"

    def arrived(self, sha256: str) -> Arrived:
        """How much of the file with this content is here."""
        whole = self.find(sha256)
        if whole is not None:
            return Arrived(whole.stat().st_size, True)
        try:
            return Arrived(self._part(sha256).stat().st_size, False)
        except FileNotFoundError:
            return Arrived(0, False)

    def find(self, sha256: str) -> Path | None:
        """The whole file with this content; None if it is not here."""
        if not SHA256.fullmatch(sha256):
            return None
        try:
            return next((self.folder / sha256).iterdir(), None)
        except OSError:
            return None

    def open(self, sha256: str, offset: int, size: int) -> Path:
        """The file that a piece is written to, made now if need be.

        Raises
        ------
        UploadError
            If the piece does not follow what is here, or there is no room for the file.
        """
        if not SHA256.fullmatch(sha256):
            raise UploadError(phrase("the address of an upload is the SHA-256 of its content; reload the page"), 400)
        if size > most():
            raise UploadError(
                phrase(
                    "it has {size}; at most {most} are taken by upload: give a folder on the server, or run python -m vae import there",
                    size=_megabytes(size),
                    most=_megabytes(most()),
                ),
                413,
            )
        self.tidy()
        part = self._part(sha256)
        try:
            part.parent.mkdir(parents=True, exist_ok=True)
            with part.open("ab"):
                pass
            held = part.stat().st_size
            free = shutil.disk_usage(part.parent).free
        except OSError as error:
            raise _refused(error, part.parent) from error
        if not 0 <= offset <= held or offset >= size:
            raise UploadError(
                phrase(
                    "this piece begins at byte {offset}, but {held} of {size} have come; go on from there",
                    offset=offset,
                    held=held,
                    size=size,
                ),
                409,
            )
        if size - held + SPARE > free:
            if held == 0:
                part.unlink(missing_ok=True)
            raise UploadError(
                phrase(
                    "the server's disk has {free} to spare, and {needed} are still to come; make room there, then import again: it goes on where it stopped",
                    free=_megabytes(max(0, free - SPARE)),
                    needed=_megabytes(size - held),
                ),
                507,
            )
        return part

    def write(self, part: Path, offset: int, content: bytes) -> None:
        """Put `content` where it belongs; UploadError if the disk does not take it."""
        try:
            with part.open("r+b") as file:
                file.seek(offset)
                file.write(content)
        except OSError as error:
            raise _refused(error, part.parent) from error

    def close(self, sha256: str, size: int, name: str) -> Arrived:
        """How much has come after a piece; what is whole is checked and put in its place.

        Raises
        ------
        UploadError
            If the content is not what its address says; it is deleted then.
        """
        part = self._part(sha256)
        try:
            held = part.stat().st_size
            if held < size:
                return Arrived(held, False)
            if held > size or _hash_of(part) != sha256:
                part.unlink()
                raise UploadError(phrase("what arrived is not what was sent; import it again"), 422)
            folder = self.folder / sha256
            folder.mkdir(exist_ok=True)
            if self.find(sha256) is None:
                os.replace(part, folder / file_name(name))
            part.unlink(missing_ok=True)
        except FileNotFoundError:  # another page of the same person has finished it
            if self.find(sha256) is None:
                raise UploadError(phrase("what had arrived is gone; import it again"), 409) from None
        except OSError as error:
            raise _refused(error, part.parent) from error
        return self.arrived(sha256)

    def together(self, parts: Sequence[tuple[str, str]]) -> Path:
        """A folder in which whole files lie under the paths that a person knows them by.

        Parameters
        ----------
        parts : the SHA-256 and the path of each; no path leads anywhere else, and of two that are the same the later one is told apart

        Raises
        ------
        UploadError
            If one of them is not here, or the folder cannot be written.
        """
        folder = self.folder / hashlib.sha256(json.dumps(parts).encode()).hexdigest() / TOGETHER
        taken: set[Path] = set()
        for number, (sha256, path) in enumerate(parts):
            whole = self.find(sha256)
            if whole is None:
                raise UploadError(phrase("{path} is no longer here; choose the files again", path=path), 409)
            link = folder.joinpath(*(file_name(part) for part in re.split(r"[/\\]+", path)))
            link = link if link not in taken else link.parent / str(number) / link.name
            taken.add(link)
            try:
                link.parent.mkdir(parents=True, exist_ok=True)
                if not link.is_symlink():  # asked for again
                    link.symlink_to(os.path.abspath(whole))
            except OSError as error:
                raise _refused(error, self.folder) from error
        return folder

    def forget(self, path: Path) -> None:
        """Delete a whole file that is needed no more, or a folder of such; anything else is left alone."""
        if path.parent.parent == self.folder and SHA256.fullmatch(path.parent.name):
            for link in path.rglob("*"):
                if link.is_symlink():
                    whole = Path(os.readlink(link))
                    self.forget(self.folder / whole.parent.name / whole.name)
            shutil.rmtree(path.parent, ignore_errors=True)

    def tidy(self) -> None:
        """Delete what nobody has touched for a day."""
        try:
            with os.scandir(self.folder) as listed:
                old = [entry for entry in listed if entry.stat().st_mtime < time.time() - KEPT_FOR]
        except OSError:
            return
        for entry in old:
            shutil.rmtree(entry.path, ignore_errors=True) if entry.is_dir() else Path(entry.path).unlink(missing_ok=True)

    def _part(self, sha256: str) -> Path:
        return self.folder / f"{sha256}.part"


def most() -> int:
    """The most bytes of one file; UploadError if the operator has named no number."""
    try:
        return int(os.environ.get(MOST_NAMED, MOST)) << 20
    except ValueError:
        raise UploadError(
            phrase("{variable} is {value!r}; set it to a number of megabytes", variable=MOST_NAMED, value=os.environ[MOST_NAMED]),
            500,
        ) from None


def file_name(name: str) -> str:
    """What an upload that a person calls `name` is called on disk: no part of it leads anywhere, and its ending stays."""
    last = re.split(r"[/\\]", name)[-1]
    plain = "".join(letter if letter.isalnum() or letter in "-_ ." else "_" for letter in last).strip(" .")
    while len(plain.encode()) > LONGEST_NAME:
        plain = plain[1:]
    return plain or "upload"


def _hash_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while content := file.read(READ):
            digest.update(content)
    return digest.hexdigest()


def _megabytes(size: int) -> str:
    return f"{size / (1 << 20):,.{0 if size >= 10 << 20 else 1}f} MB"


def _refused(error: OSError, folder: Path) -> UploadError:
    if error.errno in NO_ROOM:
        return UploadError(phrase("the server's disk is full; make room there, then import again: it goes on where it stopped"), 507)
    return UploadError(
        phrase(
            "the server cannot write to {folder} ({why}); let VAE_CACHE name a folder that it can write to",
            folder=folder,
            why=error.strerror,
        ),
        507,
    )


def routes(uploads: Uploads, base: str = "") -> list[BaseRoute]:
    """`/continuum/uploads/{sha256}`, below `base`.

    GET says how much of the file with this content has come (`Arrived.to_dict`). PUT brings a piece of it, as the raw body, and says
    the same: `?offset=` where in the file it belongs, `&size=` of the whole file, `&name=` what to call it.
    What goes wrong is `{"error": sentence}`; the pieces that came before it stay.
    """
    return [Route(f"{prefix(base)}/uploads/{{sha256}}", UploadRoute(uploads).answer, methods=["GET", "PUT"])]


class UploadRoute:
    """Where files come in. Everything that touches the disk runs on a thread."""

    def __init__(self, uploads: Uploads) -> None:
        self._uploads = uploads

    async def answer(self, request: Request) -> Response:
        """Take a piece, or say how much has come."""
        sha256 = request.path_params["sha256"]
        if request.method == "GET":
            return json_answer((await run_in_threadpool(self._uploads.arrived, sha256)).to_dict())
        try:
            return json_answer((await self._take(request, sha256)).to_dict())
        except UploadError as error:
            return error_answer(str(error), error.status)
        except ClientDisconnect:  # nobody hears the answer; what has come stays
            return error_answer(phrase("the upload was cut off"), 400)

    async def _take(self, request: Request, sha256: str) -> Arrived:
        try:
            offset, size = int(request.query_params["offset"]), int(request.query_params["size"])
        except (KeyError, ValueError):
            raise UploadError(phrase("a piece of an upload says its offset and the size of the file; reload the page"), 400) from None
        part = await run_in_threadpool(self._uploads.open, sha256, offset, size)
        end = min(size, offset + PIECE)
        async for content in request.stream():
            if offset + len(content) > end:
                raise UploadError(phrase("this piece is longer than it may be; reload the page"), 413)
            await run_in_threadpool(self._uploads.write, part, offset, content)
            offset += len(content)
        return await run_in_threadpool(self._uploads.close, sha256, size, request.query_params.get("name", ""))
