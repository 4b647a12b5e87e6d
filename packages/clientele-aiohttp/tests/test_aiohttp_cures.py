"""What aiohttp would do otherwise, against a real server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing
from typing import Any

import aiohttp
import pytest

from clientele.http import Timeout
from clientele.http.errors import ReadError, ReadTimeout, TransportTimeout
from clientele_aiohttp import AiohttpHTTPBackend
from clientele_conformance.servers import (
    Certificates,
    Close,
    Origin,
    Pause,
    ReadBody,
    Reset,
    Stall,
    certificates,
    chunk,
    chunked_head,
    head,
    redirect,
    response,
)

OK = response(body=b"ok")


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as origin:
        yield origin


def run(main: Callable[[AiohttpHTTPBackend], Awaitable[None]], **options: Any) -> None:
    """Run `main` with a backend, which is closed at the end."""

    async def closing() -> None:
        backend = AiohttpHTTPBackend(**options)
        try:
            await main(backend)
        finally:
            await backend.aclose()

    asyncio.run(closing())


@pytest.mark.parametrize("end", [Close(), Reset()])
def test_what_has_come_is_read_before_a_fault(end: Any, origin: Origin) -> None:
    """However slow the reader is: aiohttp forgets what is still to be read. Its slowness isn't the server's silence."""
    origin.on("/", [chunked_head(), chunk(b"1\n"), Pause(0.05), chunk(b"2\n"), chunk(b"3\n"), Pause(0.05), end])
    found: list[int] = []

    async def main(backend: AiohttpHTTPBackend) -> None:
        async with aclosing(backend.handle_async_stream("GET", origin.url("/"), int)) as items:
            async for item in items:
                found.append(item)
                await asyncio.sleep(1.2)

    with pytest.raises(ReadError):
        run(main, timeout=Timeout(read=1.0))
    assert [1, 2, 3] == found


def test_silence_after_an_interim_response_has_a_limit(origin: Origin) -> None:
    """To aiohttp it is an answer: it waits for the next one for ever."""
    origin.on("/", [head(103), Stall()])

    async def main(backend: AiohttpHTTPBackend) -> None:
        await backend.send_async_request("GET", origin.url("/"))

    with pytest.raises(ReadTimeout):
        run(main, timeout=Timeout(read=0.3))


def test_an_interim_response_starts_no_clock(origin: Origin) -> None:
    """The upload goes on for longer than the limit for silence."""
    origin.on("/", [head(103), ReadBody(), OK], read_body=False)

    async def body() -> AsyncIterator[bytes]:
        for _ in range(6):
            yield b"piece"
            await asyncio.sleep(0.5)

    async def main(backend: AiohttpHTTPBackend) -> None:
        answer = await backend.send_async_request("POST", origin.url("/"), content=body())
        assert b"ok" == answer.content

    run(main, timeout=Timeout(read=2.5))


def test_an_early_answer_that_stalls_has_a_limit(origin: Origin) -> None:
    """Its request is never out, so that aiohttp waits for ever."""
    origin.on("/", [head(413, [("Content-Length", "5")]) + b"to", Stall()], read_body=False)

    async def main(backend: AiohttpHTTPBackend) -> None:
        await backend.send_async_request("POST", origin.url("/"), content=bytes(32 << 20))

    with pytest.raises(TransportTimeout):
        run(main, timeout=Timeout(read=0.4, write=0.4))


@pytest.mark.parametrize("content", [b"body", [b"bo", b"dy"]])
def test_an_expectation_is_for_the_server(content: Any, origin: Origin) -> None:
    """aiohttp holds the body back until the server has agreed; one that doesn't know of it, never does."""
    origin.on("/", OK)

    async def main(backend: AiohttpHTTPBackend) -> None:
        await backend.send_async_request("POST", origin.url("/"), content=content, headers={"Expect": "100-continue"})

    run(main)
    assert [(b"body", "100-continue")] == [(request.body, request.header("expect")) for request in origin.requests]


