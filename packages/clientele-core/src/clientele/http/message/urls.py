"""URLs in one normal form, so that each library sends the same request line.

RFC 3986 defines the characters of each part, and normalization (section 6.2.2). Hosts are converted to A-labels (UTS
46, non-transitional) by Pydantic's URL parser.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, TypeAlias
from urllib.parse import quote, unquote

from pydantic import ValidationError
from pydantic_core import Url

from clientele.http.message.errors import InvalidURL
from clientele.http.message.redaction import HIDDEN, redacted_url

Origin: TypeAlias = tuple[str, str, int]
"""Scheme, host and port: what credentials belong to (RFC 6454)."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://")
_SPLIT = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*)://([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#.*)?")
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2028\u2029\ud800-\udfff]")
_AUTHORITY = re.compile(r"(?:([^@]*)@)?(\[[^\]@]*\]|[^:@\[\]]*)(?::([0-9]*))?")
_PLAIN_HOST = re.compile(r"[a-z0-9_.\-]*")

# Escapes that differ in meaning from the plain character; those of unreserved characters are decoded.
_NEEDED_ESCAPE = r"%(?:[01][0-9A-F]|2[0-9A-CF]|3[A-F]|40|5[B-E]|60|7[BCDF]|[89A-F][0-9A-F])"
_NORMAL_PATH = re.compile(rf"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|{_NEEDED_ESCAPE})*")
_NORMAL_QUERY = re.compile(rf"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|{_NEEDED_ESCAPE})*")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})?")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH_SAFE = "!$&'()*+,;=:@/%"
_QUERY_SAFE = "!$&'()*+,;=:@/?%"

_MOST_KEPT = 512
"""The maximum length of a cached origin; servers can send origins of any length."""
_USUAL = re.compile(rf"(https?://[^/?#]{{1,{_MOST_KEPT}}})(/[A-Za-z0-9\-._~!$&'()*+,;=:@/]*)")
"""An origin, and a path that is already in normal form, if no segment starts with a dot."""
_ORIGIN = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*)://([^/?#]*)")


@dataclass(slots=True, repr=False)
class URL:
    """An http or https URL in normal form, without user information and fragment. Must not be modified."""

    scheme: str
    host: str
    """An A-label name, an IPv4 address, or an IPv6 address in brackets."""
    port: int
    path: str
    query: str = ""
    _text: str = field(default="", compare=False)
    """All of it, where it was given in normal form."""

    @property
    def origin(self) -> Origin:
        """Scheme, host and port."""
        return self.scheme, self.host, self.port

    @property
    def target(self) -> str:
        """Path and query, as in the request line."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def authority(self) -> str:
        """The host, and the port unless it is the default of the scheme: the value of the Host header."""
        return self.host if self.port == _DEFAULT_PORTS[self.scheme] else f"{self.host}:{self.port}"

    def with_query(self, query: str) -> URL:
        """This URL with `query`, already encoded, appended to its own."""
        if not query:
            return self
        return URL(self.scheme, self.host, self.port, self.path, f"{self.query}&{query}" if self.query else query)

    def __str__(self) -> str:
        return self._text or f"{self.scheme}://{self.authority}{self.target}"

    def __repr__(self) -> str:
        return f"URL({redacted_url(str(self))!r})"


class Credentials(NamedTuple):
    """The user name and the password of a URL; they are not shown in a repr."""

    username: str
    password: str

    def __repr__(self) -> str:
        return "Credentials(***)"


def is_absolute(url: str) -> bool:
    """Whether `url` has a scheme and a host."""
    return _ABSOLUTE.match(url) is not None


def checked_base_url(base_url: str, where: str = "base_url") -> str:
    """`base_url`, checked; an empty one means no base URL.

    Raises:
        InvalidURL: it is not http or https, has no host, or has a query or a fragment.
    """
    if base_url != "":
        parse_url(base_url, where)
        if "?" in base_url or "#" in base_url:
            raise InvalidURL(f"{where}: {redacted_url(base_url)!r} has a query or a fragment; pass the part before it")
    return base_url


def join_url(base_url: str, url: str) -> str:
    """`url` if it is absolute, else `url` below `base_url`: the base path is kept, with one slash between them.

    A path can't leave the origin of the base URL, however many slashes it starts with.
    """
    if not base_url or is_absolute(url):
        return url
    if not url or url[0] in "?#":
        return base_url + url
    return f"{base_url.rstrip('/')}/{url.lstrip('/')}"


def parse_url(url: str, where: str = "url") -> tuple[URL, Credentials | None]:
    """`url` in normal form, and its `user:password@`.

    Raises:
        InvalidURL: the URL is invalid; the message starts with `where`.
    """
    usual = _USUAL.fullmatch(url) if isinstance(url, str) and "/." not in url else None
    known = None if usual is None else _known_origin(usual[1])
    if usual is not None and known is not None:
        (scheme, host, port), credentials, is_normal = known
        return URL(scheme, host, port, usual[2], "", url if is_normal else ""), credentials
    scheme, authority, path, query = _split(url, where)
    try:
        read = _origin if len(authority) <= _MOST_KEPT else _origin.__wrapped__
        origin, credentials = read(scheme.lower(), authority)
        normal = _normal_path(path), _normal_query(query) if query else ""
    except ValueError as error:
        raise InvalidURL(f"{where}: {_shown(url)!r} {error}") from None
    return URL(*origin, *normal), credentials


@lru_cache(maxsize=1024)
def _known_origin(start: str) -> tuple[Origin, Credentials | None, bool] | None:
    """The origin of the `start` of a URL, up to its path, and whether it is in normal form; None if it is invalid."""
    match = None if _FORBIDDEN.search(start) else _ORIGIN.fullmatch(start)
    if match is None:
        return None
    try:
        origin, credentials = _origin(match[1].lower(), match[2])
    except ValueError:
        return None
    return origin, credentials, start + "/" == str(URL(*origin, "/"))


def _split(url: object, where: str) -> tuple[str, str, str, str | None]:
    split = _SPLIT.fullmatch(url) if isinstance(url, str) and not _FORBIDDEN.search(url) else None
    if split is None:
        raise InvalidURL(_not_a_url(url, where))
    scheme, authority, path, query = split.groups()
    return scheme, authority, path, query


def _not_a_url(url: object, where: str) -> str:
    if not isinstance(url, str):
        return f"{where}: a URL is a str, not {type(url).__name__}{_advice(url)}"
    if _FORBIDDEN.search(url):
        return f"{where}: {_shown(url)!r} has a space, a backslash or another character to percent-encode"
    way_out = "" if "base_url" in where else ", or set base_url"
    return f"{where}: {_shown(url)!r} is not absolute; write http:// or https:// first{way_out}"


def _advice(url: object) -> str:
    if url is None:
        return "; is the environment variable that it is read from missing?"
    return "; write url.decode()" if isinstance(url, bytes) else "; write str(url)" if hasattr(url, "host") else ""


def _shown(url: str) -> str:
    """A URL that can't be parsed, without anything that may be user information."""
    before, mark, after = url.rpartition("@")
    return redacted_url(f"{HIDDEN}@{after}" if mark else before + after)


