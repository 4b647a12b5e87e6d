"""A session of the user's own: it sends as it is set to, and adds what niquests would add while it prepares a request.

Ours come prepared.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import socket
from collections.abc import Callable, Iterator
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

import niquests
from niquests.auth import BearerTokenAuth, HTTPBasicAuth
from niquests.cookies import get_cookie_header
from niquests.utils import default_headers, get_netrc_auth

from clientele.http.headers import Pairs
from clientele.http.wire import ClientDefaults, WireRequest
from clientele_niquests.library import exceptions
from clientele_niquests.logs import discreet
from clientele_niquests.messages import leave_out, native_request


def defaults_of(session: niquests.Session) -> ClientDefaults:
    """The headers that the user has set on `session`, and its parameters."""
    return ClientDefaults(tuple(_headers_of(session)), _params_of(session))


def send_on_own(session: niquests.Session, wire: WireRequest) -> niquests.Response:
    """Send a request by `session`, and return the response, the body unread."""
    request, put_back = _prepared(session, wire)
    if wire.client_credentials:
        _authorize(request, session)
    with discreet(wire.url), _stale_connection():
        response: niquests.Response = session.send(request, **_settings(session, wire))
    put_back(response)
    if wire.deadline is not None:
        wire.deadline.watch(functools.partial(_cut, response))
    return response


async def asend_on_own(session: niquests.AsyncSession, wire: WireRequest) -> niquests.AsyncResponse:
    """`send_on_own`, asynchronously."""
    request, put_back = _prepared(session, wire)
    if wire.client_credentials:
        authorized = _authorize(request, session)
        if inspect.isawaitable(authorized):
            await authorized
    with discreet(wire.url), _stale_connection():
        response: Any = await session.send(request, **_settings(session, wire))
    put_back(response)
    return cast(niquests.AsyncResponse, response)


def _prepared(
    session: niquests.Session, wire: WireRequest
) -> tuple[niquests.PreparedRequest, Callable[[niquests.Response], None]]:
    """The request, and what is to be done with its response."""
    request = native_request(wire)
    hidden: list[str] = []

    def hide_location(response: Any, **_: Any) -> None:
        """Keep niquests from preparing the request of a redirect: it does so unasked, and reads the body for it."""
        if "Location" in response.headers:
            hidden.append(response.headers["Location"])
            del response.headers["Location"]

    def put_back(response: niquests.Response) -> None:
        for location in hidden:
            response.headers["Location"] = location

    hooks: Any = dict(cast(Any, session.hooks) or {})
    own = hooks.get("response") or []
    hooks["response"] = [*([own] if callable(own) else own), hide_location]
    request.hooks = hooks
    headers: Any = request.headers
    leave_out(headers)
    if wire.client_credentials and "Cookie" not in headers:
        cookie = get_cookie_header(session.cookies, request)
        if cookie is not None:
            headers["Cookie"] = cookie
    return request, put_back


def _authorize(request: niquests.PreparedRequest, session: niquests.Session) -> Any:
    """Apply the auth of `session`, unless the request has its own; what is returned may have to be awaited."""
    if "Authorization" in (request.headers or ()):
        return None
    auth: Any = session.auth or (get_netrc_auth(request.url) if session.trust_env else None)
    if isinstance(auth, tuple):
        auth = HTTPBasicAuth(*auth)
    elif isinstance(auth, str):
        auth = BearerTokenAuth(auth)
    return auth(request) if auth else None


@contextlib.contextmanager
def _stale_connection() -> Iterator[None]:
    """A connection on which something came that nobody had asked for can't be used, but niquests tries to."""
    try:
        yield
    except RuntimeError as error:
        if "stream ID" in str(error):
            raise exceptions.ProtocolError("the connection had something to say that nobody had asked for") from error
        raise


def _settings(session: niquests.Session, wire: WireRequest) -> dict[str, Any]:
    return {
        **session.merge_environment_settings(str(wire.url), {}, True, None, None),
        "timeout": (wire.timeout.connect, wire.timeout.read),
        "allow_redirects": False,
        "multiplexed": False,
    }


def _cut(response: niquests.Response) -> None:
    """End a read of another thread. A connection that has been given back is none of our business."""
    connection = getattr(response.raw, "connection", None)
    with contextlib.suppress(OSError, TypeError):
        socket.socket.shutdown(getattr(connection, "sock", None), socket.SHUT_RDWR)  # type: ignore[arg-type]


def _headers_of(session: niquests.Session) -> Iterator[tuple[str, str]]:
    usual: Any = default_headers()
    for name, value in session.headers.items():
        if value is not None and usual.get(name) != value:
            yield _text(name), _text(value)


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _params_of(session: niquests.Session) -> Pairs:
    """They come in many forms; what niquests makes of them is a query."""
    if not session.params:
        return ()
    prepared = niquests.PreparedRequest()
    prepared.prepare_url("http://localhost/", session.params)
    return tuple(parse_qsl(urlsplit(str(prepared.url)).query, keep_blank_values=True))
