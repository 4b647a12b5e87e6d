"""Selects the proxy of a request."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from clientele.http.backends.interface import AddOn
from clientele.http.message.errors import ConfigurationError, InvalidURL
from clientele.http.message.redaction import redacted_url
from clientele.http.message.urls import URL, parse_url

_SCHEME = r"[a-z][a-z0-9+.\-]*"
_AT = "@|%40"
_PROXY = (
    r"[A-Za-z][A-Za-z0-9+.\-]*://(?:[^@/?#\s]*@)?(?P<address>(?:\[[0-9A-Fa-f:.]+\]|[^@:/?#\[\]\s]+)(?::[0-9]{1,5})?)/?"
)

_WAY_OUT = "; set trust_env=False to ignore it"

SOCKS = frozenset({"socks5", "socks5h"})
"""The schemes of SOCKS proxies: with `socks5h`, the proxy resolves host names, with `socks5`, the client does."""


@dataclass(slots=True, repr=False, eq=False)
class Proxies:
    """The proxies of a backend. Must not be modified.

    Attributes:
        explicit: the option `proxy`; it applies to every request.
        environment: the result of `urllib.request.getproxies`: a proxy for each scheme, `all`, and `no`. It applies to
            all hosts except those of `no` and loopback addresses. Whitespace around a proxy is ignored.
    """

    explicit: str | None
    environment: Mapping[str, str]

    def proxy_for(self, url: URL, schemes: frozenset[str], socks: AddOn | None = None) -> str | None:
        """The URL of the proxy for a request to `url`, or None.

        Args:
            url: the URL of the request.
            schemes: the proxy schemes that the library supports.
            socks: the package that it needs for SOCKS proxies.

        Raises:
            ConfigurationError: the proxy of the environment is not a URL, or its scheme is not among `schemes`; the
                message names the variable.
        """
        if self.explicit is not None or not self.environment:
            return self.explicit
        name = next((name for name in (url.scheme, "all") if self.environment.get(name, "").strip()), None)
        if name is None or is_loopback(url.host) or excluded(url, self.environment.get("no", "")):
            return None
        proxy = _with_scheme(self.environment[name].strip())
        refuse_unknown_scheme(proxy, schemes, socks, _variable(name), _WAY_OUT)
        return checked_proxy(proxy, _variable(name), _WAY_OUT)

    def source_for(self, url: URL) -> str:
        """Where the proxy for a request to `url` is set: the option, or a variable of the environment."""
        if self.explicit is not None:
            return "proxy="
        return _variable(next((name for name in (url.scheme, "all") if self.environment.get(name)), ""))


def proxies_of(explicit: str | None, *, trust_env: bool) -> Proxies:
    """`proxy=` takes precedence over the environment; with `trust_env=False`, the environment isn't read."""
    if explicit is not None or not trust_env:
        return Proxies(explicit, {})
    from urllib.request import getproxies  # noqa: PLC0415 - it brings half of the standard library along

    return Proxies(None, getproxies())


def checked_proxy(proxy: object, where: str, way_out: str = "") -> str | None:
    """`proxy`, if it is a URL with a host and, if there is one, a port that exists, or None.

    Raises:
        ConfigurationError: it is something else.
    """
    if proxy is None:
        return None
    if isinstance(proxy, str) and (match := re.fullmatch(_PROXY, proxy)):
        with suppress(InvalidURL):
            parse_url(f"http://{match['address']}/")
            return proxy
    raise ConfigurationError(f"{where}: a proxy is a URL such as 'http://proxy.example.com:3128', or None{way_out}")


def refuse_unknown_scheme(
    proxy: str, schemes: frozenset[str], socks: AddOn | None, where: str, way_out: str = ""
) -> None:
    """Refuse a proxy that the library can't use.

    Args:
        proxy: its URL.
        schemes: the proxy schemes that the library supports.
        socks: the package that it needs for SOCKS proxies, or None if it doesn't support them.
        where: where the proxy is set.
        way_out: an alternative to mention.

    Raises:
        ConfigurationError: the scheme is not among `schemes`.
    """
    scheme = scheme_of(proxy)
    if scheme in schemes:
        return
    shown = _shown_scheme(proxy)
    if socks is not None and scheme in SOCKS:
        raise ConfigurationError(f"{where}: {shown} proxies need {socks.install!r} installed{way_out}")
    known = " and ".join(sorted(schemes))
    raise ConfigurationError(f"{where}: this backend doesn't support {shown} proxies; it supports {known}{way_out}")


def _with_scheme(proxy: str) -> str:
    """A proxy of the environment, with `http://` if it has no scheme."""
    return proxy if "://" in proxy else f"http://{proxy}"


def shown_proxy(proxy: str) -> str:
    """A proxy of the environment without its credentials, whatever characters they contain."""
    scheme, _, rest = _with_scheme(proxy).partition("://")
    shown = redacted_url(re.split(_AT, rest)[-1])
    return f"{scheme}://{shown}" if re.fullmatch(_SCHEME, scheme.lower()) else shown


def scheme_of(proxy: str) -> str:
    """The scheme of a proxy URL."""
    return proxy.partition("://")[0].lower()


def _shown_scheme(proxy: str) -> str:
    """The scheme if it looks like one; otherwise it may be a password."""
    scheme = scheme_of(proxy)
    return repr(scheme) if re.fullmatch(_SCHEME, scheme) else "such"


@lru_cache(maxsize=1024)
def is_loopback(host: str) -> bool:
    """Whether `host` is this machine, by name or address."""
    address = _address(host)
    if address is not None:
        return (getattr(address, "ipv4_mapped", None) or address).is_loopback
    return host.removesuffix(".") == "localhost" or host.removesuffix(".").endswith(".localhost")


def excluded(url: URL, no_proxy: str) -> bool:
    """Whether the comma-separated `no_proxy` names the host of `url`.

    An entry is `*`, a host name (which includes its subdomains), an address, or a network such as `10.0.0.0/8`; a name
    or address may have a port.
    """
    return any(_names(entry.strip().lower(), url) for entry in no_proxy.split(",") if entry.strip())


def _names(entry: str, url: URL) -> bool:
    if entry == "*":
        return True
    address = _address(url.host)
    network = _network(entry)
    if network is not None:
        return address is not None and address in network
    name, _, port = entry.rpartition(":") if _has_port(entry) else (entry, "", "")
    if port and port.lstrip("0") != str(url.port):
        return False
    if address is not None:
        return _address(name) == address
    domain, host = name.strip("."), url.host.removesuffix(".")
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))


def _has_port(entry: str) -> bool:
    name, colon, port = entry.rpartition(":")
    return bool(colon) and port.isascii() and port.isdigit() and (":" not in name or name.endswith("]"))


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def _network(entry: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(entry.strip("[]"), strict=False)
    except ValueError:
        return None


def _variable(name: str) -> str:
    spellings = (f"{name}_proxy", f"{name.upper()}_PROXY")
    return next((spelling for spelling in spellings if spelling in os.environ), "the system's proxy settings")
