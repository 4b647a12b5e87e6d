"""The attributes of spans: the stable semantic conventions for HTTP clients.

https://opentelemetry.io/docs/specs/semconv/http/http-spans/
"""

from __future__ import annotations

from clientele.http.errors import ClienteleError, InvalidURL
from clientele.http.message.call import Call
from clientele.http.message.redaction import redacted_url
from clientele.http.message.urls import join_url, parse_url
from clientele.http.response import Response

Attributes = dict[str, str | int]

_KNOWN_METHODS = frozenset({"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"})


def span_name(call: Call) -> str:
    """The method and the template, which have few values; only the method for a call without a declared function."""
    method = call.method if call.method in _KNOWN_METHODS else "HTTP"
    return f"{method} {call.template}" if call.template else method


def request_attributes(call: Call, base_url: str) -> Attributes:
    """The attributes before `call` is sent; `base_url` is that of the backend.

    The URL is without user information and the values of its query.
    """
    said = label_attributes(call, base_url)
    said["url.full"] = redacted_url(_absolute(call, base_url))
    if call.name:
        said["code.function.name"] = call.name
    return said


def label_attributes(call: Call, base_url: str) -> Attributes:
    """The attributes with few values, which may be labels of a metric."""
    said: Attributes = {"http.request.method": call.method if call.method in _KNOWN_METHODS else "_OTHER"}
    if call.method not in _KNOWN_METHODS:
        said["http.request.method_original"] = call.method
    if call.template:
        said["url.template"] = call.template
    try:
        url = parse_url(_absolute(call, base_url))[0]
    except InvalidURL:
        return said
    return said | {"url.scheme": url.scheme, "server.address": url.host.strip("[]"), "server.port": url.port}


def response_attributes(response: Response) -> Attributes:
    """The attributes of `response`."""
    said: Attributes = {
        "http.response.status_code": response.status_code,
        "network.protocol.version": response.http_version,
    }
    if response.status_code >= 400:
        said["error.type"] = str(response.status_code)
    return said


def error_type(error: BaseException) -> str:
    """The `error.type` of an error."""
    kind = type(error)
    return kind.__name__ if isinstance(error, ClienteleError) else f"{kind.__module__}.{kind.__qualname__}"


def _absolute(call: Call, base_url: str) -> str:
    try:
        return join_url(base_url, call.url)
    except InvalidURL:
        return call.url
