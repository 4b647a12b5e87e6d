"""From the options of a call to the request that goes on the wire."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from typing import Any

import pytest

from clientele.__about__ import __version__
from clientele.http.backends import BackendSettings, backend_settings
from clientele.http.backends.options import checked_options
from clientele.http.errors import InvalidHeader, InvalidURL
from clientele.http.message.urls import parse_url
from clientele.http.timeouts import Timeout
from clientele.http.transport.prepare import Request, prepare
from clientele.http.transport.profile import Profile
from clientele.http.wire import WireRequest

DEFAULTS = {"accept": "*/*", "accept-encoding": "gzip, deflate", "user-agent": f"clientele/{__version__} (lib/1)"}


def settings_of(**options: Any) -> BackendSettings:
    given: Any = options
    return backend_settings("Backend", given)


def prepared(method: str, url: str, settings: BackendSettings, *, streaming: bool = False, **options: Any) -> Request:
    profile, checked = Profile("x", "lib/1", (), settings), checked_options(options)
    return prepare(profile, method, url, checked, profile.limits(checked), streaming=streaming)


def sent(method: str = "GET", url: str = "http://h/", *, streaming: bool = False, **options: Any) -> Request:
    return prepared(method, url, settings_of(), streaming=streaming, **options)


def header(request: Request, name: str) -> str | None:
    found = [value for key, value in request.headers if key.lower() == name]
    assert len(found) <= 1
    return found[0] if found else None


def lower(request: Request) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers}


def test_a_plain_call_has_the_default_headers_and_no_others() -> None:
    """HDR-3 accept, accept-encoding and user-agent are the same for all; nothing else is added."""
    request = sent("get", "http://h/a")
    assert (request.method, str(request.url), request.body) == ("GET", "http://h/a", None)
    assert lower(request) == DEFAULTS


def test_a_stream_asks_for_no_coding() -> None:
    """HDR-3 identity lets each item through as it is sent."""
    assert lower(sent(streaming=True)) == {**DEFAULTS, "accept-encoding": "identity"}


@pytest.mark.parametrize("streaming", [False, True])
def test_the_call_wins_over_the_backend_and_that_over_the_default(streaming: bool) -> None:  # noqa: FBT001
    """HDR-3 a header that was set wins over every default, the one of streams included, and the call over all."""
    settings = settings_of(headers={"ACCEPT-Encoding": "gzip", "X-A": "backend", "X-B": "backend"})
    request = prepared("GET", "http://h/", settings, streaming=streaming, headers={"x-a": "call", "Accept": "a/b"})
    own = {"accept": "a/b", "accept-encoding": "gzip", "x-a": "call", "x-b": "backend"}
    assert {**DEFAULTS, **own} == lower(request)


@pytest.mark.parametrize("name", ["Accept", "accept-encoding", "USER-AGENT", "X-A", "content-type"])
def test_none_takes_a_header_away(name: str) -> None:
    """HDR-1 a default, a configured header and the body's own type alike."""
    request = prepared("POST", "http://h/", settings_of(headers={"X-A": "1"}), json=1, headers={name: None})
    assert None is header(request, name.lower())
    assert len(request.headers) == 5


@pytest.mark.parametrize(
    ("url", "goes"), [("/a", True), ("https://h:443/a", True), ("http://h/a", False), ("https://x/a", False)]
)
def test_configured_headers_go_to_the_base_urls_origin(url: str, goes: bool) -> None:  # noqa: FBT001
    """RDR-5 elsewhere only the allow-list goes, unless the call itself says so."""
    settings = settings_of(base_url="https://h/v2", headers={"X-Key": "secret", "Accept-Language": "fr"})
    request = prepared("GET", url, settings, headers={"X-Own": "call"})
    assert ("secret" if goes else None, "fr", "call") == tuple(
        header(request, name) for name in ("x-key", "accept-language", "x-own")
    )


def test_without_a_base_url_configured_headers_go_everywhere() -> None:
    """RDR-5 there is no home to stay at."""
    assert header(prepared("GET", "http://x/", settings_of(headers={"X-Key": "secret"})), "x-key") == "secret"


