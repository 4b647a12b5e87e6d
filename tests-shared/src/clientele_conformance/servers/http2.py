"""An HTTP/2 origin, which also speaks HTTP/1.1, both over TLS: a well-kept ASGI server in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import weakref
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from hypercorn.asyncio import serve
from hypercorn.config import Config, Sockets

from clientele_conformance.servers.asgi import Application, Item, Stream
from clientele_conformance.servers.messages import Headers
from clientele_conformance.servers.recording import Recording
from clientele_conformance.servers.tls import Certificates, Identity

_START_SECONDS = 10.0
_GRACE_SECONDS = 0.5
_STOP_SECONDS = 5.0
_STOP_STEP = 0.01
_JOIN_SECONDS = 10.0


class HTTP2Origin(Recording):
    """A server with ALPN h2 and http/1.1 that tells each request back as JSON, but for the streams it is given.

    with HTTP2Origin(certificates()) as server:
        server.on("/items", b"1\\n", WaitFor(seen), b"2\\n")
    """

    def __init__(self, certificates: Certificates, identity: Identity = "good") -> None:
        super().__init__()
        self.host = "127.0.0.1"
        self._listening = _Listening(self.host)
        self.port: int = self._listening.getsockname()[1]
        self._errors: list[Exception] = []
        self._application = Application(self._record, self._errors)
        self._config = _Config(self._listening, certificates.server_path(identity))
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name=f"http2-{self.port}", daemon=True)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        return self.host, self.port

    def url(self, path: str = "", *, host: str | None = None) -> str:
        """The URL of `path` here."""
        return f"https://{host or self.host}:{self.port}{path}"

    def on(self, path: str, *items: Item, status: int = 200, headers: Headers = ()) -> None:
        """Answer `path` with a body sent item by item: each bytes is data of its own, the other items wait."""
        self._application.on(path, Stream(status, tuple(headers), items))

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._application.started.wait(_START_SECONDS) or self._errors:
            self.stop()
            late = TimeoutError(f"it wasn't ready after {_START_SECONDS} seconds")
            raise ExceptionGroup("the HTTP/2 server did not start", self._errors or [late])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if self._errors and error is None:
            raise ExceptionGroup(f"what went wrong on {self.url()}", self._errors)

    def stop(self) -> None:
        """Close every socket and end the thread. Doing it again does nothing."""
        self._application.stopping.set()
        if self._loop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(_JOIN_SECONDS)
        if self._thread.is_alive():
            raise RuntimeError(f"the HTTP/2 server did not end in {_JOIN_SECONDS} seconds")
        self._listening.close()

    def _run(self) -> None:
        try:
            # This loop accepts by the method of the socket, on every system.
            with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
                runner.run(self._serve())
        except Exception as error:  # noqa: BLE001 - it is raised again where the server is started or left
            self._errors.append(error)
        finally:
            self._application.started.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(lambda _loop, _context: None)  # Disconnects of clients are expected.
        serving = asyncio.create_task(serve(self._application, self._config, shutdown_trigger=self._stop.wait))
        stopped = asyncio.create_task(self._stop.wait())
        await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        async with asyncio.timeout(_STOP_SECONDS):
            while self._hang_up() or not serving.done():  # noqa: ASYNC110 - a socket's end can't be awaited
                await asyncio.sleep(_STOP_STEP)
        await serving

    def _hang_up(self) -> bool:
        """End the connections that are still open, and say whether there were any.

        The server itself would wait for its clients to end them, as TLS has it, and they needn't.
        """
        still_open = [sock for sock in self._listening.accepted if sock.fileno() >= 0]
        for sock in still_open:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        return bool(still_open)


class _Listening(socket.socket):
    """A listening socket that remembers the connections it has accepted, as long as they live."""

    def __init__(self, host: str) -> None:
        super().__init__(fileno=socket.create_server((host, 0)).detach())
        self.setblocking(False)
        self.accepted: weakref.WeakSet[socket.socket] = weakref.WeakSet()

    def accept(self) -> tuple[socket.socket, Any]:
        sock, address = super().accept()
        self.accepted.add(sock)
        return sock, address


class _Config(Config):
    """The server's configuration, with a socket whose port is known before it starts."""

    def __init__(self, listening: socket.socket, certificate: Path) -> None:
        super().__init__()
        self._listening = listening
        self.certfile = self.keyfile = str(certificate)
        self.alpn_protocols = ["h2", "http/1.1"]
        self.errorlog = self.accesslog = None
        self.include_date_header = self.include_server_header = False
        self.graceful_timeout = _GRACE_SECONDS
        self.keep_alive_timeout = 60.0
        self.keep_alive_max_requests = 1_000_000

    def create_sockets(self) -> Sockets:
        return Sockets([self._listening], [], [])
