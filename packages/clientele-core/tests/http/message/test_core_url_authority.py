"""The host of a URL in its one form, and the user information that no URL keeps."""

from __future__ import annotations

import pytest

from clientele.http.errors import InvalidURL
from clientele.http.message.urls import URL, Credentials, parse_url


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("EXAMPLE.ORG", "example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("straße.de", "xn--strae-oqa.de"),
        ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
        ("\u212aelvin.example", "kelvin.example"),
        ("a\u3002example", "a.example"),
        ("example.org.", "example.org."),
        ("a_b.example", "a_b.example"),
        ("l" * 63 + ".example", "l" * 63 + ".example"),
        ("0x7f.1", "127.0.0.1"),
        ("[::1]", "[::1]"),
        ("[2001:DB8:0:0::1]", "[2001:db8::1]"),
    ],
)
def test_hosts_become_lower_case_a_labels(host: str, shown: str) -> None:
    """URL-7 hosts are normalised as UTS 46 says, non-transitional, and IPv6 literals work."""
    assert shown == parse_url(f"http://{host}:81/")[0].host


@pytest.mark.parametrize(
    "host",
    [
        "l" * 64 + ".example",
        ".".join(["l" * 63] * 4),
        "a..b",
        ".a",
        ".",
        "xn--a",
        "a%41",
        "a<b",
        "a|b",
        "ex\u2100mple",
        "1.2.3.256",
        "[::1%25eth0]",
        "[::1%eth0]",
        "[fe80::g]",
        "[]",
        "[127.0.0.1]",
    ],
)
def test_bad_hosts_are_invalid_urls(host: str) -> None:
    """URL-7 bad labels, labels over 63 characters, zone ids and bad addresses are refused."""
    with pytest.raises(InvalidURL):
        parse_url(f"http://{host}/")


@pytest.mark.parametrize(
    ("userinfo", "expected"),
    [
        ("user:pass", Credentials("user", "pass")),
        ("user", Credentials("user", "")),
        (":pass", Credentials("", "pass")),
        ("", Credentials("", "")),
        ("u%40x:p%3Aq%2F", Credentials("u@x", "p:q/")),
        ("u:p:q", Credentials("u", "p:q")),
    ],
)
def test_user_information_is_taken_out_of_the_url(userinfo: str, expected: Credentials) -> None:
    """URL-6 `user:pass@` is handed back apart, and is in no form of the URL."""
    assert (URL("http", "h", 80, "/x"), expected) == parse_url(f"http://{userinfo}@h/x")


def test_credentials_never_show() -> None:
    """SEC-3 the repr of credentials has neither the name nor the password."""
    assert repr(Credentials("planted", "planted")) == "Credentials(***)"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://user:planted@h/",
        " http://user:planted@h/",
        "http:\\\\user:planted@h/",
        "http://user:planted@h/ x",
        "http://user:planted@h:99999/",
        "http://user:planted@a@h/",
        "http://user:planted/x@h/",
        "http://user:planted#x@h/",
        "http://user:planted?x@h/",
        "http:/user:planted@h/",
        "user:planted@h/",
        "http://h:0/?key=planted",
        "http://h:0/?planted",
        "http://h:0/#planted",
    ],
)
def test_the_message_of_an_invalid_url_has_no_secret(url: str) -> None:
    """SEC-3 however a URL is malformed, neither its user information nor its query values are in the message."""
    with pytest.raises(InvalidURL) as caught:
        parse_url(url)
    assert "planted" not in str(caught.value)
