"""Broken in what they ask for: queries, headers and JSON bodies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from clientele.http.errors import InvalidBody
from clientele.http.wire import WireRequest
from clientele_conformance.broken.plans import Plan, Planned, Sending
from clientele_conformance.broken.wires import OnTheWire, without


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


class JoinsLists(Planned):
    """As code that formats what is not a string."""

    def plan(self, sending: Sending) -> Plan:
        """Write a list as one value, with commas."""
        params = sending.options.get("params")
        if not isinstance(params, Mapping):
            return (yield sending)
        joined = {name: ",".join(map(str, v)) if isinstance(v, list) else v for name, v in params.items()}
        return (yield sending.but(params=joined))


class WritesBlanksAsPlus(OnTheWire):
    """As most libraries do."""

    def sent(self, request: WireRequest) -> WireRequest:
        """Write a query as a form has it."""
        return replace(request, url=replace(request.url, query=request.url.query.replace("%20", "+")))


class SendsLastOfRepeatedHeaders(Planned):
    """As niquests does, and code that makes a dict of pairs."""

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


class SaysItsOwnName(OnTheWire):
    """As every library does."""

    def sent(self, request: WireRequest) -> WireRequest:
        """Say that it is the library that asks."""
        headers = without(request.headers, "user-agent")
        return replace(request, headers=(*headers, ("User-Agent", "python-library/1.0")))


class ConvertsHeaderValues(Planned):
    """As aiohttp does with some, and code that formats them."""

    def plan(self, sending: Sending) -> Plan:
        """Make a text of a number."""
        headers = sending.options.get("headers")
        if not isinstance(headers, Mapping):
            return (yield sending)
        texts = {name: str(v) if isinstance(v, (int, float)) else v for name, v in headers.items()}
        return (yield sending.but(headers=texts))


class TakesLengthsByHand(Planned):
    """As httpx, requests and aiohttp do."""

    def plan(self, sending: Sending) -> Plan:
        """Pass over a Content-Length that the caller gives, rather than refuse it."""
        headers = sending.options.get("headers")
        if not isinstance(headers, Mapping):
            return (yield sending)
        kept = {name: value for name, value in headers.items() if name.lower() != "content-length"}
        return (yield sending.but(headers=kept))


class StripsMethods(Planned):
    """As code that is lenient with what comes out of a table."""

    def plan(self, sending: Sending) -> Plan:
        """Take a method for what it may have been meant to be."""
        return (yield replace(sending, method=sending.method.strip()))


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
        """Write a space after each comma and colon."""
        try:
            body = json.dumps(sending.options["json"], allow_nan=False, ensure_ascii=False).encode()
        except (KeyError, TypeError, ValueError, RecursionError):
            return (yield sending)
        return (yield sending if body == b"null" else _as_json(sending, body))


class EscapesJson(Planned):
    """As the json module does by default."""

    def plan(self, sending: Sending) -> Plan:
        """Write what isn't ASCII as escapes."""
        try:
            body = json.dumps(sending.options["json"], allow_nan=False, separators=(",", ":")).encode()
        except (KeyError, TypeError, ValueError, RecursionError):
            return (yield sending)
        return (yield sending if body == b"null" else _as_json(sending, body))


class SortsJson(Planned):
    """As code that wants the same bytes for the same value."""

    def plan(self, sending: Sending) -> Plan:
        """Write the keys in another order than the caller."""
        value = sending.options.get("json")
        return (yield sending.but(json=dict(sorted(value.items()))) if isinstance(value, dict) else sending)


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
