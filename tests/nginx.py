"""Debian's nginx with the configuration of `deploy/`, for tests; run as a module it installs nginx where there is none."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.font import install

PACKAGE = "nginx"
CONF = Path(__file__).resolve().parents[1] / "deploy" / "nginx.conf"
MAIN = """
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/continuum.conf;
}}
"""


def find() -> str | None:
    """The program; it lies outside of many people's PATH."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


needed = pytest.mark.skipif(find() is None, reason="there is no nginx: install Debian's package nginx to run this test")


class Nginx:
    """The proxy of `deploy/nginx.conf` on a port of this machine.

    Parameters
    ----------
    folder : for its files
    ports : of the servers behind it, in the place of app-1 and app-2
    prefix : path that it takes off, as in /lab
    """

    def __init__(self, folder: Path, ports: tuple[int, int], prefix: str = "") -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}{prefix}"
        text = replaced(CONF.read_text("utf-8"), "listen 80;", f"listen 127.0.0.1:{port};")
        for name, behind in zip(("app-1:8501", "app-2:8501"), ports, strict=True):
            text = replaced(text, f"server {name} ", f"server 127.0.0.1:{behind} ")
        if prefix:  # as the file itself says that it is done
            text = replaced(text, "    location / {", f"    location {prefix}/ {{")
            text = replaced(text, "        proxy_pass http://continuum;", "        proxy_pass http://continuum/;")
        (folder / "continuum.conf").write_text(text, "utf-8")
        user = "user root;" if os.geteuid() == 0 else ""  # else its workers could not write below a folder of ours
        (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user), "utf-8")
        self._command = [str(find()), "-p", str(folder), "-e", "stderr", "-c", str(folder / "nginx.conf")]
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (open as long as the process writes to it)
        self._process: subprocess.Popen[bytes] | None = None

    def check(self) -> str:
        """What nginx finds wrong with its configuration; empty if nothing."""
        done = subprocess.run([*self._command, "-t", "-q"], capture_output=True, text=True, check=False, timeout=60)
        return done.stderr if done.returncode or done.stderr else ""

    def start(self) -> None:
        """Begin to answer."""
        self._process = subprocess.Popen(self._command, stdout=self._log, stderr=self._log)

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()


def replaced(text: str, old: str, new: str) -> str:
    """`text` with `new` where `old` stands, which must be once."""
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {CONF}"
    return text.replace(old, new)


if __name__ == "__main__":
    if find() is None:
        install(PACKAGE)
    print(f"nginx for the tests: {find() or 'none, tests of several servers behind it are skipped'}")
