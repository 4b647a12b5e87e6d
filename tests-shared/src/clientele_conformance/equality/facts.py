"""What a row came to, as facts that can be compared: what servers received, and what the caller got."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from clientele.http import Response
from clientele.http.errors import APIException, ClienteleError, TransportError
from clientele_conformance.servers import RecordedRequest
from clientele_conformance.suite.error_faults import published
from clientele_conformance.suite.request_wire import canonical

Facts: TypeAlias = Mapping[str, object]
"""Each has a name: `origin request 1 body`, `answer 2 status`. Two runs are equal if all of these are."""

_LONG = 2048
_BOUNDARY = re.compile(r"multipart/form-data; boundary=([0-9A-Za-z'()+_,\-./:=?]+)")


def request_facts(server: str, number: int, request: RecordedRequest) -> Iterator[tuple[str, object]]:
    """A request on the wire; see `canonical` for what is left aside. So is the boundary of a form, which is drawn."""
    name = f"{server} request {number}"
    same = canonical(request)
    yield name, f"{same.method} {same.target} HTTP/{request.version}"
    boundary = _BOUNDARY.match(request.header("content-type") or "")
    text = boundary[1] if boundary else ""
    yield (
        f"{name} fields",
        tuple((field, value.replace(text, "BOUNDARY") if text else value) for field, value in same.fields),
    )
    # How much of a body has been read when the client leaves, only chance decides.
    body = same.body if request.complete else b"not all of it"
    yield f"{name} body", _short(body.replace(text.encode(), b"BOUNDARY") if text else body)


def response_facts(name: str, response: Response) -> Iterator[tuple[str, object]]:
    """A response, without the time it took and the library's own object; and those that led to it."""
    yield from _own_facts(name, response)
    for number, step in enumerate(response.history, 1):
        yield from _own_facts(f"{name} redirect {number}", step)
        yield f"{name} redirect {number} redirects", len(step.history)


def _own_facts(name: str, response: Response) -> Iterator[tuple[str, object]]:
    yield name, f"HTTP/{response.http_version} {response.status_code}"
    yield f"{name} request", f"{response.request_method} {response.request_url}"
    yield f"{name} headers", _by_name(response)
    yield f"{name} content", _short(response.content)
    yield f"{name} text", _short(response.text)
    yield f"{name} lines", _short(tuple(response.iter_lines()))
    yield f"{name} json", _short(_json(response))


def stream_facts(name: str, items: list[Any]) -> Iterator[tuple[str, object]]:
    """The items of a stream; where one ends that is bytes, is the network's business."""
    are_bytes = bool(items) and all(isinstance(item, bytes) for item in items)
    yield f"{name} items", _short(b"".join(items) if are_bytes else tuple(map(repr, items)))


def error_facts(name: str, error: Exception) -> Iterator[tuple[str, object]]:
    """The class of an error: one of ours, or its own. For ours, also its attributes about the exchange."""
    kind = published(error)
    yield name, kind.__name__ if isinstance(error, ClienteleError) else f"{kind.__module__}.{kind.__qualname__}"
    if isinstance(error, TransportError):
        yield f"{name} request_sent", error.request_sent
    if isinstance(error, APIException):
        yield from response_facts(f"{name} response", error.response)


def _by_name(response: Response) -> tuple[tuple[str, tuple[str, ...]], ...]:
    names = sorted({name.lower() for name, _ in response.headers.pairs})
    return tuple((name, tuple(response.headers.get_list(name))) for name in names)


def _json(response: Response) -> str:
    try:
        return repr(response.json())  # NaN is not equal to itself, its repr is.
    except ValueError as error:
        return published(error).__name__


def _short(value: object) -> object:
    """`value`, or what tells a long one from others."""
    text = value if isinstance(value, bytes) else repr(value).encode("utf-8", "surrogatepass")
    if len(text) <= _LONG:
        return value
    return f"{len(text)} bytes, SHA-256 {hashlib.sha256(text).hexdigest()}, from {text[:60]!r}"
