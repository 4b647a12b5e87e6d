"""A blocked network: which calls of the shipped backends raise, and the error."""

from __future__ import annotations

import asyncio
import logging
import pickle
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from clientele.api import APIClient, AsyncStream, Stream
from clientele.http import Capability
from clientele.http.backends import backend_class
from clientele.http.backends.discovery import installed_with
from clientele.http.backends.network import AllowedHosts, NetworkBlocked, network
from clientele.http.errors import ClienteleError, ConfigurationError
from clientele.http.retrying import RetryBackend
from clientele.testing import NetworkBlocked as PublicNetworkBlocked
from clientele_conformance.servers import Origin, json_response, redirect
from clientele_conformance.wrapped import WRAPPERS
from clientele_httpx import HttpxHTTPBackend

SYNC, ASYNC = installed_with(Capability.SYNC), installed_with(Capability.ASYNC)


@pytest.fixture
def origin() -> Iterator[Origin]:
    """Counts what it is asked."""
    with Origin() as origin:
        origin.on("/", json_response({"id": 7}))
        yield origin


@pytest.fixture
def blocked() -> Iterator[None]:
    """No call leaves the process."""
    with network(AllowedHosts(())):
        yield


@pytest.mark.parametrize("name", SYNC)
@pytest.mark.parametrize("limit", [None, 1000], ids=["at once", "in two steps"])
@pytest.mark.usefixtures("blocked")
def test_synchronous_calls_and_streams_raise(name: str, limit: int | None, origin: Origin) -> None:
    """Whichever way the driver takes; the client has been at it before the network was blocked."""
    backend = backend_class(name)()
    with network(None):
        assert backend.send_sync_request("GET", origin.url("/")).json() == {"id": 7}
    with pytest.raises(NetworkBlocked):
        backend.send_sync_request("GET", origin.url("/"), max_response_bytes=limit)
    with pytest.raises(NetworkBlocked):
        next(backend.handle_sync_stream("GET", origin.url("/"), bytes))
    backend.close()
    assert len(origin.requests) == 1


@pytest.mark.parametrize("name", ASYNC)
@pytest.mark.parametrize("limit", [None, 1000], ids=["at once", "in two steps"])
@pytest.mark.usefixtures("blocked")
def test_asynchronous_calls_and_streams_raise(name: str, limit: int | None, origin: Origin) -> None:
    """Before a connection is made."""

    async def run() -> None:
        backend = backend_class(name)()
        with pytest.raises(NetworkBlocked):
            await backend.send_async_request("POST", origin.url("/"), json={}, max_response_bytes=limit)
        with pytest.raises(NetworkBlocked):
            await anext(backend.handle_async_stream("GET", origin.url("/"), bytes))
        await backend.aclose()

    asyncio.run(run())
    assert origin.requests == []


@pytest.mark.usefixtures("blocked")
def test_the_error_names_the_call_without_its_secrets(origin: Origin) -> None:
    """In each way in which a function can be called."""
    api = APIClient(base_url=origin.url("/").replace("//", "//ada:s3cret@"), http_backend="httpx")

    @api.get("/")
    def get_user(result: dict[str, int], token: str) -> dict[str, int]:
        return result

    @api.get("/", streaming_response=True)
    def lines(result: Stream[str], token: str) -> Stream[str]:
        return result

    @api.get("/", streaming_response=True)
    async def later(result: AsyncStream[str], token: str) -> AsyncStream[str]:
        return result

    async def go_through() -> None:
        async with await later("s3cret") as items:
            async for _ in items:
                pass

    def refused(call: Any) -> NetworkBlocked:
        with pytest.raises(NetworkBlocked) as raised:
            call()
        assert "s3cret" not in f"{raised.value} {raised.value!r}"
        assert f"GET {origin.url('/')}?token=***" in str(raised.value)
        return raised.value

    name = "test_the_error_names_the_call_without_its_secrets.<locals>."
    error = refused(lambda: get_user("s3cret"))
    assert str(error).startswith(f"{name}get_user: GET http")
    assert "clientele_fake" in str(error)
    assert "clientele_recorder" in str(error)
    assert "--clientele-allow-hosts=127.0.0.1" in str(error)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 - our own
    assert refused(lambda: list(lines("s3cret"))).call_name == f"{name}lines"
    assert refused(lambda: asyncio.run(go_through())).call_name == f"{name}later"
    assert refused(lambda: asyncio.run(get_user.aio("s3cret"))).call_name == f"{name}get_user"
    assert refused(lambda: api.request("GET", "/", params={"token": "s3cret"})).call_name is None
    api.backend.close()
    assert origin.requests == []


