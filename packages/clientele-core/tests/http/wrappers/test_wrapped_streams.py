"""A stream that is closed has let go of everything by the time that `close` or `aclose` returns, also in a wrapper."""

from __future__ import annotations

import asyncio
import gc
import inspect
import weakref
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from clientele.api import APIClient, AsyncStream, BaseConfig, Stream
from clientele.api.streaming.resuming import Resumption, aresumed
from clientele.http import HTTPBackend, Response
from clientele.http.backends.kinds import innermost
from clientele.http.errors import TransportError
from clientele.http.recording import RecordingBackend
from clientele.http.retrying import RetryBackend
from clientele.http.transport import TransportBackend
from clientele_conformance.installed import CLASSES, named
from clientele_conformance.servers import LAST_CHUNK, Answer, Origin, Stall, chunk, chunked_head, refusing

ENDLESS: Answer = [chunked_head(), chunk(b"1\n"), Stall()]
SHORT: Answer = [chunked_head(), chunk(b"1\n"), LAST_CHUNK]


class Watched(HTTPBackend):
    """A hand-written backend that holds on to its streams, so that only closing them ends them."""

    def __init__(self) -> None:
        self.made: list[Any] = []
        self.open = 0

    def build_client(self) -> None:
        """There is none."""

    def build_async_client(self) -> None:
        """There is none."""

    def send_sync_request(self, method: str, url: str, **kwargs: Any) -> Any:
        raise NotImplementedError

    async def send_async_request(self, method: str, url: str, **kwargs: Any) -> Any:
        raise NotImplementedError

    def handle_sync_stream(
        self, method: str, url: str, inner_type: Any, response_parser: Any = None, **kwargs: Any
    ) -> Generator[Any, None, None]:
        self.made.append(self._items(kwargs.get("on_head")))
        return self.made[-1]  # type: ignore[no-any-return]

    def handle_async_stream(
        self, method: str, url: str, inner_type: Any, response_parser: Any = None, **kwargs: Any
    ) -> AsyncGenerator[Any, None]:
        self.made.append(self._aitems(kwargs.get("on_head")))
        return self.made[-1]  # type: ignore[no-any-return]

    def _items(self, on_head: Any) -> Generator[Any, None, None]:
        self.open += 1
        try:
            if on_head is not None:
                on_head(Response(status_code=200))
            while True:
                yield b"1\n"
        finally:
            self.open -= 1

    async def _aitems(self, on_head: Any) -> AsyncGenerator[Any, None]:
        self.open += 1
        try:
            if on_head is not None:
                on_head(Response(status_code=200))
            while True:
                yield b"1\n"
        finally:
            await asyncio.sleep(0)  # As closing a connection does.
            self.open -= 1

    @staticmethod
    def convert_to_response(native_response: Any) -> Response:
        raise NotImplementedError

    def close(self) -> None:
        """There is nothing to close."""

    async def aclose(self) -> None:
        """There is nothing to close."""


Wrap = Callable[[HTTPBackend], HTTPBackend]


@pytest.fixture(params=["none", "retrying", "recording", "both"])
def wrap(request: pytest.FixtureRequest, tmp_path: Path) -> Wrap:
    """Puts a backend into wrappers."""

    def retrying(backend: HTTPBackend) -> HTTPBackend:
        return RetryBackend(backend, backoff=0.01)

    def recording(backend: HTTPBackend) -> HTTPBackend:
        return RecordingBackend(backend, tmp_path / "cassette.yaml", "all")

    wraps: dict[str, Wrap] = {
        "none": lambda backend: backend,
        "retrying": retrying,
        "recording": recording,
        "both": lambda backend: retrying(recording(backend)),
    }
    return wraps[request.param]


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as origin:
        origin.on("/endless", ENDLESS)
        origin.on("/short", SHORT)
        yield origin


def test_closing_a_stream_closes_the_one_inside(wrap: Wrap) -> None:
    """At once, not when it is collected."""
    inner = Watched()
    items = wrap(inner).handle_sync_stream("GET", "http://h/", bytes)
    assert b"1\n" == next(items)
    assert 1 == inner.open
    items.close()
    assert 0 == inner.open


def test_closing_an_asynchronous_stream_closes_the_one_inside(wrap: Wrap) -> None:
    """Before `aclose` returns, not in a task that the event loop has still to run."""

    async def main() -> None:
        inner = Watched()
        items = wrap(inner).handle_async_stream("GET", "http://h/", bytes)
        assert b"1\n" == await anext(items)
        assert 1 == inner.open
        await items.aclose()
        assert 0 == inner.open

    asyncio.run(main())


