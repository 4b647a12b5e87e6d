"""Calls a WSGI application in this process: Flask, Django, Bottle and others."""

from __future__ import annotations

import asyncio
import io
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from contextvars import copy_context
from typing import Any, TypeAlias, TypeVar, Unpack
from urllib.parse import unquote_to_bytes

from clientele.__about__ import __version__
from clientele.http.backends.options import BackendOptions
from clientele.http.in_process.application import FAILED, ApplicationCall, ApplicationError, said, silent
from clientele.http.message.headers import Pairs
from clientele.http.runtime.forks import forget_after_fork
from clientele.http.transport.memory import Clientless, MemoryBackend, aread_body, has_body, read_body, wire_headers
from clientele.http.wire import AsyncWireResponse, SyncWireResponse, WireRequest, WireResponse

__all__ = ["ApplicationError", "WSGIApplication", "WSGIBackend"]

T = TypeVar("T")
WSGIApplication: TypeAlias = Callable[[dict[str, Any], Any], Iterable[bytes]]
"""A WSGI application (PEP 3333)."""


class WSGIBackend(Clientless, MemoryBackend[None, None]):
    """Calls a WSGI application (PEP 3333) in this process, for synchronous and asynchronous calls.

    Requests to all origins go to the application. Each call runs it in a separate thread, in a copy of the caller's
    context, so that limits apply; an application that never returns keeps its thread. A response body arrives as the
    application yields it; a request body is passed as a whole.

    Args:
        app: the application.
        raise_app_exceptions: convert an exception of the application to an `ApplicationError`, with the exception as
            its cause; default True. With False, the call gets a plain 500. Flask raises exceptions only if
            `app.testing` is true.
        options: see `clientele.http.backends.BackendOptions`.

    Raises:
        ConfigurationError, TypeError: as for every backend.
    """

    name = "wsgi"
    library = f"wsgi/{__version__}"

    def __init__(
        self, app: WSGIApplication, *, raise_app_exceptions: bool = True, **options: Unpack[BackendOptions]
    ) -> None:
        super().__init__(**options)
        self._app = app
        self._raises = raise_app_exceptions

    def exchange(self, client: None, request: WireRequest) -> SyncWireResponse:  # noqa: ARG002
        """Call the application with the whole body, and return the response as soon as it has begun.

        Raises:
            ApplicationError: the application raised an exception, or violated the protocol.
        """
        run = Exchange(self._app, request, read_body(request), raises=self._raises)
        try:
            status, headers = run.wait(run.head)
        except BaseException:
            run.end()
            raise
        return WireResponse(status, headers, "1.1", run.chunks(), run.close, None)

    async def async_exchange(self, client: None, request: WireRequest) -> AsyncWireResponse:  # noqa: ARG002
        """`exchange`, asynchronously."""
        run = Exchange(self._app, request, await aread_body(request), raises=self._raises)
        try:
            status, headers = await run.await_(run.head)
        except BaseException:
            run.end()
            raise
        return WireResponse(status, headers, "1.1", run.async_chunks(), run.aclose, None)


class Exchange(ApplicationCall):
    """One call of an application. All of its steps run in one thread and one context."""

    backend = WSGIBackend.name

    def __init__(self, app: WSGIApplication, request: WireRequest, content: bytes | None, *, raises: bool) -> None:
        super().__init__(request, content, raises=raises)
        self._app = app
        self._context = copy_context()
        self._head: tuple[int, Pairs] | None = None
        self._written: deque[bytes] = deque()
        self._result: Iterable[bytes] = ()
        self._rest: Iterator[bytes] = iter(())
        self.forget()
        forget_after_fork(self)

    def forget(self) -> None:
        """After a fork: use a new thread, because the child process has no copy of the old one."""
        self._thread = ThreadPoolExecutor(1, "clientele-wsgi")

    # Steps; they run in the thread

    def head(self) -> tuple[int, Pairs]:
        """The status and the fields, which an application may set as late as its first chunk."""
        try:
            self._result = self._app(_environ(self._request, self._content), self._start_response)
            self._rest = iter(self._result)
            if self._head is None:
                self._written.append(next(self._rest, b""))
        except Exception as error:
            if self._raises:
                raise self._error(said(error)) from error
            self._head, self._rest = FAILED, iter(())
        if self._head is None:
            raise self._error("the application has returned a body without calling start_response")
        return self._head

    def next_chunk(self) -> bytes | None:
        """The next piece of the body, None at the end."""
        try:
            return self._written.popleft() if self._written else next(self._rest, None)
        except Exception as error:
            raise self._error(said(error)) from error

    def close_result(self) -> None:
        """Call `close` of the result."""
        getattr(self._result, "close", _nothing)()

    def _start_response(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        """See PEP 3333: a second call replaces the head, and is allowed only for an error."""
        if self._head is not None and exc_info is None:
            raise TypeError("start_response was called twice")
        self._head = int(status.partition(" ")[0]), tuple(headers)
        return self._written.append

    # Drivers

    def wait(self, step: Callable[[], T]) -> T:
        """The result of `step`.

        Raises:
            Silence: it takes longer than the read limit.
        """
        try:
            return self._begin(step).result(self._patience)
        except FutureTimeout:
            raise silent() from None

    async def await_(self, step: Callable[[], T]) -> T:
        """`wait`, asynchronously."""
        try:
            return await asyncio.wait_for(asyncio.wrap_future(self._begin(step)), self._patience)
        except TimeoutError:
            raise silent() from None

    def chunks(self) -> Iterator[bytes]:
        """The body."""
        while (chunk := self.wait(self.next_chunk)) is not None:
            yield self._shown(chunk)

    async def async_chunks(self) -> AsyncIterator[bytes]:
        """The body, for an asynchronous call."""
        while (chunk := await self.await_(self.next_chunk)) is not None:
            yield self._shown(chunk)

    def close(self) -> None:
        """End the response and the thread."""
        if not self._over:
            self._over = True
            try:
                self.wait(self.close_result)
            finally:
                self.end()

    async def aclose(self) -> None:
        """`close`, asynchronously."""
        if not self._over:
            self._over = True
            try:
                await self.await_(self.close_result)
            finally:
                self.end()

    def end(self) -> None:
        """End the thread when the application returns."""
        self._thread.shutdown(wait=False)

    _over = False

    def _begin(self, step: Callable[[], T]) -> Future[T]:
        return self._thread.submit(self._context.run, step)

    def _shown(self, chunk: bytes) -> bytes:
        return chunk if has_body(self._request.method, self._head[0] if self._head else 200) else b""


def _environ(request: WireRequest, content: bytes | None) -> dict[str, Any]:
    url, body = request.url, content or b""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(url.path).decode("latin-1"),
        "QUERY_STRING": url.query,
        "SERVER_NAME": url.host,
        "SERVER_PORT": str(url.port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in wire_headers(request, content):
        environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if (value := environ.pop(f"HTTP_{name}", None)) is not None:
            environ[name] = value
    return environ


def _nothing() -> None:
    return None
