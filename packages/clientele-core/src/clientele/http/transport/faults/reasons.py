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
"""OpenSSL's messages for an unknown authority: the issuer is missing, or the certificate is self-signed."""


def ca_variables() -> list[str]:
    """The environment variables that set authorities for other programs. Clientele doesn't read them."""
    return [name for name in _CA_VARIABLES if os.environ.get(name)]


def limit_passed(kind: type[TransportError], timeout: Timeout, found: str = "") -> str | None:
    """The reason of an error of `kind`, if it is the error of a limit: its name and its seconds.

    Args:
        kind: the error class.
        timeout: the limits of the call.
        found: a more specific reason from core, shown first.
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
    """The message of the library, with advice.

    Args:
        kind: the error class.
        said: the message, in one line, without secrets.
        causes: the exception of the library and its causes.
        proxy: the proxy of the request, from `named_proxy`; empty for none.
    """
    if kind is ProxyError and proxy:
        return f"{proxy}: {said}"
    if kind is TLSError and any(map(_is_untrusted, causes)):
        unread = ca_variables()
        variables = f"; not read, though set: {', '.join(unread)}" if unread else ""
        return f'{said}; to trust your own authority, set verify="ca.pem"{variables}'
    return said


def named_proxy(proxy: str | None, source: str = "") -> str:
    """`proxy` without its credentials, and where it is set, if that is known; empty for none."""
    return f"the proxy {shown_proxy(proxy)}{f' of {source}' if source else ''}" if proxy else ""


def _is_untrusted(cause: BaseException) -> bool:
    # Subclasses of libraries don't set the attributes of the standard library.
    return isinstance(cause, ssl.SSLCertVerificationError) and getattr(cause, "verify_code", None) in _UNTRUSTED
