"""Backends of one mode: what the other half says."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from clientele.http import Capability, HTTPBackend, Timeout
from clientele.http.backends import AsyncOnly, SyncOnly
from clientele.http.backends.discovery import installed_with
from clientele.http.errors import ConfigurationError
from clientele.http.transport import TransportBackend
from clientele.http.wire import WireRequest, WireResponse


class SyncHTTPBackend(SyncOnly, TransportBackend[str, Any]):
    name = library = "sync"
    capabilities = frozenset({Capability.SYNC})
    faults = ()

    def build_client(self, proxy: str | None = None) -> str:
        return f"client {proxy}"

    @staticmethod
    def close_client(client: str) -> None:
        pass

    def exchange(self, client: str, request: WireRequest) -> Any:
        return WireResponse(200, (), "1.1", iter([client.encode()]), lambda: None, None)

    @staticmethod
    def convert_to_response(native_response: Any) -> Any:
        return native_response


class AsyncHTTPBackend(AsyncOnly, TransportBackend[Any, str]):
    name = library = "async"
    capabilities = frozenset({Capability.ASYNC})
    faults = ()

    def build_async_client(self, proxy: str | None = None) -> str:
        return f"client {proxy}"

    @staticmethod
    async def aclose_client(client: str) -> None:
        pass

    async def async_exchange(self, client: str, request: WireRequest) -> Any:
        async def chunks() -> AsyncIterator[bytes]:
            yield client.encode()

        async def close() -> None:
            pass

        return WireResponse(200, (), "1.1", chunks(), close, None)

    @staticmethod
    def convert_to_response(native_response: Any) -> Any:
        return native_response


URL = "http://h.example/"
ASYNC: dict[str, Callable[[HTTPBackend], Any]] = {
    "build_async_client": lambda backend: backend.build_async_client(),
    "send_async_request": lambda backend: backend.send_async_request("GET", URL),
    "handle_async_stream": lambda backend: backend.handle_async_stream("GET", URL, bytes),
}
SYNC: dict[str, Callable[[HTTPBackend], Any]] = {
    "build_client": lambda backend: backend.build_client(),
    "send_sync_request": lambda backend: backend.send_sync_request("GET", URL),
    "handle_sync_stream": lambda backend: backend.handle_sync_stream("GET", URL, bytes),
}


def test_what_is_there_works() -> None:
    """CAP-1 the half that the backend has, and closing in both ways."""
    backend, other = SyncHTTPBackend(), AsyncHTTPBackend()
    assert b"client None" == backend.send_sync_request("GET", URL).content
    backend.close()
    asyncio.run(backend.aclose())
    assert b"client None" == asyncio.run(other.send_async_request("GET", URL)).content
    asyncio.run(other.aclose())
    other.close()


@pytest.mark.parametrize("method", ASYNC)
def test_a_sync_backend_says_who_is_asynchronous(method: str) -> None:
    """CAP-1 at the call, before anything is awaited: its name, what is missing, and who has it."""
    with pytest.raises(NotImplementedError) as caught:
        ASYNC[method](SyncHTTPBackend())
    assert str(caught.value).startswith(f"SyncHTTPBackend.{method}: this backend makes no asynchronous calls; ")
    assert all(repr(name) in str(caught.value) for name in installed_with(Capability.ASYNC))


@pytest.mark.parametrize("method", SYNC)
def test_an_async_backend_says_who_is_synchronous(method: str) -> None:
    """CAP-1 as above."""
    with pytest.raises(NotImplementedError) as caught:
        SYNC[method](AsyncHTTPBackend())
    assert str(caught.value).startswith(f"AsyncHTTPBackend.{method}: this backend makes no synchronous calls; ")
    assert all(repr(name) in str(caught.value) for name in installed_with(Capability.SYNC))


def test_without_a_backend_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """CAP-1 one that has both."""
    monkeypatch.setattr("clientele.http.backends.discovery.entry_points", lambda **_: ())
    with pytest.raises(NotImplementedError, match="pip install clientele-httpx"):
        ASYNC["send_async_request"](SyncHTTPBackend())


@pytest.mark.parametrize("backend", [SyncHTTPBackend(), AsyncHTTPBackend()], ids=["sync", "async"])
def test_nothing_of_the_interface_is_left_abstract(backend: HTTPBackend) -> None:
    """The mixin has the signatures of the interface."""
    for name in (*SYNC, *ASYNC):
        ours, theirs = inspect.signature(getattr(type(backend), name)), inspect.signature(getattr(HTTPBackend, name))
        assert list(theirs.parameters) == [each for each in ours.parameters if each != "proxy"]


@pytest.mark.parametrize("handed_in", ["async_client", "client"])
def test_a_client_for_the_missing_mode_raises(handed_in: str) -> None:
    """It could never be used."""

    class Typed(SyncHTTPBackend):
        client_types = (str, None)

    class AlsoTyped(AsyncHTTPBackend):
        client_types = (None, str)

    backend: Any = Typed if handed_in == "async_client" else AlsoTyped
    with pytest.raises(ValueError, match=f"{handed_in}=.*no such mode"):
        backend(**{handed_in: "a client"})


@pytest.mark.parametrize("options", [{}, {"timeout": None}, {"timeout": Timeout(total=20.0)}])
@pytest.mark.parametrize("own", [{}, {"async_client": "client"}])
def test_asynchronous_calls_need_asyncio(own: dict[str, Any], options: dict[str, Any]) -> None:
    """LIF-2 on another kind of event loop, such as trio's, the error says so before anything is sent."""
    backend = AsyncHTTPBackend(**own)
    stream = backend.handle_async_stream("GET", "http://example.com/", bytes, **options)
    for waiting in (backend.send_async_request("GET", "http://example.com/", **options), anext(stream)):
        with pytest.raises(ConfigurationError, match=r"asyncio\.run.* trio"):
            waiting.__await__().send(None)
