"""Who asks: whether it is a person at this machine. Foreign pages do not come so far (`guard`)."""

from __future__ import annotations

import os
from pathlib import Path

from starlette.requests import Request

from vae.web.guard import is_loopback, named

FOLDERS = "VAE_FOLDERS"  # the folders of this machine from which everybody may import
PASSED_ON = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via", "cf-connecting-ip", "true-client-ip")


def sits_here(request: Request) -> bool:
    """Whether whoever asks sits at this machine: the connection, the server's name in it and the page are all of the loopback.

    A proxy on this machine connects from there, too, for whomever it serves; it is known by what it adds, and by the public name
    that its pages have. One that hides all that is why `VAE_FOLDERS` may be set to nothing.
    """
    if any(name in request.headers for name in PASSED_ON):
        return False
    client = request.client.host if request.client else ""
    hosts = [request.headers.get("host", "")]
    if "origin" in request.headers:
        hosts.append(request.headers["origin"].partition("://")[2])
    return is_loopback(client) and all((found := named(host)) is not None and is_loopback(found[0]) for host in hosts)


def may_name_folders(request: Request) -> bool:
    """Whether whoever asks may name any folder of this machine at all."""
    return bool(_folders()) if FOLDERS in os.environ else sits_here(request)


def may_read(request: Request, path: Path) -> bool:
    """Whether whoever asks may have `path` of this machine read: below one of `VAE_FOLDERS` where that is set, else anything for who
    sits here. Nothing of the answer depends on what is there."""
    if FOLDERS not in os.environ:
        return sits_here(request)
    try:
        wanted = os.path.realpath(path)
        return any(os.path.commonpath([wanted, folder]) == folder for folder in _folders())
    except ValueError:  # no path at all, or one of another drive
        return False


def _folders() -> list[str]:
    return [os.path.realpath(folder) for folder in os.environ.get(FOLDERS, "").split(os.pathsep) if folder.strip()]
