"""Requests from a connection: the head first, then the body by its framing."""

from __future__ import annotations

from collections.abc import Iterator

from clientele_conformance.servers.conversation import Conversation
from clientele_conformance.servers.recorded import Malformed, RecordedRequest, parse_head

_MAX_HEAD = 4 << 20
_MAX_LINE = 1 << 16
_BLOCK = 1 << 16


def read_head(connection: Conversation) -> RecordedRequest:
    """The next request's head; its body is still on the connection."""
    first = connection.read_exactly(1)
    if not first.isalpha():
        raise Malformed(f"a request can't start with {first!r}")
    request = parse_head(first + connection.read_until(b"\r\n\r\n", _MAX_HEAD), connection.number)
    request.complete = request.framing == "none"
    connection.request = request
    return request


def read_body(connection: Conversation, request: RecordedRequest, *, keep: bool = True) -> None:
    """Read the rest of the request, up to its end or to where the peer leaves; `keep=False` only counts it."""
    if request.complete:
        return
    raw: list[bytes] = []
    content: list[bytes] = []
    try:
        for raw_piece, piece in _pieces(connection, request):
            request.body_size += len(piece)
            if keep:
                raw.append(raw_piece)
                content.append(piece)
        request.complete = True
    finally:
        request.raw_body = b"".join(raw)
        request.body = request.raw_body if request.framing == "length" else b"".join(content)


def _pieces(connection: Conversation, request: RecordedRequest) -> Iterator[tuple[bytes, bytes]]:
    """Pairs of bytes on the wire and bytes of content."""
    if request.framing == "chunked":
        yield from _chunks(connection)
        return
    left = _number(request.header("content-length") or "", 10)
    while left:
        piece = connection.read_some(min(left, _BLOCK))
        left -= len(piece)
        yield piece, piece


def _chunks(connection: Conversation) -> Iterator[tuple[bytes, bytes]]:
    while True:
        line = connection.read_until(b"\r\n", _MAX_LINE)
        size = _number(line.partition(b";")[0].strip().decode("latin-1"), 16)
        if not size:
            yield line, b""
            break
        data = connection.read_exactly(size + 2)
        if not data.endswith(b"\r\n"):
            raise Malformed(f"no line end after a chunk of {size} bytes")
        yield line + data, data[:-2]
    while (trailer := connection.read_until(b"\r\n", _MAX_LINE)) != b"\r\n":
        yield trailer, b""
    yield trailer, b""


def _number(digits: str, base: int) -> int:
    if not digits.isalnum():  # int() would also take a sign, blanks and underscores.
        raise Malformed(f"no length: {digits!r}")
    try:
        return int(digits, base)
    except ValueError as error:
        raise Malformed(f"no length: {digits!r}") from error
