"""Sessions: those that a backend builds, used by hand, and those of the user's own."""

from __future__ import annotations

import asyncio
import gzip
import io
import logging
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import niquests
import niquests.hooks
import pytest

from clientele.http import Response
from clientele.http.errors import DNSError, ProtocolError, ReadError, ReadTimeout, TransportError
from clientele_conformance.servers import Close, Origin, Stall, head, redirect, refusing, response
from clientele_niquests import NiquestsHTTPBackend

OK = response(body=b"ok")


def _life_cycle(note: Any) -> Any:
    hooks = niquests.hooks.LifeCycleHook[Any]()
    hooks["response"].append(note)
    return hooks


HOOKS: dict[str, Callable[[Any], Any]] = {
    "callable": lambda note: {"response": note},
    "list": lambda note: {"response": [note]},
    **({"object": _life_cycle} if hasattr(niquests.hooks, "LifeCycleHook") else {}),
}
"""The forms that the hooks of a session may have; the last one is new."""


@pytest.fixture
def origin() -> Iterator[Origin]:
    """A server."""
    with Origin() as origin:
        origin.on("/", OK)
        yield origin


@pytest.fixture
def built() -> Iterator[niquests.Session]:
    """As a backend would use it."""
    backend = NiquestsHTTPBackend()
    session = backend.build_client()
    yield session
    backend.close_client(session)


@pytest.fixture
def own() -> Iterator[niquests.Session]:
    """As a user makes one."""
    with niquests.Session() as session:
        session.trust_env = False
        yield session


def test_an_answer_is_decoded(built: niquests.Session, origin: Origin) -> None:
    """And its connection used for the next one, once it has been read."""
    origin.on("/a", response(200, [("Content-Encoding", "gzip")], gzip.compress(b'{"a": [1, 2]}')))
    for _ in range(2):
        assert {"a": [1, 2]} == built.get(origin.url("/a"), params={"b": "c d"}).json()
    assert ["/a?b=c+d"] * 2 == [request.target for request in origin.requests]
    assert 1 == origin.connections


@pytest.mark.parametrize(
    "body",
    [
        lambda: b"x" * 100_000,
        lambda: "x" * 100_000,
        lambda: bytearray(b"x" * 100_000),
        lambda: io.BytesIO(b"x" * 100_000),
        lambda: iter([b"x" * 60_000, b"", b"x" * 40_000]),
    ],
    ids=["bytes", "str", "bytearray", "file", "iterator"],
)
def test_a_body_is_sent(body: Any, built: niquests.Session, origin: Origin) -> None:
    """In every form that niquests takes."""
    built.post(origin.url("/"), data=body(), timeout=(5, 5))
    assert b"x" * 100_000 == origin.requests[0].body


def test_redirects_are_followed(built: niquests.Session, origin: Origin) -> None:
    """As niquests does."""
    origin.on("/moved", redirect("/"))
    answer = built.get(origin.url("/moved"))
    assert ([302], 200) == ([step.status_code for step in answer.history], answer.status_code)
    assert 1 == origin.connections


def test_a_response_that_is_closed_early(built: niquests.Session, origin: Origin) -> None:
    """Its connection is closed with it."""
    origin.on("/long", [head(200, [("Content-Length", "9")]), Stall()])
    built.get(origin.url("/long"), stream=True).close()
    origin.wait_until_open(0)
    assert b"ok" == built.get(origin.url("/")).content


def test_an_asynchronous_session_works_by_hand(origin: Origin) -> None:
    """Likewise."""

    async def pieces() -> AsyncIterator[bytes]:
        for piece in (b"one", b"two"):
            yield piece

    async def main() -> list[Any]:
        backend = NiquestsHTTPBackend()
        session = backend.build_async_client()
        got = [(await session.get(origin.url("/"))).content, (await session.post(origin.url("/"), data=pieces())).text]
        await backend.aclose_client(session)
        return got

    assert [b"ok", "ok"] == asyncio.run(main())
    assert (b"onetwo", 1) == (origin.requests[1].body, origin.connections)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Close(), ReadError),
        (Stall(), ReadTimeout),
        ([head(200, [("Content-Length", "9")]), b"part", Stall()], ReadTimeout),
        ([head(200, [("Content-Length", "9")]), b"part", Close()], ReadError),
        ([b"HTTP/1.1 abc\r\n\r\n", Close()], ProtocolError),
        ([b"HTTP/1.1 200 OK\r\nX : 1\r\n\r\n", Close()], ProtocolError),
        ([head(200, [("Transfer-Encoding", "chunked")]), b"zz\r\n", Close()], ProtocolError),
    ],
)
def test_an_own_session_has_our_errors(answer: Any, error: type[TransportError], origin: Origin) -> None:
    """In both modes."""
    origin.on("/fault", answer)
    for call in (send, asend):
        with pytest.raises(error):
            call(origin.url("/fault"), timeout=0.5 if error is ReadTimeout else 20.0)


