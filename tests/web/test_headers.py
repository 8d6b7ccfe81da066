"""What a browser is told of everything that is sent."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from starlette.responses import HTMLResponse, Response
from starlette.types import Message
from streamlit import file_util

from vae.web.headers import SecurityHeaders, framing, policy

PAGE = Path(file_util.get_static_dir()) / "index.html"


def headers_of(response: Response, policy: str) -> list[tuple[str, str]]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(SecurityHeaders(response, policy)({"type": "http", "method": "GET", "path": "/", "headers": []}, receive, send))
    return [(key.decode(), value.decode()) for key, value in sent[0]["headers"]]


def test_everything_says_where_scripts_may_come_from_and_is_not_sniffed() -> None:
    found = dict(headers_of(HTMLResponse("<p>"), policy(PAGE)))
    assert found["x-content-type-options"] == "nosniff" and found["referrer-policy"] == "same-origin"
    rules = dict(rule.split(" ", 1) for rule in found["content-security-policy"].split("; "))
    assert rules["default-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'self'" and rules["object-src"] == "'none'"
    assert "unsafe" not in rules["script-src"] and rules["script-src"].count("sha256") == 1
    assert "http" not in found["content-security-policy"]


def test_a_page_with_a_policy_of_its_own_keeps_it_and_may_not_be_framed_either() -> None:
    own = HTMLResponse("<p>", headers={"content-security-policy": "default-src 'none'", "x-content-type-options": "nosniff"})
    found = headers_of(own, policy(PAGE))
    assert [value for key, value in found if key == "content-security-policy"] == ["default-src 'none'", "frame-ancestors 'self'"]
    assert len([value for key, value in found if key == "x-content-type-options"]) == 1


def test_who_may_frame_the_app_is_configured() -> None:
    assert (
        framing("https://lms.example.org http://*.example.org:8080")
        == "frame-ancestors 'self' https://lms.example.org http://*.example.org:8080"
    )
    for bad in ("lms.example.org", "https://a;script-src *", "*", "https://a/path"):
        with pytest.raises(ValueError, match="write origins such as"):
            framing(bad)
