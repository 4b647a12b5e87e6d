"""A received body, and what it can be read as."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

from clientele.http.message.body.charsets import charset_of, decode_text, parse_json
from clientele.http.message.body.lines import LineDecoder
from clientele.http.message.headers import Headers
from clientele.http.message.name_values import Given


class ReadableBody:
    """A decoded body with its headers. `Response` fills it."""

    __slots__ = ("_fields", "_headers", "_text", "content")

    _fields: Given[str]
    _headers: Headers | None
    _text: str | None
    content: bytes

    @property
    def headers(self) -> Headers:
        """The header fields, read-only and case-insensitive. They describe the body as sent, not `content`."""
        if self._headers is None:
            self._headers = self._fields if isinstance(self._fields, Headers) else Headers(self._fields)
        return self._headers

    @property
    def text(self) -> str:
        """The body as text, in the charset of the Content-Type, else UTF-8; invalid bytes become U+FFFD."""
        if self._text is None:
            self._text = decode_text(self.content, self.headers.get("content-type"))
        return self._text

    def json(self) -> Any:
        """The value of a JSON body in UTF-8, UTF-16 or UTF-32, whatever the Content-Type says (RFC 8259).

        Raises:
            JSONDecodeError: the body is empty or isn't JSON.
        """
        return parse_json(self.content)

    def iter_lines(self) -> Iterator[str]:
        """The lines of the body, without line ends. Only LF and CRLF end a line."""
        decoder = LineDecoder(charset_of(self.headers.get("content-type")))
        yield from decoder.feed(self.content)
        yield from decoder.finish()

    async def aiter_lines(self) -> AsyncIterator[str]:
        """`iter_lines`, for `async for`."""
        for line in self.iter_lines():
            yield line
