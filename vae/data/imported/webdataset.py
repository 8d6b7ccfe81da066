"""WebDataset's shards: a tar archive in which files of one stem belong together, a picture and what is said of it."""

from __future__ import annotations

import json
import posixpath
from dataclasses import replace
from typing import Any

from vae.data.imported.found import Source
from vae.data.imported.metadata import class_name, row_of


def is_webdataset(small: dict[str, bytes]) -> bool:
    """Whether the small files of an archive are those of samples."""
    return any(name.endswith((".cls", ".json")) for name in small)


def with_samples(source: Source, small: dict[str, bytes]) -> Source:
    """`source` with the class out of each sample's `.cls`, the columns out of its `.json`, and its `.txt` as the column caption."""
    said: dict[str, dict[str, bytes]] = {}
    for name, content in small.items():
        said.setdefault(_key(name), {})[posixpath.splitext(name)[1]] = content
    found = []
    for each in source.found:
        parts = said.get(_key(each.path), {})
        row = row_of(_object(parts.get(".json", b"{}")), each.path)
        columns = dict(row.columns)
        if ".txt" in parts:
            columns["caption"] = parts[".txt"].decode("utf-8", "replace").strip()
        label = class_name(parts[".cls"]) if ".cls" in parts else row.label
        found.append(replace(each, label=label or each.label, split=row.split or each.split, columns=columns))
    return Source(found, source.skipped, source.others - len(small))


def _key(name: str) -> str:
    """What the files of one sample share: everything up to the first dot of the last part."""
    folder, last = posixpath.split(name)
    return posixpath.join(folder, last.split(".")[0])


def _object(content: bytes) -> dict[str, Any]:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
