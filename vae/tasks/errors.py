"""What goes wrong in a task, as one sentence for whoever asked for it."""

from __future__ import annotations

import errno

from vae.sentences import about, phrase

# What an operating system refuses, by its number, and what to do.
REFUSED = {
    errno.EACCES: phrase("you may not read or write there; choose another place"),
    errno.EPERM: phrase("you may not read or write there; choose another place"),
    errno.EROFS: phrase("nothing can be written there; choose another place"),
    errno.ENOENT: phrase("it is not there"),
    errno.ENOTDIR: phrase("a part of it is a file, not a folder; choose another place"),
    errno.EEXIST: phrase("it is a file, not a folder; choose another place"),
    errno.EISDIR: phrase("it is a folder, not a file; give the name of a file"),
    errno.ENAMETOOLONG: phrase("the name is too long; choose a shorter one"),
}
DISK_FULL = phrase("the disk is full; free some space and run it again, with --resume where the command has it")


def sentence(error: ValueError | OSError) -> str:
    """What an error that a person can cause says to that person."""
    if not isinstance(error, OSError):
        return str(error)
    if error.errno == errno.ENOSPC:
        return DISK_FULL
    if error.errno in REFUSED and error.filename is not None:
        return about(error.filename, REFUSED[error.errno])
    return str(error)
