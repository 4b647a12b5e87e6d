"""The cookie jar: RFC 6265, with the security rules of RFC 6265bis."""

from __future__ import annotations

import ipaddress
import time

from clientele.http.message.cookies.set_cookie import SetCookie, parse_set_cookie
from clientele.http.message.cookies.suffixes import is_public_suffix
from clientele.http.message.headers import Pairs
from clientele.http.message.urls import URL
from clientele.http.runtime.forks import OwnLock

__all__ = ["MOST", "MOST_PER_DOMAIN", "Jar"]

MOST_PER_DOMAIN = 50
MOST = 3000
"""The maximum number of cookies. The oldest ones are removed (RFC 6265, sections 5.3 and 6.1)."""

_Place = tuple[str, str]
"""Path and name of a cookie: a cookie with the same ones replaces it."""


class Jar:
    """Stores cookies for the lifetime of the backend."""

    def __init__(self) -> None:
        self._kept: dict[str, dict[_Place, SetCookie]] = {}
        """By scope: `a.example.com` for that host only, `.example.com` for all hosts of that domain."""
        self._own = OwnLock()

    def header(self, url: URL) -> str | None:
        """The cookies for `url`, those with longer paths first (RFC 6265, section 5.4)."""
        if not self._kept:
            return None
        now = time.time()
        with self._own.lock:
            near = [cookie for scope in _scopes_of(url.host) for cookie in self._kept.get(scope, {}).values()]
        sent = [cookie for cookie in near if _is_for(cookie, url) and not _is_over(cookie, now)]
        sent.sort(key=lambda cookie: -len(cookie.path))
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in sent) or None

    def keep(self, url: URL, headers: Pairs) -> None:
        """Store the cookies of the Set-Cookie fields in `headers`."""
        now = time.time()
        for field in [value for name, value in headers if name.lower() == "set-cookie"]:
            cookie = parse_set_cookie(field, now)
            scope = None if cookie is None else _scope_of(cookie, url.host)
            if cookie is not None and scope is not None and _keeps_its_word(cookie, scope, url):
                with self._own.lock:
                    self._keep(scope, cookie._replace(path=cookie.path or _default_path(url.path)), url.scheme, now)

    def _keep(self, scope: str, cookie: SetCookie, scheme: str, now: float) -> None:
        if scheme != "https" and self._hides_secure(scope, cookie):
            return
        cookies = self._kept.pop(scope, {})
        if _is_over(cookie, now):
            cookies.pop((cookie.path, cookie.name), None)
        else:
            cookies[cookie.path, cookie.name] = cookie
        cookies = _limited(cookies, now)
        if cookies:
            self._kept[scope] = cookies
        while sum(map(len, self._kept.values())) > MOST:
            del self._kept[next(iter(self._kept))]

    def _hides_secure(self, scope: str, cookie: SetCookie) -> bool:
        """Whether `cookie`, which was set without TLS, would replace a secure one (RFC 6265bis, 5.7)."""
        return any(
            _path_matches(cookie.path, other.path) and _are_related(scope.removeprefix("."), of_other.removeprefix("."))
            for of_other, cookies in self._kept.items()
            for other in cookies.values()
            if other.secure and other.name == cookie.name
        )


def _limited(cookies: dict[_Place, SetCookie], now: float) -> dict[_Place, SetCookie]:
    """The cookies of one host or domain, limited: expired ones are removed first, then the oldest."""
    if len(cookies) <= MOST_PER_DOMAIN:
        return cookies
    alive = [(place, cookie) for place, cookie in cookies.items() if not _is_over(cookie, now)]
    return dict(alive[-MOST_PER_DOMAIN:])


def _scope_of(cookie: SetCookie, host: str) -> str | None:
    """The scope of a cookie of `host`; None if the host must not set it (RFC 6265, section 5.3)."""
    domain = cookie.domain
    if not domain or (domain == host and (is_public_suffix(host) or _is_address(host))):
        return host
    return f".{domain}" if f".{domain}" in _scopes_of(host) and not is_public_suffix(domain) else None


def _scopes_of(host: str) -> list[str]:
    """The scopes of cookies for `host`: the host, and the domains that it is in. An address is in none."""
    if _is_address(host):
        return [host]
    labels = host.split(".")
    return [host, *("." + ".".join(labels[start:]) for start in range(len(labels)))]


def _are_related(host: str, other: str) -> bool:
    return f".{host}".endswith(f".{other}") or f".{other}".endswith(f".{host}")


def _keeps_its_word(cookie: SetCookie, scope: str, url: URL) -> bool:
    """Whether a secure cookie was set over TLS, and the rules of name prefixes hold (RFC 6265bis, section 4.1.3)."""
    if cookie.secure and url.scheme != "https":
        return False
    name = cookie.name.lower()
    if name.startswith("__host-"):
        return cookie.secure and scope == url.host and cookie.path == "/"
    return cookie.secure or not name.startswith("__secure-")


def _is_for(cookie: SetCookie, url: URL) -> bool:
    return _path_matches(url.path, cookie.path) and (url.scheme == "https" or not cookie.secure)


def _is_over(cookie: SetCookie, now: float) -> bool:
    return cookie.expires is not None and cookie.expires <= now


def _path_matches(path: str, of_cookie: str) -> bool:
    """RFC 6265, section 5.1.4."""
    return path == of_cookie or path.startswith(of_cookie if of_cookie.endswith("/") else f"{of_cookie}/")


def _default_path(path: str) -> str:
    return path.rpartition("/")[0] or "/"


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
