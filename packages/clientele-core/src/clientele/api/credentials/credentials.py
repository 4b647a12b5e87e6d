"""The common kinds of credentials; `BaseConfig(auth=...)` adds them to requests to the origin of the base URL."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, Literal, TypeAlias
from urllib.parse import unquote

from pydantic import SecretStr

from clientele.api.credentials.auth import Auth
from clientele.api.hooks.awaiting import at_once, in_time, is_asynchronous, name_of, needs_async
from clientele.api.hooks.request import Request
from clientele.http.errors import ConfigurationError
from clientele.http.message.headers import checked_headers
from clientele.http.message.redirects import CROSS_ORIGIN_HEADERS
from clientele.http.message.secret_values import SecretText, opened
from clientele.http.message.urls import Credentials
from clientele.http.response import Response
from clientele.http.transport.request_headers import basic_authorization

Secret: TypeAlias = SecretText | Callable[[], SecretText | Awaitable[SecretText]]
"""A secret, or a function that returns it before each request; an `async def` supports asynchronous calls only."""
Renewal: TypeAlias = Callable[[], SecretText | Awaitable[SecretText] | Awaitable[None] | None]
"""A function that returns a new secret."""
AuthInput: TypeAlias = Auth | tuple[str, SecretText] | Callable[[Request], object] | None
"""The types that `BaseConfig(auth=...)` accepts."""


class BearerAuth(Auth):
    """A bearer token (RFC 6750), in the Authorization header.

    Args:
        token: the token; or a function that returns it before each request; or None, to start with the result of
            `refresh`.
        refresh: called when the server responds with 401, once for all calls that were rejected. Its result replaces a
            token that is a str or None; if `token` is a function, it is called again, and the result is ignored. An
            `async def` supports asynchronous calls only. Default None: the caller gets the 401.

    Raises:
        ConfigurationError: there is neither a token nor a function to get one, or the token is not a valid header
            value.
    """

    def __init__(self, token: Secret | None, *, refresh: Renewal | None = None) -> None:
        if token is None and refresh is None:
            raise ConfigurationError(
                "BearerAuth: there is no token; pass one, or a function `refresh` that returns one"
            )
        if refresh is not None and not callable(refresh):
            raise ConfigurationError(f"BearerAuth(refresh=...): use a function, not {type(refresh).__name__}")
        self._token = None if token is None else _Source(token, "BearerAuth(token=...)", _bearer)
        self._refresh = refresh

    @property
    def ready(self) -> bool:
        """Whether there is a token, or a function that returns it."""
        return self._token is not None

    def apply(self, request: Request) -> None:
        """Set the Authorization header."""
        if self._refresh is not None and is_asynchronous(self._refresh):
            raise needs_async(f"BearerAuth(refresh={name_of(self._refresh)})")
        if self._token is not None:
            request.headers.put("Authorization", self._token.value())

    async def aapply(self, request: Request) -> None:
        """Set the Authorization header."""
        if self._token is not None:
            request.headers.put("Authorization", await self._token.avalue())

    def refresh(self, response: Response | None) -> bool:  # noqa: ARG002
        """Get a new token, if there is a function that returns it."""
        return self._refresh is not None and self._taken(at_once(self._refresh))

    async def arefresh(self, response: Response | None) -> bool:  # noqa: ARG002
        """`refresh`, in an asynchronous call."""
        return self._refresh is not None and self._taken(await in_time(self._refresh))

    def _taken(self, token: Any) -> bool:
        if self._token is None or self._token.is_fixed:
            self._token = _Source(token, "BearerAuth(refresh=...)", _bearer, is_result=True)
        return True


class BasicAuth(Auth):
    """A user name and a password (RFC 7617), in UTF-8; `auth=("user", "password")` is a shorthand.

    Raises:
        ConfigurationError: the user name has a colon, or one of them has a control character.
    """

    def __init__(self, username: str, password: SecretText) -> None:
        text = checked_password("BasicAuth", username, password)
        self._value = basic_authorization(Credentials(username, text))

    def apply(self, request: Request) -> None:
        """Set the Authorization header."""
        request.headers.put("Authorization", self._value)


class APIKeyAuth(Auth):
    """A key in a header or in a query parameter. A call that has this header or parameter already keeps its own.

    Args:
        name: of the header or the parameter.
        value: the key, or a function that returns it before each request; an `async def` supports asynchronous
            calls only.
        location: `"header"`, the default, or `"query"`. Servers and proxies log a key in a query.

    Raises:
        ConfigurationError: `name` is not a valid header name, or a header that redirects send to other origins; or the
            value is invalid.
    """

    def __init__(self, name: str, value: Secret, location: Literal["header", "query"] = "header") -> None:
        if location not in ("header", "query"):
            raise ConfigurationError("APIKeyAuth(location=...): use 'header' or 'query'")
        self._name = _checked_key_name(name, location)
        self._source = _Source(value, "APIKeyAuth(value=...)", _as_header if location == "header" else _as_it_is)
        self.header = name if location == "header" else None

    def apply(self, request: Request) -> None:
        """Set the header or append the parameter."""
        if not self._is_there(request):
            self._add(request, self._source.value())

    async def aapply(self, request: Request) -> None:
        """`apply`, in an asynchronous call."""
        if not self._is_there(request):
            self._add(request, await self._source.avalue())

    def _is_there(self, request: Request) -> bool:
        if self.header is not None:
            return False  # `apply` isn't called in this case.
        own = (unquote(pair.partition("=")[0]) for pair in request.url.partition("?")[2].split("&"))
        return self._name in own or any(name == self._name for name, _ in request.query)

    def _add(self, request: Request, value: str) -> None:
        if self.header is None:
            request.query.append((self._name, value))
        else:
            request.headers.put(self._name, value)


class FunctionAuth(Auth):
    """A function as `auth`: it receives the request, and changes it."""

    def __init__(self, function: Callable[[Request], object]) -> None:
        self._function = function

    def apply(self, request: Request) -> None:
        """Call the function."""
        at_once(self._function, request)

    async def aapply(self, request: Request) -> None:
        """Call the function, and await its result if necessary."""
        await in_time(self._function, request)


def checked_auth(auth: Any, where: str) -> Auth | None:
    """`auth` as an Auth, or None for none.

    Raises:
        ConfigurationError: it is of another type; the message starts with `where`.
    """
    if auth is None or isinstance(auth, Auth):
        return auth
    if isinstance(auth, tuple) and len(auth) == 2:
        return BasicAuth(*auth)
    if callable(auth) and not isinstance(auth, type):
        return FunctionAuth(auth)
    raise ConfigurationError(
        f"{where}: use BearerAuth, BasicAuth, APIKeyAuth, (user, password), your own Auth or a function of the "
        f"request, not {f'the class {auth.__name__}: call it' if isinstance(auth, type) else type(auth).__name__}"
        f"{_or_token(auth)}"
    )


def checked_password(where: str, username: Any, password: Any) -> str:
    """The text of `password`, if it and the user name are valid.

    Raises:
        ConfigurationError: the user name has a colon, or one of them has a control character.
    """
    text: str = opened(password)
    for name, value in (("username", username), ("password", text)):
        if not isinstance(value, str) or re.search(_CONTROLS, value):
            raise ConfigurationError(f"{where}({name}=...): use a str without control characters")
    if ":" in username:
        raise ConfigurationError(f"{where}(username=...): it must not contain a colon")
    return text


def _or_token(auth: object) -> str:
    return "; for a token write BearerAuth(token)" if isinstance(auth, (str, SecretStr)) else ""


class _Source:
    """A secret, or a function that returns it, and its conversion to the value that is sent."""

    def __init__(self, secret: Any, where: str, write: Callable[[str, str], str], *, is_result: bool = False) -> None:
        self._where = where
        self._write = write
        self.is_fixed = is_result or not callable(secret)
        self._function = secret
        self._fixed = self._written(secret) if self.is_fixed else ""

    def value(self) -> str:
        return self._fixed if self.is_fixed else self._written(at_once(self._function))

    async def avalue(self) -> str:
        return self._fixed if self.is_fixed else self._written(await in_time(self._function))

    def _written(self, secret: Any) -> str:
        secret = opened(secret)
        if not isinstance(secret, str) or not secret:
            kind = "an empty one" if secret == "" else type(secret).__name__
            raise ConfigurationError(f"{self._where}: a secret is a str, not {kind}")
        return self._write(secret, self._where)


_CONTROLS = r"[\x00-\x1f\x7f\ud800-\udfff]"


def _as_it_is(secret: str, where: str) -> str:  # noqa: ARG001
    return secret


def _as_header(secret: str, where: str) -> str:
    checked_headers({"Authorization": secret}, where)
    return secret


def _bearer(token: str, where: str) -> str:
    if token.lower().startswith("bearer "):
        raise ConfigurationError(f"{where}: pass only the token; `Bearer` is added to it")
    return f"Bearer {_as_header(token, where)}"


def _checked_key_name(name: str, location: str) -> str:
    where = "APIKeyAuth(name=...)"
    if location == "header":
        checked_headers({name: ""}, where)
        if name.lower() in CROSS_ORIGIN_HEADERS:
            raise ConfigurationError(
                f"{where}: redirects send {name!r} to other origins, so it must not contain a secret"
            )
    elif not isinstance(name, str) or not name:
        raise ConfigurationError(f"{where}: use the name of a query parameter")
    return name
