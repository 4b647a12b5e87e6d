"""Redirects: what is one, where it goes, and what the next request keeps."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clientele.http.errors import InvalidURL
from clientele.http.message.redirects import Step, kept_headers, redirect_step, unfollowed
from clientele.http.message.urls import parse_url

quick = settings(max_examples=150)

HERE = parse_url("https://h:8443/a/b?c=d")[0]
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"]
# Whatever isn't here keeps its method and its body.
CHANGED = {
    **{(status, "POST"): "GET" for status in (301, 302)},
    **{(303, method): "GET" for method in METHODS if method != "HEAD"},
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_every_status_and_method(status: int, method: str) -> None:
    """RDR-2 301 and 302 turn POST into GET, 303 all but HEAD, 307 and 308 none; only the unchanged keep their body."""
    expected = CHANGED.get((status, method), method)
    keeps_body = (status, method) not in CHANGED
    assert Step(expected, parse_url("https://x/")[0], keeps_body) == redirect_step(method, HERE, status, "https://x/")


@pytest.mark.parametrize("status", [200, 201, 204, 300, 304, 305, 306, 309, 399, 400, 404, 500])
def test_no_other_status_is_a_redirect(status: int) -> None:
    """RDR-2 a Location on any other status is not followed."""
    assert redirect_step("GET", HERE, status, "https://x/") is None


@pytest.mark.parametrize("location", [None, "", " ", "\t "])
def test_a_3xx_without_location_is_not_a_redirect(location: str | None) -> None:
    """RDR-7 a Location that is missing or empty is not a redirect."""
    assert redirect_step("GET", HERE, 302, location) is None


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("http://x/y?z", "http://x/y?z"),
        ("HTTPS://X/y", "https://x/y"),
        ("//x/y", "https://x/y"),
        ("/y", "https://h:8443/y"),
        ("y", "https://h:8443/a/y"),
        ("./y", "https://h:8443/a/y"),
        ("../y", "https://h:8443/y"),
        ("../../../y", "https://h:8443/y"),
        (".", "https://h:8443/a/"),
        ("?y=z", "https://h:8443/a/b?y=z"),
        ("#y", "https://h:8443/a/b?c=d"),
        ("y#z", "https://h:8443/a/y"),
        ("y?u=http://x/", "https://h:8443/a/y?u=http://x/"),
        ("/y:z", "https://h:8443/y:z"),
        (" /y\t", "https://h:8443/y"),
        ("/a b", "https://h:8443/a%20b"),
        ("/\xc3\xa9", "https://h:8443/%C3%A9"),
        ("/\x80\xff\xa0", "https://h:8443/%80%FF%A0"),
        ("/%c3%a9%41", "https://h:8443/%C3%A9A"),
        ("https://user:planted@x/y", "https://x/y"),
        ("//user:planted@x/y", "https://x/y"),
    ],
)
def test_the_location_is_resolved_against_the_request(location: str, target: str) -> None:
    """RDR-7 relative references are resolved as RFC 3986 says, blanks and bytes escaped, user information ignored."""
    step = redirect_step("GET", HERE, 302, location)
    assert step is not None
    assert target == str(step.url)


@pytest.mark.parametrize(
    "location",
    [
        "ftp://x/", "javascript:alert(1)", "mailto:a@b", "http:x", "http://", "http:///x", "//", "//:80/", "http://x:0/",
        "http://x:99999/", "http://[::1/", "/\r\nX-Evil: 1", "/\x00", "\\\\x\\y", "http://a b/", "http://xn--a/",
    ],
)  # fmt: skip
def test_a_bad_location_is_an_invalid_url(location: str) -> None:
    """RDR-7 where no request can be sent, none is."""
    with pytest.raises(InvalidURL, match=r"^Location: "):
        redirect_step("GET", HERE, 302, location)


@quick
@given(st.one_of(st.text(), st.text(st.characters(max_codepoint=255)).map("//x{}".format)))
@example("\ud800")
def test_any_location_is_a_url_or_invalid(location: str) -> None:
    """RDR-7 nothing but InvalidURL comes of any text."""
    try:
        step = redirect_step("GET", HERE, 302, location)
    except InvalidURL:
        return
    if step is not None:
        assert str(step.url).isascii()
        assert step.url.scheme in {"http", "https"}


ALLOWED = [
    "Accept", "ACCEPT-ENCODING", "accept-language", "Content-Type", "User-Agent", "Range", "If-Match",
    "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "Content-Length",
]  # fmt: skip
PRIVATE = [
    "Authorization", "authorization", "Cookie", "Proxy-Authorization", "X-Api-Key", "X-Csrf-Token", "Origin",
    "Referer", "Api-Token", "Forwarded", "Idempotency-Key", "Host", "X-Accept", "If-Secret",
]  # fmt: skip
KEEPS = Step("PUT", HERE, keeps_body=True)
DROPS = Step("GET", HERE, keeps_body=False)


@pytest.mark.parametrize("name", ALLOWED)
def test_another_origin_gets_the_allow_list(name: str) -> None:
    """RDR-5 what carries no secret goes on, together with the framing of the body."""
    assert ((name, "x"),) == kept_headers(((name, "x"),), KEEPS, origin_changes=True)


@pytest.mark.parametrize("name", PRIVATE)
def test_everything_else_stays_home(name: str) -> None:
    """RDR-5 a header of any other name goes to the same origin only."""
    assert kept_headers(((name, "planted"),), KEEPS, origin_changes=True) == ()
    assert ((name, "planted"),) == kept_headers(((name, "planted"),), KEEPS, origin_changes=False)


@pytest.mark.parametrize("changes", [True, False])
@pytest.mark.parametrize("name", ["Content-Type", "content-length", "Content-Encoding", "CONTENT-LANGUAGE"])
def test_a_dropped_body_drops_its_headers(name: str, changes: bool) -> None:  # noqa: FBT001
    """RDR-2 no Content-* header goes without the body that it describes."""
    assert kept_headers(((name, "x"), ("Accept", "y")), DROPS, origin_changes=changes) == (("Accept", "y"),)


def test_kept_headers_keep_their_order() -> None:
    """BDY-7 the next request has its headers in the order of the first."""
    headers = tuple((name, str(place)) for place, name in enumerate(ALLOWED))
    assert headers == kept_headers(headers, KEEPS, origin_changes=True)


@quick
@given(st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1))
def test_no_other_name_crosses_origins(name: str) -> None:
    """RDR-5 it is an allow-list: a name that nobody thought of stays home."""
    kept = kept_headers(((name, "x"),), KEEPS, origin_changes=True)
    assert (name in {allowed.lower() for allowed in ALLOWED}) == bool(kept)


def test_an_unfollowed_redirect_says_what_to_do() -> None:
    """RDR-1 the message names the status, the location without its secrets, and the option."""
    text = unfollowed(302, "https://user:planted@x/y?key=planted")
    assert text == "302 Found redirects to https://x/y?key=***; set follow_redirects=True to go there"


@pytest.mark.parametrize(("status", "location"), [(304, None), (302, None), (302, ""), (300, "/x")])
def test_a_3xx_that_cannot_be_followed_suggests_nothing(status: int, location: str | None) -> None:
    """RDR-7 what can't be followed isn't suggested."""
    assert unfollowed(status, location).startswith(f"{status} ")
    assert "follow_redirects" not in unfollowed(status, location)
