"""What a backend would send for a call, for wrappers that have to know it before it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from clientele.http.backends.options import checked_options
from clientele.http.message.headers import Pairs
from clientele.http.transport.backend import TransportBackend
from clientele.http.transport.prepare import prepare
from clientele.http.transport.profile import Limits
from clientele.http.transport.request_headers import with_cookies


class Outgoing(NamedTuple):
    """A request without its body, before redirects.

    Attributes:
        url: in normal form, without user information.
        headers: all of them, cookies included.
        at_home: whether it goes to the origin that all that is configured is for.
        limits: what the call allows.
    """

    url: str
    headers: Pairs
    at_home: bool
    limits: Limits


def outgoing(backend: TransportBackend[Any, Any], method: str, url: str, options: Mapping[str, Any]) -> Outgoing:
    """What `backend`, which has no native client of the user's, would send now for a call with these `options`.

    Raises:
        TypeError, ConfigurationError: something in it can't be sent.
    """
    profile = backend._profile  # noqa: SLF001 - not for its users
    checked = checked_options(options)
    limits, cookies = profile.limits(checked), profile.cookies
    request = prepare(profile, method, url, checked, limits, streaming=False)
    headers = request.headers if cookies is None else with_cookies(request.headers, request.url, cookies)
    return Outgoing(str(request.url), headers, request.at_home, limits)
