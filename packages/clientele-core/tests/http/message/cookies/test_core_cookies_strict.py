"""The cookie jar towards those who mean harm, and those who can't write: what it ignores, refuses and limits."""

from __future__ import annotations

import time
import warnings

import pytest

from clientele.http.message.cookies.jar import MOST, MOST_PER_DOMAIN, Jar
from clientele.http.message.cookies.set_cookie import parse_date
from clientele.http.message.urls import parse_url

HERE = "https://a.example.com/x/y"


class Keeper:
    """A jar, asked and told in plain text."""

    def __init__(self) -> None:
        self.jar = Jar()

    def keep(self, url: str, *cookies: str) -> None:
        self.jar.keep(parse_url(url)[0], tuple(("Set-Cookie", cookie) for cookie in cookies))

    def sent(self, url: str) -> list[str]:
        header = self.jar.header(parse_url(url)[0])
        return [] if header is None else sorted(header.split("; "))


@pytest.fixture
def keeper() -> Keeper:
    return Keeper()


@pytest.mark.parametrize(
    "attributes",
    [
        "Expires=whenever",
        "Expires=Thu, 99 Foo 2099 99:99:99 GMT",
        "Expires=Thu, 01 Jan 1600 00:00:00 GMT",
        "Max-Age=soon",
        "Max-Age=1.5",
        "Max-Age=",
        "Max-Age=" + "9" * 1000,
        "Max-Age=" + "9" * 5000,
        "Domain",
        "Domain=",
        "Path",
        "Path=relative",
        "Path=" + "/" * 5000,
        "Path=/caf\xe9",
        "Path=/\x01",
        "Version=1",
        "Version=planted",
        "Version=; Port=",
        "Comment=\xe9; Discard",
        "=; ;; =x",
        "SameSite=planted; Priority=High",
    ],
)
def test_an_attribute_that_does_not_parse_is_ignored_alone(attributes: str, keeper: Keeper) -> None:
    """COK-3 the cookie is kept all the same, and nothing warns (RFC 6265, section 5.2)."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        keeper.keep(HERE, f"a=1; {attributes}", f"b=2; {attributes}; Path=/; Domain=example.com; HttpOnly")
        assert ["a=1", "b=2"] == keeper.sent(HERE)
        assert ["b=2"] == keeper.sent("https://example.com/")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Thu, 01 Jan 1970 00:00:10 GMT", 10),
        ("Thursday, 01-Jan-70 00:00:10 GMT", 10),
        ("Thu Jan  1 00:00:10 1970", 10),
        ("1 january 1970 0:0:10", 10),
        ("00:00:10 1 Jan 1970 UTC+9", 10),
        ("01 Jan 69 00:00:00", 3124224000),
        ("01 Jan 99 00:00:00", 915148800),
        ("Thu, 01 Jan 1600 00:00:00 GMT", None),
        ("Thu, 31 Feb 2020 00:00:00 GMT", None),
        ("Thu, 01 Jan 2020 24:00:00 GMT", None),
        ("Thu, 01 Jan 2020", None),
        ("tomorrow", None),
        ("", None),
    ],
)
def test_dates_have_many_forms(text: str, wanted: float | None) -> None:
    """COK-2 as RFC 6265 reads them, section 5.1.1."""
    assert wanted == parse_date(text)


@pytest.mark.parametrize("cookie", ["", "a", "=1", ";a=1", "a\xe9=1", "a=\x00", "a=" + "x" * 4096])
def test_an_invalid_cookie_is_ignored(cookie: str, keeper: Keeper) -> None:
    """COK-3 one without a name, one that can't be sent back, and one that is too large."""
    keeper.keep(HERE, f"{cookie}; Path=/")
    assert [] == keeper.sent(HERE)


@pytest.mark.parametrize(
    ("host", "domain", "others"),
    [
        ("a.co.uk", "co.uk", ["b.co.uk", "co.uk"]),
        ("a.name.ck", "name.ck", ["b.name.ck", "name.ck"]),
        ("a.com.au", ".COM.AU", ["b.com.au"]),
        ("a.or.jp", "or.jp", ["b.or.jp"]),
        ("a.github.io", "github.io", ["b.github.io"]),
        ("a.eu-west-1.amazonaws.com", "eu-west-1.amazonaws.com", ["b.eu-west-1.amazonaws.com"]),
        ("a.example.com", "com", ["b.example.com", "example.com", "com"]),
        ("a.localhost", "localhost", ["localhost", "b.localhost"]),
        ("a.internal", "internal", ["b.internal"]),
        ("10.0.0.1", "0.0.1", ["11.0.0.1"]),
    ],
)
def test_no_cookie_is_for_a_public_suffix(host: str, domain: str, others: list[str], keeper: Keeper) -> None:
    """COK-3 nor for a name without a dot: strangers would get it. Nor does the host keep it for itself."""
    keeper.keep(f"https://{host}/", f"a=1; Domain={domain}")
    for name in (host, *others):
        assert [] == keeper.sent(f"https://{name}/")


@pytest.mark.parametrize("host", ["github.io", "localhost", "co.uk"])
def test_a_host_that_is_a_public_suffix_keeps_cookies_for_itself(host: str, keeper: Keeper) -> None:
    """COK-3 RFC 6265, section 5.3, step 5."""
    keeper.keep(f"https://{host}/", f"a=1; Domain={host}")
    assert ["a=1"] == keeper.sent(f"https://{host}/")
    assert [] == keeper.sent(f"https://b.{host}/")


