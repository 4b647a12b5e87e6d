"""A request that the fake received, decoded for assertions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from clientele.http.message.body.charsets import parse_json
from clientele.http.message.headers import Headers
from clientele.http.message.redaction import redacted_url
from clientele.http.message.urls import URL
from clientele.http.timeouts import Timeout
from clientele.http.wire import WireRequest


@dataclass(frozen=True, slots=True, repr=False)
class FakeRequest:
    """One request, encoded and complete. Each followed redirect is a separate one.

    Attributes:
        method: in upper case.
        wire_url: the URL, in normal form and in its parts.
        headers: all headers, including defaults; names ignore case.
        content: the bytes of the body; None if there is none.
        timeout: the limits of the call, in seconds.
        path_arguments: the values of the route's placeholders, unescaped.
    """

    method: str
    wire_url: URL
    headers: Headers
    content: bytes | None
    timeout: Timeout
    path_arguments: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The whole URL, in normal form."""
        return str(self.wire_url)

    @property
    def path(self) -> str:
        """The path, in normal form: `/a%20b`."""
        return self.wire_url.path

    @property
    def params(self) -> dict[str, str | list[str]]:
        """The query: each name with its value, or with the list of its values if it is repeated."""
        return {name: values if len(values) > 1 else values[0] for name, values in grouped(self.wire_url.query).items()}

    @property
    def form(self) -> dict[str, str | list[str]]:
        """A body of `application/x-www-form-urlencoded`, as `params` has the query.

        Raises:
            UnicodeDecodeError: the body isn't UTF-8.
        """
        return {name: values if len(values) > 1 else values[0] for name, values in grouped(self.text).items()}

    @property
    def text(self) -> str:
        """The body as UTF-8; empty if there is none.

        Raises:
            UnicodeDecodeError: it isn't UTF-8.
        """
        return (self.content or b"").decode()

    @property
    def json(self) -> Any:
        """The value of a JSON body.

        Raises:
            JSONDecodeError: there is no body, or it isn't JSON.
        """
        return parse_json(self.content or b"")

    def __repr__(self) -> str:
        return f"<FakeRequest {self.method} {redacted_url(self.url)}>"


def asked(request: WireRequest, content: bytes | None) -> FakeRequest:
    """`request` as a FakeRequest, with its body read."""
    return FakeRequest(request.method, request.url, Headers(request.headers), content, request.timeout)


def grouped(encoded: str) -> dict[str, list[str]]:
    """The values of an encoded query or form by their names, unescaped, in order."""
    found: dict[str, list[str]] = {}
    for pair in filter(None, encoded.split("&")):
        name, _, value = pair.partition("=")
        found.setdefault(unquote(name), []).append(unquote(value))
    return found
