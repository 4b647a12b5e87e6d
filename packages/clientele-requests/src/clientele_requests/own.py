"""A session of the user's own, with its adapters, its settings, and what it adds to a request.

requests would add it while it prepares one; ours come prepared.
"""

from __future__ import annotations

import contextlib
import urllib.parse
from collections.abc import Iterator
from typing import Any

import requests
from requests.auth import HTTPBasicAuth
from requests.cookies import get_cookie_header
from requests.utils import default_headers, get_netrc_auth
from urllib3.util import SKIP_HEADER

from clientele.http.headers import Pairs
from clientele.http.wire import ClientDefaults, WireRequest
from clientele_requests.faults import NoHTTP
from clientele_requests.logs import discreet
from clientele_requests.outgoing import Outgoing, location_hidden

_UNASKED = ("Accept-Encoding", "User-Agent")


def defaults_of(session: requests.Session) -> ClientDefaults:
    """The headers that the user has set on `session`, and its parameters."""
    return ClientDefaults(tuple(_own_headers(session)), _own_params(session))


def send_on_own(session: requests.Session, wire: WireRequest) -> requests.Response:
    """Send a request by `session`, and return the response, the body unread."""
    request = Outgoing(wire)
    request.hooks["response"].extend(session.hooks["response"])
    if wire.client_credentials:
        _add_credentials(request, session)
    for name in _UNASKED:  # urllib3 would add its own in the place of what the caller has left out.
        request.headers.setdefault(name, SKIP_HEADER)
    settings = session.merge_environment_settings(str(wire.url), {}, True, None, None)
    limits = wire.timeout.connect, wire.timeout.read
    with discreet(wire.url), location_hidden(request):
        response = session.send(request, timeout=limits, allow_redirects=False, **settings)
    _refuse_broken_head(response)
    if wire.deadline is not None:
        wire.deadline.watch(lambda: _shut_down(response.raw))
    return response


def _add_credentials(request: requests.PreparedRequest, session: requests.Session) -> None:
    """Put the cookies and the auth of `session` into `request`, unless it has its own; netrc is the session's, too."""
    if "Cookie" not in request.headers:
        cookie = get_cookie_header(session.cookies, request)
        if cookie is not None:
            request.headers["Cookie"] = cookie
    if "Authorization" in request.headers:
        return
    auth = session.auth or (get_netrc_auth(str(request.url)) if session.trust_env else None)
    if isinstance(auth, tuple):
        auth = HTTPBasicAuth(*auth)
    if auth is not None:
        vars(request).update(vars(auth(request)))  # It may return another one, as requests allows.


def _refuse_broken_head(response: requests.Response) -> None:
    """What http.client makes of a head that is broken or cut off looks whole; only here it says that it isn't.

    `_original_response` is private, and tested with the lowest and the newest version.
    """
    message = getattr(getattr(response.raw, "_original_response", None), "msg", None)
    if getattr(message, "defects", None):
        response.close()
        raise NoHTTP("the head of the response is broken or cut off")


def _shut_down(raw: Any) -> None:
    """End a read of another thread. A connection that has been given back is none of our business."""
    with contextlib.suppress(AttributeError, OSError, RuntimeError, ValueError):
        raw.shutdown()


def _own_headers(session: requests.Session) -> Iterator[tuple[str, str]]:
    usual = default_headers()
    for name, value in session.headers.items():
        if value is not None and usual.get(name) != value:
            yield name, value.decode("latin-1") if isinstance(value, bytes) else value


def _own_params(session: requests.Session) -> Pairs:
    """They come in many forms; what requests makes of them is a query."""
    prepared = requests.PreparedRequest()
    prepared.prepare_url("http://localhost/", session.params)
    query = urllib.parse.urlsplit(str(prepared.url)).query
    return tuple(urllib.parse.parse_qsl(query, keep_blank_values=True))
