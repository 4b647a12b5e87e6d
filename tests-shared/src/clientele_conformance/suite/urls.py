"""URLs: every backend asks for the same one, or refuses it."""

from __future__ import annotations

import pytest

from clientele.http.errors import InvalidURL
from clientele_conformance.rules import rule
from clientele_conformance.servers import Origin, echo
from clientele_conformance.subject import Subject
from clientele_conformance.suite.base import NewSubject, Suite
from clientele_conformance.suite.request_wire import refused

BAD_URLS = [
    "ftp://127.0.0.1:{port}/",
    "ws://127.0.0.1:{port}/",
    "file:///etc/hosts",
    "127.0.0.1:{port}/",
    "//127.0.0.1:{port}/",
    "/path",
    "path",
    "",
    "http:/127.0.0.1:{port}/",
    "http:127.0.0.1:{port}/",
    "http:///path",
    "http://:{port}/",
    "http://?query",
    "http://127.0.0.1:0/",
    "http://127.0.0.1:65536/",
    "http://127.0.0.1:{wrapping}/",
    "http://127.0.0.1:-1/",
    "http://127.0.0.1:+{port}/",
    "http://127.0.0.1:{port}x/",
    "http://127.0.0.1:\uff18\uff10/",
    "http://127.0.0.1:1:{port}/",
    " http://127.0.0.1:{port}/",
    "http://127.0.0.1:{port}/ ",
    "http://127.0.0.1 :{port}/",
    "http://127.0.0.1:{port}/a b",
    "http://127.0.0.1:{port}/?a b",
    "http://127.0.0.1:{port}/\t",
    "http://127.0.0.1:{port}/\n",
    "http://127.0.0.1:{port}/\r\nX-Injected: 1",
    "http://127.0.0.1:{port}/\x00",
    "http://127.0.0.1:{port}/\x1f",
    "http://127.0.0.1:{port}/\x7f",
    "http://127.0.0.1:{port}/\x85",
    "http://127.0.0.1:{port}/\xa0",
    "http://127.0.0.1:{port}/?\n",
    "http://127.0.0.1:{port}/#\n",
    "http://127.0.0.1\n:{port}/",
    "http://127.0.0.1:{port}/a\\b",
    "http://127.0.0.1:{port}\\@evil.invalid/",
    "http://user:pass@/",
    "http://user:pass@a@127.0.0.1:{port}/",
    "http://user:pass@[::1/",
    "http:\\\\127.0.0.1:{port}\\",
]

NORMAL_FORMS = [
    ("", "/"),
    ("/", "/"),
    ("?a=1", "/?a=1"),
    ("/a/./b", "/a/b"),
    ("/a/../b", "/b"),
    ("/a/b/..", "/a/"),
    ("/a/b/.", "/a/b/"),
    ("/../../a", "/a"),
    ("/a/%2e%2E/b", "/b"),
    ("/a/%2E/b", "/a/b"),
    ("/a/.../.b/c.", "/a/.../.b/c."),
    ("/a//b/", "/a//b/"),
    ("/%41%7E%2d%5F%2e%30", "/A~-_.0"),
    ("/a%2fb", "/a%2Fb"),
    ("/a%2Fb%3f%23%25", "/a%2Fb%3F%23%25"),
    ("/..%2f..%2fa", "/..%2F..%2Fa"),
    ("/%21%24%26%3b%40", "/%21%24%26%3B%40"),
    ("/-._~!$&'()*+,;=:@", "/-._~!$&'()*+,;=:@"),
    ("/100%", "/100%25"),
    ("/%zz%4", "/%25zz%254"),
    ('/|^[]{}`"<>', "/%7C%5E%5B%5D%7B%7D%60%22%3C%3E"),
    ("/\u00e9/\u65e5", "/%C3%A9/%E6%97%A5"),
    ("/\U0001f600", "/%F0%9F%98%80"),
    ("/%e9", "/%E9"),
    ("/p?", "/p"),
    ("/p#part", "/p"),
    ("/p?a=1#part", "/p?a=1"),
    ("/p?#", "/p"),
    ("/p?a=%2f%7e%2b%26", "/p?a=%2F~%2B%26"),
    ("/p?a=x+y&&b&=c", "/p?a=x+y&&b&=c"),
    ("/p?a=%20b", "/p?a=%20b"),
    ("/p?a=/../?:@!$'()*,;", "/p?a=/../?:@!$'()*,;"),
    ('/p?[]|^`{}"<>', "/p?%5B%5D%7C%5E%60%7B%7D%22%3C%3E"),
    ("/p?a=\u00e9", "/p?a=%C3%A9"),
    ("/p?a=50%", "/p?a=50%25"),
]


