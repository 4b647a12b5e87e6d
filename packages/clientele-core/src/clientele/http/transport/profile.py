"""`Profile`: what a backend brings to each of its calls."""

from __future__ import annotations

from typing import NamedTuple

from clientele.http.backends.interface import AddOn, Capability
from clientele.http.backends.options import BackendSettings, RequestOptions, checked_option
from clientele.http.backends.proxies import Proxies, proxies_of
from clientele.http.message.body import codings
from clientele.http.message.body.bodies import NO_BODY
from clientele.http.message.cookies.cookies import Cookies, cookie_jar
from clientele.http.message.errors import ConfigurationError
from clientele.http.message.headers import Pairs, RequestHeaders, merged_headers
from clientele.http.message.urls import URL, Origin, parse_url
from clientele.http.timeouts import Timeout
from clientele.http.transport.faults.table import OWN_FAULTS, FaultTable
from clientele.http.transport.request_headers import default_headers, framed, headers_for_elsewhere, sent_pairs

_LIMITED_BY = {"write": Capability.WRITE_TIMEOUT, "pool": Capability.POOL_TIMEOUT}


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
            streaming: default_headers(library, "identity" if streaming else codings.ACCEPTED)
            for streaming in (False, True)
        }
        self.closings = 0
        """How often the backend has been closed."""
        self._configured = {True: settings.headers, False: headers_for_elsewhere(settings.headers)}
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
        """The headers of a request for which nothing is configured."""
        return self._headers[streaming]

    def headers(self, of_client: RequestHeaders, *, at_home: bool, streaming: bool) -> RequestHeaders:
        """The headers of a request to which the call adds none, in a new dict; `of_client` are those of the user's own
        client.
        """
        return merged_headers(self._headers[streaming], of_client, self._configured[at_home])

    def bare_headers(self, *, at_home: bool, streaming: bool) -> Pairs:
        """The same, of a request without a body, and without a client of the user's."""
        pairs = self._bare.get((at_home, streaming))
        if pairs is None:
            headers = self.headers({}, at_home=at_home, streaming=streaming)
            framed(headers, NO_BODY, "GET")
            pairs = self._bare[at_home, streaming] = sent_pairs(headers.values())
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


_LIMITS = frozenset(Limits._fields)
