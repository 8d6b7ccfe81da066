"""Who is let in, by the name under which the server was found and the page that asks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send
from streamlit import config
from streamlit.web.server.starlette.starlette_websocket import _is_origin_allowed

from vae.ui.access import access
from vae.web.guard import Access, Guard, named

HERE = "127.0.0.1:8501"


def admitted(known: Access = Access(), host: str | None = HERE, origin: str | None = None, **more: str) -> bool:  # noqa: B008 (frozen)
    given = {"host": host, "origin": origin, **{key.replace("_", "-"): value for key, value in more.items()}}
    return known.refusal(Headers({key: value for key, value in given.items() if value is not None})) is None


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8501", "192.168.1.7", "[::1]:8501", "localhost", "LOCALHOST:8501", "localhost.:80", "[2001:db8::7]"]
)
def test_a_server_is_found_by_its_addresses_and_as_localhost(host: str) -> None:
    assert admitted(host=host)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8501", "localhost.evil.example", "127.0.0.1.evil.example", "", None, "a@127.0.0.1",
                                  "127.0.0.1/x", "0x7f000001", "[::1", "127.0.0.1:port", "localhost:99999999", "127.0.0.1 ", "loc\x00alhost"])  # fmt: skip
def test_a_name_that_leads_here_by_somebody_elses_doing_does_not_find_it(host: str | None) -> None:
    assert not admitted(host=host)
    assert not admitted(host=host, origin=f"http://{host}")


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        (HERE, None), (HERE, f"http://{HERE}"), (HERE, "http://localhost:3000"), (HERE, "http://127.0.0.2"), (HERE, "http://[::1]:9"),
        ("192.168.1.7:8501", "http://192.168.1.7:8501"), ("192.168.1.7:443", "https://192.168.1.7"), ("[::1]:8501", "http://[::1]:8501"),
    ],
)  # fmt: skip
def test_its_own_pages_those_of_this_machine_and_programs_may_ask(host: str, origin: str | None) -> None:
    assert admitted(host=host, origin=origin)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "file://", "", "http://", "http://[::1", "http://a:b:c", "http://127.0.0.1.evil.example",
                                    "ftp://127.0.0.1:8501", "http://127.0.0.1:8501/x", "http://u@127.0.0.1:8501", "http://192.168.1.7:8501",
                                    "javascript://127.0.0.1:8501", "http://localhost.evil.example:8501", "//127.0.0.1:8501", "h" * 9000])  # fmt: skip
def test_other_pages_may_not_and_no_origin_is_too_odd_to_say_so(origin: str) -> None:
    assert not admitted(origin=origin)


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_whatever_stands_in_the_headers_it_is_decided(host: bytes, origin: bytes) -> None:
    said = Access().refusal(Headers(raw=[(b"host", host), (b"origin", origin)]))
    assert said is None or said.endswith(".")


def test_two_hosts_or_origins_are_none() -> None:
    for double in ("host", "origin"):
        raw = [(b"host", HERE.encode()), (b"origin", f"http://{HERE}".encode())]
        raw += [pair for pair in raw if pair[0] == double.encode()]
        assert Access().refusal(Headers(raw=raw)) is not None


def test_a_foreign_page_gets_no_picture_or_script_either_but_may_lead_here() -> None:
    assert not admitted(sec_fetch_site="cross-site", sec_fetch_mode="no-cors")
    assert admitted(sec_fetch_site="cross-site", sec_fetch_mode="navigate")
    assert admitted(sec_fetch_site="same-origin", sec_fetch_mode="no-cors") and admitted(sec_fetch_site="none", sec_fetch_mode="navigate")


def test_names_and_pages_that_are_configured_are_known() -> None:
    known = Access(names=frozenset({"lab.example"}))
    assert admitted(known, "lab.example") and admitted(known, "lab.example:8501", "https://lab.example")
    assert admitted(known, HERE, "https://lab.example:8443") and not admitted(known, "other.example", "https://lab.example")
    only = Access(only=("*.lab.example", "one.example"))
    assert admitted(only, "a.lab.example") and admitted(only, "one.example:80")
    assert not admitted(only, "lab.example") and not admitted(only, HERE)
    assert admitted(Access(only=("*",)), "anything.example") and not admitted(
        Access(only=("*",)), "anything.example", "http://evil.example"
    )
    assert admitted(Access(anybody=True), HERE, "http://evil.example") and not admitted(Access(anybody=True), "evil.example")


def test_a_host_may_carry_a_port_and_brackets() -> None:
    assert named("[::1]:8501") == ("::1", 8501) and named("Lab.Example.") == ("lab.example", None) and named("a b") is None


@pytest.fixture
def settings() -> Iterator[dict[str, object]]:
    """Streamlit's settings as they are given here, for the length of a test."""
    names = ("server.allowedHosts", "browser.serverAddress", "server.corsAllowedOrigins", "server.enableCORS")
    before = {name: config.get_option(name) for name in names}
    changed: dict[str, object] = {}
    yield changed
    for name, value in before.items():
        config.set_option(name, value)


def test_streamlits_settings_say_what_is_known(settings: dict[str, object]) -> None:
    config.set_option("browser.serverAddress", "lab.example")
    config.set_option("server.corsAllowedOrigins", ["https://hub.example:8443", "https://[bad", "https://10.0.0.1"])
    assert access() == Access(names=frozenset({"lab.example", "hub.example"}) | ({"localhost"} & access().names))
    config.set_option("server.allowedHosts", ["Lab.Example."])
    assert access().only == ("lab.example",)
    config.set_option("server.enableCORS", False)
    assert access().anybody


def through(scope: Scope) -> tuple[list[Message], list[Scope]]:
    """What is sent, and what the app behind the guard is given."""
    sent: list[Message] = []
    seen: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(Guard(app, Access)(scope, receive, send))
    return sent, seen


def scope_of(kind: str, **headers: str) -> Scope:
    return {"type": kind, "method": "GET", "path": "/", "headers": [(key.encode(), value.encode()) for key, value in headers.items()]}


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize("headers", [{"host": "evil.example"}, {"host": HERE, "origin": "http://evil.example"}])
def test_whoever_is_not_let_in_reaches_nothing(kind: str, headers: dict[str, str]) -> None:
    sent, seen = through(scope_of(kind, **headers))
    assert not seen
    if kind == "websocket":
        assert sent == [{"type": "websocket.close", "code": 1008}]
    else:
        assert sent[0]["status"] == 403 and b"STREAMLIT_" in sent[1]["body"]


def test_streamlit_never_asks_the_network_who_may_come_in(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked() -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr("streamlit.net_util.get_external_ip", asked)
    monkeypatch.setattr("streamlit.net_util.get_internal_ip", asked)
    for origin in ("http://localhost:3000", "http://[::1]:8501", f"http://{HERE}"):
        _, (scope,) = through(scope_of("websocket", host=HERE, origin=origin))
        headers = Headers(scope=scope)
        assert _is_origin_allowed(headers["origin"], headers["host"])


def test_the_servers_own_life_is_not_guarded() -> None:
    assert through({"type": "lifespan"})[1] == [{"type": "lifespan"}]
