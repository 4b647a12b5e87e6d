"""An HTTP/2 server that does, frame by frame, what no well-kept server does."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeAlias

import h2.config
import h2.connection
import h2.events
import h2.exceptions
import h2.settings
from hyperframe.frame import GoAwayFrame

from clientele_conformance.servers.tls import Certificates

_BLOCK = 1 << 16
_JOIN_SECONDS = 10.0
_GAP_SECONDS = 0.02
_DEFAULT_WINDOW = 65_535


class FrameConnection:
    """One connection: `state` is its state machine (https://python-hyper.org/projects/h2/), which checks nothing."""

    def __init__(self, sock: ssl.SSLSocket, window: int, streams: int = 100) -> None:
        self._socket = sock
        self.state = h2.connection.H2Connection(
            h2.config.H2Configuration(
                client_side=False,
                header_encoding=None,
                validate_outbound_headers=False,
                normalize_outbound_headers=False,
            )
        )
        self.state.local_settings = h2.settings.Settings(
            client=False,
            initial_values={
                h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: window,
                h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS: streams,
            },
        )
        self.state.initiate_connection()

    def flush(self) -> None:
        """Send what the state machine has to say."""
        self._socket.sendall(self.state.data_to_send())

    def call_off(self, last_stream_id: int) -> None:
        """Say that requests after that one are not answered; the state machine itself would then say nothing more."""
        frame = GoAwayFrame(last_stream_id=last_stream_id)
        self.send(frame.serialize())

    def send(self, data: bytes) -> None:
        """Send bytes that the state machine knows nothing of."""
        self._socket.sendall(data)

    def close(self) -> None:
        """End it, both ways; nothing says so in a frame."""
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def serve(self, react: Reaction) -> None:
        """Let `react` see each event until the client leaves."""
        self._socket.do_handshake()
        self.flush()
        while data := self._socket.recv(_BLOCK):
            for event in self.state.receive_data(data):
                react(self, event)
            self.flush()


Reaction: TypeAlias = Callable[[FrameConnection, h2.events.Event], None]
"""What is done about an event: a request has come, or a piece of its body, or its end."""


class FrameOrigin:
    """A server that reacts to each event as specified.

    Args:
        certificates: what it shows.
        react: what it does.
        window: how many bytes of each body it takes at first.
        streams: how many requests it takes at once on a connection.
    """

    def __init__(
        self, certificates: Certificates, react: Reaction, *, window: int = _DEFAULT_WINDOW, streams: int = 100
    ) -> None:
        self.connections = 0
        """How many there have been."""
        self.requests = 0
        """How many heads have come."""
        self._react = react
        self._window, self._streams = window, streams
        self._context = certificates.server_context()
        self._context.set_alpn_protocols(["h2"])
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open: list[ssl.SSLSocket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    def url(self, path: str = "/") -> str:
        """The URL of `path` here."""
        return f"https://127.0.0.1:{self._listening.getsockname()[1]}{path}"

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for sock in (self._listening, *self._open):
            with contextlib.suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(_JOIN_SECONDS)
        for sock in (self._listening, *self._open):
            sock.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # It is stopped.
            while True:
                plain, _ = self._listening.accept()
                self.connections += 1
                self._open.append(self._context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False))
                self._threads.append(threading.Thread(target=self._converse, args=(self._open[-1],), daemon=True))
                self._threads[-1].start()

    def _converse(self, sock: ssl.SSLSocket) -> None:
        with contextlib.suppress(OSError, h2.exceptions.ProtocolError):  # The client leaves, or the server is stopped.
            FrameConnection(sock, self._window, self._streams).serve(self._counting)

    def _counting(self, connection: FrameConnection, event: h2.events.Event) -> None:
        self.requests += isinstance(event, h2.events.RequestReceived)
        self._react(connection, event)


def nothing(connection: FrameConnection, event: h2.events.Event) -> None:
    """Say nothing to a request."""


def answering(
    *pieces: bytes,
    status: bytes = b"200",
    headers: tuple[tuple[bytes, bytes], ...] = (),
    then: Callable[[FrameConnection], None] | None = None,
) -> Reaction:
    """Answer a request that is complete; each piece goes out as a frame of its own."""

    def react(connection: FrameConnection, event: h2.events.Event) -> None:
        if isinstance(event, h2.events.StreamEnded) and event.stream_id is not None:
            connection.state.send_headers(event.stream_id, [(b":status", status), *headers])
            for piece in pieces:
                connection.state.send_data(event.stream_id, piece)
                connection.flush()
                time.sleep(_GAP_SECONDS)
            connection.state.end_stream(event.stream_id)
            connection.flush()
            if then is not None:
                then(connection)

    return react