@pytest.mark.parametrize("name", named("async"))
@pytest.mark.parametrize("path", ["/endless", "/short", "/missing"])
def test_the_slot_is_free_when_aclose_returns(wrap: Wrap, name: str, path: str, origin: Origin) -> None:
    """Whether the stream was left, read to its end, or failed: there is nothing to wait for."""

    async def main() -> None:
        inner = CLASSES[name](max_connections=1)  # type: ignore[call-arg]
        backend = wrap(inner)
        items = backend.handle_async_stream("GET", origin.url(path), bytes)
        try:
            async for _ in items:
                if path == "/endless":
                    break
        except Exception:  # noqa: BLE001 - that of a 404
            assert path == "/missing"
        await items.aclose()
        beneath = innermost(inner)
        assert isinstance(beneath, TransportBackend)
        (await beneath._async_natives.slots.take(1e-9))()
        await backend.aclose()

    asyncio.run(main())


@pytest.mark.parametrize("hooks", [False, True], ids=["", "with hooks"])
@pytest.mark.parametrize("generator", [False, True], ids=["as it is", "in a generator"])
def test_the_stream_of_a_client_closes_what_is_inside(wrap: Wrap, *, hooks: bool, generator: bool) -> None:
    """With whatever stands around it."""
    heads: list[Response] = []
    inner = Watched()
    api = APIClient(config=BaseConfig(http_backend=wrap(inner), on_response=heads.append if hooks else None))

    @api.get("http://h/", streaming_response=True)
    def items(result: Stream[bytes]) -> Any:
        return (item for item in result) if generator else result

    @api.get("http://h/", streaming_response=True)
    async def aitems(result: AsyncStream[bytes]) -> Any:
        return (item async for item in result) if generator else result

    stream = items()
    assert b"1\n" == next(stream)
    stream.close()
    assert 0 == inner.open

    async def main() -> None:
        stream = await aitems()
        assert b"1\n" == await anext(stream)
        await stream.aclose()
        assert 0 == inner.open

    asyncio.run(main())


def test_a_generator_around_a_stream_is_closed_before_it(wrap: Wrap) -> None:
    """What it does at its end may still need the connection."""
    inner, seen = Watched(), list[int]()
    api = APIClient(config=BaseConfig(http_backend=wrap(inner)))

    @api.get("http://h/", streaming_response=True)
    async def items(result: AsyncStream[bytes]) -> Any:
        async def made() -> AsyncIterator[bytes]:
            try:
                async for item in result:
                    yield item
            finally:
                await asyncio.sleep(0)
                seen.append(inner.open)

        return made()

    async def main() -> None:
        stream = await items()
        await anext(stream)
        await stream.aclose()
        assert [1] == seen
        assert 0 == inner.open

    asyncio.run(main())


def _by_hand(backend: HTTPBackend) -> Any:
    return backend.handle_async_stream("GET", "http://h/", bytes)


def _of_a_client(backend: HTTPBackend) -> Any:
    api = APIClient(config=BaseConfig(http_backend=backend))

    @api.get("http://h/", streaming_response=True)
    async def items(result: AsyncStream[bytes]) -> Any:
        return result

    return items()


def _in_a_generator(backend: HTTPBackend) -> Any:
    api = APIClient(config=BaseConfig(http_backend=backend))

    @api.get("http://h/", streaming_response=True)
    async def items(result: AsyncStream[bytes]) -> Any:
        return (item async for item in result)

    return items()


def _resumed(backend: HTTPBackend) -> Any:
    def again(options: dict[str, Any]) -> Any:
        raise NotImplementedError(options)

    return aresumed(backend.handle_async_stream("GET", "http://h/", bytes), again, cast(Resumption, None))


@pytest.mark.parametrize("stream", [_by_hand, _of_a_client, _in_a_generator, _resumed])
@pytest.mark.parametrize("enters", [False, True], ids=["", "entered"])
def test_a_loop_that_ends_within_a_stream(stream: Callable[[HTTPBackend], Any], wrap: Wrap, *, enters: bool) -> None:
    """It closes all generators that it has seen at once, so it must see only the outermost."""
    inner, kept, complaints = Watched(), list[Any](), list[Any]()

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
        for _ in range(3):
            made = stream(wrap(inner))
            items = await made if inspect.isawaitable(made) else made
            if enters and isinstance(items, AsyncStream):
                await items.__aenter__()
            kept.append(items)
            assert b"1\n" == await anext(items)
        assert 3 == inner.open

    asyncio.run(main())
    assert ([], 0) == (complaints, inner.open)


@pytest.mark.parametrize("name", named("sync"))
@pytest.mark.parametrize("streams", [False, True], ids=["call", "stream"])
def test_an_error_is_gone_with_its_last_reference(wrap: Wrap, name: str, *, streams: bool) -> None:
    """In a cycle with its traceback, it would keep sockets open until the garbage collector runs."""
    backend = wrap(CLASSES[name]())

    def failed(url: str) -> weakref.ref[TransportError] | None:
        try:
            if streams:
                list(backend.handle_sync_stream("GET", url, bytes))
            else:
                backend.send_sync_request("GET", url)
        except TransportError as error:
            return weakref.ref(error)
        return None

    with refusing() as (host, port):
        failed(f"http://{host}:{port}/")  # Imports.
        gc.collect()
        gc.disable()
        try:
            error = failed(f"http://{host}:{port}/")
        finally:
            gc.enable()
        assert error is not None
        assert error() is None
    backend.close()
