"""Broken in what they ask for: URLs, queries, headers and bodies."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from clientele.http.errors import InvalidBody
from clientele.http.wire import WireRequest
from clientele_conformance.broken.plans import Plan, Planned, Sending
from clientele_conformance.broken.wires import OnTheWire, value_of, without


class WrapsPorts(Planned):
    """As httpx does, whose sockets take a port modulo 65536."""

    def plan(self, sending: Sending) -> Plan:
        """Ask the port that is left over."""

        def wrapped(found: re.Match[str]) -> str:
            return f"{found[1]}{int(found[2]) % 65536}"

        return (yield sending.to(re.sub(r"^(http://[^/?#:]*:)(\d{5,6})(?=[/?#]|$)", wrapped, sending.url)))


class DecodesQueries(OnTheWire):
    """As aiohttp does, whose URLs are normalised once more."""

    def sent(self, request: WireRequest) -> WireRequest:
        """Put a slash where its escape was."""
        return replace(request, url=replace(request.url, query=request.url.query.replace("%2F", "/")))


class ReplacesQueries(Planned):
    """As httpx does."""

    def plan(self, sending: Sending) -> Plan:
        """Forget the query of the URL when there are parameters, even if they are none."""
        given = sending.options.get("params") is not None
        return (yield sending.to(sending.url.partition("?")[0]) if given else sending)


class WritesBoolsAsPython(Planned):
    """As requests and niquests do."""

    def plan(self, sending: Sending) -> Plan:
        """Write True and False."""
        return (yield _with_params(sending, lambda value: str(value) if isinstance(value, bool) else value))


class WritesNoneAsNothing(Planned):
    """As httpx does."""

    def plan(self, sending: Sending) -> Plan:
        """Write the name all the same."""
        return (yield _with_params(sending, lambda value: "" if value is None else value))


class WritesBlanksAsPlus(OnTheWire):
    """As most libraries do."""

    def sent(self, request: WireRequest) -> WireRequest:
        """Write a query as a form has it."""
        return replace(request, url=replace(request.url, query=request.url.query.replace("%20", "+")))


class SendsLastOfRepeatedHeaders(Planned):
    """As niquests does, and whoever makes a dict of pairs."""

    def plan(self, sending: Sending) -> Plan:
        """Let each header take the place of those before it."""
        headers = sending.options.get("headers")
        if headers is None or isinstance(headers, Mapping):
            return (yield sending)
        last = {name.lower(): (name, value) for name, value in headers}
        return (yield sending.but(headers=list(last.values())))


class AsksForMoreCodings(OnTheWire):
    """As each library does where decoders for them happen to be installed."""

    def sent(self, request: WireRequest) -> WireRequest:
        """Ask for Brotli and Zstandard, too."""
        headers = (
            (name, f"{value}, br, zstd" if value == "gzip, deflate" else value) for name, value in request.headers
        )
        return replace(request, headers=tuple(headers))


class SendsNaN(Planned):
    """As aiohttp does, and the json module by default."""

    def plan(self, sending: Sending) -> Plan:
        """Write what JSON doesn't have."""
        try:
            return (yield sending)
        except InvalidBody as error:
            try:
                body = json.dumps(sending.options["json"], separators=(",", ":"), ensure_ascii=False).encode()
            except (TypeError, ValueError, RecursionError):
                raise error from None
        return (yield _as_json(sending, body))


class SpacesJson(Planned):
    """As requests, aiohttp and niquests do."""

    def plan(self, sending: Sending) -> Plan:
        """Write a blank behind each comma and colon."""
        try:
            body = json.dumps(sending.options["json"], allow_nan=False, ensure_ascii=False).encode()
        except (KeyError, TypeError, ValueError, RecursionError):
            return (yield sending)
        return (yield sending if body == b"null" else _as_json(sending, body))


class GivesBytesAType(OnTheWire):
    """As aiohttp does."""

    def sent(self, request: WireRequest) -> WireRequest:
        """Call every body without a type an octet stream."""
        if request.body is None or value_of(request.headers, "content-type"):
            return request
        return replace(request, headers=(*request.headers, ("Content-Type", "application/octet-stream")))


class SaysNoEmptyLength(OnTheWire):
    """As httpx does for DELETE."""

    def sent(self, request: WireRequest) -> WireRequest:
        """Say nothing of a body that isn't there."""
        if request.body is not None:
            return request
        return replace(request, headers=without(request.headers, "content-length"))


def _with_params(sending: Sending, written: Any) -> Sending:
    """`sending`, with each value of its parameters, also in lists, as `written` makes it."""
    params = sending.options.get("params")
    if params is None:
        return sending
    pairs = params.items() if isinstance(params, Mapping) else params
    return sending.but(
        params=[
            (name, [written(part) for part in value] if isinstance(value, (list, tuple)) else written(value))
            for name, value in pairs
        ]
    )


def _as_json(sending: Sending, body: bytes) -> Sending:
    headers = sending.options.get("headers") or {}
    pairs = list(headers.items() if isinstance(headers, Mapping) else headers)
    if not any(name.lower() == "content-type" for name, _ in pairs):
        pairs.append(("Content-Type", "application/json"))
    return sending.without("json").but(content=body, headers=pairs)
