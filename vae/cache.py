"""Where lies what may be deleted at any time."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def cache() -> Path:
    """The folder for what may be deleted at any time but is good to have: `VAE_CACHE`, or one of this user's."""
    if "VAE_CACHE" in os.environ:
        return Path(os.environ["VAE_CACHE"])
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "continuum"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "continuum"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "continuum"
