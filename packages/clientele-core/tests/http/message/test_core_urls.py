"""URLs: their one normal form, and what is no URL."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clientele.http.errors import InvalidURL
from clientele.http.message.urls import checked_base_url, is_absolute, join_url, parse_url

quick = settings(max_examples=200)

HOSTS = st.sampled_from(["h", "EXAMPLE.org", "127.0.0.1", "[::1]", "bücher.example", "a_b.c", "h:80", "h:8443"])
PIECES = st.one_of(
    st.sampled_from(["/", ".", "..", "%", "%2F", "%2f", "%41", "%7e", "%zz", "?", "&", "=", "+", "|", "é", "😀"]),
    st.text(max_size=5),
)
URLS = st.builds(
    "{}://{}/{}".format, st.sampled_from(["http", "HTTPS"]), HOSTS, st.lists(PIECES, max_size=8).map("".join)
)


def normal(url: str) -> str:
    return str(parse_url(url)[0])


@pytest.mark.parametrize(
    ("base", "url", "joined"),
    [
        ("https://h/v2", "https://other/x", "https://other/x"),
        ("https://h/v2", "HTTP://other/x", "HTTP://other/x"),
        ("https://h/v2", "/users", "https://h/v2/users"),
        ("https://h/v2/", "/users", "https://h/v2/users"),
        ("https://h/v2/", "users", "https://h/v2/users"),
        ("https://h/v2", "users", "https://h/v2/users"),
        ("https://h/v2", "", "https://h/v2"),
        ("https://h/v2", "?a=1", "https://h/v2?a=1"),
        ("https://h", "users/", "https://h/users/"),
        ("https://h", "/go?to=http://x/", "https://h/go?to=http://x/"),
        ("", "/users", "/users"),
    ],
)
def test_joining_keeps_the_base_path_with_one_slash(base: str, url: str, joined: str) -> None:
    """URL-1 an absolute URL wins over the base; otherwise base path and path join with one slash."""
    assert joined == join_url(base, url)


@pytest.mark.parametrize(
    "path", ["//evil.example/x", "///evil.example", "/./evil.example", "..//evil.example", "@evil"]
)
@pytest.mark.parametrize("base", ["https://h", "https://h/", "https://h/v2"])
def test_a_path_never_leaves_the_base_origin(base: str, path: str) -> None:
    """URL-5 however a path starts, the request goes to the base URL's origin."""
    assert parse_url(join_url(base, path))[0].origin == ("https", "h", 443)


@pytest.mark.parametrize("url", ["http://h", "HTTPS://h/x", "ftp://h"])
def test_a_url_with_a_scheme_and_two_slashes_is_absolute(url: str) -> None:
    """What names its own scheme and host is absolute."""
    assert is_absolute(url)


@pytest.mark.parametrize("url", ["", "/x", "//h/x", "h/x", "?u=http://x", "mailto:a", "/http://x"])
def test_anything_else_is_not_absolute(url: str) -> None:
    """A scheme further on, or without slashes, makes no absolute URL."""
    assert not is_absolute(url)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://h/",
        "file:///etc/passwd",
        "/relative",
        "h/x",
        "",
        "http://",
        "http:///x",
        "http://?a",
        "http://:80/",
        "http://user@/",
        "http://h:0/",
        "http://h:65536/",
        "http://h:-1/",
        "http://h:8o/",
        "http://h:٣/",
        "http://h:" + "9" * 5000,
        "http://h /",
        "http://h/a b",
        " http://h/",
        "http://h/\n",
        "http://h/\r\nX: y",
        "http://h/\x00",
        "http://h/\x7f",
        "http://h/\x85",
        "http://h/\xa0",
        "http://h/\u2028",
        "http://h\\x",
        "http:\\\\h/",
        "http://a@b@h/",
        "http://[::1/",
        "http://::1/",
        "http://h/\ud800",
        "http://h/?\ud800",
    ],
)
def test_a_url_that_cannot_be_requested_raises(url: str) -> None:
    """URL-2 another scheme, no host, a port out of range, blanks, controls and backslashes are refused."""
    with pytest.raises(InvalidURL, match=r"^here: "):
        parse_url(url, "here")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://h", "http://h/"),
        ("HTTP://H/A", "http://h/A"),
        ("http://h:80/", "http://h/"),
        ("http://h:/", "http://h/"),
        ("https://h:443/", "https://h/"),
        ("https://h:80/", "https://h:80/"),
        ("http://h:65535/", "http://h:65535/"),
        ("http://h/%41%7E%2d", "http://h/A~-"),
        ("http://h/a%2fb%3a", "http://h/a%2Fb%3A"),
        ("http://h/100%", "http://h/100%25"),
        ("http://h/%zz", "http://h/%25zz"),
        ('http://h/|^[]{}`"<>', "http://h/%7C%5E%5B%5D%7B%7D%60%22%3C%3E"),
        ("http://h/?|^[]{}`", "http://h/?%7C%5E%5B%5D%7B%7D%60"),
        ("http://h/é😀", "http://h/%C3%A9%F0%9F%98%80"),
        ("http://h/?q=é", "http://h/?q=%C3%A9"),
        ("http://h/!$&'()*+,;=:@-._~", "http://h/!$&'()*+,;=:@-._~"),
        ("http://h/?/?:@!$&'()*+,;=", "http://h/?/?:@!$&'()*+,;="),
        ("http://h/a/./b/../c", "http://h/a/c"),
        ("http://h/a/b/..", "http://h/a/"),
        ("http://h/a/.", "http://h/a/"),
        ("http://h/../../a", "http://h/a"),
        ("http://h/%2e%2E/a", "http://h/a"),
        ("http://h/a//../b", "http://h/a/b"),
        ("http://h/.well-known/...", "http://h/.well-known/..."),
        ("http://h/a?", "http://h/a"),
        ("http://h?a=1", "http://h/?a=1"),
        ("http://h/?a=/../b", "http://h/?a=/../b"),
        ("http://h/a#fragment", "http://h/a"),
        ("http://h/a?b#c?d", "http://h/a?b"),
    ],
)
def test_every_url_has_one_normal_form(url: str, shown: str) -> None:
    """URL-3 dot segments are resolved, escapes are decoded or upper-cased as needed, and the rest is escaped."""
    assert shown == normal(url)


