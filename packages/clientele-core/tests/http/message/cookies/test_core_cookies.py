"""The cookie jar: what it keeps, and to whom it is sent."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from clientele.http.backends import backend_settings
from clientele.http.message.body.bodies import sync_chunks
from clientele.http.message.cookies.cookies import cookie_jar
from clientele.http.message.cookies.jar import Jar
from clientele.http.message.headers import checked_headers
from clientele.http.message.urls import parse_url
from clientele.http.transport.call_state import CallState
from clientele.http.transport.profile import Profile
from clientele.http.wire import WireResponse

quick = settings(max_examples=150)

HERE = "https://a.example.com/x/y"
YEAR_2099 = "Thu, 01 Jan 2099 00:00:00 GMT"


class Keeper:
    """A jar, asked and told in plain text."""

    def __init__(self) -> None:
        self.jar = cookie_jar()

    def keep(self, url: str, *cookies: str, name: str = "Set-Cookie") -> None:
        self.jar.keep(parse_url(url)[0], tuple((name, cookie) for cookie in cookies))

    def sent(self, url: str) -> list[str]:
        header = self.jar.header(parse_url(url)[0])
        return [] if header is None else sorted(header.split("; "))


@pytest.fixture
def keeper() -> Keeper:
    return Keeper()


def test_there_is_a_jar_only_if_it_is_asked_for() -> None:
    """COK-1 by default nothing is kept."""
    none, jar = (Profile("x", "lib/1", (), backend_settings("X", {"cookies": on})).cookies for on in (False, True))
    assert none is None
    assert isinstance(jar, Jar)


@pytest.mark.parametrize(
    ("attributes", "asked", "sent"),
    [
        ("", "https://a.example.com/x/z?q", True),
        ("", "https://a.example.com/x", True),
        ("", "https://a.example.com/", False),
        ("", "https://a.example.com/xx", False),
        ("Path=/", "https://a.example.com/", True),
        ("Path=/x/y", "https://a.example.com/x", False),
        ("Path=/x/y", "https://a.example.com/x/y/z", True),
        ("Path=/x/y", "https://a.example.com/x/yz", False),
        ("Path=/other", "https://a.example.com/other", True),
        ("Path=/", "https://A.EXAMPLE.COM/", True),
        ("Path=/", "https://a.example.com:8443/", True),
        ("Path=/", "https://example.com/", False),
        ("Path=/", "https://b.example.com/", False),
        ("Path=/", "https://b.a.example.com/", False),
        ("Path=/", "https://ba.example.com/", False),
        ("Path=/", "http://a.example.com/", True),
        ("Path=/; Secure", "https://a.example.com/", True),
        ("Path=/; Secure", "http://a.example.com/", False),
        ("Path=/; SECURE", "http://a.example.com/", False),
        ("Path=/; HttpOnly; SameSite=Strict; Partitioned", "https://a.example.com/", True),
        ("Path=/; Domain=example.com", "https://b.example.com/", True),
        ("Path=/; Domain=.example.com", "https://example.com/", True),
        ("Path=/; Domain=EXAMPLE.com", "https://a.b.example.com/", True),
        ("Path=/; Domain=example.com", "https://badexample.com/", False),
        ("Path=/; Domain=example.com", "https://example.com.evil.org/", False),
        ("Path=/; Domain=b.example.com", "https://b.example.com/", False),
        ("Path=/; Domain=b.example.com", "https://a.example.com/", False),
        ("Path=/; Domain=evil.org", "https://evil.org/", False),
        ("Path=/; Domain=com", "https://other.com/", False),
        ("Path=/; Domain=.com", "https://a.example.com/", False),
    ],
)
def test_a_cookie_goes_where_the_server_said(attributes: str, asked: str, sent: bool, keeper: Keeper) -> None:  # noqa: FBT001
    """COK-2 and nowhere else: host, domain, path and TLS all have to fit."""
    keeper.keep(HERE, f"a=1; {attributes}")
    assert (["a=1"] if sent else []) == keeper.sent(asked)


@pytest.mark.parametrize(
    ("host", "others"),
    [
        ("127.0.0.1", ["127.0.0.2", "10.0.0.1", "1.127.0.0.1.example.com", "localhost"]),
        ("10.0.0.1", ["10.0.0.11", "110.0.0.1", "[::ffff:10.0.0.1]"]),
        ("[::1]", ["[::2]", "127.0.0.1"]),
        ("[2001:db8::1]", ["[2001:db8::11]", "[2001:db8::]"]),
        ("localhost", ["127.0.0.1", "a.localhost", "local"]),
    ],
)
@pytest.mark.parametrize("port", ["", ":8080"])
def test_an_ip_address_matches_only_itself(host: str, others: list[str], port: str, keeper: Keeper) -> None:
    """COK-2 a cookie of an address or of a name without dots comes back to it, on any port, and to no other."""
    keeper.keep(f"http://{host}{port}/", "a=1", "b=2; Domain=0.0.1", "c=3; Domain=.0.1", "d=4; Domain=1")
    assert keeper.sent(f"http://{host}/") == ["a=1"]
    assert keeper.sent(f"http://{host}:9/") == ["a=1"]
    for other in others:
        assert keeper.sent(f"http://{other}{port}/") == []


LABELS = st.lists(st.sampled_from(["a", "b", "ab", "example"]), max_size=3)
HOSTS = LABELS.map(lambda labels: ".".join([*labels, "example", "com"]))


@quick
@given(HOSTS, HOSTS, st.one_of(st.none(), HOSTS))
@example("example.com", "a.example.com", None)
def test_hosts_and_domains(host: str, asked: str, domain: str | None) -> None:
    """COK-2 without a Domain a cookie is for its host alone; with one, for that domain if its host is in it."""
    keeper = Keeper()
    keeper.keep(f"http://{host}/", "a=1" if domain is None else f"a=1; Domain={domain}")
    wanted = host == asked if domain is None else within(host, domain) and within(asked, domain)
    assert wanted == bool(keeper.sent(f"http://{asked}/"))


def within(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


SEGMENTS = st.lists(st.sampled_from(["a", "b", "ab"]), max_size=3).map(lambda segments: "/" + "/".join(segments))


@quick
@given(SEGMENTS, SEGMENTS)
def test_paths(path: str, asked: str) -> None:
    """COK-2 a cookie is for its path and what is below it, segment by segment (RFC 6265, section 5.1.4)."""
    keeper = Keeper()
    keeper.keep("http://h.example.com/", f"a=1; Path={path}")
    matches = asked == path or asked.startswith(path.rstrip("/") + "/")
    assert matches == bool(keeper.sent(f"http://h.example.com{asked}"))


@pytest.mark.parametrize(
    ("attributes", "seconds", "sent"),
    [
        ("Max-Age=100", 50, True),
        ("Max-Age=100", 150, False),
        ("Max-Age=0", 0, False),
        ("Max-Age=-1", 0, False),
        ("Expires=Thu, 01 Jan 1970 00:00:00 GMT", 0, False),
        (f"Expires={YEAR_2099}", 10**8, True),
        (f"Max-Age=100; Expires={YEAR_2099}", 150, False),
        ("Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=100", 50, True),
        ("", 10**9, True),
        ("Expires=whenever", 10**8, True),
    ],
)
def test_a_cookie_expires(
    attributes: str, seconds: int, sent: bool, keeper: Keeper, monkeypatch: pytest.MonkeyPatch  # noqa: FBT001
) -> None:  # fmt: skip
    """COK-2 Max-Age goes before Expires, and without them a cookie lasts as long as its backend."""
    keeper.keep(HERE, f"a=1; {attributes}")
    now = time.time()
    monkeypatch.setattr("clientele.http.message.cookies.jar.time.time", lambda: now + seconds)
    assert (["a=1"] if sent else []) == keeper.sent(HERE)


def test_cookies_of_longer_paths_come_first(keeper: Keeper) -> None:
    """COK-2 servers take the first of a name (RFC 6265, section 5.4)."""
    keeper.keep(HERE, "a=1; Path=/", "b=1; Path=/x/y", "c=1; Path=/x")
    assert "b=1; c=1; a=1" == keeper.jar.header(parse_url(HERE)[0])


def test_a_cookie_is_changed_and_taken_away(keeper: Keeper) -> None:
    """COK-2 the newest value of a name, domain and path counts, and one that has expired takes its cookie with it."""
    keeper.keep(HERE, "a=1", "b=1", "c=1; Path=/")
    keeper.keep(HERE, "a=2", "b=; Max-Age=0", "c=2")
    assert keeper.sent(HERE) == ["a=2", "c=1", "c=2"]


@pytest.mark.parametrize("cookie", ["a=1", "a=", 'a="x y"', "a=b=c", "a=x,y", "a={[|]}", "A=1"])
def test_a_value_comes_back_in_its_own_words(cookie: str, keeper: Keeper) -> None:
    """COK-2 as the server wrote it, quotes included."""
    keeper.keep(HERE, f"{cookie}; Path=/")
    assert [cookie] == keeper.sent(HERE)


def test_each_field_is_one_cookie(keeper: Keeper) -> None:
    """COK-2 the comma of a date ends none, a header's name has any case, and no other header sets one."""
    keeper.keep(HERE, f"a=1; Expires={YEAR_2099}", "b=2", name="sEt-cOOkie")
    keeper.keep(HERE, "c=3", name="Set-Cookie2")
    keeper.keep(HERE, "d=4", name="Cookie")
    assert keeper.sent(HERE) == ["a=1", "b=2"]


