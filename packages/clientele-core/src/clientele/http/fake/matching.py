"""Matches requests with routes, and describes the differences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any
from urllib.parse import unquote

from pydantic_core import to_jsonable_python

from clientele.http.errors import ConfigurationError, JSONDecodeError
from clientele.http.fake.requests import FakeRequest, grouped
from clientele.http.message.headers import HeadersInput, RequestHeaders, checked_headers, checked_method
from clientele.http.message.query import Params, encode_pairs
from clientele.http.message.redaction import shown_header
from clientele.http.message.urls import is_absolute, parse_url

ANYTHING: Any = object()
"""Instead of a JSON value: any body, or none."""

_ANYWHERE = "http://fake.invalid"
_PLACE = re.compile(r"%7B([A-Za-z_][A-Za-z0-9_]*)%7D")


class Template:
    """A path with placeholders, such as `/users/{id}`; with a scheme and a host, it matches only that origin.

    A placeholder matches a non-empty segment, or a part of one.

    Raises:
        ConfigurationError: it isn't a path or an absolute URL, has a query, or has two placeholders of one name.
    """

    def __init__(self, path: str) -> None:
        if not path.startswith("/") and not is_absolute(path):
            raise ConfigurationError(f"path: {path!r} is not a path; start it with / or with a scheme and a host")
        url = parse_url(path if is_absolute(path) else f"{_ANYWHERE}{path}", "path")[0]
        if url.query:
            raise ConfigurationError(f"path: {path!r} has a query; pass it as query=")
        self.text = path
        self._origin = url.origin if is_absolute(path) else None
        literal, *rest = _PLACE.split(url.path)
        names = rest[::2]
        if len(set(names)) < len(names):
            raise ConfigurationError(f"path: {path!r} has two parameters of one name")
        places = (f"(?P<{name}>[^/]+?){re.escape(text)}" for name, text in zip(names, rest[1::2], strict=True))
        self._pattern = re.compile(re.escape(literal) + "".join(places))

    def arguments(self, request: FakeRequest) -> dict[str, str] | None:
        """The values of the placeholders, unescaped, or None if the request has another path."""
        if self._origin not in {None, request.wire_url.origin}:
            return None
        found = self._pattern.fullmatch(request.path)
        return None if found is None else {name: unquote(value) for name, value in found.groupdict().items()}


@dataclass(frozen=True, slots=True)
class Pattern:
    """The conditions for a request. None matches anything.

    Attributes:
        method: in upper case.
        path: its template.
        query: all values of all names.
        headers: a subset of the headers.
        json: a subset of the JSON body: objects may have more members, at any depth; lists must have the same length.
    """

    method: str | None
    path: Template | None
    query: Mapping[str, list[str]] | None
    headers: RequestHeaders
    json: Any

    def arguments(self, request: FakeRequest) -> dict[str, str]:
        """The values of the placeholders, for a matching request."""
        return (self.path and self.path.arguments(request)) or {}

    def differences(self, request: FakeRequest) -> Iterator[str]:
        """The differences of `request`, the most important first; empty if it matches."""
        if self.method not in {None, request.method}:
            yield f"method: {request.method}, not {self.method}"
        if self.path is not None and self._is_elsewhere(request):
            shown = request.url.partition("?")[0] if is_absolute(self.path.text) else request.path
            yield f"path: {shown}, not {self.path.text}"
        yield from self._query_differences(request)
        for key, (name, wanted) in self.headers.items():
            got = request.headers.get(key)
            if got != wanted:
                shown = "missing" if got is None else shown_header(key, got)
                yield f"header {name}: {shown}, not {shown_header(key, str(wanted))}"
        if self.json is not ANYTHING:
            yield from self._json_differences(request)

    def distance(self, request: FakeRequest) -> tuple[bool, bool, int, float]:
        """How much `request` differs: a different path counts most, then the method, then the rest."""
        path = "" if self.path is None else self.path.text
        return (
            self._is_elsewhere(request),
            self.method not in {None, request.method},
            len(list(self.differences(request))),
            -SequenceMatcher(None, request.path, path).ratio(),
        )

    def _is_elsewhere(self, request: FakeRequest) -> bool:
        return self.path is not None and self.path.arguments(request) is None

    def _query_differences(self, request: FakeRequest) -> Iterator[str]:
        if self.query is None:
            return
        got = grouped(request.wire_url.query)
        for name in {**self.query, **got}:
            wanted, has = self.query.get(name), got.get(name)
            if wanted != has:
                yield f"query {name}: {_values(has)}, not {_values(wanted)}"

    def _json_differences(self, request: FakeRequest) -> Iterator[str]:
        try:
            got = request.json
        except JSONDecodeError:
            yield "json: no JSON body"
        else:
            yield from _unlike(self.json, got, "json")

    def __str__(self) -> str:
        return f"{self.method or 'any method'} {self.path.text if self.path else 'any path'}"


def pattern(
    method: str | None,
    path: str | None,
    query: Params | None = None,
    headers: HeadersInput = (),
    json: Any = ANYTHING,
) -> Pattern:
    """A pattern, its parts checked and encoded as in a request.

    Raises:
        ConfigurationError, TypeError: no request can have one of the parts.
    """
    return Pattern(
        None if method is None else checked_method(method),
        None if path is None else Template(path),
        None if query is None else grouped(encode_pairs(query, "query")),
        checked_headers(headers),
        json if json is ANYTHING else to_jsonable_python(json),
    )


def _values(values: list[str] | None) -> str:
    return "missing" if values is None else " and ".join(map(repr, values))


def _unlike(wanted: Any, got: Any, where: str) -> Iterator[str]:
    if isinstance(wanted, dict) and isinstance(got, dict):
        for name, value in wanted.items():
            if name in got:
                yield from _unlike(value, got[name], f"{where}.{name}")
            else:
                yield f"{where}.{name}: missing"
    elif isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        for index, (value, item) in enumerate(zip(wanted, got, strict=True)):
            yield from _unlike(value, item, f"{where}[{index}]")
    elif wanted != got or isinstance(wanted, bool) is not isinstance(got, bool):  # In Python, True equals 1.
        yield f"{where}: {got!r}, not {wanted!r}"
