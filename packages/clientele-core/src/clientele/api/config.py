"""The configuration of a client."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Self, TypedDict, Unpack

from pydantic import BaseModel, ConfigDict, ValidationError, ValidationInfo, field_validator

from clientele.api.config_values import BACKEND_OPTIONS, SHOWN, checked_field, why_unpicklable
from clientele.api.credentials.auth import Auth
from clientele.api.credentials.credentials import AuthInput
from clientele.api.hooks.hooks import ErrorHook, Hooks, RequestHook, ResponseHook
from clientele.api.results.statuses import ByStatus
from clientele.http.backends.interface import HTTPBackend
from clientele.http.backends.option_signatures import with_option_signature
from clientele.http.errors import ConfigurationError
from clientele.http.message.headers import HeadersInput
from clientele.http.message.suggestions import instead_of
from clientele.http.timeouts import Timeout

if TYPE_CHECKING:
    from clientele.http.backends.tls import Certificate, Verify
else:
    # Pydantic would import ssl to evaluate these types; our own functions check them.
    Certificate = Verify = Any


__all__ = ["BaseConfig", "Settings"]


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
        *BACKEND_OPTIONS,
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
        return checked_field(str(info.field_name), value, cls.__name__)

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
            if name in SHOWN:
                yield name, SHOWN[name](value)

    def __str__(self) -> str:
        return repr(self)

    def __getstate__(self) -> dict[Any, Any]:
        for name, value in self.fields_set().items():
            if (why := why_unpicklable(name, value)) is not None:
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
