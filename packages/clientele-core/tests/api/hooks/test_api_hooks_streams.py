"""Hooks of streams: when they are told, and that nothing is read ahead or left open for them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from clientele.api import (
    APIClient,
    ConfigurationError,
    HTTPStatusError,
    ReadError,
    Request,
    ResponseValidationError,
    Stream,
)
from clientele_conformance.servers import Close, Origin, Signal, Stall, WaitFor, chunk, chunked_head, response

HEAD = [("Content-Type", "application/x-ndjson"), ("X-Rate", "7")]


class Streamed:
    """A stream of ints from `/x` in one mode: each step is run to its end."""

    def __init__(self, mode: str, origin: Origin, runner: asyncio.Runner) -> None:
        self.mode = mode
        self.api = APIClient(base_url=origin.url(), http_backend="httpx", timeout=10.0)
        self._runner = runner
        self._items: Any = None

    def open(self, **hooks: Any) -> None:
        self.api.configure(**hooks)

        @self.api.get("/x", streaming_response=True)
        def items(result: Iterator[int]) -> Iterator[int]:
            return result

        @self.api.get("/x", streaming_response=True)
        async def aitems(result: AsyncIterator[int]) -> AsyncIterator[int]:
            return result

        self._items = items() if self.mode == "sync" else self._runner.run(aitems())

    def next(self) -> Any:
        async def step() -> Any:
            return await anext(self._items, None)

        return next(self._items, None) if self.mode == "sync" else self._runner.run(step())

    def close(self) -> None:
        if self.mode == "sync":
            self._items.close()
        else:
            self._runner.run(self._items.aclose())


@pytest.fixture(params=["sync", "async"])
def streamed(request: pytest.FixtureRequest, origin: Origin) -> Iterator[Streamed]:
    with asyncio.Runner() as runner:
        streamed = Streamed(request.param, origin, runner)
        yield streamed
        runner.run(streamed.api.aclose())


def test_a_stream_calls_its_hooks(streamed: Streamed, origin: Origin) -> None:
    """Of the request and of the response before the first item, while the server still holds back the second one."""
    told: list[Any] = []
    go_on = threading.Event()
    origin.on("/x", [chunked_head(headers=HEAD), chunk(b"1\n"), WaitFor(go_on), chunk(b"2\n"), chunk(b"")])

    def on_request(request: Request) -> None:
        told.append(request.method)
        request.query.append(("a", "b"))

    streamed.open(
        on_request=on_request,
        on_response=lambda head: told.append((head.status_code, head.headers["x-rate"], head.content)),
        on_error=told.append,
    )
    assert not told
    assert 1 == streamed.next()
    assert ["GET", (200, "7", b"")] == told
    go_on.set()
    assert (2, None) == (streamed.next(), streamed.next())
    assert (2, "a=b") == (len(told), origin.requests[0].query)


def test_an_empty_stream_has_its_response(streamed: Streamed, origin: Origin) -> None:
    """Though there is no item before."""
    told: list[Any] = []
    origin.on("/x", response(204))
    streamed.open(on_response=lambda head: told.append(head.status_code))
    assert (None, [204]) == (streamed.next(), told)


def test_a_download_calls_its_hooks(origin: Origin, tmp_path: Path) -> None:
    """Like any stream; it needs the head itself."""
    told: list[Any] = []
    origin.on("/x", response(200, [("ETag", '"1"')], b"abc"))
    with APIClient(base_url=origin.url(), http_backend="httpx", on_response=told.append) as api:

        @api.get("/x", streaming_response=True)
        def items(result: Stream[bytes]) -> Stream[bytes]:
            return result

        head = items().download(tmp_path / "file")
    assert [head] == told
    assert b"abc" == (tmp_path / "file").read_bytes()


@pytest.mark.parametrize(
    ("answer", "before", "kind"),
    [
        (response(503, body=b"busy"), 0, HTTPStatusError),
        ([chunked_head(headers=HEAD), chunk(b"1\n"), Close()], 1, ReadError),
        ([chunked_head(headers=HEAD), chunk(b"1\nx\n")], 1, ResponseValidationError),
    ],
    ids=["status", "cut", "item"],
)
def test_an_error_hook_is_called_once_for_a_stream(
    answer: Any, before: int, kind: type[Exception], streamed: Streamed, origin: Origin
) -> None:
    """Before the first item or between two of them."""
    told: list[Any] = []
    origin.on("/x", answer)
    streamed.open(on_error=told.append)
    for _ in range(before):
        streamed.next()
    with pytest.raises(kind) as caught:
        streamed.next()
    assert [caught.value] == told


def test_closing_a_stream_raises_nothing(streamed: Streamed, origin: Origin) -> None:
    """STM-7 its connection is free at once."""
    told: list[Any] = []
    origin.on("/x", [chunked_head(headers=HEAD), chunk(b"1\n"), Stall()])
    streamed.open(on_error=told.append, on_response=lambda _: None)
    streamed.next()
    origin.wait_until_open(1)
    streamed.close()
    origin.wait_until_open(0)
    assert not told


@pytest.mark.parametrize("kind", ["on_request", "on_response"])
def test_what_a_hook_raises_ends_the_stream(kind: str, streamed: Streamed, origin: Origin) -> None:
    """The caller gets it as it is, and the connection is free."""
    error = LookupError("mine")
    answered = threading.Event()

    def hook(_: object) -> None:
        raise error

    origin.on("/x", [chunked_head(headers=HEAD), chunk(b"1\n"), Signal(answered), Stall()])
    hooks: Any = {kind: hook}
    streamed.open(**hooks)
    with pytest.raises(LookupError) as caught:
        streamed.next()
    assert error is caught.value
    assert (kind == "on_response") == bool(origin.requests)
    origin.wait_until_open(0)


def test_async_hooks_of_a_stream(origin: Origin) -> None:
    """They are awaited; a synchronous stream refuses them before it is sent."""
    told: list[str] = []

    async def hook(seen: object) -> None:
        await asyncio.sleep(0)
        told.append(type(seen).__name__)

    origin.on("/x", response(200, HEAD, b"1\n"), response(500))
    with asyncio.Runner() as runner:
        streamed = Streamed("async", origin, runner)
        for outcome in (1, HTTPStatusError):
            streamed.open(on_request=hook, on_response=hook, on_error=hook)
            if outcome == 1:
                assert (1, None) == (streamed.next(), streamed.next())
            else:
                with pytest.raises(HTTPStatusError):
                    streamed.next()
        assert ["Request", "Response", "Request", "HTTPStatusError"] == told
        runner.run(streamed.api.aclose())
        streamed = Streamed("sync", origin, runner)
        streamed.open(on_error=hook)
        with pytest.raises(ConfigurationError, match="is asynchronous"):
            streamed.next()
    assert 2 == len(origin.requests)
