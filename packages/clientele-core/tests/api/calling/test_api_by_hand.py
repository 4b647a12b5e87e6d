"""A client on a backend that was written by hand, and hands the options of a call on to its library as they are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from typing import Any

import pytest

from clientele.api import APIClient, AsyncStream, BaseConfig, Stream
from clientele.http import HTTPBackend, Response
from clientele.http.errors import ConfigurationError
from clientele.http.retrying import RetryBackend


def library(method: str, url: str, *, timeout: float | None = None, **options: Any) -> Response:
    """What a library makes of a request."""
    return Response(status_code=200, content=f"{method} {url} {timeout} {sorted(options)}".encode())


class ByHand(HTTPBackend):
    """Passes a limit of its own along with whatever a call has."""

    def __init__(self, timeout: float = 5.0) -> None:
        self.timeout = timeout

    def _call(self, method: str, url: str, options: dict[str, Any]) -> Response:
        return library(method, url, timeout=self.timeout, **options)

    def build_client(self) -> Any: ...

    def build_async_client(self) -> Any: ...

    def send_sync_request(self, method: str, url: str, **kwargs: Any) -> Response:
        return self._call(method, url, kwargs)

    async def send_async_request(self, method: str, url: str, **kwargs: Any) -> Response:
        return self._call(method, url, kwargs)

    def handle_sync_stream(
        self, method: str, url: str, inner_type: Any, response_parser: Any = None, **kwargs: Any
    ) -> Generator[Any, None, None]:
        yield self._call(method, url, kwargs).text

    async def handle_async_stream(
        self, method: str, url: str, inner_type: Any, response_parser: Any = None, **kwargs: Any
    ) -> AsyncGenerator[Any, None]:
        yield self._call(method, url, kwargs).text

    @staticmethod
    def convert_to_response(native_response: Any) -> Response:
        return native_response  # type: ignore[no-any-return]

    def close(self) -> None: ...

    async def aclose(self) -> None: ...


class Careful(ByHand):
    """The call's own limit wins."""

    def _call(self, method: str, url: str, options: dict[str, Any]) -> Response:
        return library(method, url, timeout=options.pop("timeout", self.timeout), **options)


class Confused(ByHand):
    """Has mistakes of its own."""

    def _call(self, method: str, url: str, options: dict[str, Any]) -> Response:
        raise TypeError("unhashable type: 'list'")


def call(api: APIClient) -> Any:
    @api.get("/a")
    def get(result: str) -> str:
        return result

    return get()


def acall(api: APIClient) -> Any:
    @api.get("/a")
    async def get(result: str) -> str:
        return result

    return asyncio.run(get())


def stream(api: APIClient) -> Any:
    @api.get("/a", streaming_response=True)
    def get(result: Iterator[str]) -> Iterator[str]:
        return result

    return "".join(get())


def astream(api: APIClient) -> Any:
    @api.get("/a", streaming_response=True)
    async def get(result: AsyncIterator[str]) -> AsyncIterator[str]:
        return result

    async def joined() -> str:
        return "".join([item async for item in await get()])

    return asyncio.run(joined())


CALLS = pytest.mark.parametrize("make", [call, acall, stream, astream])
WRAPPED = pytest.mark.parametrize("wrapped", [lambda backend: backend, RetryBackend], ids=["bare", "wrapped"])
HOOKED = pytest.mark.parametrize("hooks", [{}, {"on_request": print}], ids=["", "hooks"])


@CALLS
@WRAPPED
@HOOKED
def test_a_limit_that_is_given_twice_is_refused(
    make: Callable[[APIClient], Any], wrapped: Callable[[HTTPBackend], HTTPBackend], hooks: dict[str, Any]
) -> None:
    """The author is told what to do, in place of what Python says of a call inside of the backend."""
    config = BaseConfig(base_url="http://h.example", timeout=3.0, http_backend=wrapped(ByHand()), **hooks)
    problem = r"^ByHand: it receives 'timeout' .*kwargs\.pop\('timeout', "
    with pytest.raises(ConfigurationError, match=problem) as caught:
        make(APIClient(config=config))
    assert isinstance(caught.value.__cause__, TypeError)


@CALLS
@WRAPPED
def test_the_limit_of_the_client_wins(
    make: Callable[[APIClient], Any], wrapped: Callable[[HTTPBackend], HTTPBackend]
) -> None:
    """On a backend that takes it out of the options."""
    config = BaseConfig(base_url="http://h.example", timeout=3.0, http_backend=wrapped(Careful()))
    assert make(APIClient(config=config)).startswith("GET http://h.example/a 3.0 ")


@CALLS
def test_other_mistakes_are_shown_as_they_are(make: Callable[[APIClient], Any]) -> None:
    """They are the author's own."""
    with pytest.raises(TypeError, match=r"^unhashable type: 'list'$"):
        make(APIClient(base_url="http://h.example", timeout=3.0, http_backend=Confused()))


class Endless(ByHand):
    """Its streams have no end, and tell when they are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.closed: list[str] = []

    def handle_sync_stream(self, *_: Any, **__: Any) -> Generator[Any, None, None]:
        try:
            while True:
                yield "a"
        finally:
            self.closed.append("sync")

    async def handle_async_stream(self, *_: Any, **__: Any) -> AsyncGenerator[Any, None]:
        try:
            while True:
                yield "a"
        finally:
            self.closed.append("async")


@pytest.mark.asyncio
async def test_a_stream_that_is_left_is_closed() -> None:
    """At once, as every stream."""
    backend = Endless()
    api = APIClient(base_url="http://h.example", http_backend=backend)

    @api.get("/a", streaming_response=True)
    def items(result: Stream[str]) -> Stream[str]:
        return result

    @api.get("/a", streaming_response=True)
    async def aitems(result: AsyncStream[str]) -> AsyncStream[str]:
        return result

    with items() as stream:
        assert next(stream) == "a"
    assert backend.closed == ["sync"]
    async with await aitems() as astream:
        assert await anext(astream) == "a"
    assert backend.closed == ["sync", "async"]


@pytest.mark.parametrize("backend", [Careful(), RetryBackend(Careful())], ids=["alone", "wrapped"])
def test_it_is_not_told_where_home_is(backend: HTTPBackend) -> None:
    """SEC-8 its library doesn't know the option, and what is configured for home stays there anyway."""
    api = APIClient(base_url="http://h.example", headers={"X-Key": "planted"}, http_backend=backend)
    assert "GET http://h.example/a 5.0 ['headers']" == api.request("GET", "/a").text
    assert "GET http://other.example/a 5.0 []" == api.request("GET", "http://other.example/a").text
