"""The content of a cassette: requests and their results, in HTTP terms, independent of the library."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from clientele.http.message.headers import Pairs
from clientele.http.wire import WireRequest


@dataclass(frozen=True, slots=True)
class Request:
    """A request, without its secrets.

    Attributes:
        method: in upper case.
        url: in normal form, without user information.
        headers: in order; without User-Agent, which names the library.
        body: all of it; empty if there is none.
    """

    method: str
    url: str
    headers: Pairs = ()
    body: bytes = b""

    @property
    def parts(self) -> SplitResult:
        """The parts of the URL."""
        return urlsplit(self.url)

    def header(self, name: str) -> str:
        """The first header called `name`, in any case; empty if there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, its content coding undone.

    Attributes:
        status: the three-digit status.
        headers: in order, repeated ones apart. Content-Encoding is there, and is done again when this is replayed.
        http_version: `"1.0"`, `"1.1"` or `"2"`.
        chunks: the body; of a stream, as it came.
        streamed: whether the chunks are those of a stream.
        complete: whether it was read to its end, or to an error.
        corrupt: whether its coding broke behind these chunks.
    """

    status: int
    headers: Pairs = ()
    http_version: str = "1.1"
    chunks: tuple[bytes, ...] = ()
    streamed: bool = False
    complete: bool = True
    corrupt: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """A TransportError.

    Attributes:
        kind: the name of its class.
        reason, phase, request_sent: as in `clientele.http.errors.TransportError`.
    """

    kind: str
    reason: str
    phase: str
    request_sent: bool


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its result: a response, a fault, or a response that ended in a fault."""

    request: Request
    answer: Answer | None = None
    fault: Fault | None = None


def request_of(wire: WireRequest, body: bytes) -> Request:
    """`wire`, as it is kept."""
    headers = tuple((name, value) for name, value in wire.headers if name.lower() != "user-agent")
    return Request(wire.method, str(wire.url), headers, body)