@pytest.mark.parametrize(
    ("url", "cookie"),
    [
        ("http://a.example.com/", "sid=planted; Path=/"),
        ("http://a.example.com/", "sid=planted; Path=/; Secure"),
        ("http://a.example.com/", "sid=; Path=/; Max-Age=0"),
        ("http://a.example.com/", "sid=planted; Path=/login"),
        ("http://a.example.com/", "sid=planted; Path=/; Domain=example.com"),
        ("http://b.a.example.com/", "sid=planted; Path=/; Domain=example.com"),
    ],
)
def test_plain_text_takes_the_place_of_no_secure_cookie(url: str, cookie: str, keeper: Keeper) -> None:
    """COK-3 whoever is on the network could plant one, or take one away."""
    keeper.keep("https://a.example.com/", "sid=1; Path=/; Secure")
    keeper.keep(url, cookie, "other=2; Path=/")
    for path in ("", "login/x"):
        assert ["sid=1"] == [sent for sent in keeper.sent(f"https://a.example.com/{path}") if sent.startswith("sid")]
    assert "other=2" in keeper.sent(url)


def test_other_cookies_of_plain_text_are_kept(keeper: Keeper) -> None:
    """COK-3 of another host, of another path, or beside one that isn't secure."""
    keeper.keep("https://a.example.com/x/", "sid=1; Path=/x; Secure", "other=1; Path=/")
    keeper.keep("http://b.example.com/", "sid=2; Path=/")
    keeper.keep("http://a.example.com/", "sid=3; Path=/", "other=3; Path=/")
    assert ["sid=2"] == keeper.sent("https://b.example.com/")
    assert ["other=3", "sid=3"] == keeper.sent("https://a.example.com/")


@pytest.mark.parametrize(
    ("url", "cookie", "kept"),
    [
        ("https://a.example.com/", "__Secure-a=1; Secure", True),
        ("https://a.example.com/", "__Secure-a=1", False),
        ("http://a.example.com/", "__secure-a=1; Secure", False),
        ("https://a.example.com/", "__Host-a=1; Secure; Path=/", True),
        ("https://a.example.com/", "__Host-a=1; Secure", False),
        ("https://a.example.com/", "__Host-a=1; Path=/", False),
        ("https://a.example.com/", "__Host-a=1; Secure; Path=/; Domain=a.example.com", False),
        ("http://a.example.com/", "a=1; Secure", False),
    ],
)
def test_a_prefix_keeps_its_word(url: str, cookie: str, kept: bool, keeper: Keeper) -> None:  # noqa: FBT001
    """COK-3 a cookie that says how it was set was set like that (RFC 6265bis, section 4.1.3)."""
    keeper.keep(url, cookie)
    assert kept == bool(keeper.sent("https://a.example.com/"))


def test_a_host_has_so_many_cookies(keeper: Keeper) -> None:
    """COK-3 the oldest go, and first of all those that are over; another host's stay."""
    keeper.keep("https://b.example.com/", "b=1")
    keeper.keep(HERE, "over=1; Max-Age=1; Path=/", "first=1; Path=/")
    keeper.keep(HERE, *(f"a{number}=1; Path=/" for number in range(MOST_PER_DOMAIN - 2)))
    keeper.keep(HERE, "first=2; Path=/")
    assert MOST_PER_DOMAIN == len(keeper.sent(HERE))
    for number in range(3):
        keeper.keep(HERE, f"new{number}=1; Path=/")
    sent = keeper.sent(HERE)
    assert MOST_PER_DOMAIN == len(sent)
    assert {"over=1", "first=2", "a0=1"}.isdisjoint(sent)
    assert {"a1=1", "new2=1"} <= set(sent)
    assert ["b=1"] == keeper.sent("https://b.example.com/")


def test_what_is_over_makes_room_first(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    """COK-3 nothing that still counts goes for it."""
    keeper.keep(HERE, *(f"a{number}=1; Path=/" for number in range(MOST_PER_DOMAIN - 1)), "over=1; Max-Age=1; Path=/")
    now = time.time()
    monkeypatch.setattr("clientele.http.message.cookies.jar.time.time", lambda: now + 2)
    keeper.keep(HERE, "new=1; Path=/")
    assert MOST_PER_DOMAIN == len(keeper.sent(HERE))
    assert "a0=1" in keeper.sent(HERE)


def test_a_jar_has_so_many_cookies(keeper: Keeper) -> None:
    """COK-3 a program that asks a million hosts doesn't keep what each of them says."""
    many = [f"a{number}=1" for number in range(MOST_PER_DOMAIN)]
    hosts = MOST // MOST_PER_DOMAIN
    for number in range(hosts + 2):
        keeper.keep(f"https://h{number}.example.com/", *many)
    assert [0, 0] == [len(keeper.sent(f"https://h{number}.example.com/")) for number in range(2)]
    assert all(keeper.sent(f"https://h{number}.example.com/") for number in range(2, hosts + 2))


@pytest.mark.parametrize("domain", ["co.uk", ".CO.UK", "co.uk.", ".CO.UK."])
@pytest.mark.parametrize("host", ["here.co.uk", "here.co.uk."])
def test_a_trailing_dot_does_not_bypass_public_suffixes(host: str, domain: str, keeper: Keeper) -> None:
    """COK-3 `co.uk.` is as public as `co.uk`."""
    keeper.keep(f"https://{host}/", f"a=1; Domain={domain}")
    assert [] == keeper.sent("https://there.co.uk/") + keeper.sent("https://there.co.uk./")
