"""Broken in what they call a fault, and in how often they send."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from clientele.http import Response, Timeout
from clientele.http.errors import (
    ConnectError,
    ConnectTimeout,
    ReadError,
    ReadTimeout,
    TLSError,
    TransportError,
    WriteError,
)
from clientele.http.transport import TransportBackend
from clientele.http.wire import WireRequest
from clientele_conformance.broken.plans import Plan, Planned, Sending, turned
from clientele_conformance.broken.wires import OnTheWire

TOO_LATE = 13.0
"""Seconds: more than what the suite calls soon on a busy machine."""


class CallsAllConnectErrors(Planned):
    """As requests does, whose ConnectionError is whatever happens to a connection."""

    def plan(self, sending: Sending) -> Plan:
        """Have one error for all."""
        try:
            return (yield sending)
        except TransportError as error:
            raise turned(error, ConnectError) from error


class ForgetsTLSErrors(Planned):
    """As an adapter does that lists the exceptions of its library, and has missed those of TLS."""

    def plan(self, sending: Sending) -> Plan:
        """Let what lies beneath escape."""
        try:
            return (yield sending)
        except (TLSError, ConnectError) as error:
            raise error.__cause__ or error from None


class QuotesServers(Planned):
    """As every library does in the texts of its exceptions."""

    def plan(self, sending: Sending) -> Plan:
        """Undo the escapes in the reason of an error."""
        try:
            return (yield sending)
        except TransportError as error:
            error.reason = error.reason.replace("\\\\", "\\").encode("latin-1", "replace").decode("unicode_escape")
            raise


class SaysNothingWasSent(Planned):
    """As code that takes no answer for no request, and then sends it again."""

    def plan(self, sending: Sending) -> Plan:
        """Say so of every fault."""
        try:
            return (yield sending)
        except TransportError as error:
            error.request_sent = False
            raise


class TakesHandshakesForReading(Planned):
    """As urllib3 does."""

    def plan(self, sending: Sending) -> Plan:
        """Call a handshake that stalls a silence of the server."""
        try:
            return (yield sending)
        except ConnectTimeout as error:
            raise turned(error, ReadTimeout) from error


class IgnoresCallTimeouts(Planned):
    """As a backend does that gives its client a time limit when it builds it."""

    def plan(self, sending: Sending) -> Plan:
        """Go by the backend's limit."""
        return (yield sending.without("timeout"))


class WaitsForNames(OnTheWire):
    """As a library does that gives its limit to each address, and none to the search for them."""

    def sent(self, request: WireRequest) -> WireRequest:
        """Wait far longer than the caller wants, unless the host is an address."""
        if request.url.host.replace(".", "").isdigit():
            return request
        return replace(request, timeout=replace(request.timeout, connect=TOO_LATE))


class IgnoresReadTimeouts(OnTheWire):
    """As aiohttp does, where only `total` has a default."""

    def sent(self, request: WireRequest) -> WireRequest:
        """Wait far longer than the caller wants."""
        return replace(request, timeout=replace(request.timeout, read=TOO_LATE))


class LimitsWholeCalls(Planned):
    """As aiohttp does with a number."""

    def plan(self, sending: Sending) -> Plan:
        """Take the longest silence for the longest call."""
        given = sending.options.get("timeout", cast(TransportBackend[Any, Any], self).settings.timeout)
        limit = given.read if isinstance(given, Timeout) else given
        return (yield sending.but(timeout=Timeout(connect=limit, read=limit, total=limit)))


class ObeysRetryAfter(Planned):
    """As urllib3 does by default, though not for POST."""

    def plan(self, sending: Sending) -> Plan:
        """Send once more what the server has no time for, a POST, too."""
        answer = yield sending
        return (yield sending) if answer.status_code == 503 else answer


class PostsAgain(Planned):
    """As code that writes a loop around the call."""

    def plan(self, sending: Sending) -> Plan:
        """Send once more what may have arrived."""
        try:
            return (yield sending)
        except TransportError:
            return (yield sending)


class GivesUpUploads(Planned):
    """As http.client does, which reads no answer before the request is out."""

    def plan(self, sending: Sending) -> Plan:
        """Take the refusal of an upload for a connection that broke."""
        answer = yield sending
        if answer.status_code == 413:
            raise WriteError(
                "Broken pipe", request_method=sending.method, request_url=sending.url, backend="http.client"
            )
        return answer


class GivesUpAsyncUploads(GivesUpUploads):
    """As asyncio does, whose streams forget what has come when a write fails."""


class TakesResetsForEnds(Planned):
    """As aiohttp does, where a body has no length."""

    def plan(self, sending: Sending) -> Plan:
        """Hand over what has come."""
        try:
            return (yield sending)
        except ReadError:
            return Response(status_code=200, content=b"until the end")
