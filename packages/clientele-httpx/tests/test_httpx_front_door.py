"""Calls go through httpx's own client and transport, and connections are reused only where that is safe."""

from __future__ import annotations

import asyncio
import select
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from clientele.http import Timeout
from clientele.http.errors import PoolTimeout
from clientele_conformance.servers import Origin, Signal, WaitFor, response
from clientele_httpx import HttpxHTTPBackend
from clientele_httpx.messages import _url
from clientele_httpx.sockets import Network, Stream

PLANTED = response(body=b"planted")


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as origin:
        origin.on("/", response(body=b"ok"))
        yield origin


def both(url: str, times: int, **options: Any) -> list[bytes]:
    """The answers of as many synchronous calls, and then of as many asynchronous ones."""

    async def main() -> list[bytes]:
        answers = [(await backend.send_async_request("GET", url)).content for _ in range(times)]
        await backend.aclose()
        return answers

    backend = HttpxHTTPBackend(**options)
    return [backend.send_sync_request("GET", url).content for _ in range(times)] + asyncio.run(main())


def watch(monkeypatch: pytest.MonkeyPatch, kind: type[Any], name: str, seen: list[str]) -> None:
    """Note the URL of each request that is handed to the method `name` of `kind`."""
    send = getattr(kind, name)

    def wrapped(self: Any, request: httpx.Request) -> Any:
        seen.append(str(request.url))
        return send(self, request)

    monkeypatch.setattr(kind, name, wrapped)


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


def test_what_wraps_the_methods_of_httpx_sees_each_call(origin: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
    """As tracing and mocks do: the class is httpx's, and so is the method that sends."""
    seen: list[str] = []
    watch(monkeypatch, httpx.HTTPTransport, "handle_request", seen)
    watch(monkeypatch, httpx.AsyncHTTPTransport, "handle_async_request", seen)
    assert [b"ok"] * 4 == both(origin.url("/"), 2)
    assert [origin.url("/")] * 4 == seen


def test_without_the_pool_no_connection_is_reused(origin: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
    """A release of httpx that keeps its pool elsewhere costs time, and no answer is another's."""
    monkeypatch.setattr("clientele_httpx.transport.keeps_pool", lambda _: False)
    origin.on("/", response(body=b"ok") + PLANTED)
    assert [b"ok"] * 6 == both(origin.url("/"), 3)
    assert 6 == origin.connections


def test_without_the_pool_there_is_no_http2(origin: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads would share its connections; HTTP/1.1 is what every server speaks."""
    monkeypatch.setattr("clientele_httpx.transport.keeps_pool", lambda _: False)
    assert [b"ok"] * 2 == both(origin.url("/"), 1, http2=True)


def test_an_answer_is_no_news_of_an_idle_connection(origin: Origin) -> None:
    """A thread that takes a connection for idle, just before another one uses it, doesn't close it for its answer."""
    host, port = origin.address
    stream = Network().connect_tcp(host, port, timeout=20.0)
    stream.write(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    assert select.select([stream.get_extra_info("socket")], [], [], 20.0)[0]
    assert not stream.get_extra_info("is_readable")
    assert isinstance(stream, Stream)
    stream.in_use = False
    assert stream.get_extra_info("is_readable")
    stream.close()


def test_news_of_an_idle_connection_ends_it(origin: Origin) -> None:
    """What comes behind an answer is no answer: the next call has a connection of its own."""
    read, sent = threading.Event(), threading.Event()
    origin.on("/first", [response(body=b"first"), WaitFor(read), PLANTED, Signal(sent)])
    backend = HttpxHTTPBackend()
    assert b"first" == backend.send_sync_request("GET", origin.url("/first")).content
    read.set()
    assert sent.wait(20.0)
    assert b"ok" == backend.send_sync_request("GET", origin.url("/")).content
    assert 2 == origin.connections
    backend.close()


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


@pytest.mark.parametrize("kept", [0.05, 5.0])
def test_connections_that_expire_between_calls_cost_nothing(origin: Origin, kept: float) -> None:
    """Many tasks call after gaps as long as the time for which a connection is kept: no call fails."""
    limits = httpx.Limits(keepalive_expiry=kept)

    async def caller(backend: HttpxHTTPBackend, number: int) -> int:
        for turn in range(10):
            await asyncio.sleep(0.04 + 0.002 * ((number * 7 + turn * 3) % 11))
            assert b"ok" == (await backend.send_async_request("GET", origin.url("/"))).content
        return 10

    async def main() -> int:
        backend = HttpxHTTPBackend(client_options={"limits": limits}, timeout=20.0)
        done = await asyncio.gather(*(caller(backend, number) for number in range(20)))
        await backend.aclose()
        return sum(done)

    assert 200 == asyncio.run(main())


def test_an_idle_connection_expires(origin: Origin) -> None:
    """After the time of the user's limits."""
    limits = httpx.Limits(keepalive_expiry=1e-6)
    assert [b"ok"] * 4 == both(origin.url("/"), 2, client_options={"limits": limits})
    assert 4 == origin.connections


def test_the_pool_of_ones_own_client_has_the_limit_of_the_call(origin: Origin) -> None:
    """Core doesn't count its connections."""
    origin.on("/lines", [response(body=b"1\n2\n")])
    with httpx.Client(limits=httpx.Limits(max_connections=1), timeout=20.0) as own:
        backend = HttpxHTTPBackend(client=own)
        items = backend.handle_sync_stream("GET", origin.url("/lines"), str)
        assert "1" == next(items)
        with pytest.raises(PoolTimeout):
            backend.send_sync_request("GET", origin.url("/"), timeout=Timeout(pool=0.1))
        items.close()


def test_long_urls_are_not_remembered(origin: Origin) -> None:
    """A server may lead to as many as it likes."""
    both(origin.url("/"), 1)
    kept = _url.cache_info().currsize
    both(origin.url(f"/{'long' * 1000}"), 1)
    assert kept == _url.cache_info().currsize > 0
