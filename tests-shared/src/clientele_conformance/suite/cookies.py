"""Cookies: none by default; with a jar, each where it belongs."""

from __future__ import annotations

import asyncio
import warnings
from itertools import permutations

import pytest

from clientele.http import Capability
from clientele_conformance.rules import rule
from clientele_conformance.servers import Origin, redirect, response
from clientele_conformance.subject import AsyncSubject, Mode, Subject, SyncSubject
from clientele_conformance.suite.base import NewSubject, Suite, needs


def setting(*cookies: str) -> bytes:
    """A response that sets `cookies`."""
    return response(200, [("Set-Cookie", cookie) for cookie in cookies], b"ok")


def cookies_of(origin: Origin) -> list[str] | None:
    """The cookies of the last request, in order."""
    header = origin.requests[-1].header("cookie")
    return None if header is None else header.split("; ")


class CookieRules(Suite):
    """COK-1 to COK-3."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Where there are two modes, try each of them first; a backend without a jar is not asked for one."""
        super().pytest_generate_tests(metafunc)
        if "first_mode" in metafunc.fixturenames:
            metafunc.parametrize(("first_mode", "second_mode"), list(permutations(self.modes(), 2)))
        if "keeping" in metafunc.fixturenames and not self.has(Capability.COOKIES):
            metafunc.parametrize("keeping", [])

    @pytest.fixture
    def keeping(self, new_subject: NewSubject) -> Subject:
        """A backend with a jar, which follows redirects and trusts every certificate."""
        return new_subject(cookies=True, follow_redirects=True, verify=False)

    @rule("COK-1")
    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
    def test_no_cookie_is_kept_by_default(self, host: str, new_subject: NewSubject, origin: Origin) -> None:
        """Neither for the next call nor for the next step of this one."""
        origin.on("/", response(302, [("Set-Cookie", "a=1; Path=/"), ("Location", "/next")]))
        origin.on("/next", setting("b=2; Path=/"))
        subject = new_subject(follow_redirects=True)
        answers = [subject.send("GET", origin.url("/", host=host)) for _ in range(2)]
        assert [["b=2; Path=/"]] * 2 == [answer.headers.get_list("set-cookie") for answer in answers]
        assert [None] * 4 == [request.header("cookie") for request in origin.requests]

    @rule("COK-1")
    def test_a_cookie_of_the_caller_is_for_its_call(self, subject: Subject, origin: Origin) -> None:
        """It is sent as it is, and not remembered."""
        origin.on("/", setting("a=2"))
        for headers in ({"Cookie": 'a=1; b="x y"'}, {}):
            subject.send("GET", origin.url("/"), headers=headers)
        assert ['a=1; b="x y"', None] == [request.header("cookie") for request in origin.requests]

    @rule("COK-2")
    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
    def test_a_jar_keeps_cookies(self, host: str, keeping: Subject, origin: Origin) -> None:
        """Each from a field of its own, for hosts by name and by address, in their values' own words."""
        origin.on("/", setting("a=1", "b=x y; Expires=Thu, 01 Jan 2099 00:00:00 GMT", 'c="q"; HttpOnly; SameSite=Lax'))
        keeping.send("GET", origin.url("/", host=host))
        assert None is cookies_of(origin)
        keeping.send("GET", origin.url("/other", host=host))
        assert ["a=1", "b=x y", 'c="q"'] == sorted(cookies_of(origin) or [])

    @rule("COK-2")
    def test_a_jar_forgets_what_it_is_told_to(self, keeping: Subject, origin: Origin) -> None:
        """A new value takes the place of the old one, and one that has expired goes."""
        origin.on("/set", setting("a=1", "b=1", "c=1", "d=1"))
        origin.on("/change", setting("a=2", "b=; Max-Age=0", "c=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"))
        for path in ("/set", "/change", "/"):
            keeping.send("GET", origin.url(path))
        assert ["a=2", "d=1"] == sorted(cookies_of(origin) or [])

    @rule("COK-2")
    @pytest.mark.parametrize(
        ("attributes", "path", "sent"),
        [
            ("", "/a/other", True),
            ("", "/a", True),
            ("", "/b", False),
            ("; Path=/", "/b", True),
            ("; Path=/a/set/", "/a/set", False),
            ("; Path=/b", "/b/c", True),
            ("; Path=/b", "/bc", False),
            ("; Domain=example.test", "/a/other", False),
            ("; Domain=test", "/a/other", False),
            ("; Secure", "/a/other", False),
        ],
    )
    def test_a_cookie_goes_where_it_belongs(
        self, attributes: str, path: str, *, sent: bool, keeping: Subject, origin: Origin
    ) -> None:
        """And nowhere else."""
        origin.on("/a/set", setting(f"a=1{attributes}"))
        keeping.send("GET", origin.url("/a/set"))
        keeping.send("GET", origin.url(path))
        assert (["a=1"] if sent else None) == cookies_of(origin)

    @rule("COK-2")
    def test_a_cookie_of_one_host_is_not_for_another(self, keeping: Subject, origin: Origin) -> None:
        """Not even if both are the same machine, nor by a redirect."""
        origin.on("/", response(302, [("Set-Cookie", "a=1; Path=/"), ("Location", origin.url("/b", host="localhost"))]))
        keeping.send("GET", origin.url("/"))
        assert None is cookies_of(origin)
        keeping.send("GET", origin.url("/b"))
        assert ["a=1"] == cookies_of(origin)

    @rule("COK-2")
    def test_a_secure_cookie_stays_on_tls(self, keeping: Subject, origin: Origin, tls_origin: Origin) -> None:
        """Whoever can read the network doesn't get it."""
        tls_origin.on("/", setting("a=1; Secure; Path=/", "b=2; Path=/"))
        for url in (tls_origin.url("/"), tls_origin.url("/again"), origin.url("/")):
            keeping.send("GET", url)
        assert ["a=1", "b=2"] == sorted(cookies_of(tls_origin) or [])
        assert ["b=2"] == cookies_of(origin)

    @rule("COK-3")
    @pytest.mark.parametrize("attributes", ["Version=1", "Expires=whenever", "Path=/caf\xe9", "Domain=;;="])
    def test_a_cookie_is_kept_whatever_its_attributes(self, attributes: str, keeping: Subject, origin: Origin) -> None:
        """An attribute that can't be read is ignored, and no library warns of it."""
        origin.on("/", setting(f"a=1; {attributes}", "b=2"))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for _ in range(2):
                keeping.send("GET", origin.url("/"))
        assert ["a=1", "b=2"] == sorted(cookies_of(origin) or [])

    @rule("COK-3")
    @pytest.mark.parametrize(("host", "domain"), [("localhost", "host"), ("127.0.0.1", "0.0.1"), ("127.0.0.1", "1")])
    def test_no_cookie_is_kept_for_strangers(self, host: str, domain: str, keeping: Subject, origin: Origin) -> None:
        """Nor for the host itself, which had no right to set it."""
        origin.on("/", setting(f"a=1; Domain={domain}"))
        for _ in range(2):
            keeping.send("GET", origin.url("/", host=host))
        assert None is cookies_of(origin)

    @rule("COK-3")
    def test_plain_text_takes_the_place_of_no_secure_cookie(
        self, keeping: Subject, origin: Origin, tls_origin: Origin
    ) -> None:
        """Whoever can write on the network plants none, and takes none away."""
        tls_origin.on("/", setting("a=1; Secure; Path=/"))
        origin.on("/", setting("a=planted; Path=/", "a=; Max-Age=0; Path=/", "b=planted; Secure; Path=/"))
        for url in (tls_origin.url("/"), origin.url("/"), tls_origin.url("/again")):
            keeping.send("GET", url)
        assert ["a=1"] == cookies_of(tls_origin)

    @rule("COK-3")
    def test_a_jar_does_not_grow_without_end(self, keeping: Subject, origin: Origin) -> None:
        """Fifty cookies of a host are enough, and 4096 bytes of a cookie."""
        origin.on("/", setting(*(f"a{number}=1" for number in range(60)), f"b={'x' * 5000}"))
        for _ in range(2):
            keeping.send("GET", origin.url("/"))
        assert {f"a{number}=1" for number in range(10, 60)} == set(cookies_of(origin) or [])

    @rule("COK-2")
    def test_a_cookie_of_a_redirect_is_sent_at_the_next_step(self, keeping: Subject, origin: Origin) -> None:
        """As a log-in has it."""
        origin.on("/", redirect("/next", headers=[("Set-Cookie", "a=1")]))
        keeping.send("GET", origin.url("/"))
        assert ["a=1"] == cookies_of(origin)

    @rule("COK-2")
    def test_a_stream_sets_and_sends_cookies(self, keeping: Subject, origin: Origin) -> None:
        """As any call."""
        origin.on("/", setting("a=1"), setting("b=2"))
        for _ in range(2):
            with keeping.stream("GET", origin.url("/")) as items:
                assert b"ok" == b"".join(items)
        assert ["a=1"] == cookies_of(origin)
        keeping.send("GET", origin.url("/"))
        assert ["a=1", "b=2"] == sorted(cookies_of(origin) or [])

    @rule("COK-2")
    @pytest.mark.parametrize("status", [404, 500])
    def test_an_error_sets_cookies_as_well(self, status: int, keeping: Subject, origin: Origin) -> None:
        """Whatever the status."""
        origin.on("/", response(status, [("Set-Cookie", "a=1")]))
        for _ in range(2):
            keeping.send("GET", origin.url("/"))
        assert ["a=1"] == cookies_of(origin)

    @rule("COK-2")
    def test_what_the_caller_sends_comes_first(self, keeping: Subject, origin: Origin) -> None:
        """A Cookie header is sent as it is; the jar keeps what it has."""
        origin.on("/", setting("a=1"))
        for headers in ({}, {"Cookie": "a=own"}, {}):
            keeping.send("GET", origin.url("/"), headers=headers)
        assert [None, "a=own", "a=1"] == [request.header("cookie") for request in origin.requests]

    @rule("COK-2")
    @pytest.mark.parametrize(
        "cookie",
        ["a=caf\xe9", "a=\xc3\xa9", "\xe9=1", "a", "=1", "", ";;;", "a=1; Expires=never", "a=1; Max-Age=x", "a\t=1"],
    )
    def test_an_odd_cookie_does_no_harm(self, cookie: str, keeping: Subject, origin: Origin) -> None:
        """It is kept or not; the calls go on, and other cookies with them."""
        origin.on("/", setting(cookie, "ok=1"))
        for _ in range(2):
            assert 200 == keeping.send("GET", origin.url("/")).status_code
        assert "ok=1" in (cookies_of(origin) or [])

    @rule("COK-2")
    @needs(Capability.COOKIES)
    def test_a_jar_belongs_to_its_backend(self, new_subject: NewSubject, origin: Origin) -> None:
        """Another one has its own, and it is gone from neither when the backend is closed and used again."""
        origin.on("/", setting("a=1"))
        one, other = new_subject(cookies=True), new_subject(cookies=True)
        one.send("GET", origin.url("/"))
        other.send("GET", origin.url("/other"))
        assert None is cookies_of(origin)
        one.close()
        one.send("GET", origin.url("/other"))
        assert ["a=1"] == cookies_of(origin)

    @rule("COK-2")
    @needs(Capability.COOKIES)
    def test_both_modes_have_one_jar(self, first_mode: Mode, second_mode: Mode, origin: Origin) -> None:
        """What a response to one sets, a request of the other sends."""
        origin.on("/", setting("a=1"))
        backend = self.make_backend(cookies=True)
        with asyncio.Runner() as runner:
            subjects: dict[Mode, Subject] = {"sync": SyncSubject(backend), "async": AsyncSubject(backend, runner)}
            for mode in (first_mode, second_mode):
                subjects[mode].send("GET", origin.url("/"))
            for subject in subjects.values():
                subject.close()
        assert ["a=1"] == cookies_of(origin)
