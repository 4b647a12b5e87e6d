"""What a call asks for, and which other calls may get the same answer."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from clientele.http.backends.interface import HTTPBackend
from clientele.http.caching.directives import Directives, directives
from clientele.http.message.call import Call, address_of
from clientele.http.message.headers import checked_headers
from clientele.http.message.query import encode_pairs
from clientele.http.message.redirects import CROSS_ORIGIN_HEADERS
from clientele.http.transport.backend import TransportBackend
from clientele.http.transport.outgoing import outgoing

METHODS = frozenset({"GET", "HEAD"})
"""Those whose responses are cached."""
_IMPERSONAL = CROSS_ORIGIN_HEADERS | {
    *("baggage", "cache-control", "traceparent", "tracestate", "x-correlation-id", "x-request-id"),
}
"""The headers that a response may vary by only if it says so. The value of any other may be a credential."""
_PARTIAL = frozenset({"range", *(name for name in CROSS_ORIGIN_HEADERS if name.startswith("if-"))})
"""Those that ask for a part of a response, or for one under a condition, which is the caller's to deal with."""
_BODIES = ("content", "data", "files", "json")


class Asked(NamedTuple):
    """What a call asks for.

    Attributes:
        method: that of the call.
        url: in normal form.
        key: where a storage has all responses of the URL; it tells nothing of it.
        partition: equal for calls that have the same credentials, and see a body in the same form.
        headers: what `Vary` may select by, by name in lower case. None of them is a credential.
        directives: what the caller says in Cache-Control.
        max_bytes: the largest body that the caller takes; None for no limit.
    """

    method: str
    url: str
    key: str
    partition: str
    headers: Mapping[str, str]
    directives: Directives
    max_bytes: int | None


def is_cacheable(call: Call) -> bool:
    """Whether a response to `call` may be stored at all."""
    has_body = any(call.options.get(body) is not None for body in _BODIES)
    return call.method in METHODS and not call.is_stream and not has_body


def asked_for(backend: HTTPBackend, call: Call, scope: str) -> Asked:
    """What `call` asks for.

    Args:
        backend: the one that sends it in the end.
        call: without its body.
        scope: equal for calls of which it is known that nothing else adds credentials.

    Raises:
        TypeError, ConfigurationError: the call is wrong.
    """
    wanted = call.options if call.method in METHODS else ("params", "home")
    options = {name: call.options[name] for name in wanted if name in call.options and name not in _BODIES}
    if isinstance(backend, TransportBackend):
        sent = outgoing(backend, call.method, address_of(call), options)
        url, limits, settings = sent.url, sent.limits, backend.settings
        fields = {name.lower(): value for name, value in sent.headers}
        max_bytes = limits.max_response_bytes
        form: tuple[Any, ...] = (limits.decode_content, sent.at_home, settings.verify is True, settings.proxy)
    else:
        url = f"{address_of(call)}?{encode_pairs(options.get('params') or ())}"
        given = checked_headers(options.get("headers") or ())
        fields = {key: value for key, (_, value) in given.items() if value is not None}
        max_bytes = options.get("max_response_bytes")
        form = (options.get("decode_content"), call.home)
    impersonal = {name: value for name, value in fields.items() if name in _IMPERSONAL}
    credentials = sorted(fields.items() - impersonal.items())
    said = directives(impersonal.get("cache-control", ""))
    partition = _digest(repr((scope, form, credentials)))
    return Asked(call.method, url, _digest(url), partition, impersonal, said, max_bytes)


def passes_by(asked: Asked) -> bool:
    """Whether the caller wants nothing of a cache: a part of a response, or that nothing is stored."""
    return "no-store" in asked.directives or not _PARTIAL.isdisjoint(asked.headers)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
