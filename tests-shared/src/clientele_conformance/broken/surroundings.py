"""Broken in what they take from where they run: cookies, netrc, proxies, authorities."""

from __future__ import annotations

import base64
import contextlib
import netrc
import os
import ssl
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.request import getproxies

from clientele.http.wire import WireRequest
from clientele_conformance.broken.plans import Configured
from clientele_conformance.broken.wires import OnTheWire, WireT, value_of, without


class KeepsCookies(Configured):
    """As httpx, requests, aiohttp and niquests do."""

    def configured(self, options: dict[str, Any]) -> dict[str, Any]:
        """Keep a jar by default."""
        return {"cookies": True, **options}


class ForgetsCookiesOfAddresses(OnTheWire):
    """As aiohttp does."""

    def sent(self, request: WireRequest) -> WireRequest:
        """Send no cookie to a host that has no name."""
        is_address = request.url.host.replace(".", "").isdigit()
        return replace(request, headers=without(request.headers, "cookie")) if is_address else request


class DropsWholeCookies(OnTheWire):
    """As http.cookiejar does, which warns as well."""

    def head(self, response: WireT) -> WireT:
        """Pass over a cookie of which an attribute can't be read."""
        readable = (field for field in response.headers if field[0].lower() != "set-cookie" or _is_plain(field[1]))
        return replace(response, headers=tuple(readable))


def _is_plain(cookie: str) -> bool:
    return "version" not in cookie.lower() and "whenever" not in cookie and cookie.isascii()


class ReadsNetrc(OnTheWire):
    """As requests and niquests do."""

    def sent(self, request: WireRequest) -> WireRequest:
        """Log in where the caller didn't."""
        login = _login(request.url.host)
        return request if login is None or value_of(request.headers, "authorization") else _authorized(request, login)


class PrefersNetrc(OnTheWire):
    """As requests does."""

    def sent(self, request: WireRequest) -> WireRequest:
        """Put another Authorization in the place of the caller's."""
        login = _login(request.url.host)
        return _authorized(request, login) if login and value_of(request.headers, "authorization") else request


def _login(host: str) -> str | None:
    file = os.environ.get("NETRC") or Path("~/.netrc").expanduser()
    with contextlib.suppress(OSError, netrc.NetrcParseError):
        found = netrc.netrc(str(file)).authenticators(host)
        if found:
            return f"{found[0]}:{found[2]}"
    return None


def _authorized(request: WireRequest, login: str) -> WireRequest:
    basic = base64.b64encode(login.encode()).decode()
    headers = without(request.headers, "authorization")
    return replace(request, headers=(*headers, ("Authorization", f"Basic {basic}")))


class ProxiesLoopback(Configured):
    """As httpx, requests and niquests do."""

    def configured(self, options: dict[str, Any]) -> dict[str, Any]:
        """Use the proxy of the environment for every host."""
        proxy = getproxies().get("http") if options.get("trust_env", True) else None
        return {"proxy": proxy, **options} if proxy else options


class AlwaysAsksTheEnvironment(Configured):
    """As urllib does."""

    def configured(self, options: dict[str, Any]) -> dict[str, Any]:
        """Pass over `trust_env=False`."""
        return {name: value for name, value in options.items() if name != "trust_env"}


class VerifiesNobody(Configured):
    """As code that has copied it from a page on the web."""

    def configured(self, options: dict[str, Any]) -> dict[str, Any]:
        """Trust everybody by default."""
        return {"verify": False, **options}


class IgnoresAuthorityFiles(Configured):
    """As an adapter does that hands on no more than whether to verify."""

    def configured(self, options: dict[str, Any]) -> dict[str, Any]:
        """Take a path for True."""
        return {**options, "verify": True} if isinstance(options.get("verify"), (str, Path)) else options


class AddsAuthorities(Configured):
    """As code that loads a file into the context that every client starts with."""

    def configured(self, options: dict[str, Any]) -> dict[str, Any]:
        """Trust those in the file, too."""
        verify = options.get("verify")
        if not isinstance(verify, (str, Path)):
            return options
        context = ssl.create_default_context()
        context.load_verify_locations(cafile=verify)
        return {**options, "verify": context}


class TrustsTheEnvironment(Configured):
    """As code that leaves it to `ssl` which authorities are known."""

    def configured(self, options: dict[str, Any]) -> dict[str, Any]:
        """Trust whom SSL_CERT_FILE and SSL_CERT_DIR name."""
        return {**options, "verify": ssl.create_default_context()} if options.get("verify", True) is True else options
