"""A streaming call: the head of its response, and how to repeat it for a download."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from typing import Any, NamedTuple

from clientele.http.message.headers import checked_headers, merged_headers
from clientele.http.response import Response
from clientele.http.streams.pausing import PAUSE


class StreamHead:
    """Receives the head of a stream's response, as the option `on_head` of the call.

    Attributes:
        response: the head, or None.
    """

    __slots__ = ("_is_waited_for", "response")

    def __init__(self) -> None:
        self.response: Response | None = None
        self._is_waited_for = False

    def __call__(self, response: Response) -> object:
        """Store the head, and interrupt the stream if a caller waits for the head."""
        self.response = response
        return PAUSE if self._is_waited_for else None

    def begin(self, items: Generator[Any, None, None]) -> None:
        """Make the call of `items`, up to the head, if it hasn't been made."""
        if self.response is None:
            self._is_waited_for = True
            next(items, None)
            self._is_waited_for = False

    async def abegin(self, items: AsyncGenerator[Any, None]) -> None:
        """`begin`, asynchronously."""
        if self.response is None:
            self._is_waited_for = True
            await anext(items, None)
            self._is_waited_for = False


class StreamCall(NamedTuple):
    """The call of a stream.

    Attributes:
        make: makes the call with options, and returns the items.
        method: the request method.
        options: the options of the request.
        is_raw: whether the items are the bytes of the body.
    """

    make: Callable[[dict[str, Any]], Any]
    method: str
    options: Mapping[str, Any]
    is_raw: bool

    def __repr__(self) -> str:
        return f"<StreamCall {self.method}>"

    @property
    def headers(self) -> Mapping[str, object]:
        """The headers of the call, by their names in lower case."""
        return checked_headers(self.options.get("headers") or {})

    def with_headers(self, headers: Mapping[str, str], on_head: Callable[[Response], object]) -> Any:
        """Make the call with further headers; `on_head` gets the head of its response."""
        merged = merged_headers(checked_headers(self.options.get("headers") or {}), checked_headers(headers))
        return self.make({**self.options, "headers": dict(merged.values()), "on_head": on_head})
