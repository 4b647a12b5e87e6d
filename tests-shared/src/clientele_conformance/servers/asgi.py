"""The application behind the HTTP/2 origin: it echoes requests, and sends the specified streams."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from clientele_conformance.servers.echo import describe
from clientele_conformance.servers.messages import Headers
from clientele_conformance.servers.recorded import RecordedRequest
from clientele_conformance.servers.script import Pause, WaitFor

Item: TypeAlias = bytes | Pause | WaitFor
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

_WAIT_STEP = 0.01


@dataclass(frozen=True, slots=True)
class Stream:
    """A response whose body is sent item by item."""

    status: int
    headers: Headers
    items: tuple[Item, ...]


class Application:
    """An ASGI application with registered streams; any other path echoes the request. `record` is called with each
    request.
    """

    def __init__(self, record: Callable[[RecordedRequest], None], errors: list[Exception]) -> None:
        self._record = record
        self.started = threading.Event()
        self.stopping = threading.Event()
        self._errors = errors
        self._streams: dict[str, Stream] = {}

    def on(self, path: str, stream: Stream) -> None:
        """Answer `path`, whatever the query, with `stream`."""
        self._streams[path] = stream

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request, or the life of the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        try:
            await self._answer(scope, receive, send)
        except Exception as error:
            self._errors.append(error)
            raise

    async def _live(self, receive: Receive, send: Send) -> None:
        for phase in ("startup", "shutdown"):
            await receive()
            if phase == "startup":
                self.started.set()
            await send({"type": f"lifespan.{phase}.complete"})

    async def _answer(self, scope: Message, receive: Receive, send: Send) -> None:
        request = await _received(scope, receive)
        self._record(request)
        stream = self._streams.get(request.path) or _echo(request)
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in stream.headers]
        await send({"type": "http.response.start", "status": stream.status, "headers": headers})
        gone = asyncio.ensure_future(
            receive()
        )  # After the whole request, the only event is the disconnect of the client.
        try:
            for item in stream.items:
                if isinstance(item, bytes):
                    await send({"type": "http.response.body", "body": item, "more_body": True})
                elif not await self._wait(item, gone):
                    return
        finally:
            gone.cancel()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _wait(self, item: Pause | WaitFor, gone: asyncio.Future[Message]) -> bool:
        """Wait, in small steps because a threading event can't be awaited; False if the client has disconnected."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + item.seconds
        while (left := deadline - loop.time()) > 0:
            if self.stopping.is_set() or gone.done():
                return False
            if isinstance(item, WaitFor) and item.event.is_set():
                return True
            await asyncio.sleep(min(_WAIT_STEP, left))
        if isinstance(item, Pause):
            return True
        if self.stopping.is_set() or gone.done():
            return False
        raise RuntimeError(f"no signal in {item.seconds} seconds")


def _echo(request: RecordedRequest) -> Stream:
    body = describe(request)
    headers = [("content-type", "application/json"), ("content-length", str(len(body)))]
    return Stream(200, headers, (body,))


async def _received(scope: Message, receive: Receive) -> RecordedRequest:
    """The whole request; framing and raw bytes are the business of the ASGI server."""
    body: list[bytes] = []
    more, complete = True, False
    while more:
        message = await receive()
        body.append(message.get("body", b""))
        more = message.get("more_body", False)
        complete = message["type"] == "http.request"
    content = b"".join(body)
    return RecordedRequest(
        raw_head=b"",
        method=scope["method"],
        target=_target(scope),
        version=scope["http_version"],
        headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]),
        connection_id=cast(tuple[str, int], scope["client"])[1],
        body=content,
        body_size=len(content),
        complete=complete,
    )


def _target(scope: Message) -> str:
    path: bytes = scope["raw_path"]
    query: bytes = scope["query_string"]
    return (path + b"?" + query if query else path).decode("latin-1")
