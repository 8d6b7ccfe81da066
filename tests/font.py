"""Finds the emoji font that scenes are drawn with; run as a module it installs one where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from vae.data.scenes import font_file

PACKAGE = "fonts-noto-color-emoji"
needed = pytest.mark.skipif(
    not font_file().is_file(), reason=f"there is no emoji font: install Debian's {PACKAGE}, or set VAE_EMOJI_FONT, to run this test"
)


def install(package: str) -> None:
    """One of Debian's packages, where it can be had; the tests that need it are skipped without, and say so."""
    if shutil.which("apt-get"):
        become = [] if os.geteuid() == 0 else ["sudo", "-n"]
        subprocess.run([*become, "apt-get", "update", "-qq"], check=False)
        subprocess.run([*become, "apt-get", "install", "-y", "-qq", package], check=False, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    if not font_file().is_file():
        install(PACKAGE)
    print(f"emoji font for the tests: {font_file() if font_file().is_file() else 'none, tests that draw scenes are skipped'}")
