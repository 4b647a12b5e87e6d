"""The reason in the message of a transport error: the limit, the proxy, how to trust an authority."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterable

from clientele.http.backends.proxies import shown_proxy
from clientele.http.timeouts import Timeout
from clientele.http.transport.errors import (
    ConnectTimeout,
    DeadlineExceeded,
    PoolTimeout,
    ProxyError,
    ReadTimeout,
    TLSError,
    TransportError,
    WriteTimeout,
)

__all__ = ["ca_variables", "limit_passed", "named_proxy", "reason_with"]

_LIMITS: dict[type[TransportError], tuple[str, str]] = {
    ConnectTimeout: ("connect", "no connection could be made"),
    PoolTimeout: ("pool", "no connection became free"),
    ReadTimeout: ("read", "the server sent nothing"),
    WriteTimeout: ("write", "the server accepted no data of the request"),
    DeadlineExceeded: ("total", "the exchange took longer than its total limit"),
}

_CA_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_UNTRUSTED = frozenset({2, 18, 19, 20, 21})
"""What OpenSSL says of a chain whose authority isn't known: its issuer is missing, or it is signed by itself."""


def ca_variables() -> list[str]:
    """The variables of the environment that name authorities for other programs. Clientele reads none of them."""
    return [name for name in _CA_VARIABLES if os.environ.get(name)]


def limit_passed(kind: type[TransportError], timeout: Timeout, found: str = "") -> str | None:
    """What an error of `kind` says, if that is the error of a limit: which one, and how long it is.

    Args:
        kind: the error.
        timeout: the limits of the call.
        found: what core has found out, to be said first.
    """
    if kind not in _LIMITS:
        return None
    name, said = _LIMITS[kind]
    said = f"{found}: {said}" if found else said
    seconds = getattr(timeout, name)
    if seconds is None:
        return f"{said} in time"
    return f"{said} {'of' if name == 'total' else 'within'} {seconds:g} s (timeout.{name})"


def reason_with(kind: type[TransportError], said: str, causes: Iterable[BaseException], proxy: str) -> str:
    """What the library has `said`, with what helps to understand it.

    Args:
        kind: the error that it becomes.
        said: in one line, without secrets.
        causes: the exception of the library and what lies beneath it.
        proxy: the proxy of the request, as `named_proxy` has it; empty for none.
    """
    if kind is ProxyError and proxy:
        return f"{proxy}: {said}"
    if kind is TLSError and any(map(_is_untrusted, causes)):
        unread = ca_variables()
        variables = f"; not read, though set: {', '.join(unread)}" if unread else ""
        return f'{said}; to trust your own authority, set verify="ca.pem"{variables}'
    return said


def named_proxy(proxy: str | None, source: str = "") -> str:
    """`proxy`, without its credentials, and what it was set by, if that is known; empty for none."""
    return f"the proxy {shown_proxy(proxy)}{f' of {source}' if source else ''}" if proxy else ""


def _is_untrusted(cause: BaseException) -> bool:
    # Libraries derive from the class without what the standard library fills in.
    return isinstance(cause, ssl.SSLCertVerificationError) and getattr(cause, "verify_code", None) in _UNTRUSTED
