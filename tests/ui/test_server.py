"""The routes beside Streamlit's own."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette
from streamlit import config

from vae.ui import modules, server


@pytest.fixture
def below() -> Iterator[str]:
    """Serve under a path, as behind a proxy."""
    before = config.get_option("server.baseUrlPath")
    config.set_option("server.baseUrlPath", "/labs/continuum/")
    yield "/labs/continuum"
    config.set_option("server.baseUrlPath", before)


def test_without_a_base_path_routes_are_at_the_root() -> None:
    assert {"/continuum/live", "/continuum/plotly.min.js", "/continuum/static"} <= {route.path for route in server.routes()}


def test_a_base_path_stands_before_every_route(below: str) -> None:
    paths = {route.path for route in server.routes()}
    assert {f"{below}/continuum/{end}" for end in ("live", "live/studio", "captions", "plotly.min.js", "static")} <= paths
    assert all(path.startswith(f"{below}/continuum/") for path in paths), "a route stands in the way of Streamlit's own"


@pytest.fixture
def beside() -> Iterator[tuple[http.client.HTTPConnection, uvicorn.Server]]:
    """A connection to the routes without Streamlit, on a listening socket like Streamlit's."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(8)
    app = Starlette(routes=server.routes(), middleware=server.middleware())
    running = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
    thread.start()
    connection = http.client.HTTPConnection(*listener.getsockname(), timeout=60)
    yield connection, running
    connection.close()
    running.should_exit = running.force_exit = True
    thread.join(60)


def test_modules_are_asked_for_again_plotly_is_kept_and_nothing_is_delayed(
    beside: tuple[http.client.HTTPConnection, uvicorn.Server],
) -> None:
    connection, running = beside
    kept = "max-age=31536000, immutable"
    for address, cache in (
        ("static/main.js", "no-cache"),
        (f"{modules.address()}/main.js", kept),
        (f"{modules.address()}x/main.js", "no-cache"),
        ("plotly.min.js", "max-age=86400"),
    ):
        connection.request("GET", f"/continuum/{address}")
        reply = connection.getresponse()
        assert len(reply.read()) > 1000
        assert reply.status == 200
        assert reply.getheader("content-type").startswith("text/javascript")
        assert reply.getheader("cache-control") == cache
    (protocol,) = running.server_state.connections
    assert protocol.transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    for outside in (
        f"{modules.address()}/../view.py",
        f"{modules.address()}/nothing.js",
        "static-/../main.js",
        "static/../view.py",
        "static/%2e%2e/view.py",
        "static/nothing.js",
    ):
        connection.request("GET", f"/continuum/{outside}")
        reply = connection.getresponse()
        reply.read()
        assert reply.status == 404


def test_a_file_that_has_changed_is_another_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(modules, "STATIC", tmp_path)
    (tmp_path / "css").mkdir()
    versions = [modules.address()]
    for name, text in (("main.js", "one"), ("css/map.css", "two"), ("main.js", "three")):
        (tmp_path / name).write_text(text)
        versions.append(modules.address())
    assert len(set(versions)) == 4
    assert modules.address() == versions[-1]
