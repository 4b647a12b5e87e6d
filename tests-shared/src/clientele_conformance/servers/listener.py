"""What all the servers share: a listening socket, one thread for each connection, and an end that leaves nothing."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Self, TypeVar

from clientele_conformance.servers.connection import Connection
from clientele_conformance.servers.conversation import Conversation, PeerGone
from clientele_conformance.servers.memory import MemoryConversation
from clientele_conformance.servers.recording import Recording
from clientele_conformance.servers.script import Answer, play

ConversationT = TypeVar("ConversationT", bound=Conversation)

_BACKLOG = 1024
_ACCEPT_SECONDS = 1.0  # accept() ends within this, should nothing wake it.
_JOIN_SECONDS = 5.0


class Listener(Recording, ABC):
    """A server on a port of its own, from `with` to the end of its block.

    `greeting` is played on each new connection before anything is read, and before TLS. What goes wrong in a script or
    a handler is a mistake of the test: its connection is reset, and the block ends with the errors.
    """

    def __init__(
        self, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None, greeting: Answer | None = None
    ) -> None:
        super().__init__()
        self.host = host
        self.scheme = "http" if tls is None else "https"
        self._tls = tls
        self._greeting = greeting
        self._socket = socket.create_server(
            (host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=_BACKLOG
        )
        self._socket.settimeout(_ACCEPT_SECONDS)
        self.port: int = self._socket.getsockname()[1]
        self._stopping = threading.Event()
        self._threads: dict[Conversation, threading.Thread] = {}
        self._accepted = 0
        self._errors: list[Exception] = []
        self._handshake_errors: list[OSError] = []
        self._accepting = threading.Thread(target=self._accept, name=f"accept-{self.port}", daemon=True)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        return self.host, self.port

    def url(self, path: str = "", *, host: str | None = None) -> str:
        """The URL of `path` here; `host` is another name of the same address, for instance "localhost"."""
        name = host or self.host
        return f"{self.scheme}://{f'[{name}]' if ':' in name else name}:{self.port}{path}"

    # What it has seen

    @property
    def connections(self) -> int:
        """How many connections were accepted so far."""
        return self._accepted

    @property
    def open_connections(self) -> int:
        """How many connections are open now, as far as this side knows."""
        return len(self._threads)

    @property
    def handshake_errors(self) -> list[OSError]:
        """Why TLS handshakes failed, for instance since the client refused the certificate."""
        return list(self._handshake_errors)

    def wait_until_open(self, count: int, seconds: float = 12.0) -> None:
        """Return as soon as exactly `count` connections are open; TimeoutError if they aren't in time."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._threads) == count, seconds):
                raise TimeoutError(f"{len(self._threads)} connections are open after {seconds} seconds, not {count}")

    # Life

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if self._errors and error is None:
            raise ExceptionGroup(f"what went wrong on {self.url()}", self._errors)

    def stop(self) -> None:
        """Close every socket and end every thread. Doing it again does nothing."""
        self._stopping.set()
        self._wake()
        self._join([self._accepting])
        self._socket.close()
        with self._changed:
            running = dict(self._threads)
        for connection in running:
            connection.interrupt()
        self._join(list(running.values()))

    def _wake(self) -> None:
        """Have accept() return: on Linux it does when the socket is shut down, elsewhere that is an error."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            with contextlib.suppress(OSError):
                socket.create_connection(self._socket.getsockname()[:2], _ACCEPT_SECONDS).close()

    def _join(self, threads: list[threading.Thread]) -> None:
        deadline = time.monotonic() + _JOIN_SECONDS
        for thread in filter(threading.Thread.is_alive, threads):
            thread.join(max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                raise RuntimeError(f"{thread.name} did not end in {_JOIN_SECONDS} seconds")

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                sock, _ = self._socket.accept()
            except (TimeoutError, ConnectionAbortedError):
                continue
            except OSError as error:
                if not self._stopping.is_set():
                    self._errors.append(error)
                return
            if self._stopping.is_set():
                sock.close()
                return
            self._start(partial(Connection, sock, stopping=self._stopping, port=self.port))

    def converse_in_memory(self, request: bytes) -> MemoryConversation:
        """Have `request` answered as one that came over a connection of its own, without any socket and without TLS."""
        if self._greeting is not None:
            raise RuntimeError("a greeting needs a socket")
        return self._start(lambda number: MemoryConversation(request, number, self._stopping))

    def _start(self, make: Callable[[int], ConversationT]) -> ConversationT:
        with self._changed:
            self._accepted += 1
            connection = make(self._accepted)
            name = f"connection-{self.port}-{connection.number}"
            thread = threading.Thread(target=self._serve, args=(connection,), name=name, daemon=True)
            self._threads[connection] = thread
            self._changed.notify_all()
        thread.start()
        return connection

    def _serve(self, connection: Conversation) -> None:
        try:
            self._open(connection)
            if not connection.closed:
                self.converse(connection)
        except PeerGone:
            pass
        except Exception as error:  # noqa: BLE001 - whatever a test's script or handler raises is for its block's end
            self._errors.append(error)
            connection.reset()
        finally:
            connection.close()
            with self._changed:
                del self._threads[connection]
                self._changed.notify_all()

    def _open(self, connection: Conversation) -> None:
        if self._greeting is not None:
            play(self._greeting, connection)
        if self._tls is not None and isinstance(connection, Connection) and not connection.closed:
            try:
                connection.start_tls(self._tls)
            except OSError as error:
                self._handshake_errors.append(error)
                raise PeerGone from error

    @abstractmethod
    def converse(self, connection: Conversation) -> None:
        """Talk on `connection`, up to its end."""
