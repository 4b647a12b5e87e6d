"""Encodes request bodies: to bytes, a Content-Type and a length."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from clientele.http.message.body.files import FileBlocks, checked_file, length_of
from clientele.http.message.body.multipart import Multipart, build_multipart
from clientele.http.message.errors import InvalidBody
from clientele.http.message.query import encode_pairs
from clientele.http.runtime.lazy import json

Chunks: TypeAlias = bytes | Iterable[bytes] | AsyncIterable[bytes] | None
Note: TypeAlias = Callable[[Exception], object]


@dataclass(slots=True, repr=False)
class Body:
    """A request body. Must not be modified.

    Attributes:
        content: the whole body, or its pieces, or None for no body.
        content_type: the Content-Type that it implies, or None.
        length: the length in bytes, if it is known before sending.
        replayable: whether it can be sent again.
    """

    content: Chunks = None
    content_type: str | None = None
    length: int | None = None
    replayable: bool = True

    @property
    def is_readable_ahead(self) -> bool:
        """Whether `ahead` works: for bytes, lists, seekable files, and forms of these."""
        content = self.content
        return self.replayable or (isinstance(content, (FileBlocks, Multipart)) and content.is_seekable)

    def ahead(self) -> Iterator[bytes]:
        """All of it, in pieces, before it is sent; it can be sent afterwards.

        Raises:
            InvalidBody: it can be read only once, or a piece isn't bytes.
        """
        content = self.content
        if not self.is_readable_ahead:
            raise InvalidBody(
                "content: the body has to be read before it is sent, and can be read only once; use bytes, a list of "
                "bytes, or a seekable file"
            )
        if content is None or isinstance(content, bytes):
            return iter((content or b"",))
        if isinstance(content, (FileBlocks, Multipart)):
            return content.ahead()
        return map(_Counter(self.length).checked, cast(Iterable[bytes], content))


NO_BODY = Body()


def build_body(options: Mapping[str, Any]) -> Body:
    """The body for `json`, `data`, `content` or `files`: one of them, or a form with files.

    Raises:
        TypeError: more than one of them, or a form value that can't be written as text.
        InvalidBody: a value that JSON can't represent, or content of an unsupported type.
    """
    given = [kind for kind in _KINDS if options.get(kind) is not None] if options else []
    if not given:
        return NO_BODY
    if "files" in given and not {"json", "content"} & set(given):
        return _multipart_body(options)
    if len(given) > 1:
        raise TypeError(f"a request has one body, but {' and '.join(given)} were passed; pass one of them")
    return _BUILDERS[given[0]](options[given[0]])


def is_replayable(options: Mapping[str, Any]) -> bool:
    """Whether the body in the options of a call can be sent again."""
    if options.get("content") is None and options.get("files") is None:
        return True  # Values and forms are encoded again.
    return build_body({name: options[name] for name in _KINDS if name in options}).replayable


def _multipart_body(options: Mapping[str, Any]) -> Body:
    form = build_multipart(options.get("data"), options.get("files", ()))
    return Body(form, form.content_type, form.length, form.replayable)


def _json_body(value: Any) -> Body:
    encoded = encoded_json(value, "json")
    return Body(encoded, "application/json", len(encoded))


def encoded_json(value: Any, where: str) -> bytes:
    """`value` in JSON (RFC 8259), compact.

    Raises:
        InvalidBody: it can't be written as JSON; the message starts with `where`.
    """
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidBody(f"{where}: the value can't be written as JSON: {error}") from error


def _form_body(data: Any) -> Body:
    if not isinstance(data, (Mapping, list, tuple)):
        instead = "content= for bytes" if isinstance(data, (str, bytes, bytearray)) else "json= for a JSON body"
        raise InvalidBody(f"data: a form is a mapping or a list of pairs, not {type(data).__name__}; use {instead}")
    encoded = encode_pairs(data, "data").encode()
    return Body(encoded, "application/x-www-form-urlencoded", len(encoded))


def _plain_body(content: Any) -> Body:
    if isinstance(content, str):
        content = _utf8(content)
    if isinstance(content, (bytes, bytearray, memoryview)):
        encoded = bytes(content)
        return Body(encoded, None, len(encoded))
    if hasattr(content, "read"):
        file = checked_file(content, "content")
        return Body(FileBlocks(file), None, length_of(file), replayable=False)
    if isinstance(content, (AsyncIterable, Iterable)) and not isinstance(content, Mapping):
        return Body(content, None, None, replayable=isinstance(content, (list, tuple)))
    raise InvalidBody(
        f"content: use bytes, str, a binary file or an iterable of bytes, not {type(content).__name__}; "
        "use json= or data= for values"
    )


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise InvalidBody(f"content: UTF-8 can't hold the lone surrogate at character {error.start}") from None


_BUILDERS = {"json": _json_body, "data": _form_body, "content": _plain_body}
_KINDS = (*_BUILDERS, "files")


class BodyFailed(Exception):
    """Wraps an exception of the caller's iterable, file or callback; the driver raises the original.

    Libraries pass unknown classes through, but would treat an OSError as one of their own connection.
    """

    def __init__(self, error: Exception) -> None:
        super().__init__(error)
        self.error = error


def sync_chunks(content: Iterable[bytes], length: int | None, note: Note) -> Iterator[bytes]:
    """The pieces of a body, counted: a body whose length differs from the announced one is never completed.

    Args:
        content: the pieces.
        length: the announced length in bytes, if any.
        note: receives the exception that is raised, because the library may replace it.

    Raises:
        InvalidBody: a piece isn't bytes, or the pieces don't add up to `length`.
        BodyFailed: `content` raised an exception.
    """
    if not isinstance(content, Iterable):
        raise InvalidBody("content: an asynchronous iterable can't be sent by a synchronous call; use a plain one")
    return _counted(content, _Counter(length), note)


def _counted(content: Iterable[bytes], counter: _Counter, note: Note) -> Iterator[bytes]:
    with _noting(note):
        for chunk in _caller_pieces(content):
            yield counter.checked(chunk)
        counter.finish()


def _caller_pieces(content: Iterable[bytes]) -> Iterator[bytes]:
    try:
        yield from content
    except Exception as error:
        raise BodyFailed(error) from error


async def async_chunks(
    content: Iterable[bytes] | AsyncIterable[bytes], length: int | None, note: Note
) -> AsyncIterator[bytes]:
    """`sync_chunks` for an asynchronous call, which accepts both kinds of iterable."""
    counter = _Counter(length)
    with _noting(note):
        if isinstance(content, AsyncIterable):
            async for chunk in _async_caller_pieces(content):
                yield counter.checked(chunk)
        else:
            for chunk in _caller_pieces(content):
                yield counter.checked(chunk)
        counter.finish()


async def _async_caller_pieces(content: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    try:
        async for chunk in content:
            yield chunk
    except Exception as error:
        raise BodyFailed(error) from error


@contextmanager
def _noting(note: Note) -> Iterator[None]:
    try:
        yield
    except BodyFailed as failed:
        note(failed.error)
        raise
    except InvalidBody as error:
        note(error)
        raise


class _Counter:
    def __init__(self, length: int | None) -> None:
        self._length = length
        self._sent = 0

    def checked(self, chunk: object) -> bytes:
        if not isinstance(chunk, (bytes, bytearray, memoryview)):
            raise InvalidBody(f"content: the pieces of a body are bytes, not {type(chunk).__name__}")
        piece = bytes(chunk)
        self._sent += len(piece)
        if self._length is not None and self._sent > self._length:
            raise InvalidBody(f"content: the body is longer than its length of {self._length} bytes")
        return piece

    def finish(self) -> None:
        if self._length is not None and self._sent < self._length:
            raise InvalidBody(f"content: the body ended after {self._sent} of its {self._length} bytes")
