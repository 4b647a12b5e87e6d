"""Content codings (RFC 9110, section 8.4.1), decoded the same way on each backend."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from clientele.http.message.printable import printable
from clientele.http.runtime.deadline import Deadline, DeadlinePassed

ACCEPTED = "gzip, deflate"

_MAX_RATIO = 200
_RATIO_COUNTS_PAST = 64 * 1024 * 1024
_MAX_CODINGS = 2
_BLOCK = 64 * 1024
_PIECE = 16 * 1024
"""The input of a stage per step: zlib copies its unused input for each block of output."""
_MAX_PADDING = _BLOCK
_MEMBER = 1024
"""The size that is added for each gzip member, because an empty member takes as long as one of this size."""
_SHOWN = 100
_UNDO = "decode_content=False leaves the body unchanged"

Count = Callable[[int], None]
"""Counts decoded bytes before they are passed on, and raises if there are too many."""


class CorruptContent(Exception):
    """The body is invalid in its coding; the driver converts this to ContentDecodingError."""


class TooMuchContent(Exception):
    """The body is larger than its limit; the driver converts this to ResponseTooLarge."""


class Decoder(Protocol):
    """Decodes the chunks of a body."""

    def feed(self, chunk: bytes) -> Iterable[bytes]:
        """The decoded `chunk`, in blocks of bounded size."""
        ...

    def finish(self) -> None:
        """Check that the body was complete; raises CorruptContent."""
        ...


class BodyDecoder:
    """Decodes the codings of a body, and counts the output of each.

    Every stage counts, because an inner stage may discard the large output of an outer one.

    Raises:
        CorruptContent: an unknown coding, or data that is corrupt or cut short.
        TooMuchContent: more decoded bytes than `max_bytes`, or more than 64 MiB of output at over 200:1.
        DeadlinePassed: `deadline` has passed.
    """

    def __init__(
        self, content_encoding: str | None, max_bytes: int | None = None, deadline: Deadline | None = None
    ) -> None:
        self._stages = [_decoder(coding, self._work) for coding in reversed(_codings(content_encoding))]
        self._max_bytes = max_bytes
        self._deadline = deadline
        self._received = 0
        self._worked = 0
        self._decoded = 0

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """The decoded `chunk`, block by block, so that a limit applies in time."""
        self._received += len(chunk)
        for block in _through(self._stages, chunk):
            self._count(len(block))
            yield block

    def finish(self) -> None:
        """Check that the body is complete. An empty body is complete in every coding."""
        if self._received:
            for stage in self._stages:
                stage.finish()

    def _count(self, size: int) -> None:
        self._decoded += size
        if self._max_bytes is not None and self._decoded > self._max_bytes:
            raise TooMuchContent(f"the body is larger than max_response_bytes={self._max_bytes}")

    def _work(self, size: int) -> None:
        self._worked += size
        if self._worked > max(_RATIO_COUNTS_PAST, self._received * _MAX_RATIO):
            raise TooMuchContent(f"the body grows to more than {_MAX_RATIO} times its compressed size")
        if self._deadline is not None and self._deadline.passed:
            raise DeadlinePassed


def _codings(content_encoding: str | None) -> list[str]:
    names = (name.strip() for name in (content_encoding or "").lower().split(","))
    codings = [name for name in names if name not in {"", "identity"}]
    if len(codings) > _MAX_CODINGS:
        raise CorruptContent(
            f"the body has {len(codings)} content codings; at most {_MAX_CODINGS} are decoded, and {_UNDO}"
        )
    return codings


def _decoder(coding: str, work: Count) -> Decoder:
    if coding in {"gzip", "x-gzip"}:
        return _Gzip(work)
    if coding == "deflate":
        return _Deflate(work)
    shown = printable(coding[:_SHOWN])
    raise CorruptContent(f"the content coding {shown!r} is unknown; known are {ACCEPTED}, and {_UNDO}")


def _pieces(chunk: bytes) -> Iterator[bytes]:
    if len(chunk) <= _PIECE:
        yield chunk
        return
    view = memoryview(chunk)
    for start in range(0, len(chunk), _PIECE):
        yield bytes(view[start : start + _PIECE])


def _through(stages: list[Decoder], chunk: bytes) -> Iterator[bytes]:
    if not stages:
        yield chunk
        return
    first, *rest = stages
    for piece in _pieces(chunk):
        for block in first.feed(piece):
            yield from _through(rest, block)


class _Gzip:
    """RFC 1952: one or more members. NULs after the last one are padding."""

    def __init__(self, work: Count) -> None:
        self._work = work
        self._member = zlib.decompressobj(wbits=31)
        self._complete = False
        self._padding = _Padding()

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        while chunk:
            if self._complete:
                chunk = self._padding.taken_off(chunk)
                if not chunk:
                    return
                self._work(_MEMBER)
                self._member, self._complete = zlib.decompressobj(wbits=31), False
            yield from _inflate(self._member, chunk, self._work)
            self._complete = self._member.eof
            chunk = self._member.unused_data

    def finish(self) -> None:
        if not self._complete:
            raise CorruptContent("the gzip body is cut short")


class _Deflate:
    """RFC 9110 specifies the zlib format (RFC 1950); some servers send a raw RFC 1951 stream, so both are accepted."""

    def __init__(self, work: Count) -> None:
        self._work = work
        self._stream: zlib._Decompress | None = None
        self._head = b""
        self._padding = _Padding()

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        if self._stream is None:
            self._head += chunk
            if len(self._head) < 2:
                return
            chunk, self._head = self._head, b""
            self._stream = zlib.decompressobj(wbits=15 if _is_zlib(chunk) else -15)
        if not self._stream.eof:
            yield from _inflate(self._stream, chunk, self._work)
            chunk = self._stream.unused_data
        if self._stream.eof and self._padding.taken_off(chunk):
            raise CorruptContent("the deflate body has bytes after its end")

    def finish(self) -> None:
        if self._stream is None or not self._stream.eof:
            raise CorruptContent("the deflate body is cut short")


def _is_zlib(head: bytes) -> bool:
    """RFC 1950, section 2.2: the method is 8 and the two bytes are a multiple of 31."""
    return head[0] & 0x0F == 8 and int.from_bytes(head[:2], "big") % 31 == 0


class _Padding:
    """NULs after the end, up to a limit; decoding more would only waste time."""

    def __init__(self) -> None:
        self._left = _MAX_PADDING

    def taken_off(self, data: bytes) -> bytes:
        rest = data.lstrip(b"\x00")
        self._left -= len(data) - len(rest)
        if self._left < 0:
            raise CorruptContent(f"the body ends in more than {_MAX_PADDING} NULs")
        return rest


def _inflate(stream: zlib._Decompress, data: bytes, work: Count) -> Iterator[bytes]:
    while not stream.eof:
        try:
            block = stream.decompress(data, _BLOCK)
        except zlib.error as error:
            raise CorruptContent(f"the compressed body is corrupt: {error}") from error
        work(len(block))
        if block:
            yield block
        # After a full block, the stream may have more output, even if all of its input was consumed.
        if len(block) < _BLOCK:
            return
        data = stream.unconsumed_tail
