"""Removes content codings for the cassette, and applies them again on replay."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from clientele.http.message.body.codings import BodyDecoder, CorruptContent, TooMuchContent
from clientele.http.recording.exchanges import Answer, Request

_WBITS = {"gzip": 31, "x-gzip": 31, "deflate": 15}


def decoded(answer: Answer) -> Answer:
    """`answer`, with decoded chunks. A body that can't be decoded is omitted, because it may contain secrets."""
    codings = _codings(answer)
    if not codings or not answer.chunks:
        return answer
    pieces = list[bytes]()
    try:
        decoder = BodyDecoder(",".join(codings))
    except CorruptContent:
        return replace(answer, chunks=(), complete=False)
    try:
        for chunk in answer.chunks:
            blocks = list[bytes]()
            try:
                blocks.extend(decoder.feed(chunk))
            finally:
                pieces.append(b"".join(blocks))
        if answer.complete:
            decoder.finish()
    except (CorruptContent, TooMuchContent):
        return replace(answer, chunks=tuple(filter(None, pieces)), corrupt=True)
    return replace(answer, chunks=tuple(filter(None, pieces)))


def plain(request: Request) -> bytes:
    """The decoded body of `request`; empty if it can't be decoded, because it can't be searched for secrets."""
    coding = request.header("content-encoding")
    if not coding or not request.body:
        return request.body
    try:
        decoder = BodyDecoder(coding)
        content = b"".join(decoder.feed(request.body))
        decoder.finish()
    except (CorruptContent, TooMuchContent):
        return b""
    return content


def encoded(answer: Answer) -> Iterator[bytes]:
    """The encoded chunks of `answer`. Each can be decoded as soon as it arrives."""
    codings = _codings(answer)
    if not codings or not (answer.chunks or answer.corrupt):
        yield from answer.chunks
        return
    packers = [zlib.compressobj(wbits=_WBITS[coding]) for coding in codings]
    for chunk in answer.chunks or (b"",):
        yield _through(packers, chunk, last=False)
    if answer.complete and not answer.corrupt:
        yield _through(packers, b"", last=True)


def _through(packers: Sequence[zlib._Compress], chunk: bytes, *, last: bool) -> bytes:
    for packer in packers:
        chunk = packer.compress(chunk) + packer.flush(zlib.Z_FINISH if last else zlib.Z_SYNC_FLUSH)
    return chunk


def _codings(answer: Answer) -> list[str]:
    values = (value for name, value in answer.headers if name.lower() == "content-encoding")
    names = (name.strip().lower() for value in values for name in value.split(","))
    return [name for name in names if name not in {"", "identity"}]
