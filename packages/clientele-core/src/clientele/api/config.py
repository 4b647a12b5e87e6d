"""The configuration of a client."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Self, TypedDict, Unpack

from pydantic import BaseModel, ConfigDict, ValidationError, ValidationInfo, field_validator

from clientele.api.credentials.auth import Auth
from clientele.api.credentials.credentials import AuthInput, checked_auth
from clientele.api.hooks.awaiting import name_of
from clientele.api.hooks.hooks import ErrorHook, Hooks, RequestHook, ResponseHook, checked_hooks
from clientele.api.results.status_errors import checked_errors
from clientele.api.results.statuses import ByStatus
from clientele.http.backends.interface import HTTPBackend
from clientele.http.backends.option_signatures import with_option_signature
from clientele.http.backends.options import checked_option
from clientele.http.backends.proxies import checked_proxy
from clientele.http.backends.tls import tls_verification
from clientele.http.errors import ConfigurationError, InvalidHeader
from clientele.http.message.headers import HeadersInput, checked_headers
from clientele.http.message.name_values import kept, pairs_of
from clientele.http.message.redaction import PUBLIC_HEADERS, redacted_url, without_userinfo
from clientele.http.message.suggestions import instead_of
from clientele.http.message.urls import checked_base_url
from clientele.http.runtime.lazy import ssl
from clientele.http.timeouts import Timeout, checked_timeout

if TYPE_CHECKING:
    from clientele.http.backends.tls import Certificate, Verify
else:
    # Pydantic would import ssl to evaluate these types; our own functions check them.
    Certificate = Verify = Any


__all__ = ["BaseConfig", "Settings"]

_OPTIONS = (
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


class Settings(TypedDict, total=False):
    """The fields of `BaseConfig`, which documents them, as keywords of `APIClient` and `APIClient.configure`."""

    base_url: str
    headers: HeadersInput
    timeout: float | Timeout | None
    follow_redirects: bool
    verify: Verify
    http2: bool
    proxy: str | None
    trust_env: bool
    cert: Certificate | None
    cookies: bool
    max_connections: int
    max_response_bytes: int | None
    max_line_bytes: int | None
    decode_content: bool
    client_options: Mapping[str, Any]
    http_backend: HTTPBackend | str | None
    auth: AuthInput
    on_request: Hooks[RequestHook]
    on_response: Hooks[ResponseHook]
    on_error: Hooks[ErrorHook]
    logger: logging.Logger | None
    log_bodies: bool
    errors: ByStatus[Any] | None


class BaseConfig(BaseModel):
    """The configuration of a client.

    Subclass it to define the defaults for an API. Only fields that are set, here or in a subclass, override the options
    of the backend. No field is read from the environment.

    Attributes:
        base_url: http or https; paths are below it. Default `""`: the backend's.
        headers: sent with each request to the origin of `base_url` only. The value None removes a header of the
            backend. Default none.
        timeout: the longest inactivity in seconds, None for no limit, or a Timeout. Default 5.0.
        follow_redirects: default False.
        verify: True for the default CAs (the default), False for no check, a path to CA certificates, or an
            `ssl.SSLContext`. For a backend that the client builds itself.
        http2: offer HTTP/2 over TLS; default False. For a backend that the client builds itself.
        proxy: the URL of a proxy for every request; default None. For a backend that the client builds itself.
        trust_env: use the proxies of the environment; default True. For a backend that the client builds.
        cert: a client certificate, presented to the origin of `base_url` only: the path of a PEM file with key and
            chain, or `(chain, key)` or `(chain, key, password)`; default None. For a backend that the client builds.
        cookies: store and send cookies (RFC 6265); default False. For a backend that the client builds.
        max_connections: the maximum number of concurrent requests, and so of connections; default 100. For a backend
            that the client builds.
        max_response_bytes: the maximum size of a decoded body, in bytes; default None, no limit. A larger body raises
            ResponseTooLarge.
        max_line_bytes: the longest line of a stream, in bytes; default 16 MiB, None for no limit.
        decode_content: decode gzip and deflate; default True.
        client_options: options of the library's own client, under their own names; default none. For a backend that the
            client builds.
        http_backend: a backend, or the name of an installed one. Default: httpx, or the only one installed.
        auth: the credentials of every request to the origin of `base_url`, and of no other: a `BearerAuth`,
            `BasicAuth`, `APIKeyAuth`, `OAuth2ClientCredentials`, `OAuth2RefreshToken` or `DigestAuth`,
            `(user, password)`, your own `Auth`, or a function that receives the Request and changes it. An
            Authorization header of a call takes precedence. Default None.
        on_request: one or several hooks, called before each request with the Request; default none.
        on_response: one or several hooks, called with each Response; default none.
        on_error: one or several hooks, called with each error before it is raised; default none.
        logger: logs a line per call at INFO, headers and sizes at DEBUG, without secrets; default
            `logging.getLogger("clientele")`.
        log_bodies: also log the first 2,000 bytes of the bodies of requests and responses, at DEBUG and unmasked;
            default False.
        errors: the types of error bodies by status, `{404: NotFound, "4XX": Problem, "default": Problem}`, for the
            `problem` of HTTPStatusError. Those of a decorator take precedence. Default None.

    A config or client can't be pickled if it may contain a secret (`auth`, `proxy`, user information in `base_url`,
    headers that aren't known to be harmless), an instance of a backend, or an SSLContext.

    Raises:
        ConfigurationError: a field is unknown or its value is invalid; the message names the field, not its value.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
        defer_build=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        strict=True,
        validate_default=True,
    )

    base_url: str = ""
    headers: HeadersInput = {}
    timeout: float | Timeout | None = 5.0
    follow_redirects: bool = False
    verify: Verify = True
    http2: bool = False
    proxy: str | None = None
    trust_env: bool = True
    cert: Certificate | None = None
    cookies: bool = False
    max_connections: int = 100
    max_response_bytes: int | None = None
    max_line_bytes: int | None = 16 * 1024 * 1024
    decode_content: bool = True
    client_options: Mapping[str, Any] = {}
    http_backend: HTTPBackend | str | None = None
    auth: Auth | None = None
    on_request: tuple[RequestHook, ...] = ()
    on_response: tuple[ResponseHook, ...] = ()
    on_error: tuple[ErrorHook, ...] = ()
    logger: logging.Logger | None = None
    log_bodies: bool = False
    errors: ByStatus[Any] | None = None

    def __init__(self, **values: Unpack[Settings]) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise _first_problem(error, type(self).__name__) from None

    @field_validator(
        "base_url",
        "headers",
        "timeout",
        "verify",
        "proxy",
        *_OPTIONS,
        "http_backend",
        "auth",
        "on_request",
        "on_response",
        "on_error",
        "errors",
        mode="plain",
    )
    @classmethod
    def _check(cls, value: Any, info: ValidationInfo) -> Any:
        name = str(info.field_name)
        if name in _OPTIONS:
            return checked_option(name, value, cls.__name__)
        return _CHECKS[name](value, f"{cls.__name__}({name}=...)")

    def fields_set(self) -> dict[str, Any]:
        """The fields that were passed, or for which a subclass has another default, and their values."""
        return {
            name: getattr(self, name)
            for name, field in BaseConfig.model_fields.items()
            if name in self.model_fields_set or type(self).model_fields[name].default != field.default
        }

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """The repr of all fields, without secrets."""
        for name, value in self.fields_set().items():
            if name in _SHOWN:
                yield name, _SHOWN[name](value)

    def __str__(self) -> str:
        return repr(self)

    def __getstate__(self) -> dict[Any, Any]:
        for name, value in self.fields_set().items():
            if (why := _why_unpicklable(name, value)) is not None:
                raise TypeError(f"{type(self).__name__}: {name} {why}, or build the config where it is used")
        return super().__getstate__()

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        return self  # A config is immutable, and its backend is shared.


