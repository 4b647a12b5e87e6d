"""The way past httpx's own client, and what is cured of httpcore's pools, against a real server."""

from __future__ import annotations

import asyncio
import select
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from clientele.http.errors import ConnectError
from clientele_conformance.servers import Origin, WaitFor, response
from clientele_httpx import HttpxHTTPBackend
from clientele_httpx.closing import Undisturbed
from clientele_httpx.pools import pools_of, transport_for


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as origin:
        origin.on("/", response(body=b"ok"))
        yield origin


def test_hooks_run(origin: Origin) -> None:
    """Those of `client_options` see the request and the response of every call, sync and async."""
    seen: list[object] = []

    async def note(message: httpx.Request | httpx.Response) -> None:
        seen.append(type(message))

    def hooks(hook: object) -> Any:
        return {"event_hooks": {"request": [hook], "response": [hook]}}

    async def main() -> None:
        backend = HttpxHTTPBackend(client_options=hooks(note))
        await backend.send_async_request("GET", origin.url("/"))
        await backend.aclose()

    backend = HttpxHTTPBackend(client_options=hooks(lambda message: seen.append(type(message))))
    backend.send_sync_request("GET", origin.url("/"))
    backend.close()
    asyncio.run(main())
    assert [httpx.Request, httpx.Response] * 2 == seen


def test_an_answer_is_no_news_of_an_idle_connection(origin: Origin) -> None:
    """A thread that takes a connection for idle, just before another one uses it, doesn't close it for its answer."""
    backend = HttpxHTTPBackend()
    backend.send_sync_request("GET", origin.url("/"))
    stream = idle_connection(backend)._connection._network_stream
    stream.write(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    assert select.select([stream.get_extra_info("socket")], [], [], 10.0)[0]
    assert not stream.get_extra_info("is_readable")
    backend.close()


def test_news_of_an_idle_connection_is_noticed(origin: Origin) -> None:
    """What the server sends when nothing was asked is seen, also after a request."""
    more = threading.Event()
    origin.on("/", [response(body=b"ok"), WaitFor(more, 30.0), b"unasked"])
    backend = HttpxHTTPBackend()
    backend.send_sync_request("GET", origin.url("/"))
    connection = idle_connection(backend)
    assert not connection.has_expired()
    more.set()
    assert select.select([connection._connection._network_stream.get_extra_info("socket")], [], [], 10.0)[0]
    assert connection.has_expired()
    backend.close()


def idle_connection(backend: HttpxHTTPBackend) -> Any:
    """The one connection that httpcore's pool has."""
    [pool] = pools_of(backend._natives.get(None))
    [connection] = pool.connections
    return connection


def test_mounts_are_used(origin: Origin) -> None:
    """A transport of the user's for some URLs gets their requests, and no others."""
    mounted = httpx.MockTransport(lambda request: httpx.Response(418, text=request.url.path))
    backend = HttpxHTTPBackend(client_options={"mounts": {"http://elsewhere.example": mounted}})
    answers = [backend.send_sync_request("GET", url) for url in (origin.url("/"), "http://elsewhere.example/x")]
    backend.close()
    assert [(200, "ok"), (418, "/x")] == [(answer.status_code, answer.text) for answer in answers]


def test_the_native_response_knows_its_request(origin: Origin) -> None:
    """Its metadata are complete."""
    backend = HttpxHTTPBackend()
    native = backend.send_sync_request("GET", origin.url("/")).native
    backend.close()
    assert (httpx.URL(origin.url("/")), "GET") == (native.url, native.request.method)


def test_a_closed_client_sends_nothing(origin: Origin) -> None:
    """Its transport would open a connection that nobody closes."""
    client = HttpxHTTPBackend().build_client()
    request = httpx.Request("GET", origin.url("/"))
    transport_for(client, request)
    client.close()
    with pytest.raises(httpx.ConnectError, match="closed"):
        transport_for(client, request)
    assert issubclass(dict(HttpxHTTPBackend.faults)[httpx.ConnectError], ConnectError)  # type: ignore[arg-type]


def test_connections_are_locked_at_once(origin: Origin) -> None:
    """The locks of httpcore's connections are where we think, so that tasks don't choose the same one in vain."""

    async def main() -> list[type]:
        client = HttpxHTTPBackend().build_async_client()
        backend = HttpxHTTPBackend(async_client=client)
        await backend.send_async_request("GET", origin.url("/"))
        [pool] = pools_of(client)
        [connection] = pool.connections
        locks = [type(connection._request_lock), type(connection._connection._state_lock)]
        await client.aclose()
        return locks

    assert [asyncio.Lock] * 2 == asyncio.run(main())


@pytest.mark.parametrize("times", [1, 3])
def test_closing_goes_on_when_cancelled(times: int) -> None:
    """However often: it comes to its end first."""
    done: list[str] = []

    async def close() -> None:
        await asyncio.sleep(0)
        await asyncio.sleep(0.05)
        done.append("closed")

    async def main() -> None:
        closing = asyncio.ensure_future(_awaited(Undisturbed(close)))
        for _ in range(times):
            await asyncio.sleep(0.01)
            closing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await closing
        done.append("cancelled")

    asyncio.run(main())
    assert ["closed", "cancelled"] == done


async def _awaited(closing: Undisturbed) -> None:
    await closing
