"""A streaming call that can be made again: to go on with a download, or to begin it anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from clientele.http.headers import checked_headers, merged_headers
from clientele.http.response import Response


class StreamCall(NamedTuple):
    """What a stream comes from.

    Attributes:
        make: makes the call with the options that it is given; what it returns are the items.
        method: the request method.
        options: what the call says, as the options of a request.
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
