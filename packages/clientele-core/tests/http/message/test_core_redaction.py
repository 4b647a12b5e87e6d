"""What may be shown of URLs and headers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientele.http import FakeHTTPBackend
from clientele.http.message.redaction import redacted_url, shown_header, without_userinfo

quick = settings(max_examples=150)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://h/a", "http://h/a"),
        ("http://h/a#planted", "http://h/a"),
        ("http://h/a?x=planted", "http://h/a?x=***"),
        ("http://h/a?x=planted&y=planted&z", "http://h/a?x=***&y=***&z"),
        ("http://h/a?x=planted=planted", "http://h/a?x=***"),
        ("http://h/a?planted", "http://h/a?***"),
        ("http://h/a?x=planted#planted", "http://h/a?x=***"),
        ("http://user:planted@h/a", "http://h/a"),
        ("http://planted@h:80/a", "http://h:80/a"),
        ("https://user:planted@planted@h", "https://h"),
        ("//user:planted@h/a", "//h/a"),
        ("http://user%3Aplanted%40h/a", "http://h/a"),
        ("http://user:planted%40planted@h/a%40b", "http://h/a%40b"),
        ("/a?x=planted", "/a?x=***"),
        ("http://h/a@b", "http://h/a@b"),
        ("", ""),
    ],
)
def test_a_shown_url_has_no_secret(url: str, shown: str) -> None:
    """SEC-3 user information and fragment go, the values of the query are hidden, the path stays."""
    assert shown == redacted_url(url)


@pytest.mark.parametrize(
    ("url", "bare"),
    [
        ("http://user:planted@h/a?b=c#d", "http://h/a?b=c#d"),
        ("http://h/a?to=http://x@y", "http://h/a?to=http://x@y"),
        ("/a@b", "/a@b"),
    ],
)
def test_only_the_user_information_goes(url: str, bare: str) -> None:
    """URL-6 a URL without its user information is otherwise the same."""
    assert bare == without_userinfo(url)


SECRET = st.text("planted", min_size=8, max_size=12)


@quick
@given(SECRET, st.sampled_from(["http://u:{}@h/", "http://{}@h/?a", "http://h/?a={}&b={}", "http://h/?{}", "/x#{}"]))
def test_no_place_for_secrets_is_shown(secret: str, place: str) -> None:
    """SEC-3 wherever a URL may hold a secret, it is not shown, and showing it again changes nothing."""
    shown = redacted_url(place.replace("{}", secret))
    assert secret not in shown
    assert shown == redacted_url(shown)


@pytest.mark.parametrize("name", ["Content-Type", "content-length", "DATE", "Retry-After", "User-Agent"])
def test_headers_that_never_carry_a_secret_are_shown(name: str) -> None:
    """SEC-3 the allow-list ignores case."""
    assert shown_header(name, "value") == "value"


@pytest.mark.parametrize(
    "name",
    ["Authorization", "cookie", "Set-Cookie", "Proxy-Authorization", "X-Api-Key", "X-Anything", "Location", "ETag"],
)
def test_all_other_headers_are_hidden(name: str) -> None:
    """SEC-3 a header of any name may carry a secret."""
    assert shown_header(name, "planted") == "***"


@pytest.mark.parametrize("shown", [repr, str])
def test_the_repr_of_a_backend_has_no_secret(shown: Callable[[object], str]) -> None:
    """SEC-3 a backend shows where it goes, and nothing of what it takes along."""
    backend = FakeHTTPBackend(base_url="http://user:planted@h/v2", headers={"X-Key": "planted"})
    assert "http://h/v2" in shown(backend)
    assert "planted" not in shown(backend)