class UrlRules(Suite):
    """URL-1, URL-2, URL-3 and URL-5."""

    @rule("URL-1")
    @pytest.mark.parametrize("base", ["/v2", "/v2/"])
    @pytest.mark.parametrize("path", ["users", "/users"])
    def test_a_path_is_joined_below_the_base_path(
        self, base: str, path: str, new_subject: NewSubject, origin: Origin
    ) -> None:
        """One slash stands between them, whichever of the two brings it."""
        origin.on("/v2/users", echo)
        response = new_subject(base_url=origin.url(base)).send("GET", path)
        assert "/v2/users" == response.json()["target"]

    @rule("URL-1")
    @pytest.mark.parametrize(
        ("base", "path", "target"),
        [
            ("", "/users", "/users"),
            ("", "users", "/users"),
            ("/", "/users", "/users"),
            ("/a/b", "/c/d/", "/a/b/c/d/"),
            ("/v2", "/users?page=2", "/v2/users?page=2"),
            ("/v2", "", "/v2"),
            ("/v2/", "", "/v2/"),
        ],
    )
    def test_every_base_is_kept_whole(
        self, base: str, path: str, target: str, new_subject: NewSubject, origin: Origin
    ) -> None:
        """Also where the base has no path, or the request none of its own."""
        new_subject(base_url=origin.url(base)).send("GET", path)
        assert [target] == [request.target for request in origin.requests]

    @rule("URL-1")
    def test_an_absolute_url_wins(self, new_subject: NewSubject, origin: Origin, other_origin: Origin) -> None:
        """It is asked for as it is, and the base URL is not connected to."""
        new_subject(base_url=other_origin.url("/v2")).send("GET", origin.url("/users"))
        assert ["/users"] == [request.target for request in origin.requests]
        assert 0 == other_origin.connections

    @rule("URL-2")
    @pytest.mark.parametrize("url", BAD_URLS)
    def test_a_bad_url_is_refused(self, url: str, subject: Subject, origin: Origin) -> None:
        """Before anything is connected to, not even on a port number that wraps around to an open one."""
        with refused(origin, InvalidURL):
            subject.send("GET", _filled(url, origin))

    @rule("URL-2")
    @pytest.mark.parametrize("url", ["ftp://127.0.0.1:{port}/", "http://127.0.0.1:{port}/a b", "/path"])
    def test_a_stream_of_a_bad_url_is_refused(self, url: str, subject: Subject, origin: Origin) -> None:
        """By the time its first item is asked for."""
        with refused(origin, InvalidURL), subject.stream("GET", _filled(url, origin)) as items:
            next(items)

    @rule("URL-2")
    @pytest.mark.parametrize("base_url", [url for url in BAD_URLS if url])
    def test_a_bad_base_url_is_refused(self, base_url: str, new_subject: NewSubject, origin: Origin) -> None:
        """When it is configured or, at the latest, at the call."""
        with refused(origin, InvalidURL):
            new_subject(base_url=_filled(base_url, origin)).send("GET", "/path")

    @rule("URL-2")
    @pytest.mark.parametrize("path", ["/a b", "/a\r\nX-Injected: 1", "/a\n", "\\\\evil.invalid", "/a\\b", "/?\x00"])
    def test_a_bad_path_below_a_base_is_refused(self, path: str, new_subject: NewSubject, origin: Origin) -> None:
        """The base URL makes nothing good that isn't."""
        with refused(origin, InvalidURL):
            new_subject(base_url=origin.url("/v2")).send("GET", path)

    @rule("URL-2")
    @pytest.mark.parametrize("scheme", ["HTTP", "Http"])
    def test_a_scheme_has_no_case(self, scheme: str, subject: Subject, origin: Origin) -> None:
        """It means the same."""
        subject.send("GET", f"{scheme}{origin.url('/a').removeprefix('http')}")
        assert ["/a"] == [request.target for request in origin.requests]

    @rule("URL-3")
    @pytest.mark.parametrize(("given", "target"), NORMAL_FORMS)
    def test_a_url_is_sent_in_normal_form(self, given: str, target: str, subject: Subject, origin: Origin) -> None:
        """Exactly these characters stand on the request line."""
        subject.send("GET", origin.url(given))
        assert [target] == [request.target for request in origin.requests]

    @rule("URL-5")
    @pytest.mark.parametrize("base", ["", "/", "/v2"])
    @pytest.mark.parametrize(
        "case",
        [
            ("//{host}/x", "/{host}/x"),
            ("///{host}/x", "/{host}/x"),
            ("//user@{host}/x", "/user@{host}/x"),
            ("@{host}/x", "/@{host}/x"),
            (":1@{host}/x", "/:1@{host}/x"),
            (".{host}/x", "/.{host}/x"),
            ("{host}/x", "/{host}/x"),
        ],
    )
    def test_a_path_never_leaves_the_origin(
        self, base: str, case: tuple[str, str], new_subject: NewSubject, origin: Origin, other_origin: Origin
    ) -> None:
        """What looks like a host in it is a segment of the path."""
        path, below = (text.format(host=f"{other_origin.host}:{other_origin.port}") for text in case)
        new_subject(base_url=origin.url(base)).send("GET", path)
        assert [base.rstrip("/") + below] == [request.target for request in origin.requests]
        assert 0 == other_origin.connections


def _filled(url: str, origin: Origin) -> str:
    return url.replace("{port}", str(origin.port)).replace("{wrapping}", str(origin.port + 65536))
