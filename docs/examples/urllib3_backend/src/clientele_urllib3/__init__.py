"""A thin Clientele backend on plain urllib3 (https://urllib3.readthedocs.io): synchronous calls over HTTP/1.1."""

import contextlib
import http.client
import logging
import ssl
from collections.abc import Iterator
from contextvars import ContextVar
from functools import partial
from typing import Any, Never

import urllib3
from urllib3 import exceptions
from urllib3.util import SKIP_HEADER

from clientele.http import Capability, Response, TransportBackend, errors
from clientele.http.backends import SyncOnly
from clientele.http.backends.tls import client_context
from clientele.http.transport import causes
from clientele.http.wire import DeadlinePassed, SyncWireResponse, WireRequest, WireResponse

BLOCK = 64 * 1024
UNTOUCHED: Any = {"redirect": False, "preload_content": False, "decode_content": False}
OURS: ContextVar[bool] = ContextVar("ours", default=False)
# It logs whole URLs; core logs each call without its secrets.
logging.getLogger("urllib3.connectionpool").addFilter(lambda _: not OURS.get())


def received(fault: BaseException) -> type[errors.TransportError]:
    """A connection that ended too early, or bytes that aren't HTTP: urllib3 has the same exceptions for both."""
    cut = (OSError, http.client.IncompleteRead, exceptions.IncompleteRead)
    return errors.ReadError if any(isinstance(cause, cut) for cause in causes(fault)) else errors.ProtocolError


def timed_out(fault: BaseException) -> type[errors.TransportError]:
    """The TLS handshake belongs to connecting."""
    is_handshake = any("handshake" in str(cause) for cause in causes(fault) if isinstance(cause, TimeoutError))
    return errors.ConnectTimeout if is_handshake else errors.ReadTimeout


def untrusted(fault: BaseException) -> type[errors.TransportError]:
    """A handshake that failed for sure; any other fault of TLS may have come after the request."""
    reasons = [str(cause.reason) for cause in causes(fault) if isinstance(cause, ssl.SSLError)]
    is_handshake = any("VERIFY" in each or "VERSION" in each or "ALERT" in each for each in reasons)
    return errors.TLSError if is_handshake else errors.ReadError


class Client:
    """A PoolManager, and the responses that are being read: a PoolManager closes idle connections only."""

    def __init__(self, **options: Any) -> None:
        self.options = options
        self.manager = urllib3.PoolManager(**options)
        self.reading = set[urllib3.BaseHTTPResponse]()

    def close(self) -> None:
        """Close all connections."""
        close_pools(self.manager)
        while self.reading:
            self.reading.pop().close()


class Urllib3HTTPBackend(SyncOnly, TransportBackend[Client, Never]):
    """The backend on urllib3. Its options are those of `clientele.http.backends.BackendOptions`."""

    name = "urllib3"
    library = f"urllib3/{urllib3.__version__}"  # type: ignore[attr-defined]
    capabilities = frozenset(
        {Capability.SYNC, Capability.CA_PATH, Capability.CLIENT_CERT, Capability.POOL_TIMEOUT, Capability.COOKIES}
    )
    conformance_edition = "2026.1"
    faults = (
        (exceptions.NewConnectionError, errors.ConnectError),
        (exceptions.ConnectTimeoutError, errors.ConnectTimeout),
        (exceptions.ReadTimeoutError, timed_out),
        (exceptions.SSLError, untrusted),
        (exceptions.HTTPError, received),
        (OSError, errors.ReadError),
    )
    client_types = (Client, None)

    def build_client(self, proxy: str | None = None) -> Client:
        """Pools with as many connections as there may be exchanges at once."""
        most, context = self.settings.max_connections, client_context(self.settings.verify, self.settings.cert)
        return Client(num_pools=most, maxsize=most, ssl_context=context, retries=False)

    @staticmethod
    def close_client(client: Client) -> None:
        """Close all its connections."""
        client.close()

    def exchange(self, client: Client, request: WireRequest) -> SyncWireResponse:
        """Send `request`, and return the response with its body unread."""
        url, headers = request.url, dict(request.headers)
        # urllib3 keeps a connection until the server closes it; one that is to be closed gets a pool of its own.
        is_last = headers.get("Connection", "").lower() == "close"
        manager = urllib3.PoolManager(**client.options) if is_last else client.manager
        with silent():
            response = manager.connection_from_host(url.host, url.port, url.scheme).urlopen(
                request.method,
                url.target,
                body=None if request.body is None else pieces(request),
                headers={"User-Agent": SKIP_HEADER, "Accept-Encoding": SKIP_HEADER, **headers},
                timeout=urllib3.Timeout(connect=request.timeout.connect, read=request.timeout.read),
                **UNTOUCHED,
            )
        client.reading.add(response)
        if request.deadline is not None:
            request.deadline.watch(partial(cut, response))

        def chunks() -> Iterator[bytes]:
            while chunk := response.read1(BLOCK, decode_content=False):
                yield chunk
            if response not in client.reading:
                raise ConnectionError("the backend was closed")

        def close() -> None:
            client.reading.discard(response)
            response.close()
            if is_last:
                close_pools(manager)

        version = f"{response.version // 10}.{response.version % 10}"
        return WireResponse(response.status, tuple(response.headers.items()), version, chunks(), close, response)

    @staticmethod
    def convert_to_response(native_response: urllib3.BaseHTTPResponse) -> Response:
        """A Response with the body that urllib3 has read and decoded."""
        native, headers = native_response, tuple(native_response.headers.items())
        if not native.closed:
            raise errors.ConfigurationError("the body has not been read; leave preload_content=False out")
        return Response(status_code=native.status, headers=headers, content=native.data, native=native)


@contextlib.contextmanager
def silent() -> Iterator[None]:
    """Within, urllib3 logs nothing of this thread's."""
    token = OURS.set(True)
    try:
        yield
    finally:
        OURS.reset(token)


def pieces(request: WireRequest) -> Iterator[bytes]:
    """The body in pieces, for each of which the time limit of the socket holds anew."""
    body: Any = request.body
    for each in [body] if isinstance(body, bytes) else body:
        for start in range(0, len(each), BLOCK):
            if request.deadline is not None and request.deadline.passed:
                raise DeadlinePassed
            yield each[start : start + BLOCK]


def close_pools(manager: urllib3.PoolManager) -> None:
    """Close the idle connections of `manager`; `clear` alone waits until no traceback refers to their pool."""
    for key in manager.pools.keys():  # noqa: SIM118 - it can't be iterated over
        manager.pools[key].close()
    manager.clear()


def cut(response: urllib3.BaseHTTPResponse) -> None:
    """Have a thread that waits for the rest of `response` go on."""
    with contextlib.suppress(OSError, RuntimeError, ValueError):  # It has been read, or closed.
        response.shutdown()
