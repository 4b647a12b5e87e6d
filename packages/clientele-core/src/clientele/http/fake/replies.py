"""The replies of a fake, and how they are encoded."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from pydantic_core import to_json

from clientele.http.errors import ConfigurationError, TransportError
from clientele.http.fake.requests import FakeRequest
from clientele.http.message.headers import Pairs
from clientele.http.message.name_values import Given, kept, pairs_of
from clientele.http.response import Response
from clientele.http.transport.memory import has_body

_FRAMING = frozenset({"content-length", "transfer-encoding"})
_DESCRIBES_THE_WIRE = _FRAMING | {"content-encoding"}


class Pieces:
    """A body that arrives piece by piece; see `Lines` and `Chunks`."""

    media_type: str | None = None
    """The default Content-Type."""

    def __init__(self, pieces: Iterable[Any] | AsyncIterable[Any], *, delay: float = 0.0) -> None:
        self.delay = _checked_delay(delay)
        """Seconds before each piece."""
        self._pieces = pieces
        self._spent = False

    def take(self) -> Iterable[Any] | AsyncIterable[Any]:
        """The pieces, for one response.

        Raises:
            ConfigurationError: they are an iterator, which a previous response has used up.
        """
        if self._spent:
            raise ConfigurationError(
                f"{type(self).__name__}: an iterator can be used for one response only; pass a list, or a callable "
                "that returns a new reply for each request"
            )
        self._spent = isinstance(self._pieces, Iterator) or hasattr(self._pieces, "__anext__")
        return self._pieces

    @staticmethod
    def encoded(piece: Any) -> bytes:
        """`piece`, encoded."""
        raise NotImplementedError


class Lines(Pieces):
    """A body of lines, which arrive one by one.

    Args:
        pieces: str are sent unchanged, other values as JSON; a TransportError cuts the body off at that point. An
            asynchronous iterable works for asynchronous calls only.
        delay: seconds before each line; default 0.

    Raises:
        ConfigurationError: `delay` is negative.
    """

    media_type = "application/x-ndjson"

    @staticmethod
    def encoded(piece: Any) -> bytes:
        """The line, with its line end."""
        return (piece.encode() if isinstance(piece, str) else to_json(piece)) + b"\n"


class Chunks(Pieces):
    """A body of chunks, which arrive one by one.

    Args:
        pieces: bytes, or a TransportError as in `Lines`.
        delay: seconds before each chunk; default 0.

    Raises:
        ConfigurationError: `delay` is negative.
    """

    @staticmethod
    def encoded(piece: Any) -> bytes:
        """The chunk.

        Raises:
            TypeError: it isn't bytes.
        """
        if not isinstance(piece, bytes):
            raise TypeError(f"Chunks: the pieces are bytes, not {type(piece).__name__}; use Lines for values")
        return piece


@dataclass(frozen=True, slots=True)
class Reply:
    """A response of the fake.

    Attributes:
        status: a final status, 200 (the default) to 999.
        content: None, the default, for an empty body; bytes and str are sent unchanged; `Lines` and `Chunks` arrive
            piece by piece; other values are sent as JSON. For a stream, each item of a list is a line, str unchanged.
        headers: a mapping or pairs; default none. Content-Type and Content-Length are added if they are missing.
        delay: seconds before the response; default 0. A delay longer than the read limit of the call raises
            ReadTimeout.

    Raises:
        ConfigurationError: `status` is not a final status, or `delay` is negative.
    """

    status: int = 200
    content: Any = None
    headers: Given[str] = ()
    delay: float = 0.0

    def __post_init__(self) -> None:
        if not 200 <= self.status <= 999:
            raise ConfigurationError(f"status: {self.status!r} is not a final status; use 200 to 999")
        _checked_delay(self.delay)
        object.__setattr__(self, "headers", kept(self.headers, "headers", ConfigurationError))


Answer: TypeAlias = (
    Reply | Response | TransportError | Callable[[FakeRequest], "Answer"] | Callable[[FakeRequest], "Awaitable[Answer]"]
)
"""A reply; a Response; an error to raise; or a function of the request that returns one of these. A coroutine function
works for asynchronous calls only.
"""


def checked_answer(answer: object) -> Answer:
    """`answer`, checked.

    Raises:
        TypeError: it has an unsupported type.
    """
    if isinstance(answer, (Reply, Response, TransportError)):
        return answer
    if callable(answer) and not isinstance(answer, type):
        return cast(Answer, answer)
    shown = f"the class {answer.__name__}" if isinstance(answer, type) else type(answer).__name__
    raise TypeError(f"a reply is a Reply, a Response, a TransportError or a function of the request, not {shown}")


def as_reply(answer: object, request: FakeRequest, backend: str) -> Reply:
    """`answer`, converted to a Reply.

    Raises:
        TransportError: `answer` is one; it then has the details of `request`.
        TypeError: a function returned another type.
    """
    if isinstance(answer, Reply):
        return answer
    if isinstance(answer, Response):
        headers = [pair for pair in answer.headers.pairs if pair[0].lower() not in _DESCRIBES_THE_WIRE]
        return Reply(answer.status_code, answer.content, tuple(headers))
    if isinstance(answer, TransportError):
        raise with_request(answer, request, backend)
    raise TypeError(
        f"the reply to {request.method} {request.path} is a {type(answer).__name__}; return a Reply, a Response or a "
        "TransportError"
    )


def with_request(error: TransportError, request: FakeRequest, backend: str) -> TransportError:
    """A copy of `error` with the details of the request, unless the test has set them."""
    copied = copy.copy(error)
    if not copied.request_method:
        made = type(error)(error.reason, request_method=request.method, request_url=request.url)
        copied.request_method, copied.request_url = made.request_method, made.request_url
    copied.backend = copied.backend or backend
    return copied


def written(reply: Reply, *, method: str, streaming: bool) -> tuple[Pairs, Pieces]:
    """The header fields of `reply`, and its encoded body."""
    media_type, body = _encoded(reply.content, streaming=streaming)
    headers = tuple(pairs_of(reply.headers))
    given = {name.lower() for name, _ in headers}
    if media_type is not None and "content-type" not in given:
        headers = (("content-type", media_type), *headers)
    if isinstance(body, bytes) and reply.status != 204 and not given & _FRAMING:
        headers = (*headers, ("content-length", str(len(body))))
    if not has_body(method, reply.status):
        body = b""
    return headers, Chunks([body]) if isinstance(body, bytes) else body


def _encoded(content: Any, *, streaming: bool) -> tuple[str | None, bytes | Pieces]:
    if content is None:
        return None, b""
    if isinstance(content, Pieces):
        return content.media_type, content
    if isinstance(content, bytes):
        return "application/octet-stream", content
    if isinstance(content, str):
        return "text/plain; charset=utf-8", content.encode()
    if streaming and isinstance(content, list):
        return Lines.media_type, b"".join(map(Lines.encoded, content))
    return "application/json", to_json(content)


def _checked_delay(delay: float) -> float:
    if delay < 0:
        raise ConfigurationError(f"delay: {delay!r} is not a number of seconds to wait")
    return delay
