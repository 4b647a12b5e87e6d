"""OAuth 2.0 (RFC 6749): tokens that are fetched once for all callers, and renewed before they expire."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from time import monotonic

from clientele.api.credentials.auth import AsyncSend, Auth, Send
from clientele.api.credentials.tokens import ClientAuth, OAuth2Token, TokenEndpoint, checked_text
from clientele.api.hooks.awaiting import at_once, in_time, is_asynchronous, name_of, needs_async
from clientele.api.hooks.request import Request
from clientele.http.errors import ConfigurationError
from clientele.http.message.secret_values import SecretText
from clientele.http.response import Response


class _TokenAuth(Auth):
    """A Bearer token that a token endpoint issues for a grant."""

    _on_new_token: Callable[[OAuth2Token], object] | None = None

    def __init__(self, endpoint: TokenEndpoint, grant: dict[str, str], scope: str | None, leeway: float) -> None:
        where = type(self).__name__
        if isinstance(leeway, bool) or not isinstance(leeway, int | float) or not 0 <= leeway < float("inf"):
            raise ConfigurationError(f"{where}(leeway=...): use seconds, 0 or more")
        if isinstance(scope, (list, tuple, set, frozenset)):
            raise ConfigurationError(f'{where}(scope=...): scopes are one str; join them: " ".join(scopes)')
        if scope is not None:
            grant["scope"] = checked_text(scope, f"{where}(scope=...)")
        self._endpoint, self._grant, self._leeway = endpoint, grant, leeway
        self._held: tuple[str, float] | None = None

    @property
    def ready(self) -> bool:
        """Whether there is a token that doesn't expire within `leeway`."""
        return self._held is not None and monotonic() < self._held[1]

    def apply(self, request: Request) -> None:
        """Set the Authorization header."""
        if self._held is not None:
            request.headers.put("Authorization", self._held[0])

    def renew(self, response: Response | None, send: Send) -> bool:  # noqa: ARG002
        """Get a token from the token endpoint."""
        callback = self._on_new_token
        if callback is not None and is_asynchronous(callback):
            raise needs_async(f"{type(self).__name__}(on_new_token={name_of(callback)})")
        token = self._taken(send("POST", self._endpoint.url, **self._endpoint.options(self._grant)))
        if callback is not None:
            at_once(callback, token)
        return True

    async def arenew(self, response: Response | None, send: AsyncSend) -> bool:  # noqa: ARG002
        """`renew`, in an asynchronous call."""
        token = self._taken(await send("POST", self._endpoint.url, **self._endpoint.options(self._grant)))
        if self._on_new_token is not None:
            await in_time(self._on_new_token, token)
        return True

    def _taken(self, response: Response) -> OAuth2Token:
        """Store the token of a response; requests use it from now on."""
        used = self._grant.get("refresh_token")
        token = self._endpoint.token(response, *([] if used is None else [used]))
        if used is not None:
            token = replace(token, refresh_token=token.refresh_token or used)
            self._grant["refresh_token"] = token.refresh_token or used
        lasts = float("inf") if token.expires_in is None else token.expires_in
        early = self._leeway if lasts > self._leeway else 0.0
        self._held = f"Bearer {token.access_token}", monotonic() - response.elapsed + lasts - early
        return token


class OAuth2ClientCredentials(_TokenAuth):
    """A token for the client itself: the client credentials grant of OAuth 2.0 (RFC 6749, section 4.4).

    The token is fetched before the first request, once for all callers: in any number of threads, tasks and event
    loops. It is renewed before it expires, and once after a 401. Requests to the token endpoint use the client's
    backend and its limits, such as `timeout`, but not its hooks and not its `auth`. The client's headers are included
    only if the token endpoint has the origin of the base URL.

    Args:
        token_url: the token endpoint: https, or http on a loopback address.
        client_id: the client's id.
        client_secret: the client's secret.
        scope: the requested scopes, separated by spaces; default None: the server decides.
        leeway: seconds before its expiry at which a token is renewed; default 30.0. A token that is valid for less than
            this is used until it expires.
        client_auth: `"basic"`, the default, sends id and secret in the Authorization header, and `"body"` in the form.
        parameters: further parameters of the request, such as `{"audience": "https://api.example.com"}`; default none.

    Raises:
        ConfigurationError: an argument is invalid. A call raises OAuth2Error if the token endpoint issues no token.
    """

    def __init__(
        self,
        token_url: str,
        client_id: str,
        client_secret: SecretText,
        scope: str | None = None,
        leeway: float = 30.0,
        *,
        client_auth: ClientAuth = "basic",
        parameters: Mapping[str, str] | None = None,
    ) -> None:
        where = "OAuth2ClientCredentials"
        secret = checked_text(client_secret, f"{where}(client_secret=...)")
        endpoint = TokenEndpoint(where, token_url, client_id, secret, client_auth=client_auth, parameters=parameters)
        super().__init__(endpoint, {"grant_type": "client_credentials"}, scope, leeway)


class OAuth2RefreshToken(_TokenAuth):
    """A token for a user, from a refresh token (RFC 6749, section 6).

    It works like `OAuth2ClientCredentials`, with another grant. If the server returns a new refresh token, it replaces
    the previous one.

    Args:
        token_url: the token endpoint: https, or http on a loopback address.
        refresh_token: the refresh token to begin with.
        client_id: the client's id.
        client_secret: the client's secret; default None, for a public client.
        scope: a narrower scope, separated by spaces; default None: the scope that the user has granted.
        leeway: seconds before its expiry at which a token is renewed; default 30.0.
        on_new_token: called with each new `OAuth2Token`, before requests use it: store its `refresh_token` for the next
            start of the program. An `async def` supports asynchronous calls only. Its exceptions are raised to the
            caller. Default None.
        client_auth: `"basic"`, the default, sends id and secret in the Authorization header, and `"body"` in the form.
            Without a secret, the id is in the form.
        parameters: further parameters of the request; default none.

    Raises:
        ConfigurationError: an argument is invalid. A call raises OAuth2Error if the token endpoint issues no token.
    """

    def __init__(
        self,
        token_url: str,
        refresh_token: SecretText,
        client_id: str,
        client_secret: SecretText | None = None,
        *,
        scope: str | None = None,
        leeway: float = 30.0,
        on_new_token: Callable[[OAuth2Token], Awaitable[object] | object] | None = None,
        client_auth: ClientAuth = "basic",
        parameters: Mapping[str, str] | None = None,
    ) -> None:
        where = "OAuth2RefreshToken"
        used = checked_text(refresh_token, f"{where}(refresh_token=...)")
        if on_new_token is not None and not callable(on_new_token):
            raise ConfigurationError(f"{where}(on_new_token=...): use a function, not {type(on_new_token).__name__}")
        self._on_new_token = on_new_token
        endpoint = TokenEndpoint(
            where, token_url, client_id, client_secret, client_auth=client_auth, parameters=parameters
        )
        super().__init__(endpoint, {"grant_type": "refresh_token", "refresh_token": used}, scope, leeway)
