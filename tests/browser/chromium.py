"""Finds a Chromium for the browser tests; run as a module it installs one where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

# No calls home, so that the pages also draw on a machine without a network. No graphics card and none in software either, which
# would take three times as long to compose a page: nothing that is drawn needs one. Pages of one site share a process, so that its
# scripts are compiled once: a third of what a short story takes.
FLAGS = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-gpu", "--process-per-site",
]  # fmt: skip


def find() -> str | None:
    """Playwright's own browser if it is there, else a Chromium on the PATH, else None."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        if Path(playwright.chromium.executable_path).exists():
            return playwright.chromium.executable_path
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def install() -> None:
    """Playwright's browser where its download can be reached, else Debian's package."""
    fetched = subprocess.run(
        [sys.executable, "-m", "playwright", "install", "chromium"], capture_output=True, text=True, check=False, timeout=600
    )
    if fetched.returncode == 0 and find():
        return
    if shutil.which("apt-get"):
        become = [] if os.geteuid() == 0 else ["sudo", "-n"]
        subprocess.run([*become, "apt-get", "update", "-qq"], check=False)
        subprocess.run([*become, "apt-get", "install", "-y", "-qq", "chromium"], check=False, stdout=subprocess.DEVNULL)
    if not find():
        sys.exit(
            "no Chromium was found and none could be installed; install one (Debian: apt-get install chromium) and run make test again"
        )


if __name__ == "__main__":
    if not find():
        install()
    print(f"browser for the tests: {find()}")