@lru_cache(maxsize=1024)
def _origin(scheme: str, authority: str) -> tuple[Origin, Credentials | None]:
    if scheme not in _DEFAULT_PORTS:
        raise ValueError("has a scheme other than http and https")
    match = _AUTHORITY.fullmatch(authority)
    if match is None:
        raise ValueError("has no valid host and port")
    userinfo, host, port = match.groups()
    number = int(port) if port else _DEFAULT_PORTS[scheme]
    if not 1 <= number <= 65535:
        raise ValueError("has a port outside 1 to 65535")
    return (scheme, _normal_host(host), number), _credentials(userinfo)


def _credentials(userinfo: str | None) -> Credentials | None:
    if userinfo is None:
        return None
    username, _, password = userinfo.partition(":")
    return Credentials(unquote(username), unquote(password))


def _normal_host(host: str) -> str:
    if not host:
        raise ValueError("has no host")
    if host.startswith("["):
        return f"[{ipaddress.IPv6Address(_without_zone(host[1:-1])).compressed}]"
    normal = host.lower() if _is_plain(host.lower()) else _a_labels(host)
    labels = normal.removesuffix(".").split(".")
    if not all(1 <= len(label) <= 63 for label in labels) or len(normal) > 253:
        raise ValueError("has a host with an empty label, a label over 63 characters, or over 253 in all")
    return normal


def _is_plain(host: str) -> bool:
    """Whether `host` is a plain name: not an address in any notation, and without A-labels that must be checked."""
    last_label = host.removesuffix(".").rpartition(".")[2]
    return "xn--" not in host and last_label[:1].isalpha() and _PLAIN_HOST.fullmatch(host) is not None


def _without_zone(address: str) -> str:
    if "%" in address:
        raise ValueError("has an IPv6 address with a zone, which only this machine knows")
    return address


def _a_labels(host: str) -> str:
    if "%" in host:
        raise ValueError("has a percent-encoded host")
    try:
        normal = Url(f"http://{host}/").host
    except ValidationError:
        normal = None
    if not normal:
        raise ValueError("has a host that is not a valid name or address")
    return normal


def _normal_path(path: str) -> str:
    if not _NORMAL_PATH.fullmatch(path):
        path = _reescaped(path, _PATH_SAFE)
    if "/." in path:
        path = _without_dot_segments(path)
    return path or "/"


def _normal_query(query: str) -> str:
    return query if _NORMAL_QUERY.fullmatch(query) else _reescaped(query, _QUERY_SAFE)


def _reescaped(text: str, safe: str) -> str:
    try:
        return quote(_ESCAPE.sub(_normal_escape, text), safe=safe)
    except UnicodeEncodeError:
        raise ValueError("has a lone surrogate") from None


def _normal_escape(match: re.Match[str]) -> str:
    digits = match[1]
    if digits is None:
        return "%25"
    character = chr(int(digits, 16))
    return character if character in _UNRESERVED else f"%{digits.upper()}"


def _without_dot_segments(path: str) -> str:
    """RFC 3986, section 5.2.4, for a path that starts with a slash."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)