@pytest.mark.parametrize(
    ("url", "params", "target"),
    [
        ("/a", None, "/v2/a"),
        ("/a", {}, "/v2/a"),
        ("/a", {"q": None}, "/v2/a"),
        ("/a", {"q": ["x y", True]}, "/v2/a?q=x%20y&q=true"),
        ("/a?b=1", [("q", 1)], "/v2/a?b=1&q=1"),
        ("?b=1", iter([("q", 1)]), "/v2/?b=1&q=1"),
        ("/a?", {"q": 1}, "/v2/a?q=1"),
    ],
)
def test_parameters_are_appended(url: str, params: Any, target: str) -> None:
    """QRY-1 the URL's own query comes first."""
    assert target == prepared("GET", url, settings_of(base_url="https://h/v2/"), params=params).url.target


def basic(pair: str) -> str:
    return "Basic " + base64.b64encode(pair.encode()).decode()


@pytest.mark.parametrize(
    ("url", "headers", "expected"),
    [
        ("https://user:pass@h/", {}, basic("user:pass")),
        ("https://u%C3%A9:@h/", {}, basic("ué:")),
        ("/a", {}, basic("base:url")),
        ("https://user:pass@h/", {"authorization": "Bearer x"}, "Bearer x"),
        ("https://x/", {}, None),
    ],
)
def test_user_information_becomes_basic_auth(url: str, headers: dict[str, str], expected: str | None) -> None:
    """URL-6 of the URL or the base URL, unless an Authorization is given, and it is in the URL no more."""
    request = prepared("GET", url, settings_of(base_url="https://base:url@h/"), headers=headers)
    assert expected == header(request, "authorization")
    assert "@" not in str(request.url)


def test_a_configured_authorization_wins_too() -> None:
    """SEC-2 an explicit Authorization is what goes out."""
    settings = settings_of(base_url="https://user:pass@h/", headers={"Authorization": "Bearer x"})
    assert header(prepared("GET", "/", settings), "authorization") == "Bearer x"


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE", "POST", "PUT", "PATCH", "DELETE", "PURGE"])
def test_a_method_that_may_have_a_body_says_that_there_is_none(method: str) -> None:
    """BDY-6 every method but GET, HEAD, OPTIONS and TRACE says `content-length: 0`."""
    expected = None if method in {"GET", "HEAD", "OPTIONS", "TRACE"} else "0"
    assert expected == header(sent(method), "content-length")