@pytest.mark.parametrize("error", [LookupError("mine"), OSError(5, "mine"), TimeoutError("mine")])
def test_a_body_that_fails_fails_as_it_does(error: Exception, origin: Origin) -> None:
    """Whatever aiohttp makes of it."""
    origin.on("/", OK)

    async def body() -> AsyncIterator[bytes]:
        yield b"piece"
        raise error

    async def main(backend: AiohttpHTTPBackend) -> None:
        await backend.send_async_request("POST", origin.url("/"), content=body())

    with pytest.raises(type(error)) as caught:
        run(main)
    assert error is caught.value


def test_a_connection_that_is_to_be_closed_is_not_used_again(origin: Origin) -> None:
    """Also if the server leaves it open."""
    origin.on("/", OK)

    async def main(backend: AiohttpHTTPBackend) -> None:
        for _ in range(2):
            await backend.send_async_request("GET", origin.url("/"), headers={"Connection": "Close"})

    run(main)
    assert 2 == origin.connections


def test_connections_with_tls_are_kept() -> None:
    """What TLS has to say after the handshake is no surplus."""
    trusted: Certificates = certificates()
    with Origin(tls=trusted.server_context()) as server, asyncio.Runner() as runner:
        server.on("/", OK)
        backend = AiohttpHTTPBackend(verify=trusted.ca_path)
        for _ in range(5):
            runner.run(backend.send_async_request("GET", server.url("/")))
        runner.run(backend.aclose())
        assert 1 == server.connections


def test_a_stream_whose_session_was_closed_says_so(origin: Origin) -> None:
    """To aiohttp that is a RuntimeError."""
    origin.on("/", [chunked_head(), chunk(b"1\n"), Stall()])

    async def main(backend: AiohttpHTTPBackend) -> None:
        async with aclosing(backend.handle_async_stream("GET", origin.url("/"), int)) as items:
            assert 1 == await anext(items)
            await backend.aclose()
            await anext(items)

    with pytest.raises(ReadError):
        run(main)


async def planting(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """A middleware of the user's."""
    request.headers["X-Planted"] = "1"
    return await handler(request)


@pytest.mark.parametrize(
    ("field", "options"),
    [
        ("x-planted", {"middlewares": (planting,)}),
        ("authorization", {"headers": {"Authorization": "planted"}}),
        ("cookie", {"cookies": {"planted": "1"}}),
    ],
)
def test_a_session_of_the_users_keeps_its_own_at_home(field: str, options: dict[str, Any], origin: Origin) -> None:
    """What its middlewares add goes where its auth and its cookies go, and nowhere else."""

    async def main() -> None:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), **options) as session:
            backend = AiohttpHTTPBackend(async_client=session, follow_redirects=True)
            assert b"ok" == (await backend.send_async_request("GET", origin.url("/"))).content

    with Origin() as elsewhere:
        elsewhere.on("/next", OK)
        origin.on("/", redirect(elsewhere.url("/next")))
        asyncio.run(main())
        assert origin.requests[0].header(field) is not None
        assert elsewhere.requests[0].header(field) is None


def test_one_timer_serves_for_all_silence(origin: Origin) -> None:
    """A shorter limit than that of an earlier call holds, a slow answer in time is read, and silence ends the call."""
    origin.on("/slow", [chunked_head(), *[step for _ in range(4) for step in (Pause(0.8), chunk(b"!"))], chunk(b"")])
    origin.on("/silent", [Stall()])
    origin.on("/", OK)

    async def main(backend: AiohttpHTTPBackend) -> None:
        for _ in range(2):
            await backend.send_async_request("GET", origin.url("/"), timeout=30.0)
            response = await backend.send_async_request("GET", origin.url("/slow"), timeout=Timeout(read=3.0))
            assert response.content == b"!!!!"
            with pytest.raises(ReadTimeout):
                await asyncio.wait_for(
                    backend.send_async_request("GET", origin.url("/silent"), timeout=Timeout(read=0.3)), 20
                )

    run(main)
