"""Any place that holds pictures: which kind it is, and what is found there."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

from vae.data.imported.archive import list_tar, list_zip
from vae.data.imported.arrays import list_arrays
from vae.data.imported.folder import list_folder
from vae.data.imported.found import File, ImportFailed, Skipped, Source, said
from vae.data.imported.layout import split_in
from vae.data.imported.order import natural
from vae.data.imported.parquet import list_parquet
from vae.data.imported.pictures import ENDINGS
from vae.data.imported.tree import ARCHIVES, TARS, ending, source_of
from vae.data.imported.webdataset import is_webdataset, with_samples
from vae.sentences import phrase

WANTED = phrase("give a folder of pictures, a zip or tar archive, a Parquet file, or an array (.npy, .npz)")


def find_pictures(path: Path) -> Source:
    """Everything that is found at `path`.

    Raises
    ------
    ImportFailed
        If there is nothing, or it is of no kind that is read.
    """
    try:
        if path.is_dir():
            return _settled(_folder(path))
        if not path.exists():
            raise ImportFailed(phrase("there is nothing at {path}; {wanted}", path=path, wanted=WANTED))
        if not path.is_file():
            raise ImportFailed(phrase("{path} is no ordinary file; {wanted}", path=path, wanted=WANTED))
        return _settled(_file(path))
    except OSError as error:
        raise ImportFailed(phrase("{path} cannot be opened: {said}", path=path, said=said(error))) from error


def _settled(source: Source) -> Source:
    """The splits that were named, where there is one to train on and another. Validation is for testing where nothing else is."""
    kinds = {each.split for each in source.found} - {None}
    if kinds == {"train", "validation"}:
        source.found = [replace(each, split="test") if each.split == "validation" else each for each in source.found]
    elif "train" not in kinds or len(kinds) == 1:
        source.found = [replace(each, split=None) for each in source.found]
    return source


def _file(path: Path) -> Source:
    name = path.name.lower()
    with path.open("rb") as file:
        beginning = file.read(512)
    if name.endswith((".npy", ".npz")):
        return list_arrays(path)
    if beginning.startswith(b"PAR1"):
        return list_parquet(path)
    if beginning.startswith(b"PK") and zipfile.is_zipfile(path):
        return source_of(list_zip(path))
    if name.endswith(TARS) or beginning[257:262] == b"ustar":
        return _tar(path)
    if name.endswith(".zip"):
        raise ImportFailed(phrase("{file} is a damaged zip archive, or none; copy or download it again", file=path.name))
    if ending(path.name) in ENDINGS:
        raise ImportFailed(phrase("{file} is a single picture; {wanted}", file=path.name, wanted=WANTED))
    raise ImportFailed(phrase("{file} is of no kind that is read; {wanted}", file=path.name, wanted=WANTED))


def _tar(path: Path) -> Source:
    tree, small = list_tar(path)
    source = source_of(tree)
    return with_samples(source, small) if is_webdataset(small) else source


def _folder(path: Path) -> Source:
    tree = list_folder(path)
    if tree.pictures:
        return source_of(tree)
    kept = [entry for entry in tree.others if entry.name.lower().endswith((".parquet", ".npy", ".npz", *ARCHIVES))]
    source = Source([], tree.skipped, len(tree.others) - len(kept))
    refused = []
    for entry in sorted(kept, key=lambda entry: natural(entry.name)):
        assert isinstance(entry.place, File)
        try:
            part = _file(Path(entry.place.path))
        except ImportFailed as error:
            refused.append(Skipped(entry.name, str(error)))
            continue
        split = split_in(entry.name)
        found = [replace(each, path=_below(entry.name, each.path), split=each.split or split) for each in part.found]
        source += Source(found, [replace(each, path=_below(entry.name, each.path)) for each in part.skipped], part.others)
    source.skipped += [each for each in refused if not (source.found and each.path.endswith(".npy"))]  # labels lie beside pictures
    return source


def _below(name: str, path: str) -> str:
    """The path, below a folder, of what lies at `path` in the file called `name` there; some kinds of file say their own name first."""
    folder, _, own = name.rpartition("/")
    inside = path if path == own or path.startswith(f"{own}/") else f"{own}/{path}"
    return f"{folder}/{inside}".lstrip("/")