@pytest.mark.parametrize(
    ("body", "content_type", "length"),
    [
        ({"json": {"a": 1}}, "application/json", "7"),
        ({"data": {"a": "1"}}, "application/x-www-form-urlencoded", "3"),
        ({"content": b"xx"}, None, "2"),
        ({"content": ""}, None, "0"),
        ({"content": io.BytesIO(b"xxx")}, None, "3"),
        ({"content": [b"xxx"]}, None, None),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_body_says_its_type_and_length(
    method: str, body: dict[str, Any], content_type: str | None, length: str | None
) -> None:
    """BDY-4 a type is implied by JSON and forms only, and a length is said if it is known."""
    request = sent(method, **body)
    assert (content_type, length) == (header(request, "content-type"), header(request, "content-length"))


def test_a_given_content_type_wins() -> None:
    """BDY-1 the type that the body implies is a default."""
    assert header(sent("POST", json=1, headers={"content-TYPE": "a/b+json"}), "content-type") == "a/b+json"


def test_an_announced_length_is_that_of_the_iterable() -> None:
    """HDR-2 it goes out once, and the body is held to it."""
    request = sent("POST", content=iter([b"abc"]), headers={"content-length": "3"})
    assert (header(request, "content-length"), request.whole_body.length) == ("3", 3)


@pytest.mark.parametrize(
    ("body", "length"),
    [
        ({}, "0"),
        ({"content": b"abc"}, "3"),
        ({"json": 1}, "1"),
        ({"content": io.BytesIO(b"abc")}, "3"),
        ({"content": [b"abc"]}, "three"),
        ({"content": [b"abc"]}, "-3"),
        ({"content": [b"abc"]}, "3, 3"),
        ({"content": [b"abc"]}, ""),
        ({"content": [b"abc"]}, "9" * 5000),
    ],
)
def test_a_length_of_ones_own_is_for_iterables_only(body: dict[str, Any], length: str) -> None:
    """HDR-2 anywhere else, or as no number, it is an InvalidHeader."""
    with pytest.raises(InvalidHeader, match=r"^headers\['Content-Length'\]: "):
        sent("POST", headers={"Content-Length": length}, **body)


def test_a_request_that_is_the_same_has_the_same_headers() -> None:
    """BDY-7 order and case follow from the call alone."""
    first, second = (sent("POST", json={}, headers=[("X-B", "1"), ("X-A", "2")]) for _ in range(2))
    assert first == second
    assert [name for name, _ in first.headers] == [
        "Accept",
        "Accept-Encoding",
        "User-Agent",
        "X-B",
        "X-A",
        "Content-Type",
        "Content-Length",
    ]


@pytest.mark.parametrize("shown", [repr, str])
def test_a_prepared_request_shows_no_secret(shown: Any) -> None:
    """SEC-3 a repr has no header and no query value, so that logging a request gives nothing away."""
    request = sent("POST", "http://user:planted@h/?key=planted", headers={"X-Key": "planted"}, content=b"planted")
    wire = WireRequest(request.method, request.url, request.headers, b"planted", Timeout(), streaming=False)
    authorization = header(request, "authorization")
    assert authorization is not None
    for text in (shown(request), shown(wire)):
        assert "planted" not in text
        assert authorization not in text


@pytest.mark.parametrize(
    ("call", "problem", "message"),
    [
        ({"method": "G T"}, InvalidHeader, "^method: "),
        ({"url": "/relative"}, InvalidURL, "^url: .* is not absolute"),
        ({"headers": {"a b": "c"}}, InvalidHeader, "^headers: "),
        ({"params": {"a": object()}}, TypeError, r"^params\['a'\]: "),
        ({"jsno": 1}, TypeError, r"^request: unknown option 'jsno'; did you mean 'json'\?$"),
        ({"base_url": "http://h"}, TypeError, "^request: unknown option 'base_url'"),
    ],
)
def test_a_mistake_is_named(call: dict[str, Any], problem: type[Exception], message: str) -> None:
    """SEC-5 whatever is wrong is said before anything is sent."""
    with pytest.raises(problem, match=message):
        sent(**call)


@pytest.mark.parametrize("order", [1, -1])
def test_one_request_has_no_say_in_the_headers_of_the_next(order: int) -> None:
    """HDR-3 what is worked out once is kept for each kind: here or elsewhere, whole or streamed."""
    settings = settings_of(base_url="http://h", headers={"X-Key": "k", "Accept-Language": "de"})
    profile = Profile("x", "lib/1", (), settings)
    kinds = [("http://h/", False), ("http://other/", False), ("http://h/", True), ("http://other/", True)]
    for url, streaming in [*kinds, *kinds][::order]:
        for method, own in (("GET", {}), ("POST", {}), ("GET", {"X-Own": "o"})):
            options = checked_options({"headers": own})
            request = prepare(profile, method, url, options, profile.limits(options), streaming=streaming)
            expected = {**DEFAULTS, "accept-language": "de", **({"x-own": "o"} if own else {})}
            expected |= {"accept-encoding": "identity"} if streaming else {}
            expected |= {"x-key": "k"} if url == "http://h/" else {}
            expected |= {"content-length": "0"} if method == "POST" else {}
            assert expected == lower(request)


def test_a_configured_length_is_refused_each_time() -> None:
    """HDR-4 the header that only the body may set is not let through by a second call."""
    profile = Profile("x", "lib/1", (), settings_of(headers={"Content-Length": "5"}))
    for _ in range(2):
        with pytest.raises(InvalidHeader, match="Content-Length"):
            prepare(profile, "GET", "http://h/", {}, profile.limits({}), streaming=False)


def test_a_copy_of_a_request_has_all_of_it() -> None:
    """An adapter around another one changes the body, say; what core is to be called with must not get lost."""
    request = WireRequest("GET", parse_url("https://h/")[0], (), None, Timeout())
    request.sent, request.signed = lambda: None, frozenset({"x"})
    copied = replace(request, body=b"x")
    assert (b"x", request.sent, request.signed) == (copied.body, copied.sent, copied.signed)