CONFIG_DEFAULTS: Mapping[str, Any] = {name: field.default for name, field in BaseConfig.model_fields.items()}
"""The defaults of the fields of a config."""

with_option_signature(Settings, CONFIG_DEFAULTS)(BaseConfig.__init__)


def _first_problem(error: ValidationError, where: str) -> ConfigurationError:
    """The error of a field's own check, or that of Pydantic, without the value, which may be a secret."""
    problem = error.errors(include_input=False, include_url=False)[0]
    raised = problem.get("ctx", {}).get("error")
    if isinstance(raised, ConfigurationError):
        return raised
    field = ".".join(map(str, problem["loc"][:1]))
    if problem["type"] == "extra_forbidden":
        instead = instead_of(field, Settings.__annotations__)
        return ConfigurationError(f"{where}({field}=...): unknown option; {instead}")
    return ConfigurationError(f"{where}({field}=...): {problem['msg']}")


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


def _why_unpicklable(name: str, value: Any) -> str | None:
    if _may_be_secret(name, value):
        return "may hold a secret, so it can't be pickled; leave it out"
    if isinstance(value, HTTPBackend):
        return "is an instance, which can't be pickled; give its name"
    if isinstance(value, ssl.SSLContext):
        return "is an SSLContext, which can't be pickled; give the path of a CA bundle"
    return None


def _names(functions: tuple[Callable[..., object], ...]) -> list[str]:
    return [name_of(function) for function in functions]


def _as_it_is(value: Any) -> Any:
    return value


_SHOWN: dict[str, Callable[[Any], Any]] = {
    "base_url": redacted_url,
    "timeout": _as_it_is,
    "follow_redirects": _as_it_is,
    "verify": _as_it_is,
    "http2": _as_it_is,
    "trust_env": _as_it_is,
    "cookies": _as_it_is,
    "max_connections": _as_it_is,
    "max_response_bytes": _as_it_is,
    "max_line_bytes": _as_it_is,
    "decode_content": _as_it_is,
    "http_backend": _as_it_is,
    # Not the value's own repr: a dataclass would show its fields.
    "auth": lambda auth: auth and type(auth),
    "on_request": _names,
    "on_response": _names,
    "on_error": _names,
    "logger": _as_it_is,
    "log_bodies": _as_it_is,
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
