"""The head of a stream's response, told before its items."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from clientele.http import FakeHTTPBackend, Response
from clientele.http.errors import HTTPStatusError
from clientele_conformance.installed import CLASSES, MODES, each
from clientele_conformance.servers import Origin, Stall, chunk, chunked_head, json_response, redirect, response


@pytest.fixture(params=each(MODES))
def read(request: pytest.FixtureRequest, origin: Origin) -> Iterator[Any]:
    """Reads the lines of the origin, up to an error, each added to what the test has."""
    name, mode = request.param
    backend = CLASSES[name](base_url=origin.url())  # type: ignore[call-arg]

    async def aread(seen: list[Any], **options: Any) -> None:
        async for item in backend.handle_async_stream("GET", "/", str, **options):
            seen.append(item)  # noqa: PERF401 - those before an error shall be there

    with asyncio.Runner() as runner:

        def read(seen: list[Any], **options: Any) -> None:
            if mode == "sync":
                seen.extend(backend.handle_sync_stream("GET", "/", str, **options))
            else:
                runner.run(aread(seen, **options))

        yield read
        backend.close() if mode == "sync" else runner.run(backend.aclose())


def test_the_head_comes_before_the_items(read: Any, origin: Origin) -> None:
    """Once, with status, headers and URL, and without content."""
    origin.on("/", response(203, [("X-Request-Id", "r7"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")], b"one\ntwo\n"))
    seen: list[Any] = []
    read(seen, on_head=seen.append)
    head = seen.pop(0)
    assert isinstance(head, Response)
    assert (203, b"", "GET", origin.url("/")) == (
        head.status_code,
        head.content,
        head.request_method,
        head.request_url,
    )
    assert ("r7", ["a=1", "b=2"]) == (head.headers["x-request-id"], head.headers.get_list("set-cookie"))
    assert ["one", "two"] == seen


def test_an_empty_stream_has_a_head(read: Any, origin: Origin) -> None:
    """Who waits for the first item to look at it may get none."""
    origin.on("/", response())
    seen: list[Any] = []
    read(seen, on_head=seen.append)
    assert [200] == [head.status_code for head in seen]


def test_the_head_is_that_of_what_a_redirect_leads_to(read: Any, origin: Origin) -> None:
    """It has the way there."""
    origin.on("/", redirect("/there"))
    origin.on("/there", response(body=b"one\n"))
    seen: list[Any] = []
    read(seen, on_head=seen.append, follow_redirects=True)
    assert (origin.url("/there"), [302]) == (seen[0].request_url, [hop.status_code for hop in seen[0].history])


def test_an_error_status_calls_no_on_head(read: Any, origin: Origin) -> None:
    """The error has the response."""
    origin.on("/", json_response({"detail": "no"}, 404))
    seen: list[Any] = []
    with pytest.raises(HTTPStatusError):
        read(seen, on_head=seen.append)
    assert [] == seen


def test_what_it_raises_ends_the_call(read: Any, origin: Origin) -> None:
    """As it is, and the connection is free."""
    origin.on("/", [chunked_head(), chunk(b"one\n"), Stall()])
    mine = ConnectionResetError("mine")

    def on_head(head: Response) -> None:
        raise mine

    with pytest.raises(ConnectionResetError) as raised:
        read([], on_head=on_head)
    assert mine is raised.value
    origin.wait_until_open(0)


def test_the_fake_calls_on_head() -> None:
    """As any backend."""
    heads: list[Response] = []
    fake = FakeHTTPBackend(default_content=["one"])
    assert ["one"] == list(fake.handle_sync_stream("GET", "/", str, on_head=heads.append))
    assert ["application/x-ndjson"] == [head.headers["content-type"] for head in heads]
