"""The token endpoint: which arguments and which answers are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from clientele.api import ConfigurationError, OAuth2ClientCredentials, OAuth2Error, OAuth2RefreshToken, Response
from clientele.api.credentials.tokens import TokenEndpoint

URL = "https://login.example.com/token"
SECRET = "planted-hunter2"
UNFIT: Any = 7


def credentials(url: Any = URL, client_id: Any = "me", secret: Any = SECRET, **options: Any) -> OAuth2ClientCredentials:
    return OAuth2ClientCredentials(url, client_id, secret, **options)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: credentials("http://login.example.com/token"), r"OAuth2ClientCredentials\(token_url=.*use https"),
        (lambda: credentials("/token"), "token_url"),
        (lambda: credentials(f"https://me:{SECRET}@login.example.com/"), "has user information; use client_id"),
        (lambda: credentials(client_id=""), r"\(client_id=\.\.\.\): use a str that is not empty, not an empty one"),
        (lambda: credentials(secret=None), r"\(client_secret=\.\.\.\): .*not NoneType"),
        (lambda: credentials(secret=f"{SECRET}\ud800"), "lone surrogate"),
        (lambda: credentials(scope=["read"]), r"\(scope=\.\.\.\): scopes are one str; join them"),
        (lambda: credentials(leeway=-1), r"\(leeway=\.\.\.\): use seconds, 0 or more"),
        (lambda: credentials(leeway=float("nan")), "leeway"),
        (lambda: credentials(client_auth="header"), r"\(client_auth=\.\.\.\): use 'basic' or 'body'"),
        (lambda: credentials(parameters={"scope": "x"}), "'scope' is a separate argument"),
        (lambda: credentials(parameters={"audience": 1}), r"\(parameters=\.\.\.\)\['audience'\]: use a str, not int"),
        (lambda: OAuth2RefreshToken(URL, "", "me"), r"OAuth2RefreshToken\(refresh_token=\.\.\.\)"),
        (lambda: OAuth2RefreshToken(URL, "r", "me", on_new_token=UNFIT), r"\(on_new_token=\.\.\.\): use a function"),
    ],
)
def test_a_mistake_is_named_and_no_secret_is_shown(make: Callable[[], object], message: str) -> None:
    """When the object is built."""
    with pytest.raises(ConfigurationError, match=message) as caught:
        make()
    assert SECRET not in f"{caught.value} {caught.value!r}"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000"])
def test_a_loopback_address_needs_no_tls(host: str) -> None:
    """What is sent there stays on the machine."""
    assert "OAuth2ClientCredentials(***)" == repr(credentials(f"http://{host}/token"))


@pytest.mark.parametrize(
    ("status", "content", "message"),
    [
        (400, b'{"error": "invalid_scope"}', "responded with 400 Bad Request: invalid_scope"),
        (200, b'{"error": "bad_verification_code"}', "responded with 200 OK: bad_verification_code"),
        (400, b'{"error": ["x"], "error_description": 1}', "responded with 400 Bad Request"),
        (502, b"<html>", "responded with 502 Bad Gateway"),
        (200, b"access_token=t", "no valid access_token"),
        (200, b"[]", "no valid access_token"),
        (200, b'{"access_token": ""}', "no valid access_token"),
        (200, b'{"access_token": "planted\\r\\nX: y"}', "returned no valid access_token"),
        (200, b'{"access_token": "planted", "token_type": "mac"}', "returned a token_type other than Bearer"),
        (200, b'{"access_token": "planted", "token_type": 1}', "returned a token_type other than Bearer"),
    ],
)
def test_an_answer_without_a_usable_token_is_an_error(status: int, content: bytes, message: str) -> None:
    """RFC 6749, sections 5.1, 5.2 and 7.1."""
    endpoint = TokenEndpoint("X", URL, "me", SECRET, client_auth="basic")
    with pytest.raises(OAuth2Error) as caught:
        endpoint.token(Response(status_code=status, content=content, request_method="POST", request_url=URL))
    assert "the token endpoint" in str(caught.value)
    assert message in str(caught.value)
    assert "planted" not in f"{caught.value} {caught.value!r}"


def test_a_token_type_may_be_missing_or_in_any_case() -> None:
    """RFC 6749, section 5.1: its value is case-insensitive."""
    endpoint = TokenEndpoint("X", URL, "me", None, client_auth="basic")
    for content in (b'{"access_token": "t"}', b'{"access_token": "t", "token_type": "BEARER"}'):
        assert "t" == endpoint.token(Response(status_code=200, content=content)).access_token
