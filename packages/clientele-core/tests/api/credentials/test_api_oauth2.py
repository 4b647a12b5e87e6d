"""OAuth 2.0 (RFC 6749): tokens fetched once for all callers, renewed in time, over the client's own backend."""

from __future__ import annotations

import asyncio
import base64
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from clientele.api import (
    APIClient,
    Auth,
    ConfigurationError,
    HTTPStatusError,
    OAuth2ClientCredentials,
    OAuth2Error,
    OAuth2RefreshToken,
    OAuth2Token,
    Stream,
)
from clientele.api.credentials.tokens import TokenEndpoint
from clientele.http import FakeHTTPBackend, Response
from clientele.http.fake import FakeRequest, Reply

BASE = "https://api.example.com"
TOKEN_URL = "https://login.example.com/token"
SECRET = "planted-hunter2"

Ask = Callable[..., Any]


@pytest.fixture(params=["sync", "async"])
def ask(request: pytest.FixtureRequest, runner: asyncio.Runner) -> Ask:
    """A GET of a client, in either mode."""

    def asked(api: APIClient, path: str = "/x") -> Any:
        return api.request("GET", path) if request.param == "sync" else runner.run(api.arequest("GET", path))

    return asked


class Server:
    """A token endpoint and an API, on a fake; `more` is what a token comes with."""

    def __init__(self, **more: Any) -> None:
        self.fake = FakeHTTPBackend(strict=True)
        self.asked: list[FakeRequest] = []
        self.used: list[str | None] = []
        self.rejected: set[str] = set()
        self.more = {"token_type": "Bearer", **more}
        self.fake.on("POST", TOKEN_URL).reply_with(self._token)
        self.fake.on("GET", f"{BASE}/x").reply_with(self._api)

    def client(self, auth: Auth, **config: Any) -> APIClient:
        return APIClient(base_url=BASE, http_backend=self.fake, auth=auth, **config)

    def _token(self, request: FakeRequest) -> Reply:
        self.asked.append(request)
        return Reply(200, {"access_token": f"{SECRET}-{len(self.asked)}", **self.more})

    def _api(self, request: FakeRequest) -> Reply:
        token = request.headers.get("authorization")
        self.used.append(token and token.removeprefix(f"Bearer {SECRET}-"))
        return Reply(401 if self.used[-1] in self.rejected else 200)


