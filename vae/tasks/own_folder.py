"""A folder of pictures in the place of a data set's name: it becomes a data set once, and is that from then on."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from vae.tasks.import_images import ImportRequest, import_images
from vae.tasks.progress import Progress, silent


def name_of(folder: str) -> str:
    """What the data set of a folder is called: as the folder is."""
    return Path(os.path.abspath(Path(folder).expanduser())).name


def becomes(name: str) -> str | None:
    """The data set that the folder `name` is, or becomes when it is used; None if that is no folder, or the name of a data set."""
    from vae import data

    return name_of(name) if data.find(name) is None and data.is_folder(name) else None


def settled(name: str, size: int, progress: Progress = silent, *, grey: bool = False) -> str:
    """The name of a data set: `name` itself, or what the folder `name` has become, which is imported now if it was not before.

    Parameters
    ----------
    size : side in pixels that a folder's pictures are brought to
    progress : told how far an import is in words, always with a share of 0: the work that the data set is for is yet to begin
    grey : whether they are brought to one channel

    Raises
    ------
    ValueError
        If a folder has another name than its data set can have, has changed since it was imported, or cannot be imported.
    """
    from vae.data.imported import store
    from vae.data.imported.build import listing_of
    from vae.data.imported.found import printable
    from vae.data.imported.sources import find_pictures
    from vae.data.registry import is_shipped
    from vae.store.names import fault

    own = becomes(name)
    if own is None:
        return name
    folder, path = shlex.quote(name), Path(name)
    how = f"--size {size}{' --grey' if grey else ''}"
    other = f"import it under another name, python -m vae import {folder} --name NAME {how}, and use that with --data NAME"
    if is_shipped(own):
        raise ValueError(f"the folder {name} is called like a data set that comes with the program; {other}")
    if (why := fault(own)) is not None:
        raise ValueError(f"no data set can be called like the folder {name}: it {why.split(';')[0]}; {other}")
    if store.find(own) is None:
        import_images(ImportRequest(source=path, name=own, size=size, grey=grey), lambda _, words: progress(0.0, words))
        return own
    facts = store.read_facts(own)
    if facts.source != printable(str(path.resolve())):
        raise ValueError(f"there is a data set {own} already, of {facts.source or 'something else'}; {other}")
    if facts.shape[1] != size:
        raise ValueError(
            f"{name} is the data set {own} already, with pictures of {facts.shape[1]} pixels a side; use that with --data {own}, or {other}"
        )
    if facts.listing and facts.listing != listing_of(find_pictures(path)):
        raise ValueError(
            f"{name} has changed since it became the data set {own}; use it as it was with --data {own}, or import it again with "
            f"python -m vae import {folder} --name {own} {how} --replace"
        )
    return own
