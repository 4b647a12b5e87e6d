"""The content of a cassette: requests and their results, independent of the library."""

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
        headers: in order; without User-Agent, which depends on the library.
        body: the whole body; empty if there is none.
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
        """The value of the first header `name`, in any case; empty if there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, with its content decoded.

    Attributes:
        status: the three-digit status.
        headers: in order; repeated ones are separate. Content-Encoding is kept, and applied again on replay.
        http_version: `"1.0"`, `"1.1"` or `"2"`.
        chunks: the body; for a stream, the received chunks.
        streamed: whether it is a stream.
        complete: whether it was read to its end, or to an error.
        corrupt: whether decoding failed after these chunks.
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
    """The recorded form of `wire`."""
    headers = tuple((name, value) for name, value in wire.headers if name.lower() != "user-agent")
    return Request(wire.method, str(wire.url), headers, body)
