"""The token endpoint of OAuth 2.0 (RFC 6749): its requests and its responses."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NoReturn, TypeAlias
from urllib.parse import quote_plus

from clientele.http.backends.proxies import is_loopback
from clientele.http.errors import APIException, ConfigurationError, InvalidURL, JSONDecodeError
from clientele.http.message.printable import excerpt
from clientele.http.message.redaction import redacted_url
from clientele.http.message.secret_values import SecretText, opened
from clientele.http.message.statuses import status_line
from clientele.http.message.urls import parse_url
from clientele.http.response import Response
from clientele.http.secrets.known_secrets import KnownSecrets

ClientAuth: TypeAlias = Literal["basic", "body"]
"""Where requests to the token endpoint have the client's id and secret."""


class OAuth2Error(APIException):
    """The token endpoint refused to issue a token, or its response is invalid (RFC 6749, section 5.2).

    Attributes:
        error: the error code, such as `invalid_client` or `invalid_grant`; empty if the response has none.
        error_description: the description of the server, up to 300 characters and without secrets; empty if there is
            none.
    """

    def __init__(self, response: Response, reason: str, error: str = "", error_description: str = "") -> None:
        super().__init__(response, reason)
        self.error = error
        self.error_description = error_description


@dataclass(frozen=True, slots=True, repr=False)
class OAuth2Token:
    """A token from the token endpoint; its repr shows no secret.

    Attributes:
        access_token: the token for requests.
        refresh_token: the refresh token for the next token: a new one, or the previous one; None if there is none.
        expires_in: seconds until `access_token` expires; None if the server doesn't say.
        scope: the scope, if the server says it, else None.
    """

    access_token: str
    refresh_token: str | None = None
    expires_in: float | None = None
    scope: str | None = None

    def __repr__(self) -> str:
        return "OAuth2Token(***)"


class TokenEndpoint:
    """A token endpoint, and the credentials of the client.

    Args:
        where: the beginning of errors about arguments.
        url: https, or http on a loopback address.
        client_id: not empty.
        client_secret: None for a public client, which sends its id only.
        client_auth: where to send id and secret.
        parameters: further parameters of each request; None for none.

    Raises:
        ConfigurationError: an argument is invalid.
    """

    def __init__(
        self,
        where: str,
        url: str,
        client_id: str,
        client_secret: SecretText | None,
        *,
        client_auth: ClientAuth,
        parameters: Mapping[str, str] | None = None,
    ) -> None:
        self.url = _checked_token_url(url, f"{where}(token_url=...)")
        checked_text(client_id, f"{where}(client_id=...)")
        secret = None if client_secret is None else checked_text(client_secret, f"{where}(client_secret=...)")
        if client_auth not in ("basic", "body"):
            raise ConfigurationError(f"{where}(client_auth=...): use 'basic' or 'body'")
        self._parameters = _checked_parameters(parameters or {}, f"{where}(parameters=...)")
        self._secret = secret
        self._headers = {"Accept": "application/json"}
        self._own: dict[str, str] = {}
        if secret is not None and client_auth == "basic":
            self._headers["Authorization"] = _basic(client_id, secret)
        else:
            self._own = {"client_id": client_id} | ({} if secret is None else {"client_secret": secret})

    def options(self, grant: Mapping[str, str]) -> dict[str, Any]:
        """The options of a request for a token of `grant`. Redirects would get secrets, so they are not followed."""
        form = {**self._parameters, **grant, **self._own}
        return {"data": form, "headers": dict(self._headers), "follow_redirects": False}

    def token(self, response: Response, *secrets: str) -> OAuth2Token:
        """The token in the response to a request with `secrets`.

        Raises:
            OAuth2Error: there is no valid token.
        """
        answer = _fields(response)
        if not response.is_success or "error" in answer:
            self._refuse(response, answer, secrets)
        token, kind, refresh = (answer.get(name) for name in ("access_token", "token_type", "refresh_token"))
        if not isinstance(token, str) or not _HEADER_VALUE.fullmatch(token):
            raise OAuth2Error(response, "the token endpoint returned no valid access_token")
        if not isinstance(kind, str | None) or (kind or "bearer").lower() != "bearer":
            raise OAuth2Error(response, "the token endpoint returned a token_type other than Bearer")
        scope = answer.get("scope")
        return OAuth2Token(
            token,
            refresh if isinstance(refresh, str) and refresh and not _SURROGATES.search(refresh) else None,
            _seconds(answer.get("expires_in")),
            scope if isinstance(scope, str) else None,
        )

    def _refuse(self, response: Response, answer: Mapping[str, Any], secrets: tuple[str, ...]) -> NoReturn:
        # Imported here because errors are rare, and the import is slow.
        from clientele.http.secrets.masking import masked_text  # noqa: PLC0415

        known = KnownSecrets([*secrets, *([] if self._secret is None else [self._secret])])
        error, description = (
            excerpt(masked_text(known.masked(text)))
            for text in (answer.get(name) for name in ("error", "error_description"))
            for text in [text if isinstance(text, str) else ""]
        )
        said = [text for text in (error, description) if text]
        reason = ": ".join([f"the token endpoint responded with {status_line(response.status_code)}", *said])
        raise OAuth2Error(response, reason, error, description)


def checked_text(text: Any, where: str) -> str:
    """`text`, or its secret value if it is a SecretStr, checked to be a non-empty str.

    Raises:
        ConfigurationError: it is not; the message starts with `where`.
    """
    text = opened(text)
    if not isinstance(text, str) or not text:
        kind = "an empty one" if text == "" else type(text).__name__
        raise ConfigurationError(f"{where}: use a str that is not empty, not {kind}")
    if _SURROGATES.search(text):
        raise ConfigurationError(f"{where}: it has a lone surrogate, which can't be encoded")
    return str(text)


_HEADER_VALUE = re.compile(r"[\x21-\x7e]+")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_OURS = frozenset({"grant_type", "client_id", "client_secret", "refresh_token", "scope"})


def _checked_token_url(url: str, where: str) -> str:
    parsed, credentials = parse_url(url, where)
    if credentials is not None:
        raise InvalidURL(f"{where}: it has user information; use client_id and client_secret")
    if parsed.scheme != "https" and not is_loopback(parsed.host):
        raise InvalidURL(f"{where}: {redacted_url(url)!r} would send secrets in the clear; use https")
    return url


def _checked_parameters(parameters: Mapping[str, str], where: str) -> dict[str, str]:
    for name, value in parameters.items():
        if name in _OURS:
            raise ConfigurationError(f"{where}: {name!r} is a separate argument; remove it here")
        if not isinstance(value, str):
            raise ConfigurationError(f"{where}[{name!r}]: use a str, not {type(value).__name__}")
    return dict(parameters)


def _basic(client_id: str, client_secret: str) -> str:
    """RFC 6749, section 2.3.1: both are form-encoded, and then encoded as in RFC 7617."""
    pair = f"{quote_plus(client_id)}:{quote_plus(client_secret)}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _fields(response: Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except JSONDecodeError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _seconds(value: Any) -> float | None:
    """The lifetime in an answer; some servers send it as a string."""
    text = str(value)
    return float(text) if not isinstance(value, bool) and _NUMBER.fullmatch(text) else None


_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,12})?")
