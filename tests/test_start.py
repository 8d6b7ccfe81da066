"""What the terminal says at the start: where the app is, or one sentence why it is not; nothing of other libraries."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens at."""
    with socket.create_server(("", 0)) as listener:
        yield listener.getsockname()[1]


def command(port: int) -> list[str]:
    return [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true", "--server.port", str(port)]


def refused(arguments: list[str], **environment: str) -> str:
    """What a process says that ends with a code other than 0 and no traceback."""
    ended = subprocess.run(
        arguments,
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
        stdin=subprocess.DEVNULL,
    )
    assert ended.returncode != 0
    assert "Traceback" not in ended.stderr + ended.stdout
    return ended.stderr + ended.stdout


@pytest.mark.slow
@pytest.mark.parametrize(("path", "words"), [("nowhere", "is not there"), ("file", "is not a folder")])
def test_without_a_folder_of_checkpoints_the_app_ends_with_one_sentence(tmp_path: Path, taken: int, path: str, words: str) -> None:
    (tmp_path / "file").write_text("no folder")
    said = refused(command(0), VAE_CHECKPOINTS=str(tmp_path / path))
    assert said.strip().startswith("error: the folder of checkpoints") and words in said and len(said.strip().splitlines()) == 1


def test_a_port_in_use_is_one_sentence(taken: int) -> None:
    said = refused(command(taken))
    assert str(taken) in said and len(said.strip().splitlines()) == 1


def test_make_run_names_the_variable_that_chooses_another_port(taken: int, tmp_path: Path) -> None:
    """With an environment that seems to be set up, so that nothing is installed."""
    binaries = tmp_path / "venv" / "bin"
    binaries.mkdir(parents=True)
    (binaries / "python").symlink_to(sys.executable)
    (tmp_path / "venv" / "run.stamp").touch()
    os.utime(tmp_path / "venv" / "run.stamp", (2**31 - 1, 2**31 - 1))
    for port in (str(taken), "http"):
        said = refused(["make", "run", f"PORT={port}", f"VENV={tmp_path / 'venv'}"])
        assert f"port {port} is in use" in said and "make run PORT=8502" in said


def test_a_wrong_option_ends_with_a_sentence(taken: int) -> None:
    assert "No such option" in refused([*command(taken), "--server.nonsense", "3"])
    assert "No such option" in refused([sys.executable, "-m", "vae", "info", "--nonsense"]).replace("no such option", "No such option")


@pytest.mark.slow
def test_a_start_says_where_the_app_is_and_nothing_else(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with (tmp_path / "said").open("w+") as log:
        process = subprocess.Popen(
            command(port), cwd=ROOT, env=os.environ.copy(), stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
        )
        try:
            deadline = time.monotonic() + 100
            while not _answers(port, "continuum/models/mnist-vae"):
                assert process.poll() is None and time.monotonic() < deadline, (tmp_path / "said").read_text()
                time.sleep(0.1)
        finally:
            process.terminate()
            process.wait(60)
        log.seek(0)
        assert log.read().strip().splitlines()[:1] == [f"Continuum is at http://localhost:{port}"]
        log.seek(0)
        assert not [line for line in log if "arning" in line or ("http" in line and "localhost" not in line)]


def _answers(port: int, address: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{address}", timeout=60) as reply:
            return reply.status == 200
    except OSError:
        return False


def test_derivatives_start_without_a_warning_of_torch() -> None:
    code = "import torch; from vae.latent.directions import jacobians; print(jacobians(lambda z: z.tanh(), torch.zeros(1, 2)).shape)"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=110)
    assert ended.stderr == "" and "1, 2, 2" in ended.stdout
