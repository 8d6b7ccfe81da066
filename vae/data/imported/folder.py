"""A folder of files on this machine."""

from __future__ import annotations

import os
import stat
from functools import partial
from pathlib import Path

from vae.data.imported.found import File, ImportFailed, Skipped, said
from vae.data.imported.tree import Entry, Tree, is_hidden
from vae.sentences import phrase


def list_folder(folder: Path) -> Tree:
    """Everything below `folder`. Links are followed, but into no folder that is on the way to where they lie."""
    tree = Tree()
    try:
        os.scandir(folder).close()
    except OSError as error:
        raise ImportFailed(phrase("{folder} cannot be opened: {said}", folder=folder, said=said(error))) from error
    _walk(tree, os.fspath(folder), "", frozenset())
    return tree


def _walk(tree: Tree, folder: str, below: str, around: frozenset[tuple[int, int]]) -> None:
    try:
        status = os.stat(folder)
        if (status.st_dev, status.st_ino) in around:
            return
        around = around | {(status.st_dev, status.st_ino)}
        with os.scandir(folder) as listed:
            entries = sorted(listed, key=lambda entry: entry.name)
    except OSError as error:
        tree.skipped.append(Skipped(below.rstrip("/"), phrase("the folder cannot be opened: {said}", said=said(error))))
        return
    for entry in entries:
        name = below + entry.name
        if is_hidden(entry.name):
            continue
        try:
            status = entry.stat()
        except OSError as error:
            why = phrase("it is a link that leads nowhere") if entry.is_symlink() else said(error)
            tree.skipped.append(Skipped(name, why))
            continue
        if stat.S_ISDIR(status.st_mode):
            _walk(tree, entry.path, f"{name}/", around)
        elif stat.S_ISREG(status.st_mode):
            tree.add(Entry(name, File(entry.path), f"{status.st_size} {status.st_mtime_ns}"), partial(_beginning, entry.path))
        else:
            tree.skipped.append(Skipped(name, phrase("it is no ordinary file")))


def _beginning(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(32)
    except OSError:
        return b""
