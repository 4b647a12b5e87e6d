"""An HTTP/2 origin, which also speaks HTTP/1.1, both over TLS: a well-kept ASGI server in a thread of its own."""

from __future__ import annotations

import asyncio
import socket
import threading
from types import TracebackType
from typing import Self

from hypercorn.asyncio import serve
from hypercorn.config import Config

from clientele_conformance.servers.asgi import Application, Item, Stream
from clientele_conformance.servers.messages import Headers
from clientele_conformance.servers.recording import Recording
from clientele_conformance.servers.tls import Certificates, Identity

_START_SECONDS = 10.0
_GRACE_SECONDS = 0.5
_STOP_SECONDS = 2.0
_JOIN_SECONDS = 10.0


class HTTP2Origin(Recording):
    """A server with ALPN h2 and http/1.1 that tells each request back as JSON, but for the streams it is given.

    with HTTP2Origin(certificates()) as server:
        server.on("/items", b"1\\n", WaitFor(seen), b"2\\n")
    """

    def __init__(self, certificates: Certificates, identity: Identity = "good") -> None:
        super().__init__()
        self.host = "127.0.0.1"
        self._socket = socket.create_server((self.host, 0))
        self.port: int = self._socket.getsockname()[1]
        self._application = Application(self._record)
        self._config = _config(certificates, identity)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()
        self._failure: Exception | None = None
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
        if not self._application.started.wait(_START_SECONDS) or self._failure is not None:
            self.stop()
            raise RuntimeError("the HTTP/2 server did not start") from self._failure
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if self._application.errors and error is None:
            raise ExceptionGroup(f"what went wrong on {self.url()}", self._application.errors)

    def stop(self) -> None:
        """Close every socket and end the thread. Doing it again does nothing."""
        self._application.stopping.set()
        if self._loop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(_JOIN_SECONDS)
        if self._thread.is_alive():
            raise RuntimeError(f"the HTTP/2 server did not end in {_JOIN_SECONDS} seconds")
        self._socket.close()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as error:  # noqa: BLE001 - it is raised again where the server is started
            self._failure = error
        finally:
            self._application.started.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(lambda _loop, _context: None)  # Clients that go away are no news here.
        self._config.bind = [f"fd://{self._socket.detach()}"]
        serving = asyncio.create_task(serve(self._application, self._config, shutdown_trigger=self._stop.wait))
        stopped = asyncio.create_task(self._stop.wait())
        await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        # From Python 3.12 on the server waits for its connections to end, however long their clients keep them.
        await asyncio.wait({serving}, timeout=_STOP_SECONDS)
        if serving.done():
            serving.result()


def _config(certificates: Certificates, identity: Identity) -> Config:
    config = Config()
    config.certfile = config.keyfile = str(certificates.server_path(identity))
    config.alpn_protocols = ["h2", "http/1.1"]
    config.errorlog = config.accesslog = None
    config.include_date_header = config.include_server_header = False
    config.graceful_timeout = _GRACE_SECONDS
    config.keep_alive_timeout = 60.0
    config.keep_alive_max_requests = 1_000_000
    return config