@pytest.mark.usefixtures("blocked")
def test_a_blocked_call_is_not_retried(caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is tried again."""
    caplog.set_level(logging.INFO, "clientele.retries")
    api = APIClient(base_url="https://api.example.com", http_backend=RetryBackend("httpx"))
    with pytest.raises(PublicNetworkBlocked, match=r"GET https://api\.example\.com/users"):
        api.request("GET", "/users")
    assert not issubclass(NetworkBlocked, ClienteleError)
    assert [record for record in caplog.records if record.name == "clientele.retries"] == []


@pytest.mark.parametrize("wrapper", WRAPPERS)
@pytest.mark.usefixtures("blocked")
def test_wrapped_backends_are_blocked(wrapper: str, origin: Origin) -> None:
    """In both modes, and for streams."""
    backend = WRAPPERS[wrapper](HttpxHTTPBackend())
    with pytest.raises(NetworkBlocked):
        backend.send_sync_request("GET", origin.url("/"))
    with pytest.raises(NetworkBlocked):
        asyncio.run(backend.send_async_request("GET", origin.url("/")))
    with pytest.raises(NetworkBlocked):
        next(backend.handle_sync_stream("GET", origin.url("/"), bytes))
    backend.close()
    assert origin.requests == []


def test_redirects_to_other_than_allowed_hosts_raise(origin: Origin) -> None:
    """Each request of a call is looked at."""
    origin.on("/away", redirect(origin.url("/").replace("127.0.0.1", "localhost")))
    origin.on("/here", redirect("/"))
    backend = HttpxHTTPBackend(follow_redirects=True)
    with network(AllowedHosts(["127.0.0.1"])):
        assert backend.send_sync_request("GET", origin.url("/here")).json() == {"id": 7}
        with pytest.raises(NetworkBlocked, match="GET http://localhost:"):
            backend.send_sync_request("GET", origin.url("/away"))
    backend.close()
    assert [request.target for request in origin.requests] == ["/here", "/", "/away"]


@pytest.mark.usefixtures("blocked")
def test_other_threads_are_blocked(origin: Origin) -> None:
    """It is the process that is closed."""
    backend = HttpxHTTPBackend()
    with ThreadPoolExecutor(1) as threads, pytest.raises(NetworkBlocked):
        threads.submit(backend.send_sync_request, "GET", origin.url("/")).result(20)
    assert origin.requests == []


@pytest.mark.parametrize(
    ("host", "reached"),
    [
        ("api.example.com", {"api.example.com"}),
        ("API.Example.COM", {"api.example.com"}),
        ("*.example.com", {"api.example.com", "a.b.example.com"}),
        ("example.com", {"example.com"}),
        ("::1", {"[::1]"}),
        ("[0:0::1]", {"[::1]"}),
        ("bücher.example", {"xn--bcher-kva.example"}),
        ("127.0.0.1", {"127.0.0.1"}),
    ],
)
def test_hosts_are_compared_in_normal_form(host: str, reached: set[str]) -> None:
    """A name, an address, or all names below one; however it is written."""
    hosts = {"api.example.com", "a.b.example.com", "example.com", "badexample.com", "[::1]", "127.0.0.1"}
    allowed = AllowedHosts([host])
    assert reached == {each for each in {*hosts, *reached} if each in allowed}


@pytest.mark.parametrize(
    "host",
    [
        *("", "*", "*.", "*.*.example.com", "a b", 7),
        *("http://example.com", "example.com/", "example.com?x", "u@example.com"),
        *("example.com:80", "localhost:8000", "[::1]:80"),
    ],
)
def test_an_invalid_host_raises(host: Any) -> None:
    """With a word on what to write."""
    with pytest.raises(ConfigurationError, match="write a name, an address"):
        AllowedHosts([host])
