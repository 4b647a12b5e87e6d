"""Broken over HTTP/2. Whatever they do over HTTP/1.1, no rule about HTTP/2 looks at."""

from __future__ import annotations

import ssl
from dataclasses import replace
from typing import Any, ClassVar

from clientele.http import Response
from clientele.http.errors import ProtocolError, ReadError, TransportError, TransportTimeout
from clientele.http.transport import FaultTable, TransportBackend
from clientele.http.wire import WireRequest
from clientele_conformance.broken.clients import BuildsForEachCall
from clientele_conformance.broken.faults import TOO_LATE, GivesUpUploads
from clientele_conformance.broken.plans import Configured, Plan, Planned, Sending
from clientele_conformance.broken.streams import HoldsStreamsBack
from clientele_conformance.broken.wires import OnTheWire, WireT


def _broke_off(sending: Sending) -> ReadError:
    return ReadError("the connection ended", request_method=sending.method, request_url=sending.url, backend="h2")


class TakesAllForSent(Planned):
    """As a table of faults does that knows of no codes."""

    def plan(self, sending: Sending) -> Plan:
        """Say of each request that it may have been processed."""
        try:
            return (yield sending)
        except TransportError as error:
            error.request_sent = True
            raise


class SpeaksHTTP1Only(Configured):
    """As a backend does whose library has HTTP/2 in an extra that isn't installed."""

    def configured(self, options: dict[str, Any]) -> dict[str, Any]:
        """Go on with HTTP/1.1."""
        return {**options, "http2": False}


class KeepsFewFields(OnTheWire):
    """As a table of headers does that is too small."""

    def head(self, response: WireT) -> WireT:
        """Drop what comes after the first fifty fields."""
        return replace(response, headers=response.headers[:50])


class ConnectsForEachCall(BuildsForEachCall):
    """As code that uses a client once, over HTTP/2."""


class LearnsOfTheEndBySending(Planned):
    """As a client does that looks at an idle connection only when it has sent something on it."""

    _used = False

    def plan(self, sending: Sending) -> Plan:
        """Fail, every second time."""
        self._used = not self._used
        if not self._used:
            raise _broke_off(sending)
        return (yield sending)


class GivesUpWhatIsUnderWay(Planned):
    """As a client does that takes GOAWAY for the end of the connection."""

    def plan(self, sending: Sending) -> Plan:
        """Fail, whatever still comes."""
        yield sending
        raise _broke_off(sending)


class SendsWhatWasTurnedAway(Planned):
    """As RFC 9113 allows: the server says that it has done nothing. To decide that is the caller's."""

    def plan(self, sending: Sending) -> Plan:
        """Send once more, this time on another connection."""
        try:
            return (yield sending)
        except TransportError:
            return (yield sending.but(content=b"once"))


class IgnoresSilences(Planned):
    """As a client does that waits for frames, and gets one now and then."""

    def plan(self, sending: Sending) -> Plan:
        """Wait far longer than the caller wants."""
        return (yield sending.but(timeout=replace(sending.options["timeout"], read=TOO_LATE)))


class WaitsForCredit(Planned):
    """As httpx does: no limit holds while a server gives no credit."""

    def plan(self, sending: Sending) -> Plan:
        """Wait far longer than the caller wants."""
        return (yield sending.but(timeout=replace(sending.options["timeout"], write=TOO_LATE)))


class GivesUpFrames(GivesUpUploads):
    """As a client does that reads no frame before its own are out."""


class BelievesAnyHead(Planned):
    """As a library does that hands over fields as they come."""

    def plan(self, sending: Sending) -> Plan:
        """Take what breaks HTTP for a response."""
        try:
            return (yield sending)
        except ProtocolError:
            return Response(status_code=200)


class TakesCutsForEnds(Planned):
    """As a client does that hands over what has come."""

    def plan(self, sending: Sending) -> Plan:
        """Take a part of a response for all of it."""
        try:
            return (yield sending)
        except TransportError:
            return Response(status_code=200, content=b"part")


class LetsErrorsOfFramesEscape(TransportBackend[Any, Any]):
    """As an adapter does whose table has the exceptions of HTTP/1.1 only."""

    faults: ClassVar[FaultTable] = ()


class LosesPieces(OnTheWire):
    """As a client that drops data for which there is no credit."""

    def sent(self, request: WireRequest) -> WireRequest:
        """Send the beginning of the body."""
        return replace(request, body=b"x")


class MixesUpAnswers(Planned):
    """As a table of streams does that has one entry too few."""

    _latest: Response | None = None

    def plan(self, sending: Sending) -> Plan:
        """Return the answer that came before."""
        answer = yield sending
        before, self._latest = self._latest, answer
        return before or answer


class FailsTogether(Planned):
    """As a client does that closes a connection when one of its calls has waited for too long."""

    _is_closed = False

    def plan(self, sending: Sending) -> Plan:
        """Fail with the one that failed."""
        try:
            answer = yield sending
        except TransportTimeout:
            self._is_closed = True
            raise
        if self._is_closed:
            raise _broke_off(sending)
        return answer


class HoldsFramesBack(HoldsStreamsBack):
    """As a client does that waits for a full buffer."""


class VerifiesNobodyOverHTTP2(Configured):
    """As code that makes a context for HTTP/2, and leaves the user's aside."""

    def configured(self, options: dict[str, Any]) -> dict[str, Any]:
        """Check nothing."""
        is_context = isinstance(options.get("verify"), ssl.SSLContext)
        return {**options, "verify": False} if is_context and options.get("http2") else options
