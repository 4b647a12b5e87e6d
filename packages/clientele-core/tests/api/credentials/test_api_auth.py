"""Credentials: how each kind is sent, which ones win, and what is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from clientele.api import (
    APIClient,
    APIKeyAuth,
    Auth,
    BasicAuth,
    BearerAuth,
    ConfigurationError,
    Request,
)
from clientele.http import FakeHTTPBackend

BASE = "https://api.example.com"

Sent = Callable[..., dict[str, Any]]


def set_key(request: Request) -> None:
    request.headers["X-Key"] = "k"


async def aset_key(request: Request) -> None:
    await asyncio.sleep(0)
    request.headers["X-Key"] = "k"


async def atoken() -> str:
    await asyncio.sleep(0)
    return "t"


@dataclass(frozen=True, slots=True)
class Signature(Auth):
    """An `auth` of a user's own, which can't be changed."""

    key: str

    def apply(self, request: Request) -> None:
        request.headers["X-Signature"] = f"{self.key}:{request.method}"


@pytest.fixture(params=["sync", "async"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def sent(mode: str) -> Iterator[Sent]:
    """The options that the backend of a client with `auth` is called with."""
    with asyncio.Runner() as runner:

        def asked(auth: Any, path: str = "/x", *, config: Any = None, **options: Any) -> dict[str, Any]:
            fake = FakeHTTPBackend()
            fields: dict[str, Any] = {"base_url": BASE, "http_backend": fake, "auth": auth, **(config or {})}
            api = APIClient(**fields)
            if mode == "sync":
                api.request("GET", path, **options)
            else:
                runner.run(api.arequest("GET", path, **options))
            kwargs: dict[str, Any] = fake.requests[0]["kwargs"]
            return kwargs

        yield asked


@pytest.mark.parametrize(
    ("auth", "expected"),
    [
        (BearerAuth("t"), {"headers": {"Authorization": "Bearer t"}}),
        (BearerAuth(lambda: "t"), {"headers": {"Authorization": "Bearer t"}}),
        (BearerAuth(None, refresh=lambda: "t"), {"headers": {"Authorization": "Bearer t"}}),
        (BasicAuth("Aladdin", "open sesame"), {"headers": {"Authorization": "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="}}),
        (("test", "123\u00a3"), {"headers": {"Authorization": "Basic dGVzdDoxMjPCow=="}}),
        (APIKeyAuth("X-Key", "k"), {"headers": {"X-Key": "k"}}),
        (APIKeyAuth("X-Key", lambda: "k"), {"headers": {"X-Key": "k"}}),
        (APIKeyAuth("key", "k", location="query"), {"params": [("key", "k")]}),
        (APIKeyAuth("key", lambda: "\u00e9 &", location="query"), {"params": [("key", "\u00e9 &")]}),
        (set_key, {"headers": {"X-Key": "k"}}),
        (Signature("k"), {"headers": {"X-Signature": "k:GET"}}),
        (None, {}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_credentials_are_sent(auth: Any, expected: dict[str, Any], sent: Sent) -> None:
    """RFC 7617 and RFC 6750 for those that they describe."""
    assert expected == sent(auth)


@pytest.mark.parametrize(
    ("auth", "expected"),
    [
        (BearerAuth(atoken), {"headers": {"Authorization": "Bearer t"}}),
        (BearerAuth(lambda *_: atoken()), {"headers": {"Authorization": "Bearer t"}}),
        (BearerAuth(None, refresh=atoken), {"headers": {"Authorization": "Bearer t"}}),
        (APIKeyAuth("key", atoken, location="query"), {"params": [("key", "t")]}),
        (aset_key, {"headers": {"X-Key": "k"}}),
    ],
)
@pytest.mark.parametrize("mode", ["async"], indirect=True)
def test_asynchronous_calls_await_credentials(auth: Any, expected: dict[str, Any], sent: Sent) -> None:
    """From an `async def`, or from what returns something to await."""
    assert expected == sent(auth)


@pytest.mark.parametrize(
    ("auth", "name"),
    [
        (BearerAuth(atoken), "atoken"),
        (BearerAuth(lambda *_: atoken()), "<lambda>"),
        (BearerAuth("t", refresh=atoken), r"BearerAuth\(refresh=atoken\)"),
        (BearerAuth(None, refresh=atoken), "atoken"),
        (APIKeyAuth("X-Key", atoken), "atoken"),
        (aset_key, "aset_key"),
    ],
)
def test_synchronous_calls_refuse_what_they_cannot_await(auth: Any, name: str) -> None:
    """Before anything is sent; the error names the function."""
    fake = FakeHTTPBackend()
    with pytest.raises(ConfigurationError, match=f"{name} is asynchronous, and this call isn't"):
        APIClient(base_url=BASE, http_backend=fake, auth=auth).request("GET", "/x")
    assert not fake.requests


def test_a_function_is_asked_once_for_every_request() -> None:
    """So that it may decide when a token is too old."""
    fake, tokens = FakeHTTPBackend(), iter("abc")
    api = APIClient(base_url=BASE, http_backend=fake, auth=BearerAuth(lambda: next(tokens)))
    for _ in range(2):
        api.request("GET", "/x")
    assert ["Bearer a", "Bearer b"] == [call["kwargs"]["headers"]["Authorization"] for call in fake.requests]


class TestWhatWins:
    """SEC-2: what a call says of itself is what goes out."""

    @pytest.mark.parametrize("auth", [BearerAuth("t"), ("ada", "pw"), set_key, Signature("k")])
    @pytest.mark.parametrize("name", ["Authorization", "authorization"])
    def test_an_authorization_of_the_call(self, auth: Any, name: str, sent: Sent) -> None:
        """Then `auth` adds nothing at all."""
        assert {"headers": {name: "mine"}} == sent(auth, headers={name: "mine"})

    def test_none_of_the_call(self, sent: Sent) -> None:
        """A call that takes the header away has none, such as the one that logs in."""
        assert {"headers": {"Authorization": None}} == sent(BearerAuth("t"), headers={"Authorization": None})

    def test_the_authorization_of_a_hook(self, sent: Sent) -> None:
        """It is for this call, too."""

        def hook(request: Request) -> None:
            request.headers["Authorization"] = "mine"

        assert {"headers": {"Authorization": "mine"}} == sent(BearerAuth("t"), config={"on_request": hook})

    def test_the_user_information_of_the_calls_url(self, sent: Sent) -> None:
        """URL-6: it is what Basic auth says."""
        url = "https://ada:pw@api.example.com/x"
        assert {"headers": {"Authorization": "Basic YWRhOnB3"}} == sent(BearerAuth("t"), url)

    def test_an_authorization_beside_an_api_key(self, sent: Sent) -> None:
        """They are two things: both are sent."""
        headers = {"Authorization": "mine"}
        assert {"headers": {**headers, "X-Key": "k"}} == sent(APIKeyAuth("X-Key", "k"), headers=headers)

    def test_an_api_key_of_the_call(self, sent: Sent) -> None:
        """In a header, in the parameters, taken out of them, or in the URL itself."""
        header, query = APIKeyAuth("X-Key", "k"), APIKeyAuth("a key", "k", location="query")
        assert {"headers": {"x-key": "mine"}} == sent(header, headers={"x-key": "mine"})
        assert {"params": [("a key", "mine")]} == sent(query, params={"a key": "mine"})
        assert {"params": [("a key", None)]} == sent(query, params={"a key": None})
        assert {} == sent(query, "/x?a%20key=mine")

    def test_auth_over_the_headers_of_the_backend(self, sent: Sent) -> None:
        """The config is stronger than the constructor."""
        fake = FakeHTTPBackend(headers={"Authorization": "weak"})
        APIClient(base_url=BASE, http_backend=fake, auth=BearerAuth("t")).request("GET", "/x")
        assert {"headers": {"Authorization": "Bearer t"}} == fake.requests[0]["kwargs"]


class TestWhereItGoes:
    """Credentials belong to the origin of the base URL."""

    @pytest.mark.parametrize("auth", [BearerAuth("t"), APIKeyAuth("key", "k", location="query"), set_key])
    def test_not_to_another_origin(self, auth: Any, sent: Sent) -> None:
        """Though the call goes there."""
        assert {"home": BASE} == sent(auth, "https://other.example.com/x")

    def test_to_an_absolute_url_at_home(self, sent: Sent) -> None:
        """However it is written."""
        assert {"headers": {"Authorization": "Bearer t"}} == sent(BearerAuth("t"), "HTTPS://API.example.com:443/x")

    def test_to_the_base_url_of_the_backend(self, sent: Sent) -> None:
        """If the config has none."""
        fake = FakeHTTPBackend(base_url=BASE)
        APIClient(http_backend=fake, auth=BearerAuth("t")).request("GET", "/x")
        assert {"headers": {"Authorization": "Bearer t"}} == fake.requests[0]["kwargs"]
