"""Calls an ASGI application in this process: FastAPI, Starlette, Django and others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias, Unpack
from urllib.parse import unquote

from clientele.__about__ import __version__
from clientele.http.backends.options import BackendOptions
from clientele.http.in_process.application import FAILED, ApplicationCall, ApplicationError, said, silent
from clientele.http.in_process.asgi_lifespan import Life, OwnLoop
from clientele.http.message.headers import Pairs
from clientele.http.transport.memory import MemoryBackend, aread_body, has_body, read_body, wire_headers
from clientele.http.wire import AsyncWireResponse, SyncWireResponse, WireRequest, WireResponse

__all__ = ["ASGIApplication", "ASGIBackend", "ApplicationError"]

Message: TypeAlias = MutableMapping[str, Any]
ASGIApplication: TypeAlias = Callable[
    [MutableMapping[str, Any], Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
]
"""An ASGI 3 application: https://asgi.readthedocs.io/en/latest/specs/main.html"""


class ASGIBackend(MemoryBackend[OwnLoop, Life]):
    """Calls an ASGI 3 application (https://asgi.readthedocs.io) in this process, synchronously and asynchronously.

    Requests to all origins go to the application. Asynchronous calls run it on their own event loop, synchronous calls
    on a loop in a thread of the backend. A response body arrives as the application sends it, with backpressure; a
    request body is passed as a whole. A call ends when the application returns, including its background tasks, or when
    it has sent nothing for the read limit of the call.

    Args:
        app: the application.
        raise_app_exceptions: convert an exception of the application to an `ApplicationError`, with the exception as
            its cause, even if a response was sent, as web frameworks do for a 500; default True. With False, the call
            gets the response, or a plain 500 if there is none.
        lifespan: start the application at the first call of each event loop, and shut it down when the backend is
            closed; applications without lifespan support work too. Default True.
        options: see `clientele.http.backends.BackendOptions`.

    Raises:
        ConfigurationError, TypeError: as for every backend.
    """

    name = "asgi"
    library = f"asgi/{__version__}"

    def __init__(
        self,
        app: ASGIApplication,
        *,
        raise_app_exceptions: bool = True,
        lifespan: bool = True,
        **options: Unpack[BackendOptions],
    ) -> None:
        super().__init__(**options)
        self._app = app
        self._raises = raise_app_exceptions
        self._lifespan = lifespan

    def build_client(self, proxy: str | None = None) -> OwnLoop:  # noqa: ARG002
        """A thread with an event loop on which the application runs."""
        return OwnLoop(Life(self._app, wanted=self._lifespan))

    def build_async_client(self, proxy: str | None = None) -> Life:  # noqa: ARG002
        """The lifespan of the application on this event loop."""
        return Life(self._app, wanted=self._lifespan)

    @staticmethod
    def close_client(client: OwnLoop) -> None:
        """Shut the application down, and end the thread."""
        client.close()

    @staticmethod
    async def aclose_client(client: Life) -> None:
        """Shut the application down."""
        await client.aclose()

    def exchange(self, client: OwnLoop, request: WireRequest) -> SyncWireResponse:
        """Call the application with the whole body, and return the response as soon as it has begun.

        Raises:
            ApplicationError: the application raised an exception, or violated the protocol.
        """
        wire = client.run(self._called(client.life, request, read_body(request)))

        def close() -> None:
            client.run(wire.close())

        return WireResponse(wire.status, wire.headers, "1.1", client.each(wire.chunks), close, None)

    async def async_exchange(self, client: Life, request: WireRequest) -> AsyncWireResponse:
        """`exchange`, asynchronously."""
        return await self._called(client, request, await aread_body(request))

    async def _called(self, life: Life, request: WireRequest, content: bytes | None) -> AsyncWireResponse:
        await life.start()
        exchange = Exchange(request, content, raises=self._raises)
        exchange.begin(self._app, life.state)
        try:
            status, headers = await exchange.head()
        except BaseException:
            await exchange.close()
            raise
        return WireResponse(status, headers, "1.1", exchange.chunks(), exchange.close, None)


class Exchange(ApplicationCall):
    """One call of an application, with its `receive` and `send`."""

    backend = ASGIBackend.name

    def __init__(self, request: WireRequest, content: bytes | None, *, raises: bool) -> None:
        super().__init__(request, content, raises=raises)
        self._sent: asyncio.Queue[Message] = asyncio.Queue(maxsize=1)
        self._over = asyncio.Event()
        self._complete = False
        self._asked = False

    def begin(self, app: ASGIApplication, state: MutableMapping[str, Any]) -> None:
        """Call the application."""
        scope = _scope(self._request, self._content, state)

        async def run() -> None:
            await app(scope, self._receive, self._send)

        self._task = asyncio.get_running_loop().create_task(run())

    async def head(self) -> tuple[int, Pairs]:
        """The status and the fields."""
        message = await self._next("http.response.start")
        if message is None:
            self._complete = True
            return FAILED
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in message.get("headers", ()))
        self._has_body = has_body(self._request.method, message["status"])
        return message["status"], headers

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body, as the application sends it, until the application returns."""
        while not self._complete:
            message = await self._next("http.response.body")
            if message is None:
                raise self._error("the application ended within its response")
            self._complete = not message.get("more_body", False)
            if (body := bytes(message.get("body", b""))) and self._has_body:
                yield body
        self._over.set()
        await asyncio.wait({self._task}, timeout=self._patience)
        self._check_end()

    async def close(self) -> None:
        """End the application, if it hasn't ended."""
        self._over.set()
        self._task.cancel()
        await asyncio.wait({self._task})
        if not self._task.cancelled():
            self._task.exception()  # Retrieved, so that the loop doesn't report the exception.

    async def _next(self, kind: str) -> Message | None:
        """The next message, or None if the application raised an exception that isn't propagated."""
        taking = asyncio.ensure_future(self._sent.get())
        try:
            await asyncio.wait({taking, self._task}, timeout=self._patience, return_when=asyncio.FIRST_COMPLETED)
            if not taking.done() and not self._task.done():
                raise silent()
            await asyncio.sleep(0)  # The last message may have arrived.
            if taking.done():
                return self._checked(taking.result(), kind)
        finally:
            taking.cancel()
        self._check_end()
        if self._task.exception() is None:
            raise self._error(f"the application returned without {kind}")
        return None

    def _checked(self, message: Message, kind: str) -> Message:
        if message["type"] != kind:
            raise self._error(f"the application sent {message['type']} instead of {kind}")
        return message

    def _check_end(self) -> None:
        """Raise the exception of the application, if it is propagated."""
        if self._raises and self._task.done() and not self._task.cancelled():
            error = self._task.exception()
            if error is not None:
                raise self._error(said(error)) from error

    async def _receive(self) -> Message:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": self._content or b"", "more_body": False}
        await self._over.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if not self._complete:
            await self._sent.put(message)


def _scope(request: WireRequest, content: bytes | None, state: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    url = request.url
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": url.scheme,
        "path": unquote(url.path),
        "raw_path": url.path.encode(),
        "query_string": url.query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in wire_headers(request, content)],
        "client": ("127.0.0.1", 1),
        "server": (url.host, url.port),
        "state": dict(state),
    }
