"""The way to an origin: straight, or through a proxy."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

_PORTS = {"http": 80, "https": 443}


class Place(NamedTuple):
    """What a URL says, in the words of a request.

    Attributes:
        scheme: `http` or `https`.
        authority: the host, with its port if it isn't the scheme's own.
        target: path and query.
    """

    scheme: str
    authority: str
    target: str

    @property
    def origin(self) -> tuple[str, str]:
        """What a connection is kept for."""
        return self.scheme, self.authority


def place_of(url: str) -> Place:
    """The parts of an absolute URL that has a path."""
    scheme, _, rest = url.partition("#")[0].partition("://")
    authority, slash, path = rest.partition("/")
    return Place(scheme.lower(), authority.rpartition("@")[2], slash + path)


@dataclass(frozen=True, slots=True, repr=False)
class Route:
    """How to connect.

    Attributes:
        scheme: that of the origin.
        host, port: what to connect to, an IPv6 address without brackets.
        server_name: whose certificate is expected.
        tls: what to shake hands with the origin with; None for plain text.
        proxy_tls: likewise with the proxy, first.
        tunnel: host, port and headers of a CONNECT request, if one is needed.
        source: the address to connect from, if it matters.
    """

    scheme: str
    host: str
    port: int
    server_name: str
    tls: ssl.SSLContext | None
    proxy_tls: ssl.SSLContext | None = None
    tunnel: tuple[str, int, Mapping[str, str]] | None = None
    source: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Routes:
    """The ways of one client.

    Attributes:
        tls: for all handshakes.
        proxy: the URL of a proxy, or None.
        source: the address to connect from, if it matters.
    """

    tls: ssl.SSLContext
    proxy: SplitResult | None = None
    source: tuple[str, int] | None = None
    proxy_headers: Mapping[str, str] = field(default_factory=dict)
    """What only a proxy is told."""

    @classmethod
    def through(cls, proxy: str | None, tls: ssl.SSLContext, source: tuple[str, int] | None) -> Routes:
        """All of them through `proxy`, if there is one."""
        if proxy is None:
            return cls(tls, source=source)
        parts = urlsplit(proxy)
        return cls(tls, parts, source, _authorization(parts))

    def forwards(self, place: Place) -> bool:
        """Whether a proxy is to get the whole request."""
        return self.proxy is not None and place.scheme == "http"

    def route_to(self, place: Place) -> Route:
        """The way to the origin of `place`."""
        parts = urlsplit(f"//{place.authority}")
        host, port = parts.hostname or "", parts.port or _PORTS[place.scheme]
        tls = self.tls if place.scheme == "https" else None
        if self.proxy is None:
            return Route(place.scheme, host, port, host.rstrip("."), tls, source=self.source)
        proxy_tls = self.tls if self.proxy.scheme == "https" else None
        written = f"[{host}]" if ":" in host else host
        return Route(
            place.scheme,
            self.proxy.hostname or "",
            self.proxy.port or _PORTS[self.proxy.scheme],
            host.rstrip("."),
            tls,
            proxy_tls,
            (written, port, self.proxy_headers) if tls is not None else None,
            self.source,
        )


def _authorization(proxy: SplitResult) -> Mapping[str, str]:
    if proxy.username is None:
        return {}
    pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}".encode()
    return {"Proxy-Authorization": f"Basic {base64.b64encode(pair).decode()}"}