class Clock:
    """`time.monotonic` of the module, which moves when it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr("clientele.api.credentials.oauth2.monotonic", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def credentials(url: str = TOKEN_URL, **options: Any) -> OAuth2ClientCredentials:
    return OAuth2ClientCredentials(url, "me", SECRET, **options)


@pytest.mark.parametrize(
    ("make", "form", "basic"),
    [
        (credentials, {"grant_type": "client_credentials"}, f"me:{SECRET}"),
        (
            lambda: OAuth2ClientCredentials(TOKEN_URL, "a b:c", "p%+é"),
            {"grant_type": "client_credentials"},
            "a+b%3Ac:p%25%2B%C3%A9",
        ),
        (
            lambda: credentials(scope="read write", client_auth="body", parameters={"audience": "a"}),
            {
                "grant_type": "client_credentials",
                "scope": "read write",
                "audience": "a",
                "client_id": "me",
                "client_secret": SECRET,
            },
            None,
        ),
        (
            lambda: OAuth2RefreshToken(TOKEN_URL, "r0", "me"),
            {"grant_type": "refresh_token", "refresh_token": "r0", "client_id": "me"},
            None,
        ),
        (
            lambda: OAuth2RefreshToken(TOKEN_URL, "r0", "me", SECRET),
            {"grant_type": "refresh_token", "refresh_token": "r0"},
            f"me:{SECRET}",
        ),
    ],
)
def test_the_token_endpoint_is_asked_as_the_rfc_says(
    make: Callable[[], Auth], form: dict[str, str], basic: str | None, ask: Ask
) -> None:
    """RFC 6749, sections 2.3.1, 4.4.2 and 6; before the first call, and once."""
    server = Server()
    api = server.client(make())
    ask(api)
    ask(api)
    (asked,) = server.asked
    assert form == asked.form
    assert "application/json" == asked.headers["accept"]
    expected = None if basic is None else f"Basic {base64.b64encode(basic.encode()).decode()}"
    assert expected == asked.headers.get("authorization")


@pytest.mark.parametrize(
    ("expires_in", "leeway", "lasts"),
    [(60, 30.0, 30.0), ("60", 10, 50.0), (60, 0, 60.0), (20, 30.0, 20.0), (None, 30.0, None), (True, 30.0, None)],
)
def test_a_token_is_renewed_before_it_ends(
    expires_in: Any, leeway: float, lasts: float | None, clock: Clock, ask: Ask
) -> None:
    """`leeway` seconds before, but one that lasts no longer than that at its end; without an end, never."""
    server = Server(expires_in=expires_in)
    api = server.client(credentials(leeway=leeway))
    ask(api)
    clock.now += (lasts or 10**9) - 0.5
    ask(api)
    assert ["1", "1"] == server.used
    clock.now += 1.0
    ask(api)
    assert ["1", "1", "1" if lasts is None else "2"] == server.used


def test_a_401_renews_once(ask: Ask) -> None:
    """A token that the server rejects before its end; if the new one is rejected too, that is the answer."""
    server = Server(expires_in=3600)
    api = server.client(credentials())
    server.rejected = {"1"}
    ask(api)
    assert ["1", "2"] == server.used
    server.rejected = {"2", "3"}
    with pytest.raises(HTTPStatusError, match="401 Unauthorized"):
        ask(api)
    assert ["1", "2", "2", "3"] == server.used


def test_a_rotated_refresh_token_is_kept_and_reported(ask: Ask) -> None:
    """The new one replaces the one that was used; where none comes, that one stays."""
    server = Server(expires_in=0, scope="read")
    told: list[OAuth2Token] = []
    api = server.client(OAuth2RefreshToken(TOKEN_URL, "r0", "me", on_new_token=told.append))
    ask(api)
    server.more["refresh_token"] = "r1"
    ask(api)
    del server.more["refresh_token"]
    ask(api)
    assert ["r0", "r0", "r1"] == [asked.form["refresh_token"] for asked in server.asked]
    assert ["r0", "r1", "r1"] == [token.refresh_token for token in told]
    assert (f"{SECRET}-3", 0.0, "read") == (told[2].access_token, told[2].expires_in, told[2].scope)
    assert "OAuth2Token(***)" == repr(told[0])


def test_an_asynchronous_callback_is_awaited_and_refused_by_synchronous_calls() -> None:
    """Before a refresh token is used, which could be the last time that it may be."""
    server, told = Server(), list[str]()

    async def keep(token: OAuth2Token) -> None:
        await asyncio.sleep(0)
        told.append(token.access_token)

    api = server.client(OAuth2RefreshToken(TOKEN_URL, "r0", "me", on_new_token=keep))
    with pytest.raises(ConfigurationError, match=r"OAuth2RefreshToken\(on_new_token=.*keep\) is asynchronous"):
        api.request("GET", "/x")
    assert not server.asked
    asyncio.run(api.arequest("GET", "/x"))
    assert [f"{SECRET}-1"] == told


def test_what_the_client_has_configured_stays_at_its_origin(ask: Ask) -> None:
    """Its headers, its hooks and its `auth` belong to calls; its timeout applies."""
    server, seen = Server(), list[str]()
    api = server.client(
        credentials(), headers={"X-Key": SECRET}, on_request=[lambda request: seen.append(request.url)], timeout=7.0
    )
    ask(api)
    (asked,) = server.asked
    assert "x-key" not in asked.headers
    assert 7.0 == asked.timeout.read
    assert [f"{BASE}/x"] == seen


def test_a_redirect_gets_no_secret(ask: Ask) -> None:
    """The answer of the token endpoint is one, whatever the client says of redirects."""
    fake = FakeHTTPBackend(strict=True)
    fake.on("POST", TOKEN_URL).reply_with(Reply(307, headers={"Location": "https://evil.example.com/"}))
    api = APIClient(base_url=BASE, http_backend=fake, auth=credentials(), follow_redirects=True)
    with pytest.raises(
        OAuth2Error, match="the token endpoint responded with 307 Temporary Redirect: POST https://login"
    ):
        ask(api)


def test_streams_and_hooks_see_it_as_calls_do() -> None:
    """A stream gets its token before it begins; an error of the token endpoint reaches the hooks for errors."""
    server, errors = Server(), list[Exception]()
    api = server.client(credentials(), on_error=[errors.append])

    @api.get("/x", streaming_response=True)
    def lines(result: Stream[str]) -> Stream[str]:
        return result

    with lines() as stream:
        assert not list(stream)
    assert ["1"] == server.used
    server.more["error"] = "invalid_client"
    server.rejected = {"1"}
    with pytest.raises(OAuth2Error) as caught:
        api.request("GET", "/x")
    assert [caught.value] == errors


def test_an_error_of_the_token_endpoint_names_it_and_shows_no_secret(ask: Ask) -> None:
    """Whatever a server repeats, in the error, its repr, its attributes and its pickle."""
    fake = FakeHTTPBackend(strict=True)
    said = {"error": "invalid_client", "error_description": f"no\x1b[2J\nsuch client with {SECRET}, r0-planted"}
    fake.on("POST", TOKEN_URL).reply_with(Reply(401, said))
    auth = OAuth2RefreshToken(TOKEN_URL, "r0-planted", "me", SECRET)
    with pytest.raises(OAuth2Error) as caught:
        ask(APIClient(base_url=BASE, http_backend=fake, auth=auth))
    error = caught.value
    description = "no\\x1b[2J such client with ***, ***"
    assert (
        f"the token endpoint responded with 401 Unauthorized: invalid_client: {description}: POST {TOKEN_URL}"
        == str(error)
    )
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - just dumped
    for each in (error, copy):
        assert ("invalid_client", description, 401) == (each.error, each.error_description, each.response.status_code)
        assert SECRET not in f"{each!r} {each} {auth!r}"


def test_a_refresh_token_that_cannot_be_sent_is_ignored() -> None:
    """The server's mistake would be an error of every later call: the token of before is used again."""
    endpoint = TokenEndpoint("test", TOKEN_URL, "me", None, client_auth="basic")
    answer = Response(status_code=200, content=b'{"access_token": "a", "refresh_token": "\\ud800"}')
    assert endpoint.token(answer).refresh_token is None
