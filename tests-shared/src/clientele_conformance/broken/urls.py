"""Broken in where they send a request: URLs, hosts and the credentials in them."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from typing import Any, cast
from urllib.parse import unquote, urljoin, urlsplit

from clientele.http.transport import TransportBackend
from clientele.http.wire import WireRequest
from clientele_conformance.broken.plans import Plan, Planned, Sending
from clientele_conformance.broken.wires import OnTheWire


class WrapsPorts(Planned):
    """As httpx does, whose sockets take a port modulo 65536."""

    def plan(self, sending: Sending) -> Plan:
        """Ask the port that is left over."""

        def wrapped(found: re.Match[str]) -> str:
            return f"{found[1]}{int(found[2]) % 65536}"

        return (yield sending.to(re.sub(r"^(http://[^/?#:]*:)(\d{5,6})(?=[/?#]|$)", wrapped, sending.url)))


class ForgetsBasePaths(Planned):
    """As code that joins with `urllib.parse.urljoin`, which resolves as a browser does."""

    def plan(self, sending: Sending) -> Plan:
        """Put the path in the place of the last part of the base URL's."""
        base = cast(TransportBackend[Any, Any], self).settings.base_url
        return (yield sending.to(urljoin(base, sending.url)) if base else sending)


class BelievesDoubleSlashes(Planned):
    """As `urljoin` and browsers do."""

    def plan(self, sending: Sending) -> Plan:
        """Take what follows two slashes for a host."""
        return (yield sending.to(f"http:{sending.url}") if sending.url.startswith("//") else sending)


class OpensEscapedSlashes(OnTheWire):
    """As a library does that decodes a path before it encodes it."""

    def sent(self, request: WireRequest) -> WireRequest:
        """Make two segments of one."""
        return replace(request, url=replace(request.url, path=request.url.path.replace("%2F", "/")))


class DropsUserinfo(Planned):
    """As urllib3 does."""

    def plan(self, sending: Sending) -> Plan:
        """Leave the user and the password out of the URL, and of the request."""
        return (yield sending.to(re.sub(r"//[^/?#]*@", "//", sending.url)))


class PrefersUserinfo(Planned):
    """As requests does."""

    def plan(self, sending: Sending) -> Plan:
        """Put the credentials of the URL in the place of the caller's Authorization."""
        userinfo, at, _ = urlsplit(sending.url).netloc.rpartition("@")
        if not at or not sending.options.get("headers"):
            return (yield sending)
        pairs = [pair for pair in dict(sending.options["headers"]).items() if pair[0].lower() != "authorization"]
        basic = base64.b64encode(unquote(userinfo).encode()).decode()
        return (yield sending.but(headers=[*pairs, ("Authorization", f"Basic {basic}")]))


class WritesSharpSAsTwo(Planned):
    """As Python's codec `idna` does, and so requests and http.client: IDNA of 2003."""

    def plan(self, sending: Sending) -> Plan:
        """Ask for another name than the one that is written there."""
        scheme, mark, rest = sending.url.partition("://")
        authority, slash, path = rest.partition("/")
        return (yield sending.to(f"{scheme}{mark}{authority.replace('ß', 'ss')}{slash}{path}"))
