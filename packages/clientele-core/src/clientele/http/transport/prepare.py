"""Converts the options of a call to the encoded request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from clientele.http.backends.options import RequestOptions
from clientele.http.message.body.bodies import NO_BODY, Body, build_body
from clientele.http.message.errors import ConfigurationError
from clientele.http.message.headers import HeadersInput, Pairs, checked_headers, checked_method
from clientele.http.message.query import encode_pairs
from clientele.http.message.urls import Credentials, join_url, parse_url
from clientele.http.transport.profile import Limits, Profile
from clientele.http.transport.request_headers import METHODS_WITHOUT_BODY, basic_authorization, framed, sent_pairs
from clientele.http.wire import NOTHING, ClientDefaults, WireRequest


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
        return replace(self, headers=sent_pairs(filter(None, others)), of_client=None)


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
    if added is not NOTHING and not at_home:
        added = _elsewhere(profile)
    if added.params:
        target = target.with_query(encode_pairs(added.params))
    if params := options.get("params"):
        target = target.with_query(encode_pairs(params))
    body = build_body(options)
    request = Request(  # By position: each keyword of a class takes as long as a call of a function.
        checked,
        target,
        (),
        body.content,
        limits.timeout,
        None,
        None,
        streaming,
        at_home and client is not None,
        limits.max_response_bytes,
        at_home,
        body,
    )
    own, theirs = options.get("headers"), added.headers
    if body is NO_BODY and checked in METHODS_WITHOUT_BODY and not own and not theirs and credentials is None:
        request.headers = profile.bare_headers(at_home=at_home, streaming=streaming)
    else:
        _add_headers(request, profile, own or (), theirs, credentials)
    return request


def _elsewhere(profile: Profile) -> ClientDefaults:
    """The defaults of the user's own client for another origin: none."""
    if profile.client_insists:
        raise ConfigurationError(
            "url: it is of another origin than the base URL, and your client would send its headers and auth along"
        )
    return NOTHING


def _add_headers(
    request: Request, profile: Profile, own: HeadersInput, of_client: Pairs, credentials: Credentials | None
) -> None:
    """Add to `request` its `own` headers, those of the user's client, and those of the profile and the body."""
    theirs = checked_headers(of_client, "client")
    headers = profile.headers(theirs, at_home=request.at_home, streaming=request.streaming)
    headers.update(checked_headers(own))
    if credentials is not None:
        headers.setdefault("authorization", ("Authorization", basic_authorization(credentials)))
    request.whole_body = framed(headers, request.whole_body, request.method)
    defaults = profile.default_headers(streaming=request.streaming)
    request.of_client = {key: defaults.get(key) for key, header in theirs.items() if headers.get(key) is header}
    request.headers = sent_pairs(headers.values())
