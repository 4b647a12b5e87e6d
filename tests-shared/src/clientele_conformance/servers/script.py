"""What a server does on a connection, as data.

An `Answer` is bytes (sent in one piece), a step, or a list of answers, played in order:

    [chunked_head(), chunk(b"one"), WaitFor(seen), chunk(b"two"), Reset()]

After the last step the connection is read again, unless it was closed or the request asked for its end.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from clientele_conformance.servers.conversation import Conversation
from clientele_conformance.servers.reading import read_body


class Step(Protocol):
    """One thing to do on a connection."""

    def play(self, connection: Conversation) -> None:
        """Do it."""


Answer: TypeAlias = "bytes | Step | list[Answer] | tuple[Answer, ...]"


def play(answer: Answer, connection: Conversation) -> None:
    """Do what `answer` says."""
    if isinstance(answer, bytes):
        connection.send(answer)
    elif isinstance(answer, (list, tuple)):
        for part in answer:
            play(part, connection)
    else:
        answer.play(connection)


@dataclass(frozen=True, slots=True)
class Drip:
    """Send `data` in pieces of `size` bytes, with a pause of `delay` seconds between them."""

    data: bytes
    size: int = 1
    delay: float = 0.05

    def play(self, connection: Conversation) -> None:
        """Send piece by piece."""
        for start in range(0, len(self.data), self.size):
            if start:
                connection.pause(self.delay)
            connection.send(self.data[start : start + self.size])


@dataclass(frozen=True, slots=True)
class Repeat:
    """Send `data` so many times: a long body without a long string."""

    data: bytes
    times: int

    def play(self, connection: Conversation) -> None:
        """Send it again and again."""
        for _ in range(self.times):
            connection.send(self.data)


@dataclass(frozen=True, slots=True)
class Pause:
    """Do nothing for `seconds`."""

    seconds: float

    def play(self, connection: Conversation) -> None:
        """Do nothing."""
        connection.pause(self.seconds)


@dataclass(frozen=True, slots=True)
class WaitFor:
    """Go on when the test sets `event`. If it doesn't within `seconds`, that is a mistake of the test."""

    event: threading.Event
    seconds: float = 10.0

    def play(self, connection: Conversation) -> None:
        """Wait."""
        connection.wait_for(self.event, self.seconds)


@dataclass(frozen=True, slots=True)
class Signal:
    """Tell the test, by setting `event`, that the script has come this far."""

    event: threading.Event

    def play(self, connection: Conversation) -> None:
        """Set the event."""
        del connection
        self.event.set()


@dataclass(frozen=True, slots=True)
class Receive:
    """Wait until some bytes have come, whatever they are, and forget them."""

    def play(self, connection: Conversation) -> None:
        """Receive once."""
        connection.receive()


@dataclass(frozen=True, slots=True)
class ReadBody:
    """Read the body of a request that was registered with `read_body=False`; `keep=False` only counts its bytes."""

    keep: bool = True

    def play(self, connection: Conversation) -> None:
        """Read up to the end of the request."""
        if connection.request is None:
            raise RuntimeError("there is no request whose body could be read")
        read_body(connection, connection.request, keep=self.keep)


@dataclass(frozen=True, slots=True)
class Stall:
    """Hold the connection, neither reading nor sending, until the peer closes it or the server is stopped."""

    def play(self, connection: Conversation) -> None:
        """Hold, then close."""
        connection.wait_until_gone()
        connection.close()


@dataclass(frozen=True, slots=True)
class HalfClose:
    """Send FIN (over TLS after close_notify), and stay ready to read."""

    def play(self, connection: Conversation) -> None:
        """Close the sending side."""
        connection.half_close()


@dataclass(frozen=True, slots=True)
class Drain:
    """Read and forget what still comes until the peer closes, at most for `seconds`; then close.

    `[response(413), HalfClose(), Drain()]` answers an upload early and lets the client read the answer: without the
    drain, the unread bytes turn the close into a reset.
    """

    seconds: float = 5.0

    def play(self, connection: Conversation) -> None:
        """Drain, then close."""
        connection.drain(self.seconds)
        connection.close(notify=False)


@dataclass(frozen=True, slots=True)
class Close:
    """Close with FIN. Over TLS, `notify=False` leaves out close_notify: the peer can't tell an end from a cut.

    Bytes that have arrived and weren't read make the kernel send RST instead; see `Drain`.
    """

    notify: bool = True

    def play(self, connection: Conversation) -> None:
        """Close."""
        connection.close(notify=self.notify)


@dataclass(frozen=True, slots=True)
class Reset:
    """Close with RST: what the peer hasn't read yet may be lost."""

    def play(self, connection: Conversation) -> None:
        """Reset."""
        connection.reset()
