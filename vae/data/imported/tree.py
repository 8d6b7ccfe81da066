"""A tree of files, wherever it lies: what its names and its metadata make of its pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from vae.data.imported.found import Found, Place, Skipped, Source
from vae.data.imported.layout import OUTSIDE, arrange
from vae.data.imported.metadata import is_metadata, read_metadata
from vae.data.imported.order import natural
from vae.data.imported.pictures import ENDINGS, UNREAD, is_picture
from vae.sentences import phrase

TARS = (".tar", ".tgz", ".tbz2", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz")
ARCHIVES = (".zip", *TARS)
PACKED_OTHERWISE = (".7z", ".rar")


@dataclass(frozen=True)
class Entry:
    """A file of a tree: its name with / between the parts, where it can be read, and a mark as `Found` has it."""

    name: str
    place: Place
    mark: str


@dataclass
class Tree:
    """pictures : by their names or their first bytes; others : all other files; skipped : what cannot be read."""

    pictures: list[Entry] = field(default_factory=list)
    others: list[Entry] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def add(self, entry: Entry, beginning: Callable[[], bytes]) -> None:
        """Put a file where it belongs; `beginning` gives its first bytes, and is called only if its name does not tell."""
        suffix = ending(entry.name)
        if suffix in UNREAD:
            self.skipped.append(Skipped(entry.name, phrase("{kind} is not read; save it as PNG or JPEG", kind=suffix[1:].upper())))
        elif suffix in ENDINGS or (suffix not in KNOWN_OTHERS and is_picture(beginning())):
            self.pictures.append(entry)
        else:
            self.others.append(entry)


KNOWN_OTHERS = frozenset(
    [
        ".7z",
        ".bz2",
        ".cfg",
        ".cls",
        ".csv",
        ".db",
        ".doc",
        ".docx",
        ".gz",
        ".html",
        ".ini",
        ".json",
        ".jsonl",
        ".log",
        ".md",
        ".mov",
        ".mp3",
        ".mp4",
        ".npy",
        ".npz",
        ".parquet",
        ".pkl",
        ".pt",
        ".py",
        ".rar",
        ".rst",
        ".tar",
        ".tgz",
        ".toml",
        ".txt",
        ".wav",
        ".xml",
        ".xz",
        ".yaml",
        ".yml",
        ".zip",
    ]
)


def ending(name: str) -> str:
    """What a file's name ends in, in small letters and with its dot; empty if nothing."""
    last = name.rpartition("/")[2]
    head, dot, tail = last.rpartition(".")
    return (dot + tail).lower() if head else ""


def is_hidden(name: str) -> bool:
    """Whether a file is passed over for its name or for that of a folder it lies in: those that begin with a dot, and `__MACOSX`."""
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))


def source_of(tree: Tree) -> Source:
    """The pictures of a tree with their classes, splits and columns."""
    pictures = sorted(tree.pictures, key=lambda entry: natural(entry.name))
    arranged = arrange(entry.name for entry in pictures)
    known = read_metadata([(entry.name, entry.place) for entry in tree.others if is_metadata(entry.name)])
    source = Source([], [*tree.skipped, *known.skipped])
    for entry in tree.others:
        name = entry.name.lower()
        if name.endswith(ARCHIVES):
            source.skipped.append(Skipped(entry.name, phrase("it is an archive beside pictures; unpack it there, or import it by itself")))
        elif name.endswith(PACKED_OTHERWISE):
            source.skipped.append(Skipped(entry.name, phrase("it is an archive of a kind that is not read; pack it anew as zip or tar")))
        else:
            source.others += not is_metadata(entry.name)
    for entry in pictures:
        if entry.name not in arranged:
            source.skipped.append(Skipped(entry.name, OUTSIDE))
            continue
        (label, split), row = arranged[entry.name], known.rows.pop(entry.name, None)
        if row is not None:
            label, split = row.label or label, row.split or split
        columns = row.columns if row is not None else {}
        source.found.append(Found(entry.name, entry.place, entry.mark, label, split, columns))
    source.skipped += [Skipped(name, phrase("{file} names it, but it is not there", file=row.told_by)) for name, row in known.rows.items()]
    return source
