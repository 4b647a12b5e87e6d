"""Converts the options of a call to the encoded request."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple
from urllib.parse import unquote

from clientele.__about__ import __version__
from clientele.http.backends.interface import AddOn, Capability
from clientele.http.backends.options import (
    REQUEST_OPTIONS,
    BackendSettings,
    RequestOptions,
    checked_option,
    refuse_unknown,
)
from clientele.http.backends.proxies import Proxies, proxies_of
from clientele.http.message.body import codings
from clientele.http.message.body.bodies import NO_BODY, Body, build_body
from clientele.http.message.cookies.cookies import Cookies, cookie_jar
from clientele.http.message.errors import ConfigurationError, InvalidHeader
from clientele.http.message.headers import Pairs, RequestHeaders, checked_headers, checked_method, merged_headers
from clientele.http.message.query import encode_pairs
from clientele.http.message.redirects import CROSS_ORIGIN_HEADERS
from clientele.http.message.urls import URL, Credentials, Origin, join_url, parse_url
from clientele.http.timeouts import Timeout
from clientele.http.transport.faults.table import OWN_FAULTS, FaultTable
from clientele.http.wire import NOTHING, ClientDefaults, WireRequest

_METHODS_WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


@dataclass(slots=True, repr=False)
class Request(WireRequest):
    """A wire request, and what it takes to make the next one of it where it is redirected.

    Attributes:
        whole_body: the body before a driver takes it to pieces.
        of_client: which of the headers, by lower-case name, the user's own client has added, and what would stand there
            else.
    """

    whole_body: Body = field(default_factory=Body)
    of_client: Mapping[str, tuple[str, str | None] | None] | None = None

    def without_client(self) -> Request:
        """The request without the headers of the user's own client."""
        of_client = self.of_client
        if not of_client:
            return self
        others = (of_client.get(name.lower(), (name, value)) for name, value in self.headers)
        return replace(self, headers=_pairs(filter(None, others)), of_client=None)


class Limits(NamedTuple):
    """What a call allows: each is the call's own option, or else the backend's setting."""

    timeout: Timeout
    follow_redirects: bool
    max_response_bytes: int | None
    max_line_bytes: int | None
    decode_content: bool


