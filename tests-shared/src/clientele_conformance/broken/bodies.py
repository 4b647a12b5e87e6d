"""Broken in how they send a body."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from clientele.http.wire import WireRequest
from clientele_conformance.broken.plans import Plan, Planned, Sending
from clientele_conformance.broken.wires import OnTheWire, value_of, without


class WritesFormsAsBrowsersDo(OnTheWire):
    """As `urllib.parse.urlencode` and every library does."""

    def sent(self, request: WireRequest) -> WireRequest:
        """Write a space as a plus."""
        if value_of(request.headers, "content-type") != "application/x-www-form-urlencoded":
            return request
        assert isinstance(request.body, bytes)
        body = request.body.replace(b"%20", b"+")
        headers = (*without(request.headers, "content-length"), ("Content-Length", str(len(body))))
        return replace(request, body=body, headers=headers)


class ReadsFilesWhole(Planned):
    """As requests and niquests do."""

    def plan(self, sending: Sending) -> Plan:
        """Read a file before the form is made."""
        files = sending.options.get("files") or ()
        pairs = files.items() if isinstance(files, Mapping) else files
        read = [(name, _read(name, file)) for name, file in pairs]
        return (yield sending.but(files=read) if read else sending)


def _read(name: str, file: object) -> object:
    if isinstance(file, tuple):
        return (file[0], _content(file[1]), *file[2:])
    return (name, _content(file))


def _content(file: object) -> object:
    read = getattr(file, "read", None)
    return file if read is None else read()


class CollectsIterables(Planned):
    """As a backend does that knows bodies of bytes alone."""

    def plan(self, sending: Sending) -> Plan:
        """Send the pieces when the last one is there."""
        content = sending.options.get("content")
        if isinstance(content, (bytes, str)) or not isinstance(content, Iterable):
            return (yield sending)
        return (yield sending.but(content=b"".join(content)))


class SaysLengthOfNothing(OnTheWire):
    """As http.client does for some methods."""

    def sent(self, request: WireRequest) -> WireRequest:
        """Announce the body that a GET doesn't have."""
        if request.body is not None or value_of(request.headers, "content-length"):
            return request
        return replace(request, headers=(*request.headers, ("Content-Length", "0")))


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
