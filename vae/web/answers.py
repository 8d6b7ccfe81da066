"""How our routes answer: plain JSON that no browser keeps; what goes wrong is `{"error": sentence}`."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response


def json_answer(content: object, status: int = 200) -> Response:
    """`content` as JSON."""
    return JSONResponse(content, status, {"cache-control": "no-cache"})


def error_answer(sentence: str, status: int) -> Response:
    """What went wrong, for the person at the screen."""
    return json_answer({"error": sentence}, status)
