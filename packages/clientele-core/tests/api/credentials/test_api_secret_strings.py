"""Credentials and headers take a SecretStr, as settings have it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from clientele.api import APIClient, APIKeyAuth, BasicAuth, BearerAuth, ConfigurationError
from clientele.http import FakeHTTPBackend

SECRET = SecretStr("s3cret-value")
BASIC = "Basic QWRhOnMzY3JldC12YWx1ZQ=="


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [
        (BasicAuth("Ada", SECRET), "Authorization", BASIC),
        (("Ada", SECRET), "Authorization", BASIC),
        (BearerAuth(SECRET), "Authorization", "Bearer s3cret-value"),
        (BearerAuth(lambda: SECRET), "Authorization", "Bearer s3cret-value"),
        (APIKeyAuth("X-Key", SECRET), "X-Key", "s3cret-value"),
    ],
    ids=["BasicAuth", "a pair", "BearerAuth", "a function", "APIKeyAuth"],
)
def test_a_secret_string_is_revealed_where_it_is_sent(
    auth: Any, header: str, value: str, fake: FakeHTTPBackend
) -> None:
    """There only: the auth doesn't show it."""
    api = APIClient(base_url="https://api.example.com", http_backend=fake, auth=auth)
    api.request("GET", "/")
    assert value == fake.requests[-1]["kwargs"]["headers"][header]
    assert "s3cret" not in repr(auth)


def test_a_header_may_be_a_secret_string(fake: FakeHTTPBackend) -> None:
    """Of the client and of a call."""
    api = APIClient(base_url="https://api.example.com", http_backend=fake, headers={"X-Key": SECRET})
    api.request("GET", "/", headers={"X-Other": SECRET})
    headers = {name.lower(): value for name, value in fake.requests[-1]["kwargs"]["headers"].items()}
    assert headers["x-key"] == headers["x-other"] == "s3cret-value"


def test_a_secret_string_alone_is_no_auth() -> None:
    """The message says how a token is given, and doesn't show it."""
    with pytest.raises(ConfigurationError, match=r"for a token write BearerAuth\(token\)") as caught:
        APIClient(base_url="https://api.example.com", auth=SECRET)  # type: ignore[arg-type]
    assert "s3cret" not in str(caught.value)