def test_an_own_session_finds_nobody() -> None:
    """Under a name, and at a port."""
    for call in (send, asend):
        with pytest.raises(DNSError):
            call("http://no-such-host.invalid/")
        with refusing() as (host, port), pytest.raises(TransportError) as caught:
            call(f"http://{host}:{port}/")
        assert not caught.value.request_sent


@pytest.mark.parametrize("location", ["http://[", "http://127.0.0.1:99999/", "planted://h/", "//"])
def test_a_location_that_leads_nowhere(location: str, origin: Origin) -> None:
    """It is no matter as long as nobody follows it, and the response has it."""
    origin.on("/moved", response(302, [("Location", location)], b"body"))
    for call in (send, asend):
        answer = call(origin.url("/moved"))
        assert (302, location, b"body") == (answer.status_code, answer.headers["location"], answer.content)
        assert location == answer.native.headers["location"]


def test_a_token_is_sent(own: niquests.Session, origin: Origin) -> None:
    """It is one of the forms that the auth of a session may have."""
    own.auth = "planted"
    NiquestsHTTPBackend(client=own).send_sync_request("GET", origin.url("/"))
    assert "Bearer planted" == origin.requests[0].header("authorization")


def test_asynchronous_auth_is_awaited(origin: Origin) -> None:
    """It may have to ask somebody."""

    async def auth(request: niquests.PreparedRequest) -> niquests.PreparedRequest:
        await asyncio.sleep(0)
        assert request.headers is not None
        request.headers["Authorization"] = "planted"
        return request

    async def main() -> None:
        async with niquests.AsyncSession() as session:
            session.auth = auth  # type: ignore[assignment]
            await NiquestsHTTPBackend(async_client=session).send_async_request("GET", origin.url("/"))

    asyncio.run(main())
    assert "planted" == origin.requests[0].header("authorization")


@pytest.mark.parametrize("form", HOOKS)
def test_hooks_are_called(form: str, own: niquests.Session, origin: Origin) -> None:
    """In each of the forms that they may have, and with the response as it is."""
    origin.on("/moved", redirect("/"))
    seen: list[str] = []

    def note(response: Any, **_: Any) -> None:
        seen.append(response.headers["location"])

    own.hooks = HOOKS[form](note)
    NiquestsHTTPBackend(client=own).send_sync_request("GET", origin.url("/moved"))
    assert ["/"] == seen


def test_a_log_has_no_secret(caplog: pytest.LogCaptureFixture, origin: Origin) -> None:
    """The pools of niquests log the target of a request."""
    with caplog.at_level(logging.DEBUG):
        for call in (send, asend):
            call(origin.url("/?key=planted"))
    assert "/?key=***" in caplog.text
    assert "planted" not in caplog.text


def send(url: str, **options: Any) -> Response:
    """A call on the user's own session."""
    with niquests.Session() as session:
        session.trust_env = False
        return NiquestsHTTPBackend(client=session).send_sync_request("GET", url, **options)


def asend(url: str, **options: Any) -> Response:
    """`send`, asynchronously."""

    async def main() -> Response:
        async with niquests.AsyncSession() as session:
            session.trust_env = False
            return await NiquestsHTTPBackend(async_client=session).send_async_request("GET", url, **options)

    return asyncio.run(main())


WITHOUT_ADD_ON = """
import sys
sys.modules["python_socks"] = None
import niquests
from clientele.http.errors import ConfigurationError
from clientele.http.niquests_backend import NiquestsHTTPBackend
session = niquests.Session()
session.trust_env, session.proxies = False, {"http": "socks5h://user:secret@127.0.0.1:1"}
try:
    NiquestsHTTPBackend(client=session).send_sync_request("GET", "http://example.test/?key=secret")
except ConfigurationError as error:
    print(error)
"""


def test_a_session_that_lacks_the_add_on_for_its_proxy_is_a_mistake() -> None:
    """ERR-1 nothing was sent, and the error says what to install."""
    ended = subprocess.run([sys.executable, "-c", WITHOUT_ADD_ON], capture_output=True, text=True, check=True)  # noqa: S603
    assert "add-on" in ended.stdout
    assert "secret" not in ended.stdout
