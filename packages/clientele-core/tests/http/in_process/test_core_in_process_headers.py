"""The header fields that an application in this process gets: each once, however its name is written."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from clientele.http import HTTPBackend
from clientele.http.in_process import ASGIBackend, WSGIBackend

NAMES = ["host", "Host", "HOST", "hOST"]


async def asgi_app(scope: Any, receive: Any, send: Any) -> None:
    """Tells the fields back."""
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    fields = [(name.decode(), value.decode()) for name, value in scope["headers"]]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": json.dumps(fields).encode()})


def wsgi_app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Tells the fields back."""
    names = [name for name in environ if name.startswith(("HTTP_", "CONTENT_"))]
    fields = [(name.removeprefix("HTTP_").replace("_", "-").lower(), environ[name]) for name in names]
    start_response("200 OK", [])
    return [json.dumps(fields).encode()]


@pytest.fixture(params=["asgi", "wsgi"])
def backend(request: pytest.FixtureRequest) -> HTTPBackend:
    return ASGIBackend(asgi_app) if request.param == "asgi" else WSGIBackend(wsgi_app)


def told(backend: HTTPBackend, name: str, **options: Any) -> list[str]:
    """The values of the fields called `name` that the application gets."""

    async def call() -> Any:
        try:
            return await backend.send_async_request("POST", "http://example.com/", **options)
        finally:
            await backend.aclose()

    return [value for field, value in asyncio.run(call()).json() if field == name]


@pytest.mark.parametrize("name", NAMES)
def test_the_host_of_the_caller_is_the_only_host(backend: HTTPBackend, name: str) -> None:
    """It takes the place of the URL's."""
    assert ["example.com"] == told(backend, "host")
    assert ["own.example"] == told(backend, "host", headers={name: "own.example"})


@pytest.mark.parametrize("name", ["content-length", "Content-Length", "CONTENT-LENGTH"])
def test_a_content_length_prevents_chunking(backend: HTTPBackend, name: str) -> None:
    """Two kinds of framing are one too many."""
    assert ["chunked"] == told(backend, "transfer-encoding", content=iter([b"abc"]))
    assert [] == told(backend, "transfer-encoding", content=iter([b"abc"]), headers={name: "3"})
    assert ["3"] == told(backend, "content-length", content=iter([b"abc"]), headers={name: "3"})
