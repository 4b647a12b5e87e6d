"""What a client is configured with."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable
from os import PathLike
from typing import Any, TypedDict, Unpack

from pydantic import BaseModel, ConfigDict, ValidationError, ValidationInfo, field_validator

from clientele.http.backends import HTTPBackend
from clientele.http.errors import ConfigurationError
from clientele.http.headers import HeadersInput, checked_headers
from clientele.http.pairs import kept
from clientele.http.proxies import checked_proxy
from clientele.http.redaction import redacted_url
from clientele.http.timeouts import Timeout, checked_timeout
from clientele.http.tls import tls_verification
from clientele.http.urls import checked_base_url


class Settings(TypedDict, total=False):
    """The fields of `BaseConfig`, as keywords of `APIClient` and `APIClient.configure`."""

    base_url: str
    headers: HeadersInput
    timeout: float | Timeout | None
    follow_redirects: bool
    verify: bool | str | PathLike[str] | ssl.SSLContext
    http2: bool
    proxy: str | None
    trust_env: bool
    http_backend: HTTPBackend | str | None
    logger: logging.Logger | None


class BaseConfig(BaseModel):
    """How a client calls its API. Subclass it to give a whole API its defaults.

    Only fields that are set, here or in a subclass, win over the options of the backend; those that are not leave the
    backend's in force. No field is read from the environment.

    Attributes:
        base_url: http or https; paths are below it. Default `""`: the backend's.
        headers: sent on every request to the origin of `base_url`, and to no other. A value of None takes away a header
            of the backend's.
        timeout: seconds of silence, None for no limit, or a Timeout. Default 5.0.
        follow_redirects: default False.
        verify: True for the default CAs (the default), False for no check, a path to CA certificates, or an
            `ssl.SSLContext`. For a backend that the client builds itself.
        http2: offer HTTP/2 over TLS; default False. For a backend that the client builds itself.
        proxy: the URL of a proxy for every request; default None. For a backend that the client builds itself.
        trust_env: use the proxies that the environment names; default True. For a backend that the client builds.
        http_backend: a backend, or the name of an installed one. Default: httpx, or the only one installed.
        logger: where the client logs a line per call; default `logging.getLogger("clientele")`.

    Raises:
        ConfigurationError: a field is unknown or its value can't be used; the message names the field, not its value.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
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
    verify: bool | str | PathLike[str] | ssl.SSLContext = True
    http2: bool = False
    proxy: str | None = None
    trust_env: bool = True
    http_backend: HTTPBackend | str | None = None
    logger: logging.Logger | None = None

    def __init__(self, **values: Unpack[Settings]) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise _first_problem(error, type(self).__name__) from None

    @field_validator("base_url", "headers", "timeout", "verify", "proxy", mode="plain")
    @classmethod
    def _check(cls, value: Any, info: ValidationInfo) -> Any:
        return _CHECKS[str(info.field_name)](value, f"{cls.__name__}({info.field_name}=...)")

    def fields_set(self) -> dict[str, Any]:
        """The fields that were given, or for which a subclass has another default, and their values."""
        return {
            name: getattr(self, name)
            for name, field in BaseConfig.model_fields.items()
            if name in self.model_fields_set or type(self).model_fields[name].default != field.default
        }

    def __repr__(self) -> str:
        shown = {name: value for name, value in self.fields_set().items() if name not in {"headers", "proxy"}}
        if "base_url" in shown:
            shown["base_url"] = redacted_url(shown["base_url"])
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in shown.items())})"

    __str__ = __repr__


def _first_problem(error: ValidationError, where: str) -> ConfigurationError:
    """What a field's own check raised, or what Pydantic says, without the value: it may be a secret."""
    problem = error.errors(include_input=False, include_url=False)[0]
    raised = problem.get("ctx", {}).get("error")
    if isinstance(raised, ConfigurationError):
        return raised
    field = ".".join(map(str, problem["loc"][:1]))
    return ConfigurationError(f"{where}({field}=...): {problem['msg']}")


def _checked_header_fields(headers: Any, where: str) -> HeadersInput:
    fields: HeadersInput = kept(headers)
    checked_headers(fields, where)
    return fields


def _checked_timeout(timeout: Any, where: str) -> Any:
    checked_timeout(timeout, where)
    return timeout


def _checked_verify(verify: Any, where: str) -> Any:
    tls_verification(verify, where)
    return verify


_CHECKS: dict[str, Callable[[Any, str], Any]] = {
    "base_url": checked_base_url,
    "headers": _checked_header_fields,
    "timeout": _checked_timeout,
    "verify": _checked_verify,
    "proxy": checked_proxy,
}