class Profile:
    """What a backend brings to every one of its calls, worked out once.

    Args:
        name: the backend's, for errors.
        library: the library's name and version, for the User-Agent.
        faults: the library's exceptions and ours.
        settings: the options of the backend.
        fallback_base_url: what relative URLs are below where no base URL is configured.
        proxy_schemes: the kinds of proxy that the library knows.
        socks: what it needs for SOCKS proxies.
        capabilities: what the backend can do.
        client_insists: a client of the user's adds what it has to every request, whatever the adapter does.

    Raises:
        ConfigurationError: a limit was asked for that the backend doesn't have.
    """

    def __init__(
        self,
        name: str,
        library: str,
        faults: FaultTable,
        settings: BackendSettings,
        *,
        fallback_base_url: str = "",
        proxy_schemes: frozenset[str] = frozenset(),
        socks: AddOn | None = None,
        capabilities: frozenset[Capability] = frozenset(Capability),
        client_insists: bool = False,
    ) -> None:
        self.name = name
        self.base_url = settings.base_url or fallback_base_url
        self.faults = (*OWN_FAULTS, *faults)
        self.settings = settings
        self.cookies: Cookies | None = cookie_jar() if settings.cookies else None
        self.client_insists = client_insists
        self._proxy_schemes, self._socks = proxy_schemes, socks
        self._lacks = {limit for limit, capability in _LIMITED_BY.items() if capability not in capabilities}
        self._refuse_lacking(settings.timeout)
        self._proxies: Proxies | None = None
        self._origin: Origin | None = parse_url(settings.base_url)[0].origin if settings.base_url else None
        # Coded bytes come in blocks: identity lets an item of a stream through as soon as the server has sent it.
        self._headers = {
            streaming: _default_headers(library, "identity" if streaming else codings.ACCEPTED)
            for streaming in (False, True)
        }
        self.closings = 0
        """How often the backend has been closed."""
        self._usual: dict[tuple[bool, bool], RequestHeaders] = {}
        self._bare: dict[tuple[bool, bool], Pairs] = {}
        self._limits = Limits(
            settings.timeout,
            settings.follow_redirects,
            settings.max_response_bytes,
            settings.max_line_bytes,
            settings.decode_content,
        )

    def proxy_for(self, url: URL) -> str | None:
        """The proxy of a request to `url`. The environment is read once, at the first call."""
        proxies = self._proxies
        if proxies is None:
            proxies = self._proxies = proxies_of(self.settings.proxy, trust_env=self.settings.trust_env)
        return proxies.proxy_for(url, self._proxy_schemes, self._socks)

    def named_proxy(self, url: URL, proxy: str | None) -> str:
        """`proxy`, the one for `url`, for errors: without its credentials, and with its source."""
        from clientele.http.transport.faults.reasons import named_proxy  # noqa: PLC0415 - few calls fail

        return "" if self._proxies is None else named_proxy(proxy, self._proxies.source_for(url))

    def default_headers(self, *, streaming: bool) -> RequestHeaders:
        """The default headers of each request."""
        return self._headers[streaming]

    def configured_headers(self, *, at_home: bool) -> RequestHeaders:
        """The configured headers of a request, to home or to another origin."""
        own = self.settings.headers
        return own if at_home else headers_for_elsewhere(own)

    def usual_headers(self, of_client: RequestHeaders, *, at_home: bool, streaming: bool) -> RequestHeaders:
        """The headers of a request to which the call adds none; `of_client` are those of the user's own client."""
        if of_client:
            return merged_headers(self._headers[streaming], of_client, self.configured_headers(at_home=at_home))
        kind = streaming, at_home
        headers = self._usual.get(kind)
        if headers is None:
            configured = self.configured_headers(at_home=at_home)
            headers = self._usual[kind] = merged_headers(self._headers[streaming], configured)
        return headers

    def bare_headers(self, *, at_home: bool, streaming: bool) -> Pairs:
        """The same, if the request has no body either."""
        kind = streaming, at_home
        pairs = self._bare.get(kind)
        if pairs is None:
            headers = dict(self.usual_headers({}, at_home=at_home, streaming=streaming))
            _framed(headers, NO_BODY, "GET")
            pairs = self._bare[kind] = _pairs(headers.values())
        return pairs

    def is_home(self, url: URL, home: str | None, home_of_client: str) -> bool:
        """Whether `url` is of the origin of the base URL, and of the other two, as far as there are any."""
        if not (self._origin or home or home_of_client):
            return True
        known = [parse_url(each, "home")[0].origin for each in (home, home_of_client) if each]
        return self._origin in (None, url.origin) and (not known or {*known} == {url.origin})

    def limits(self, options: RequestOptions) -> Limits:
        """The limits of a call with `options`."""
        if not options or _LIMITS.isdisjoint(options):
            return self._limits
        changed = {name: checked_option(name, options[name], "request") for name in _LIMITS if name in options}  # type: ignore[literal-required]
        if "timeout" in changed:
            self._refuse_lacking(changed["timeout"])
        return self._limits._replace(**changed)

    def _refuse_lacking(self, timeout: Timeout) -> None:
        for limit in self._lacks:
            if timeout.asked_for(limit):
                raise ConfigurationError(
                    f"timeout.{limit}: {self.name} doesn't support this limit; leave it out, or set it to None"
                )


_LIMITED_BY = {"write": Capability.WRITE_TIMEOUT, "pool": Capability.POOL_TIMEOUT}


def _default_headers(library: str, accepted: str) -> RequestHeaders:
    agent = f"clientele/{__version__} ({library})"
    return checked_headers({"Accept": "*/*", "Accept-Encoding": accepted, "User-Agent": agent})


_LIMITS = frozenset(Limits._fields)


def headers_for_elsewhere(headers: RequestHeaders) -> RequestHeaders:
    """The configured `headers` that may be sent to another origin than that of the base URL."""
    return {key: header for key, header in headers.items() if key in CROSS_ORIGIN_HEADERS}


def checked_options(kwargs: Mapping[str, Any]) -> RequestOptions:
    """The keywords of a call, if they are all options.

    Raises:
        TypeError: one of them isn't; the message names it.
    """
    if kwargs and not kwargs.keys() <= REQUEST_OPTIONS:
        refuse_unknown(kwargs, REQUEST_OPTIONS, "request")
    return kwargs  # type: ignore[return-value]  # pyright: ignore[reportReturnType]


