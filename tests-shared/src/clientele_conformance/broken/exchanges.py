"""Broken in how they deal with time and faults."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from clientele.http import HTTPBackend, Timeout
from clientele.http.errors import ReadError, ReadTimeout
from clientele.http.transport import FaultTable, TransportBackend
from clientele_conformance.broken.plans import Configured, Plan, Planned, Sending, correct, turned

_IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})


class SendsAgain(Planned):
    """As aiohttp does, whose requests are repeated when their connection was cut."""

    def plan(self, sending: Sending) -> Plan:
        """Try an idempotent method once more."""
        try:
            return (yield sending)
        except ReadError:
            if sending.method not in _IDEMPOTENT:
                raise
        return (yield sending)


class LetsNativeErrorsEscape(TransportBackend[Any, Any]):
    """As an adapter does that has forgotten an exception."""

    faults: ClassVar[FaultTable] = ()


class TakesStallsForCuts(Planned):
    """As requests and niquests do, whose bodies end with ConnectionError when the server falls silent."""

    def plan(self, sending: Sending) -> Plan:
        """Say that the connection broke."""
        try:
            return (yield sending)
        except ReadTimeout as error:
            raise turned(error, ReadError) from error


class HasNoTotalLimit(Configured, Planned):
    """As httpx, requests and niquests have none."""

    def configured(self, options: dict[str, Any]) -> dict[str, Any]:
        """Forget it."""
        timeout = options.get("timeout")
        return {**options, "timeout": replace(timeout, total=None)} if isinstance(timeout, Timeout) else options

    def plan(self, sending: Sending) -> Plan:
        """Forget it."""
        return (yield sending.but(**self.configured(sending.options)))


class WaitsForDrippingHeads(HasNoTotalLimit):
    """As http.client does, which reads a head line by line, each in its own time."""


class TakesZeroForForever(Configured, Planned):
    """As aiohttp does."""

    def configured(self, options: dict[str, Any]) -> dict[str, Any]:
        """Make zero no limit."""
        return {**options, "timeout": None} if _is_zero(options) else options

    def plan(self, sending: Sending) -> Plan:
        """Make zero no limit."""
        return (yield sending.but(**self.configured(sending.options)))


def _is_zero(options: Mapping[str, Any]) -> bool:
    timeout = options.get("timeout")
    return isinstance(timeout, (int, float)) and not isinstance(timeout, bool) and timeout == 0


class TurnsCancellingIntoAnError(HTTPBackend):
    """As an adapter does that catches every exception there is."""

    async def send_async_request(self, method: str, url: str, **kwargs: Any) -> Any:
        """Convert an exception to one of our errors, although there was no fault."""
        try:
            return await correct(super()).send_async_request(method, url, **kwargs)
        except asyncio.CancelledError as error:
            raise ReadError(
                "the call ended", request_method=method, request_url=url, request_sent=True, backend=""
            ) from error