@quick
@given(st.text(st.characters(max_codepoint=255), max_size=20), st.text(max_size=10))
@example("a=caf\xe9", "")
@example("a=\x01", "")
@example("\xe9=1", "")
@example("a=1; Max-Age=" + "9" * 5000, "")
def test_whatever_a_server_sets_can_be_sent(cookie: str, attribute: str) -> None:
    """SEC-5 what no header may hold is not sent back, and costs no other cookie."""
    assume(not set("\r\n") & set(cookie + attribute))
    keeper = Keeper()
    attribute = attribute.encode("latin-1", "replace").decode("latin-1")
    keeper.keep("http://h.example.com/", cookie, f"{cookie}; {attribute}", "ok=1")
    sent = keeper.jar.header(parse_url("http://h.example.com/")[0])
    assert sent is not None
    assert "ok=1" in sent.split("; ")
    assert checked_headers({"Cookie": sent})["cookie"][1] == sent


def exchange(*answers: tuple[str, str], cookies: bool = True, **options: object) -> Iterator[str | None]:
    """One call with redirects: answers are (Location, Set-Cookie); what comes out are the Cookie headers."""
    profile = Profile("fake", "fake/1", (), backend_settings("Fake", {"cookies": cookies, "follow_redirects": True}))
    call = CallState(profile, "GET", "https://a.example.com/", options)
    for target, cookie in (*answers, ("", "")):
        yield dict(call.wire_request(sync_chunks).headers).get("Cookie")
        headers = (("Location", target), ("Set-Cookie", cookie))
        call.head(WireResponse(302 if target else 200, headers, "1.1", iter(()), lambda: None, None))
        assert list(call.end()) == []


def test_a_cookie_of_a_redirect_is_sent_at_the_next_step() -> None:
    """COK-2 to the host that set it, there and back, and to no other."""
    steps = [("/login", "a=1; Path=/"), ("https://b.example.com/", "a=2; Path=/"), ("https://a.example.com/", "b=1")]
    assert list(exchange(*steps)) == [None, "a=1", None, "a=2"]


def test_a_redirect_sends_no_cookie_by_default() -> None:
    """COK-1 not even within one call."""
    assert list(exchange(("/login", "a=1; Path=/"), cookies=False)) == [None, None]


def test_a_cookie_header_of_the_caller_is_kept() -> None:
    """COK-2 it is sent to its own origin instead of the jar's, which keeps on collecting."""
    steps = [("/b", "a=1; Path=/; Domain=example.com"), ("https://b.example.com/", "")]
    assert list(exchange(*steps, headers={"Cookie": "own=1"})) == ["own=1", "own=1", "a=1"]