def prepare(
    profile: Profile,
    method: str,
    url: str,
    options: RequestOptions,
    limits: Limits,
    *,
    streaming: bool,
    client: ClientDefaults | None = None,
) -> Request:
    """Encode a call within `limits`; `client` is what the user's own client adds to it, None if there is none.

    Raises:
        ConfigurationError, TypeError, ValueError: something in it can't be sent; the message says what and where.
    """
    checked = checked_method(method)
    target, credentials = parse_url(join_url(profile.base_url, url) if profile.base_url else url)
    added = client or NOTHING
    at_home = profile.is_home(target, options.get("home"), added.home)
    if added is not NOTHING:
        added = added if at_home else _elsewhere(profile)
        target = target.with_query(encode_pairs(added.params))
    if params := options.get("params"):
        target = target.with_query(encode_pairs(params))
    body, own, of_client = build_body(options), options.get("headers"), None
    is_bare = added is NOTHING and not own and body is NO_BODY and checked in _METHODS_WITHOUT_BODY
    if is_bare and credentials is None:
        pairs = profile.bare_headers(at_home=at_home, streaming=streaming)
    else:
        theirs = checked_headers(added.headers, "client") if added.headers else {}
        usual = profile.usual_headers(theirs, at_home=at_home, streaming=streaming)
        headers = merged_headers(usual, checked_headers(own)) if own else dict(usual)
        if credentials is not None and "authorization" not in headers:
            headers["authorization"] = ("Authorization", basic_authorization(credentials))
        body = _framed(headers, body, checked)
        defaults = profile.default_headers(streaming=streaming)
        of_client = {key: defaults.get(key) for key, header in theirs.items() if headers.get(key) is header}
        pairs = _pairs(headers.values())
    return Request(  # By position: each keyword of a class takes as long as a call of a function.
        checked,
        target,
        pairs,
        body.content,
        limits.timeout,
        None,
        None,
        streaming,
        at_home and client is not None,
        limits.max_response_bytes,
        at_home,
        body,
        of_client,
    )


def with_cookies(headers: Pairs, url: URL, cookies: Cookies) -> Pairs:
    """`headers` and what `cookies` have for `url`, unless the caller has set a Cookie header."""
    cookie = cookies.header(url)
    if cookie is None or any(name.lower() == "cookie" for name, _ in headers):
        return headers
    return (*headers, ("Cookie", cookie))


def _elsewhere(profile: Profile) -> ClientDefaults:
    """The defaults of the user's own client for another origin: none."""
    if profile.client_insists:
        raise ConfigurationError(
            "url: it is of another origin than the base URL, and your client would send its headers and auth along"
        )
    return NOTHING


def _pairs(headers: Iterable[tuple[str, str | None]]) -> Pairs:
    return tuple([(name, value) for name, value in headers if value is not None])


def basic_authorization(credentials: Credentials) -> str:
    """The value of the Authorization header for `credentials` (RFC 7617, section 2), in UTF-8."""
    pair = f"{credentials.username}:{credentials.password}".encode()
    return f"Basic {base64.b64encode(pair).decode()}"


def proxy_headers(proxy: str | None) -> dict[str, str]:
    """The headers for a proxy: its user information (RFC 7617), in UTF-8, also if it has only a user or a password."""
    userinfo = (proxy or "").partition("://")[2].rpartition("@")[0]
    if not userinfo:
        return {}
    username, _, password = map(unquote, userinfo.partition(":"))
    return {"Proxy-Authorization": basic_authorization(Credentials(username, password))}


def _framed(headers: RequestHeaders, body: Body, method: str) -> Body:
    """Add the headers that `body` implies to `headers`, and set the announced length on the body."""
    if body.content_type is not None and "content-type" not in headers:
        headers["content-type"] = ("Content-Type", body.content_type)
    if "content-length" in headers:
        body = _with_announced_length(headers, body)
    length = 0 if body.content is None and method not in _METHODS_WITHOUT_BODY else body.length
    if length is not None:
        headers["content-length"] = ("Content-Length", str(length))
    return body


def _with_announced_length(headers: RequestHeaders, body: Body) -> Body:
    name, value = headers.pop("content-length")
    if value is None:
        return body
    if body.content is None or body.length is not None:
        raise InvalidHeader(
            f"headers[{name!r}]: it follows from the body; leave it out, unless the body is an iterable"
        )
    if not re.fullmatch(r"[0-9]{1,18}", value):
        raise InvalidHeader(f"headers[{name!r}]: {value!r} is not a number of bytes")
    return Body(body.content, body.content_type, int(value), body.replayable)
