"""The fields of a configuration: what is refused, and what is shown of them."""

from __future__ import annotations

import copy
import os
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from rich.pretty import pretty_repr

from clientele.api import APIClient, Auth, BaseConfig, BearerAuth, Request
from clientele.api.config import Settings
from clientele.http import FakeHTTPBackend
from clientele.http.errors import ConfigurationError, InvalidHeader, InvalidURL

BASE = "https://api.example.com"


@pytest.mark.parametrize(
    ("field", "value", "error", "message"),
    [
        ("base_url", "ftp://api.example.com", InvalidURL, r"BaseConfig\(base_url=\.\.\.\): .* scheme other than http"),
        ("base_url", "api.example.com", InvalidURL, "is not absolute"),
        ("base_url", "https://", InvalidURL, "has no host"),
        ("base_url", "https://api.example.com/?key=s3cret", InvalidURL, "has a query or a fragment"),
        ("base_url", 7, InvalidURL, "a URL is a str, not int"),
        (
            "headers",
            {"X-Key": "s3cret\nX-Other: 1"},
            InvalidHeader,
            r"BaseConfig\(headers=\.\.\.\)\['X-Key'\]: .*line break",
        ),
        ("headers", {"X Key": "s3cret"}, InvalidHeader, "'X Key' is not a header name"),
        ("headers", {"X-Key": 5}, InvalidHeader, "a header value is a str, not int"),
        ("timeout", 0, ConfigurationError, r"BaseConfig\(timeout=\.\.\.\): 0 is not a time limit"),
        ("timeout", -1.5, ConfigurationError, "is not a time limit"),
        ("timeout", float("nan"), ConfigurationError, "is not a time limit"),
        ("timeout", True, ConfigurationError, "is not a time limit"),
        ("timeout", "5", ConfigurationError, "is not a time limit"),
        ("verify", "/no/such/file.pem", ConfigurationError, "no CA certificates could be read"),
        ("verify", None, ConfigurationError, r"BaseConfig\(verify=\.\.\.\): use True, False, a path"),
        ("follow_redirects", "no", ConfigurationError, r"BaseConfig\(follow_redirects=\.\.\.\)"),
        ("http2", 1, ConfigurationError, r"BaseConfig\(http2=\.\.\.\)"),
        ("http_backend", 7, ConfigurationError, r"BaseConfig\(http_backend=\.\.\.\)"),
        ("auth", "s3cret", ConfigurationError, r"BaseConfig\(auth=\.\.\.\): use BearerAuth, .* not str"),
        ("auth", ("s3cret",), ConfigurationError, "use BearerAuth, .* not tuple"),
        ("auth", BearerAuth, ConfigurationError, "use BearerAuth, .* not the class BearerAuth: call it"),
        ("auth", ("ada", "s3cret\n"), ConfigurationError, r"BasicAuth\(password=\.\.\.\): .*control characters"),
        ("on_request", "s3cret", ConfigurationError, r"BaseConfig\(on_request=\.\.\.\): a hook is a function, not str"),
        ("on_response", 7, ConfigurationError, r"BaseConfig\(on_response=\.\.\.\): a hook is a function, not int"),
        ("on_error", [print, None], ConfigurationError, r"BaseConfig\(on_error=\.\.\.\): .* not NoneType"),
        ("log_bodies", 1, ConfigurationError, r"BaseConfig\(log_bodies=\.\.\.\)"),
        (
            "retries",
            3,
            ConfigurationError,
            r"BaseConfig\(retries=\.\.\.\): unknown option; wrap the backend in a RetryBackend",
        ),
    ],
)
def test_a_bad_field_is_named_and_its_value_is_not_shown(
    field: str, value: Any, error: type[Exception], message: str
) -> None:
    """The error comes from the constructor, before any I/O, and shows no secret."""
    with pytest.raises(error, match=message) as caught:
        BaseConfig(**{field: value})
    assert "s3cret" not in f"{caught.value!s}{caught.value!r}"
    assert isinstance(caught.value, ValueError)


@dataclass
class Telling(Auth):
    """An `auth` whose own repr shows all that it has."""

    key: str


def hook(_: object, secret: str = "") -> None:
    """A hook."""
    del secret


