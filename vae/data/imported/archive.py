"""Zip and tar archives, read where they are: nothing is ever unpacked to disk, so no name in them can lead out of anywhere."""

from __future__ import annotations

import lzma
import posixpath
import tarfile
import zipfile
import zlib
from functools import partial
from pathlib import Path

from vae.data.imported.found import MOST_BYTES, OPENERS, ImportFailed, Skipped, Span, Unreadable, ZipEntry, said
from vae.data.imported.tree import Entry, Tree, is_hidden
from vae.sentences import phrase

PACKINGS = {b"\x1f\x8b": "gz", b"BZh": "bz2", b"\xfd7zXZ": "xz"}
MOST_TIMES, SPARE = 500, 1 << 30  # that a compressed tar may unpack to, and bytes beyond that: the first gigabyte


def list_zip(path: Path) -> Tree:
    """The files of a zip archive."""
    mark, tree = mark_of(path), Tree()
    try:
        with zipfile.ZipFile(path) as opened:
            for index, entry in enumerate(opened.infolist()):
                name = _true_name(entry)
                if entry.is_dir() or not _sound(name, tree):
                    continue
                if (entry.external_attr >> 16) & 0o170000 == 0o120000 and entry.create_system == 3:
                    tree.skipped.append(Skipped(name, phrase("it is a link; links within archives are not followed")))
                    continue
                place = ZipEntry(str(path), index)
                tree.add(Entry(name, place, f"{mark} {entry.CRC}"), partial(_beginning, opened, entry))
    except (zipfile.BadZipFile, OSError, EOFError) as error:
        raise ImportFailed(
            phrase("{file} is a damaged zip archive ({said}); copy or download it again", file=path.name, said=said(error))
        ) from error
    return tree


def list_tar(path: Path) -> tuple[Tree, dict[str, bytes]]:
    """The files of a tar archive, compressed or not, and the contents of the small ones that are no pictures (labels, captions)."""
    mark, tree, small = mark_of(path), Tree(), dict[str, bytes]()
    with open(path, "rb") as file:
        beginning = file.read(6)
    packing = next((name for magic, name in PACKINGS.items() if beginning.startswith(magic)), "")
    most = MOST_TIMES * path.stat().st_size + SPARE
    try:
        with OPENERS[packing](path, "rb") as stream, tarfile.open(fileobj=stream, mode="r:") as opened:
            for member in opened:
                opened.members = []  # type: ignore[attr-defined]  # else it keeps all of them
                if packing and member.offset_data + member.size > most:
                    raise ImportFailed(
                        phrase(
                            "{file} unpacks to more than {times} times its size, as no pictures do; it is not imported",
                            file=path.name,
                            times=MOST_TIMES,
                        )
                    )
                name = posixpath.normpath(member.name)
                if member.isdir() or not _sound(name, tree):
                    continue
                if not member.isfile():
                    what = (
                        phrase("a link; links within archives are not followed")
                        if member.islnk() or member.issym()
                        else phrase("no ordinary file")
                    )
                    tree.skipped.append(Skipped(name, phrase("it is {what}", what=what)))
                    continue
                place = Span(str(path), packing, member.offset_data, member.size)
                tree.add(Entry(name, place, mark), partial(_content, opened, member, 32))
                if tree.others and tree.others[-1].name == name and member.size <= 1 << 16 and name.endswith((".cls", ".json", ".txt")):
                    small[name] = _content(opened, member, member.size)
    except (tarfile.TarError, OSError, EOFError, zlib.error, lzma.LZMAError) as error:
        if not (tree.pictures or tree.others):
            raise ImportFailed(
                phrase("{file} is no archive, or a damaged one ({said}); copy or download it again", file=path.name, said=said(error))
            ) from error
        tree.skipped.append(
            Skipped(path.name, phrase("the archive is damaged after {count} pictures ({said})", count=len(tree.pictures), said=said(error)))
        )
    return tree, small


def mark_of(path: Path) -> str:
    """Size and time of a file."""
    status = path.stat()
    return f"{status.st_size} {status.st_mtime_ns}"


def _sound(name: str, tree: Tree) -> bool:
    """Whether an archive's entry is to be looked at; one whose name leads out of the archive is told."""
    if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or name[1:3] in (":\\", ":/"):
        tree.skipped.append(Skipped(name, phrase("its name leads out of the archive")))
        return False
    return not is_hidden(name)


def _true_name(entry: zipfile.ZipInfo) -> str:
    """An entry's name: many programs write UTF-8 without saying so, which the zip module then reads as cp437."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def _content(opened: tarfile.TarFile, member: tarfile.TarInfo, length: int) -> bytes:
    file = opened.extractfile(member)
    return file.read(length) if file else b""


def _beginning(opened: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    try:
        if entry.file_size > MOST_BYTES:
            raise Unreadable(phrase("too large"))
        with opened.open(entry) as file:
            return file.read(32)
    except Exception:  # encrypted, damaged, of a kind that cannot be unpacked: no picture by its beginning
        return b""
