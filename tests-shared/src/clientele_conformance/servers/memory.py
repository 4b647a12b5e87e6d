"""A conversation without a socket: the whole request is there, and the answer is taken piece by piece."""

from __future__ import annotations

import queue
import threading

from clientele_conformance.servers.conversation import Conversation, PeerGone


class MemoryConversation(Conversation):
    """One request and its answer, between the thread of a server and code that takes the answer."""

    def __init__(self, request: bytes, number: int, stopping: threading.Event) -> None:
        super().__init__(number, stopping)
        self._buffer.extend(request)
        self._sent: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._closed = False
        self._left = threading.Event()

    # The server's side

    @property
    def closed(self) -> bool:
        """Whether this side has closed."""
        return self._closed

    def receive(self) -> bytes:
        """PeerGone: all that the client has to say is here from the beginning."""
        raise PeerGone

    def drain(self, seconds: float) -> None:
        """Forget what is unread."""
        self._buffer.clear()

    def send(self, data: bytes) -> None:
        """Hand `data` to the client in one piece."""
        if self._closed:
            raise RuntimeError("the script sends after it has closed the connection")
        if self._left.is_set():
            raise PeerGone
        if data:
            self._sent.put(data)

    def _is_over(self, within_ms: int | None) -> bool:
        return self._left.wait(None if within_ms is None else within_ms / 1000)

    def half_close(self) -> None:
        """End the answer."""
        self._sent.put(b"")

    def close(self, *, notify: bool = True) -> None:
        """End the answer."""
        self._closed = True
        self.half_close()

    def reset(self) -> None:
        """End the answer."""
        self.close()

    def interrupt(self) -> None:
        """Wake the waiters on both sides."""
        self.leave()

    # The client's side

    def take(self) -> bytes:
        """The next piece of the answer, as soon as it is there; none at the end."""
        return self._sent.get()

    def leave(self) -> None:
        """Want no more of the answer."""
        self._left.set()
        self._sent.put(b"")
