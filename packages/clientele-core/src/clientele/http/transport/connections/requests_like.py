"""Shared by the backends on requests and niquests: the user's own sessions, and responses."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

from clientele.http.message.body.bodies import Chunks
from clientele.http.message.body.files import BLOCK
from clientele.http.message.errors import ConfigurationError
from clientele.http.message.headers import Pairs
from clientele.http.message.redaction import without_userinfo
from clientele.http.response import Response
from clientele.http.wire import ClientDefaults


def session_defaults(session: Any, library: Any) -> ClientDefaults:
    """The headers that the user has set on `session`, and its parameters, which come in many forms.

    Args:
        session: the user's own.
        library: the module whose session it is: `requests` or a relative.
    """
    headers, usual = session.headers.items(), library.utils.default_headers()
    texts = ((name, value.decode("latin-1") if isinstance(value, bytes) else value) for name, value in headers)
    own = ((name, str(value)) for name, value in texts if value is not None and usual.get(name) != value)
    prepared = library.PreparedRequest()
    prepared.prepare_url("http://localhost/", session.params)
    return ClientDefaults(tuple(own), tuple(parse_qsl(urlsplit(prepared.url).query, keep_blank_values=True)))


def add_from_session(session: Any, request: Any, library: Any, *, credentials: bool) -> Any:
    """Add the hooks of `session` to a prepared `request`, and its cookies and auth.

    Args:
        session: the user's own.
        request: it has its own Cookie and Authorization, if any.
        library: the module whose session it is: `requests` or a relative.
        credentials: whether it gets cookies and auth.

    Returns:
        What the auth has returned: a request, which may be another one or have to be awaited; None without auth.
    """
    hooks = (session.hooks or {}).get("response") or []
    request.hooks["response"][:0] = [hooks] if callable(hooks) else hooks
    if not credentials:
        return None
    if "Cookie" not in request.headers and (cookie := library.cookies.get_cookie_header(session.cookies, request)):
        request.headers["Cookie"] = cookie
    if "Authorization" in request.headers:
        return None
    auth = session.auth or (library.utils.get_netrc_auth(request.url) if session.trust_env else None)
    auth = library.auth.HTTPBasicAuth(*auth) if isinstance(auth, tuple) else auth
    auth = library.auth.BearerTokenAuth(auth) if isinstance(auth, str) else auth  # Of niquests.
    return auth(request) if auth else None


@contextlib.contextmanager
def location_hidden(request: Any) -> Iterator[None]:
    """Within, `request` is sent. Its session would prepare the request of a redirect unasked, and fail at a bad one.

    Raises:
        ConfigurationError: the user's own session has no adapter for the URL, or lacks an add-on for its
            proxy.
    """
    found: list[tuple[Any, str]] = []

    def hide(response: Any, **_: Any) -> None:
        if "Location" in response.headers:
            found.append((response.headers, response.headers.pop("Location")))

    request.hooks["response"].append(hide)
    try:
        yield
    except ValueError as error:
        if type(error).__name__ != "InvalidSchema":
            raise
        hint = "client: the session has no adapter for this URL, or its SOCKS proxy needs an add-on, such as PySocks"
        raise ConfigurationError(hint) from error
    finally:
        for headers, location in found:
            headers["Location"] = location


def pairs_of(raw: Any, kind: type) -> Pairs:
    """The fields of `raw`. What a tool plays back, which is not of `kind`, is decoded, whatever its headers say."""
    skipped = () if isinstance(raw, kind) else ("content-encoding",)
    return tuple((name, value) for name, value in raw.headers.items() if name.lower() not in skipped)


def converted(native: Any, headers: Pairs, http_version: str, *, is_read: bool) -> Response:
    """A Response with the body that the library has read and decoded.

    Raises:
        ConfigurationError: the body has not been read.
    """
    if not is_read:
        raise ConfigurationError(
            "convert_to_response: the body has not been read; read .content first, or leave stream=True out"
        )
    return Response(
        status_code=native.status_code,
        headers=headers,
        content=native.content or b"",
        request_method=native.request.method or "",
        request_url=without_userinfo(str(native.request.url)),
        http_version=http_version,
        native=native,
    )


def version_of(raw: Any) -> str:
    """The version of HTTP that urllib3 names with a number; one that no server has sent has none."""
    version = getattr(raw, "version", None) or 11
    return {20: "2", 30: "3"}.get(version, f"{version // 10}.{version % 10}")


def in_blocks(body: Chunks) -> Any:
    """The body of a synchronous request, in pieces that are small enough for a limit that is for each of them."""
    if body is None or (isinstance(body, bytes) and len(body) <= BLOCK):
        return body
    pieces = cast(Iterable[bytes], [body] if isinstance(body, bytes) else body)
    return (piece[start : start + BLOCK] for piece in pieces for start in range(0, len(piece), BLOCK))
