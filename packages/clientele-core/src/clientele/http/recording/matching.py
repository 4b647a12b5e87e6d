"""Finds the recorded exchange for a request, or describes how the closest one differs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from clientele.http.errors import ConfigurationError
from clientele.http.message.printable import excerpt
from clientele.http.recording.exchanges import Exchange, Request

Matcher: TypeAlias = str | Callable[[Request, Request], bool]
"""The name of a part that must be equal, or a function of the recorded request and the new request."""

_SHOWN = 200
_COMPARED = 300
"""The number of characters of URLs that are compared, because the comparison is quadratic."""


def is_form(content_type: str) -> bool:
    """Whether a body is a URL-encoded form."""
    return content_type.lower().startswith("application/x-www-form-urlencoded")


def _query(request: Request) -> Any:
    return sorted(_pairs(request.parts.query))


def _body(request: Request) -> Any:
    if is_form(request.header("content-type")):
        return _pairs(request.body.decode("latin-1"))
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError):
        return request.body


def _pairs(text: str) -> list[tuple[str, str]]:
    """The decoded pairs of a query or a form, because libraries escape differently."""
    return parse_qsl(text, keep_blank_values=True, encoding="latin-1")


PARTS: Mapping[str, Callable[[Request], Any]] = {
    "method": lambda request: request.method,
    "scheme": lambda request: request.parts.scheme,
    "host": lambda request: request.parts.hostname,
    "port": lambda request: request.parts.port,
    "path": lambda request: request.parts.path,
    "query": _query,
    "body": _body,
}

_SHOWN_AS: Mapping[str, Callable[[Request], Any]] = {
    **PARTS,
    "query": lambda request: request.parts.query,
    "body": lambda request: request.body.decode("utf-8", "replace"),
}

EVERY_PART = tuple(PARTS)


class Matching:
    """Compares requests, without their secrets.

    Args:
        match: the parts that must be equal, and functions that must return True.

    Raises:
        ConfigurationError: a part has an unknown name.
    """

    def __init__(self, match: Iterable[Matcher]) -> None:
        self._match = tuple(match)
        unknown = [part for part in self._match if not callable(part) and part not in PARTS]
        if unknown:
            known = ", ".join(PARTS)
            raise ConfigurationError(f"RecordingBackend(match=...): {unknown[0]!r} is not part of a request: {known}")

    def fits(self, recorded: Request, asked: Request) -> bool:
        """Whether the response to `recorded` is also one to `asked`."""
        return all(_equal(matcher, recorded, asked) for matcher in self._match)

    def report(self, exchanges: Sequence[Exchange], replayed: Iterable[int], asked: Request) -> str:
        """Explain why no exchange matches `asked`: the closest one, and the differences."""
        used_up = [index for index in replayed if self.fits(exchanges[index].request, asked)]
        if used_up:
            return f"it has this request {_times(len(used_up))}, and it was already replayed"
        if not exchanges:
            return "it is empty"
        index = min(range(len(exchanges)), key=lambda index: self._distance(exchanges[index].request, asked))
        closest = exchanges[index].request
        shown = excerpt(f"{closest.method} {closest.url}")
        lines = [f"  {line}" for line in self._differences(closest, asked)]
        return "\n".join([f"the closest is number {index + 1}, {shown}, with", *lines])

    def _distance(self, recorded: Request, asked: Request) -> tuple[int, float]:
        differing = sum(not _equal(matcher, recorded, asked) for matcher in self._match)
        recorded_line, asked_line = (f"{request.method} {request.url}"[:_COMPARED] for request in (recorded, asked))
        return differing, -SequenceMatcher(None, recorded_line, asked_line).ratio()

    def _differences(self, recorded: Request, asked: Request) -> Iterator[str]:
        for matcher in self._match:
            if _equal(matcher, recorded, asked):
                continue
            if callable(matcher):
                yield f"{getattr(matcher, '__name__', 'a function')}: said no"
            else:
                show = _SHOWN_AS[matcher]
                yield f"{matcher}: {_short(show(recorded))} in the cassette, {_short(show(asked))} now"


def _equal(matcher: Matcher, recorded: Request, asked: Request) -> bool:
    if callable(matcher):
        return matcher(recorded, asked)
    part = PARTS[matcher]
    return bool(part(recorded) == part(asked))


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