FULL = BaseConfig(
    base_url="https://ada:s3cret@api.example.com",
    headers={"X-Key": "s3cret"},
    proxy="http://ada:s3cret@127.0.0.1:9",
    auth=Telling("s3cret"),
    on_request=(hook, partial(hook, secret="s3cret")),
)


@pytest.mark.parametrize("show", [repr, str, format, pretty_repr], ids=["repr", "str", "format", "rich"])
def test_a_repr_shows_no_secret(show: Callable[[object], str]) -> None:
    """Whoever asks for it, and whatever a part of the config would show of itself."""
    shown = show(FULL)
    assert "s3cret" not in shown
    for part in ("BaseConfig(", "base_url='https://api.example.com'", "Telling", "on_request=['hook', 'partial']"):
        assert part in shown.replace("\n", "")


def test_a_client_shows_no_secret() -> None:
    """What it shows is its config."""
    assert "s3cret" not in repr(APIClient(base_url="https://ada:s3cret@api.example.com", headers={"X-Key": "s3cret"}))


@pytest.mark.parametrize(
    "fields",
    [
        {"base_url": "https://ada:s3cret@api.example.com"},
        {"headers": {"X-Key": "s3cret"}},
        {"headers": [("Accept", "text/plain"), ("X-Key", "s3cret")]},
        {"proxy": "http://ada:s3cret@127.0.0.1:9"},
        {"auth": BearerAuth("s3cret")},
        {"auth": ("ada", "s3cret")},
    ],
    ids=str,
)
def test_what_may_be_secret_is_not_pickled(fields: Any) -> None:
    """The error names the field."""
    with pytest.raises(TypeError, match=f"BaseConfig: {next(iter(fields))} may hold a secret") as caught:
        pickle.dumps(BaseConfig(**fields))
    assert "s3cret" not in str(caught.value)


def test_the_rest_is_pickled() -> None:
    """Harmless headers too."""
    config = BaseConfig(base_url=BASE, headers={"Accept": "text/plain"}, timeout=3.0, on_request=hook)
    assert config == pickle.loads(pickle.dumps(config))  # noqa: S301 - our own


def test_a_copy_has_the_same_auth() -> None:
    """It is one object, whose refreshes all its users share."""
    config = BaseConfig(auth=("ada", "s3cret"))
    assert config.auth is copy.deepcopy(config).auth is copy.copy(config).auth


def test_hooks_are_one_several_or_none() -> None:
    """A list that changes later changes nothing."""
    hooks = [hook, hook]
    config = BaseConfig(on_request=hooks, on_response=hook, on_error=None)
    hooks.clear()
    assert ((hook, hook), (hook,), ()) == (config.on_request, config.on_response, config.on_error)


def test_a_subclass_may_have_auth_and_hooks() -> None:
    """As defaults of a whole API, as short as they are given elsewhere."""

    class GitHubConfig(BaseConfig):
        base_url: str = BASE
        auth: Auth | None = BearerAuth("t")
        on_request: tuple[Callable[[Request], object], ...] = (lambda request: request.query.append(("v", "2")),)

    fake = FakeHTTPBackend()
    APIClient(GitHubConfig(http_backend=fake)).request("GET", "/x")
    assert {"headers": {"Authorization": "Bearer t"}, "params": [("v", "2")]} == fake.requests[0]["kwargs"]


def test_nothing_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables that happen to have the name of a field, in any case, change nothing."""
    for name in BaseConfig.model_fields:
        monkeypatch.setitem(os.environ, name.upper(), "0")
        monkeypatch.setitem(os.environ, name, "0")
    config = BaseConfig()
    assert (
        config.base_url,
        config.timeout,
        config.follow_redirects,
        config.verify,
        config.http2,
    ) == ("", 5.0, False, True, False)
    assert config.fields_set() == {}


def test_the_keywords_of_the_client_are_the_fields_of_the_config() -> None:
    """The TypedDict that types them has the same names."""
    assert set(BaseConfig.model_fields) == set(Settings.__annotations__)


def test_headers_may_be_pairs_from_a_generator() -> None:
    """They are checked and kept, though a generator can be read only once."""
    fake = FakeHTTPBackend()
    api = APIClient(base_url=BASE, http_backend=fake, headers=(pair for pair in [("X-A", "1"), ("x-a", "2")]))
    api.request("GET", "/")
    assert {name.lower(): value for name, value in fake.requests[0]["kwargs"]["headers"].items()} == {"x-a": "1, 2"}
