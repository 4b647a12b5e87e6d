"""Content codings (RFC 9110, section 8.4.1), decoded here so that no library's habits show."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Protocol

ACCEPTED = "gzip, deflate"

_MAX_RATIO = 200
_RATIO_COUNTS_PAST = 64 * 1024 * 1024
_MAX_CODINGS = 5
_BLOCK = 64 * 1024


class CorruptContent(Exception):
    """The body is not what its coding says; the driver turns this into ContentDecodingError."""


class TooMuchContent(Exception):
    """The body is larger than its limit; the driver turns this into ResponseTooLarge."""


class Decoder(Protocol):
    """Turns the chunks of a coded body into decoded chunks."""

    def feed(self, chunk: bytes) -> Iterable[bytes]:
        """What `chunk` decodes to, in blocks of bounded size."""
        ...

    def finish(self) -> None:
        """Check that the body was complete; raises CorruptContent."""
        ...


class AsItIs:
    """The decoder of a body that has neither a coding nor a limit: most have none."""

    def feed(self, chunk: bytes) -> Iterable[bytes]:
        """`chunk`."""
        return (chunk,)

    def finish(self) -> None:
        """Whatever came is complete."""


AS_IT_IS = AsItIs()


class BodyDecoder:
    """Undoes the codings of a body, outermost last, and counts what comes out.

    Raises:
        CorruptContent: an unknown coding, or data that is corrupt or cut short.
        TooMuchContent: more decoded bytes than `max_bytes`, or a body that grows past 64 MiB at over 200:1.
    """

    def __init__(self, content_encoding: str | None, max_bytes: int | None = None) -> None:
        self._stages = [_decoder(coding) for coding in reversed(_codings(content_encoding))]
        self._max_bytes = max_bytes
        self._received = 0
        self._decoded = 0

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """What `chunk` decodes to, block by block, so that a limit stops the work in time."""
        self._received += len(chunk)
        for block in _through(self._stages, chunk):
            self._count(len(block))
            yield block

    def finish(self) -> None:
        """Check that the body was complete. A body of no bytes at all is complete in every coding."""
        if self._received:
            for stage in self._stages:
                stage.finish()

    def _count(self, size: int) -> None:
        self._decoded += size
        if self._max_bytes is not None and self._decoded > self._max_bytes:
            raise TooMuchContent(f"the body is larger than max_response_bytes={self._max_bytes}")
        if self._decoded > max(_RATIO_COUNTS_PAST, self._received * _MAX_RATIO) and self._stages:
            raise TooMuchContent(f"the body grows to more than {_MAX_RATIO} times what was sent")


def _codings(content_encoding: str | None) -> list[str]:
    names = (name.strip() for name in (content_encoding or "").lower().split(","))
    codings = [name for name in names if name not in {"", "identity"}]
    if len(codings) > _MAX_CODINGS:
        raise CorruptContent(
            f"the body has {len(codings)} content codings, one on the other; {_MAX_CODINGS} are undone"
        )
    return codings


def _decoder(coding: str) -> Decoder:
    if coding in {"gzip", "x-gzip"}:
        return _Gzip()
    if coding == "deflate":
        return _Deflate()
    raise CorruptContent(f"the content coding {coding!r} is unknown; only {ACCEPTED} were asked for")


def _through(stages: list[Decoder], chunk: bytes) -> Iterator[bytes]:
    if not stages:
        yield chunk
        return
    first, *rest = stages
    for block in first.feed(chunk):
        yield from _through(rest, block)


class _Gzip:
    """RFC 1952: one member or more, one after the other. NULs behind the last are padding."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=31)
        self._complete = False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        while chunk:
            if self._complete:
                chunk = chunk.lstrip(b"\x00")
                if not chunk:
                    return
                self._member, self._complete = zlib.decompressobj(wbits=31), False
            yield from _inflate(self._member, chunk)
            self._complete = self._member.eof
            chunk = self._member.unused_data

    def finish(self) -> None:
        if not self._complete:
            raise CorruptContent("the gzip body is cut short")


class _Deflate:
    """RFC 9110 means the zlib format (RFC 1950); some servers send a bare RFC 1951 stream, so both are read."""

    def __init__(self) -> None:
        self._stream: zlib._Decompress | None = None
        self._head = b""

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        if self._stream is None:
            self._head += chunk
            if len(self._head) < 2:
                return
            chunk, self._head = self._head, b""
            self._stream = zlib.decompressobj(wbits=15 if _is_zlib(chunk) else -15)
        if self._stream.eof:
            _only_padding(chunk)
            return
        yield from _inflate(self._stream, chunk)
        if self._stream.eof:
            _only_padding(self._stream.unused_data)

    def finish(self) -> None:
        if self._stream is None or not self._stream.eof:
            raise CorruptContent("the deflate body is cut short")


def _is_zlib(head: bytes) -> bool:
    """RFC 1950, section 2.2: the method is 8 and the two bytes are a multiple of 31."""
    return head[0] & 0x0F == 8 and int.from_bytes(head[:2], "big") % 31 == 0


def _only_padding(data: bytes) -> None:
    if data.strip(b"\x00"):
        raise CorruptContent("the deflate body goes on after its end")


def _inflate(stream: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    while not stream.eof:
        try:
            block = stream.decompress(data, _BLOCK)
        except zlib.error as error:
            raise CorruptContent(f"the compressed body is corrupt: {error}") from error
        if block:
            yield block
        # A full block may leave output inside the stream even when it has taken all of its input.
        if len(block) < _BLOCK:
            return
        data = stream.unconsumed_tail
