"""Credentials: what is refused when they are built, and that nothing shows them."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
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
    HTTPStatusError,
    InvalidHeader,
    ReadError,
    Request,
)
from clientele.http import FakeHTTPBackend

BASE = "https://api.example.com"
UNFIT: Any = b"s3cret"


class Mine(Auth):
    """An `auth` of a user's own."""

    def __init__(self, key: str) -> None:
        self.key = key

    def apply(self, request: Request) -> None:
        request.headers["X-Key"] = self.key


@dataclass(frozen=True)
class MineInShort(Auth):
    """The same, as a dataclass."""

    key: str

    def apply(self, request: Request) -> None:
        request.headers["X-Key"] = self.key


def test_a_dataclass_does_not_show_its_fields() -> None:
    assert repr(MineInShort("s3cret")) == "MineInShort(***)"


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (
            {"base_url": ""},
            r"BaseConfig\(auth=\.\.\.\): credentials are sent to the origin of the base URL only; set base_url too",
        ),
        (
            {"headers": {"authorization": "s3cret"}},
            r"BaseConfig\(auth=\.\.\.\): headers already has 'Authorization'; set one of them",
        ),
        (
            {"base_url": "https://ada:s3cret@api.example.com"},
            r"BaseConfig\(auth=\.\.\.\): base_url has user information",
        ),
    ],
)
def test_contradicting_options_raise(config: Any, message: str) -> None:
    """When the client is configured, without showing it."""
    fields: dict[str, Any] = {"base_url": BASE, "auth": BearerAuth("s3cret"), **config}
    with pytest.raises(ConfigurationError, match=message) as caught:
        APIClient(**fields)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: BearerAuth("s3cret\n"), InvalidHeader, r"BearerAuth\(token=\.\.\.\)\['Authorization'\]: .*line break"),
        (lambda: BearerAuth("s3cr\u00e9t"), InvalidHeader, "printable ASCII"),
        (lambda: BearerAuth(""), ConfigurationError, "a secret is a str, not an empty one"),
        (lambda: BearerAuth(UNFIT), ConfigurationError, "a secret is a str, not bytes"),
        (lambda: BearerAuth(None), ConfigurationError, "there is no token; pass one"),
        (lambda: BearerAuth("t", refresh=UNFIT), ConfigurationError, "use a function, not bytes"),
        (lambda: BasicAuth("a:b", "s3cret"), ConfigurationError, "it must not contain a colon"),
        (lambda: BasicAuth("ada", "s3cret\x00"), ConfigurationError, "without control characters"),
        (lambda: BasicAuth("ada", "s3cret\ud800"), ConfigurationError, "without control characters"),
        (lambda: BasicAuth("ada", UNFIT), ConfigurationError, r"BasicAuth\(password=\.\.\.\): use a str"),
        (lambda: APIKeyAuth("X Key", "s3cret"), InvalidHeader, "'X Key' is not a header name"),
        (lambda: APIKeyAuth("X-Key", "s3cret\r"), InvalidHeader, r"APIKeyAuth\(value=\.\.\.\)"),
        (
            lambda: APIKeyAuth("User-Agent", "s3cret"),
            ConfigurationError,
            "redirects send 'User-Agent' to other origins",
        ),
        (lambda: APIKeyAuth("", "s3cret", location="query"), ConfigurationError, "the name of a query parameter"),
        (
            lambda: APIKeyAuth("key", "s3cret", location=UNFIT),
            ConfigurationError,
            "use 'header' or 'query'",
        ),
    ],
)
def test_a_mistake_is_named_and_no_secret_is_shown(
    make: Callable[[], Auth], error: type[Exception], message: str
) -> None:
    """When the object is built."""
    with pytest.raises(error, match=message) as caught:
        make()
    assert "s3cr" not in f"{caught.value!s}{caught.value!r}"


@pytest.mark.parametrize(
    ("token", "error", "message"),
    [
        (lambda: None, ConfigurationError, r"BearerAuth\(token=\.\.\.\): a secret is a str, not NoneType"),
        (lambda: "s3cret\n", InvalidHeader, "line break"),
    ],
)
def test_a_bad_token_of_a_function_is_not_sent(token: Callable[[], Any], error: type[Exception], message: str) -> None:
    """It shows at the call, before anything is sent."""
    with pytest.raises(error, match=message) as caught:
        APIClient(base_url=BASE, http_backend=FakeHTTPBackend(), auth=BearerAuth(token)).request("GET", "/x")
    assert "s3cret" not in str(caught.value)


def test_what_a_token_function_raises_reaches_the_caller() -> None:
    """As it is."""
    error = LookupError("mine")

    def fail() -> str:
        raise error

    with pytest.raises(LookupError) as caught:
        APIClient(base_url=BASE, http_backend=FakeHTTPBackend(), auth=BearerAuth(fail)).request("GET", "/x")
    assert error is caught.value


@pytest.mark.parametrize("name", ["apply", "refresh"])
def test_an_async_method_has_its_own_name(name: str) -> None:
    """One called `apply` would be called, and never awaited, by synchronous calls."""

    async def method(self: Auth, _: object) -> bool:
        return True

    with pytest.raises(TypeError, match=f"Mine.{name} is for synchronous calls; write `async def a{name}`"):
        type("Mine", (Auth,), {name: method})


def test_an_auth_without_apply_raises() -> None:
    """Instead of sending what isn't authenticated."""
    with pytest.raises(NotImplementedError, match="Auth has no method `apply`"):
        APIClient(base_url=BASE, http_backend=FakeHTTPBackend(), auth=Auth()).request("GET", "/x")


@pytest.mark.parametrize(
    "auth",
    [
        BearerAuth("s3cret"),
        BearerAuth(lambda: "s3cret"),
        BasicAuth("s3cret", "s3cret"),
        APIKeyAuth("X-Key", "s3cret"),
        APIKeyAuth("key", "s3cret", location="query"),
        Mine("s3cret"),
    ],
    ids=str,
)
def test_the_repr_of_an_auth_has_no_secret(auth: Auth) -> None:
    """In no form; and a copy is the object itself, because its refreshes are."""
    assert f"{type(auth).__name__}(***)" == repr(auth) == str(auth) == f"{auth}"
    with pytest.raises(TypeError, match="holds a secret and can't be pickled"):
        pickle.dumps(auth)
    assert auth is copy.copy(auth) is copy.deepcopy(auth)


def test_no_error_shows_a_key_in_the_query() -> None:
    """Nor anything of it when it is pickled."""

    class Broken(FakeHTTPBackend):
        def exchange(self, client: Any, request: Any) -> Any:
            raise ReadError("the connection broke", request_method=request.method, request_url=str(request.url))

    api = APIClient(base_url=BASE, http_backend=Broken(), auth=APIKeyAuth("key", "s3cret", location="query"))
    with pytest.raises(ReadError, match=r"GET https://api.example.com/x\?key=\*\*\*: the connection") as caught:
        api.request("GET", "/x")
    assert b"s3cret" not in pickle.dumps(caught.value)


def test_a_refused_call_shows_no_key_in_the_query() -> None:
    """The text of a status error neither; its `response` is the caller's own, and complete."""
    fake = FakeHTTPBackend(default_status=403)
    api = APIClient(base_url=BASE, http_backend=fake, auth=APIKeyAuth("key", "s3cret", location="query"))
    with pytest.raises(HTTPStatusError, match="403") as caught:
        api.request("GET", "/x")
    assert "s3cret" not in f"{caught.value!s}{caught.value!r}"
    assert caught.value.response.request_url.endswith("?key=s3cret")
