"""The values of the fields of a config: their checks, and what a repr and a pickle may contain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clientele.api.credentials.credentials import checked_auth
from clientele.api.hooks.awaiting import name_of
from clientele.api.hooks.hooks import checked_hooks
from clientele.api.results.status_errors import checked_errors
from clientele.http.backends.interface import HTTPBackend
from clientele.http.backends.options import checked_option
from clientele.http.backends.proxies import checked_proxy
from clientele.http.backends.tls import tls_verification
from clientele.http.errors import ConfigurationError, InvalidHeader
from clientele.http.message.headers import HeadersInput, checked_headers
from clientele.http.message.name_values import kept, pairs_of
from clientele.http.message.redaction import PUBLIC_HEADERS, redacted_url, without_userinfo
from clientele.http.message.urls import checked_base_url
from clientele.http.runtime.lazy import ssl
from clientele.http.timeouts import checked_timeout

BACKEND_OPTIONS = (
    "follow_redirects",
    "http2",
    "trust_env",
    "cert",
    "cookies",
    "max_connections",
    "max_response_bytes",
    "max_line_bytes",
    "decode_content",
    "client_options",
)
"""Fields that are options of a backend, and are checked as these."""


def checked_field(name: str, value: Any, owner: str) -> Any:
    """`value`, checked as the field `name` of the config class `owner`.

    Raises:
        ConfigurationError: it is invalid; the message names the field.
    """
    if name in BACKEND_OPTIONS:
        return checked_option(name, value, owner)
    return _CHECKS[name](value, f"{owner}({name}=...)")


def _checked_header_fields(headers: Any, where: str) -> HeadersInput:
    fields: HeadersInput = kept(headers, where, InvalidHeader)
    checked_headers(fields, where)
    return fields


def _checked_timeout(timeout: Any, where: str) -> Any:
    checked_timeout(timeout, where)
    return timeout


def _checked_verify(verify: Any, where: str) -> Any:
    tls_verification(verify, where)
    return verify


def _checked_backend(backend: Any, where: str) -> Any:
    if backend is None or isinstance(backend, (HTTPBackend, str)):
        return backend
    name = f"the class {backend.__name__}: call it" if isinstance(backend, type) else type(backend).__name__
    raise ConfigurationError(f"{where}: use a backend, or the name of an installed one, not {name}")


def _may_be_secret(name: str, value: Any) -> bool:
    if name == "headers":
        return not {key.lower() for key, _ in pairs_of(value)} <= PUBLIC_HEADERS
    if name == "base_url":
        return bool(without_userinfo(value) != value)
    return name in {"auth", "proxy", "cert", "client_options"} and bool(value)


def why_unpicklable(name: str, value: Any) -> str | None:
    """Why a config with `value` in the field `name` can't be pickled; None if it can."""
    if _may_be_secret(name, value):
        return "may hold a secret, so it can't be pickled; remove it"
    if isinstance(value, HTTPBackend):
        return "is an instance, which can't be pickled; pass its name"
    if isinstance(value, ssl.SSLContext):
        return "is an SSLContext, which can't be pickled; pass the path of a CA bundle"
    return None


def _names(functions: tuple[Callable[..., object], ...]) -> list[str]:
    return [name_of(function) for function in functions]


def _unchanged(value: Any) -> Any:
    return value


SHOWN: dict[str, Callable[[Any], Any]] = {
    "base_url": redacted_url,
    "timeout": _unchanged,
    "follow_redirects": _unchanged,
    "verify": _unchanged,
    "http2": _unchanged,
    "trust_env": _unchanged,
    "cookies": _unchanged,
    "max_connections": _unchanged,
    "max_response_bytes": _unchanged,
    "max_line_bytes": _unchanged,
    "decode_content": _unchanged,
    "http_backend": _unchanged,
    # Not the value's own repr: a dataclass would show its fields.
    "auth": lambda auth: auth and type(auth),
    "on_request": _names,
    "on_response": _names,
    "on_error": _names,
    "logger": _unchanged,
    "log_bodies": _unchanged,
}
"""The text of a field in a repr; other fields are not shown."""

_CHECKS: dict[str, Callable[[Any, str], Any]] = {
    "http_backend": _checked_backend,
    "auth": checked_auth,
    "on_request": checked_hooks,
    "on_response": checked_hooks,
    "on_error": checked_hooks,
    "base_url": checked_base_url,
    "headers": _checked_header_fields,
    "errors": checked_errors,
    "timeout": _checked_timeout,
    "verify": _checked_verify,
    "proxy": checked_proxy,
}
