"""Broken in what they show: secrets, and what a line may hold."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from clientele.http import HTTPBackend
from clientele.http.errors import TransportError
from clientele.http.transport import TransportBackend
from clientele.http.wire import WireRequest
from clientele_conformance.broken.plans import Plan, Planned, Sending
from clientele_conformance.broken.wires import OnTheWire


class LogsQueries(OnTheWire):
    """As httpx and urllib3 do."""

    def sent(self, request: WireRequest) -> WireRequest:
        """Log the whole URL."""
        logging.getLogger(__name__).info("HTTP Request: %s %s", request.method, request.url)
        return request


class ShowsItsHeaders(HTTPBackend):
    """As a dataclass does."""

    def __repr__(self) -> str:
        settings = cast(TransportBackend[Any, Any], self).settings
        return f"{type(self).__name__}(headers={dict(settings.headers.values())!r})"


class PicklesSecrets(Planned):
    """As code that keeps the request on an error, as httpx and requests do."""

    def plan(self, sending: Sending) -> Plan:
        """Keep what was asked for, headers and all."""
        try:
            return (yield sending)
        except TransportError as error:
            vars(error)["request"] = sending.options
            raise


class FoldsLines(Planned):
    """As urllib3 did, and http.client does if a space follows the line break."""

    def plan(self, sending: Sending) -> Plan:
        """Replace a line break in a header with a space, instead of refusing it."""
        headers = sending.options.get("headers")
        if not isinstance(headers, Mapping):
            return (yield sending)
        folded = {n: " ".join(v.split("\r\n")) if isinstance(v, str) else v for n, v in headers.items()}
        return (yield sending.but(headers=folded))


class WritesLineBreaks(Planned):
    """As a library that puts headers on the wire as they are given."""

    def plan(self, sending: Sending) -> Plan:
        """Send what follows a line break in a header as a header of its own."""
        headers = sending.options.get("headers")
        if not isinstance(headers, Mapping):
            return (yield sending)
        lines = [f"{name}: {value}".split("\r\n") for name, value in headers.items()]
        pairs = [line.partition(":")[::2] for parts in lines for line in parts if ":" in line]
        return (yield sending.but(headers=pairs))


class SendsItsHeadersEverywhere(OnTheWire):
    """As httpx, requests, aiohttp and niquests do."""

    def sent(self, request: WireRequest) -> WireRequest:
        """Add the configured headers that core left out."""
        settings = cast(TransportBackend[Any, Any], self).settings
        names = {name.lower() for name, _ in request.headers}
        own = [(name, value) for key, (name, value) in settings.headers.items() if key not in names and value]
        return replace(request, headers=(*request.headers, *own))


class ShowsItsCertificateEverywhere(TransportBackend[Any, Any]):
    """As every library does that is given one."""

    def __init__(self, **options: Any) -> None:
        cast(Any, super()).__init__(**options)
        self.settings.elsewhere = None
        self._natives.build_elsewhere = self._async_natives.build_elsewhere = None