@pytest.mark.parametrize("value", [None, 3, b"http://h/"])
def test_a_url_is_a_str(value: object) -> None:
    """Any other type is an InvalidURL that names the type."""
    with pytest.raises(InvalidURL, match=type(value).__name__):
        parse_url(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("base", ["", "http://h", "https://h/v2/", "http://user:pass@h/"])
def test_a_valid_base_url_is_kept(base: str) -> None:
    """An empty base URL is none; a good one is not changed."""
    assert base == checked_base_url(base)


@pytest.mark.parametrize("base", ["/v2", "h", "ftp://h", "http://h?a=1", "http://h/#f", "http://h/?"])
def test_a_base_url_has_no_query_and_no_fragment(base: str) -> None:
    """A base URL that nothing can be put below is refused when it is configured."""
    with pytest.raises(InvalidURL, match=r"^base_url: "):
        checked_base_url(base)


@pytest.mark.parametrize(
    ("own", "more", "target"),
    [("", "", "/p"), ("", "b=2", "/p?b=2"), ("?a=1", "", "/p?a=1"), ("?a=1", "b=2", "/p?a=1&b=2")],
)
def test_parameters_are_appended_to_the_urls_own_query(own: str, more: str, target: str) -> None:
    """QRY-1 the URL's own query stays and comes first."""
    assert target == parse_url(f"http://h/p{own}")[0].with_query(more).target


@quick
@given(st.one_of(URLS, st.text(), st.text().map("http://{}".format), st.text().map("http://h/?{}".format)))
@example("http://\ud800@h/")
@example("http://[::ffff:1.2.3.4]/")
def test_any_text_is_a_url_in_normal_form_or_invalid(url: str) -> None:
    """URL-3 the normal form is printable ASCII and its own normal form; any other text is InvalidURL."""
    try:
        parsed, _ = parse_url(url)
    except InvalidURL:
        return
    assert re.fullmatch(r"https?://[!-~]+/[!-~]*", str(parsed))
    assert (parsed, None) == parse_url(str(parsed))


@quick
@given(URLS.filter(lambda url: not re.search(r"[\x00-\x20\x7f-\xa0\\\u2028\u2029\ud800-\udfff]", url)))
def test_an_escaped_path_never_changes_the_origin(url: str) -> None:
    """URL-2 what follows the host has no say in where the request goes."""
    origin = parse_url("/".join(url.split("/")[:3]))[0].origin
    assert origin == parse_url(url)[0].origin


@quick
@given(st.one_of(URLS, st.text().map("http://h/{}".format), st.text().map("http://{}/".format)))
@example("http://h/a/..")
@example("http://u:p@h:80/a")
@example("http://h?/a")
@example("HTTPS://H/a")
@example("http://h:0/a")
def test_a_fragment_changes_nothing(url: str) -> None:
    """URL-1 it is not sent, and a URL without one has no other normal form: most of those are recognised sooner."""

    def read(text: str) -> Any:
        try:
            return parse_url(text)
        except InvalidURL:
            return InvalidURL

    assert read(url) == read(f"{url}#")
