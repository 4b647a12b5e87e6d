"""What every conversation of a server has, over a socket or in memory: unread bytes, waits, and ways to end."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod

from clientele_conformance.servers.recorded import Malformed, RecordedRequest

_WAIT_STEP = 0.02


class PeerGone(Exception):
    """The peer left, or the server is being stopped: the conversation is over."""


class Conversation(ABC):
    """A conversation as the server sees it: it buffers what came in and isn't used yet."""

    def __init__(self, number: int, stopping: threading.Event) -> None:
        self.number = number
        self.request: RecordedRequest | None = None
        self._stopping = stopping
        self._buffer = bytearray()

    @property
    @abstractmethod
    def closed(self) -> bool:
        """Whether this side has closed."""

    # Receiving

    @abstractmethod
    def receive(self) -> bytes:
        """The bytes that arrived next; PeerGone at the end."""

    def read_until(self, mark: bytes, limit: int) -> bytes:
        """Everything up to and with `mark`, which has to come within `limit` bytes."""
        searched = 0
        while (found := self._buffer.find(mark, searched)) < 0:
            if len(self._buffer) > limit:
                raise Malformed(f"no {mark!r} in {limit} bytes")
            searched = max(0, len(self._buffer) - len(mark) + 1)
            self._buffer += self.receive()
        return self._take(found + len(mark))

    def read_exactly(self, size: int) -> bytes:
        """The next `size` bytes."""
        while len(self._buffer) < size:
            self._buffer += self.receive()
        return self._take(size)

    def read_some(self, limit: int) -> bytes:
        """At least one byte and at most `limit`, without waiting for more than there is."""
        if not self._buffer:
            self._buffer += self.receive()
        return self._take(limit)

    def _take(self, size: int) -> bytes:
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    @abstractmethod
    def drain(self, seconds: float) -> None:
        """Read and forget what still comes, until the peer closes or the time is up."""

    # Sending and waiting

    @abstractmethod
    def send(self, data: bytes) -> None:
        """Hand `data` to the peer in one piece."""

    def pause(self, seconds: float) -> None:
        """Do nothing for a while."""
        self._stopping.wait(seconds)
        self._stop_if_asked()

    def wait_for(self, event: threading.Event, seconds: float) -> None:
        """Wait until the test sets `event`; PeerGone if the peer doesn't wait for it any more."""
        deadline = time.monotonic() + seconds
        while not event.wait(_WAIT_STEP):
            self._stop_if_asked()
            if not self.closed and self._is_over(within_ms=0):
                raise PeerGone
            if time.monotonic() > deadline:
                raise RuntimeError(f"no signal in {seconds} seconds")

    def wait_until_gone(self) -> None:
        """Neither read nor send until the peer closes or the server is stopped."""
        self._stop_if_asked()
        self._is_over(within_ms=None)

    @abstractmethod
    def _is_over(self, within_ms: int | None) -> bool:
        """Whether the peer closes within that time; None waits for it."""

    def _stop_if_asked(self) -> None:
        if self._stopping.is_set():
            raise PeerGone

    # Ending

    @abstractmethod
    def half_close(self) -> None:
        """End the sending side, and stay ready to receive."""

    @abstractmethod
    def close(self, *, notify: bool = True) -> None:
        """End both sides; `notify=False` leaves out TLS's close_notify."""

    @abstractmethod
    def reset(self) -> None:
        """End at once."""

    @abstractmethod
    def interrupt(self) -> None:
        """Wake the thread that waits for the peer, from another thread."""
