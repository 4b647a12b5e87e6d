"""What a request body raises, on a library that makes an error of its own of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, NoReturn

import pytest

from clientele.http import Response, TransportBackend
from clientele.http.errors import InvalidBody, ReadError
from clientele.http.wire import WireRequest


class NativeError(Exception):
    """All that this library ever raises."""


class UnhelpfulHTTPBackend(TransportBackend[None, None]):
    """A library that reads a body somewhere else, and forgets what has gone wrong there."""

    name = library = "unhelpful"
    faults = ((NativeError, ReadError),)

    def build_client(self, proxy: str | None = None) -> None:
        return None

    def build_async_client(self, proxy: str | None = None) -> None:
        return None

    @staticmethod
    def close_client(client: None) -> None:
        """There is nothing to close."""

    @staticmethod
    async def aclose_client(client: None) -> None:
        """There is nothing to close."""

    def exchange(self, client: None, request: WireRequest) -> NoReturn:
        body: Any = request.body
        try:
            list(body)
        except Exception:  # noqa: BLE001 - it's what libraries do
            raise NativeError("the connection is broken") from None
        raise AssertionError("the body is sound")

    async def async_exchange(self, client: None, request: WireRequest) -> NoReturn:
        body: Any = request.body
        try:
            [piece async for piece in body]
        except Exception:  # noqa: BLE001 - as above
            raise NativeError("the connection is broken") from None
        raise AssertionError("the body is sound")

    @staticmethod
    def convert_to_response(native_response: Any) -> Response:  # noqa: ARG004
        raise AssertionError("there are none")


URL = "http://h.example/"
backend = UnhelpfulHTTPBackend()


def failing(error: Exception) -> Iterator[bytes]:
    yield b"piece"
    raise error


async def asynchronously_failing(error: Exception) -> AsyncIterator[bytes]:
    yield b"piece"
    raise error


@pytest.mark.parametrize("mine", [OSError("mine"), ValueError("mine"), InvalidBody("mine"), NativeError("mine")])
@pytest.mark.asyncio
async def test_what_a_body_raises_reaches_the_caller(mine: Exception) -> None:
    """BDY-5 as it is, in a call and in a stream."""
    with pytest.raises(type(mine)) as called:
        backend.send_sync_request("POST", URL, content=failing(mine))
    with pytest.raises(type(mine)) as streamed:
        list(backend.handle_sync_stream("POST", URL, bytes, content=failing(mine)))
    with pytest.raises(type(mine)) as acalled:
        await backend.send_async_request("POST", URL, content=asynchronously_failing(mine))
    with pytest.raises(type(mine)) as astreamed:
        [item async for item in backend.handle_async_stream("POST", URL, bytes, content=failing(mine))]
    assert [mine] * 4 == [caught.value for caught in (called, streamed, acalled, astreamed)]


@pytest.mark.parametrize("content", [[b"piece", "text"], (3,)])
@pytest.mark.asyncio
async def test_what_core_says_of_a_body_reaches_the_caller(content: Any) -> None:
    """BDY-5 HDR-2 and not what the library makes of it."""
    with pytest.raises(InvalidBody, match=r"^content: the pieces of a body are bytes"):
        backend.send_sync_request("POST", URL, content=content)
    with pytest.raises(InvalidBody, match=r"^content: the pieces of a body are bytes"):
        await backend.send_async_request("POST", URL, content=content)


def test_a_fault_of_the_library_is_still_its_own() -> None:
    """ERR-1 once the body of the call is sound."""
    with pytest.raises(OSError, match="mine"):
        backend.send_sync_request("POST", URL, content=failing(OSError("mine")))
    with pytest.raises(AssertionError, match="sound"):
        backend.send_sync_request("POST", URL, content=[b"piece"])
    with pytest.raises(ReadError, match="broken"):
        backend.send_sync_request("POST", URL)
