"""Which proxy a request goes through, and what is said of it."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clientele.http.backends import backend_settings
from clientele.http.backends.proxies import Proxies, checked_proxy, excluded, is_loopback, proxies_of, shown_proxy
from clientele.http.errors import ConfigurationError
from clientele.http.message.urls import parse_url
from clientele.http.transport.profile import Profile

quick = settings(max_examples=200)

KNOWN = frozenset({"http", "https"})
PROXY = "http://proxy.example:3128"


def by(environment: dict[str, str], url: str = "http://example.com/", explicit: str | None = None) -> str | None:
    return Proxies(explicit, environment).proxy_for(parse_url(url)[0], KNOWN)


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "request_method"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(
    ("environment", "http", "https"),
    [
        ({}, None, None),
        ({"http": PROXY}, PROXY, None),
        ({"https": PROXY}, None, PROXY),
        ({"all": PROXY}, PROXY, PROXY),
        ({"all": PROXY, "https": "https://p"}, PROXY, "https://p"),
        ({"all": PROXY, "http": ""}, PROXY, PROXY),
        ({"http": "proxy.example:3128"}, PROXY, None),
        ({"http": f" \t{PROXY}\r\n", "https": " "}, PROXY, None),
        ({"http": "user:pass@proxy.example:3128"}, "http://user:pass@proxy.example:3128", None),
        ({"http": "HTTP://p"}, "HTTP://p", None),
        ({"ftp": PROXY, "no": "x"}, None, None),
    ],
)
def test_the_proxy_of_a_scheme(environment: dict[str, str], http: str | None, https: str | None) -> None:
    """PRX-1 each scheme has its own, `all` is for those that have none, and a proxy without a scheme is an http one."""
    assert http == by(environment)
    assert https == by(environment, "https://example.com/")


NO_PROXY = [
    ("example.com", "", False),
    ("example.com", " , ,, ", False),
    ("example.com", "*", True),
    ("example.com", "x, * ,y", True),
    ("example.com", "example.com", True),
    ("example.com", " EXAMPLE.com ", True),
    ("example.com.", "example.com", True),
    ("example.com", "example.com.", True),
    ("a.example.com", "example.com", True),
    ("a.b.example.com", "example.com", True),
    ("a.example.com", ".example.com", True),
    ("example.com", ".example.com", True),
    ("badexample.com", "example.com", False),
    ("badexample.com", ".example.com", False),
    ("example.com", "a.example.com", False),
    ("example.com.evil.org", "example.com", False),
    ("example.com", "com", True),
    ("example.com", ".", False),
    ("example.com", "x,example.com,y", True),
    ("example.com:8080", "example.com:8080", True),
    ("a.example.com:8080", ".example.com:8080", True),
    ("example.com", "example.com:8080", False),
    ("example.com", "example.com:80", True),
    ("example.com:8080", "example.com", True),
    ("example.com", "example.com:", False),
    ("example.com", "example.com:http", False),
    ("example.com", "example.com:\u00b2", False),
    ("example.com", "example.com:" + "9" * 5000, False),
    ("10.1.2.3", "10.1.2.3", True),
    ("10.1.2.3", "10.1.2.4", False),
    ("10.1.2.3", "1.2.3", False),
    ("10.1.2.3", ".2.3", False),
    ("10.1.2.3:8080", "10.1.2.3:8080", True),
    ("10.1.2.3", "10.1.2.3:8080", False),
    ("10.1.2.3", "10.0.0.0/8", True),
    ("10.1.2.3", "10.1.2.3/8", True),
    ("10.1.2.3", "10.0.0.0/255.0.0.0", True),
    ("11.1.2.3", "10.0.0.0/8", False),
    ("10.1.2.3", "0.0.0.0/0", True),
    ("10.1.2.3", "::/0", False),
    ("10.1.2.3", "10.0.0.0/33", False),
    ("a10.1.2.3.example", "10.0.0.0/8", False),
    ("[2001:db8::1]", "2001:db8::1", True),
    ("[2001:db8::1]", "[2001:db8::1]", True),
    ("[2001:db8::1]", "2001:0DB8:0::0001", True),
    ("[2001:db8::1]", "2001:db8::2", False),
    ("[2001:db8::1]:8080", "[2001:db8::1]:8080", True),
    ("[2001:db8::1]", "[2001:db8::1]:8080", False),
    ("[2001:db8::1]", "2001:db8::/32", True),
    ("[2001:db9::1]", "2001:db8::/32", False),
    ("[2001:db8::1]", "0.0.0.0/0", False),
]


@pytest.mark.parametrize(("host", "no_proxy", "bypassed"), NO_PROXY, ids=lambda value: str(value)[:40])
def test_no_proxy_matches_hosts(host: str, no_proxy: str, bypassed: bool) -> None:  # noqa: FBT001
    """PRX-1 `*`, names with their subdomains, addresses and networks, with or without a port."""
    assert bypassed == excluded(parse_url(f"http://{host}/")[0], no_proxy)
    assert (None if bypassed else PROXY) == by({"http": PROXY, "no": no_proxy}, f"http://{host}/")


def test_a_port_is_the_one_that_the_request_goes_to() -> None:
    """PRX-1 the scheme's own where the URL has none."""
    assert excluded(parse_url("https://example.com/")[0], "example.com:443")
    assert not excluded(parse_url("https://example.com/")[0], "example.com:80")


@quick
@given(st.text(), st.sampled_from(["example.com", "10.1.2.3", "[2001:db8::1]:8080"]))
@example("a:\u0663", "example.com")
@example("[", "example.com")
def test_no_proxy_accepts_any_text(entries: str, host: str) -> None:
    """PRX-1 an entry that means nothing names nothing, and takes none from the others."""
    url = parse_url(f"http://{host}/")[0]
    assert excluded(url, entries) in (True, False)
    assert excluded(url, f"{entries},{host}")


@quick
@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)), st.integers(0, 128), st.booleans())
def test_networks(address: ipaddress.IPv4Address | ipaddress.IPv6Address, length: int, flip: bool) -> None:  # noqa: FBT001
    """PRX-1 an address is in a network if it has its first bits."""
    bits = address.max_prefixlen
    length = min(length, bits)
    other = type(address)(int(address) ^ (1 << (bits - length) if flip and length else 0))
    host = f"[{address}]" if address.version == 6 else str(address)
    assert excluded(parse_url(f"http://{host}/")[0], f"{other}/{length}") is (other == address)


LOOPBACK = [
    "localhost",
    "LOCALHOST",
    "localhost.",
    "a.localhost",
    "127.0.0.1",
    "127.255.0.9",
    "127.1",
    "0x7f.1",
    "[::1]",
]


@pytest.mark.parametrize("host", [*LOOPBACK, "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_loopback_is_never_proxied(host: str, scheme: str) -> None:
    """PRX-1 by whatever name or address, whatever the environment says; an explicit proxy is for every request."""
    url = f"{scheme}://{host}:8080/"
    environment = {"http": PROXY, "https": PROXY, "all": "unknown://p", "no": "example.com"}
    assert by(environment, url) is None
    assert by({}, url, explicit=PROXY) == PROXY


@pytest.mark.parametrize("host", ["localhost.example.com", "notlocalhost", "128.0.0.1", "126.255.255.255", "[::2]"])
def test_all_else_is_not_loopback(host: str) -> None:
    """PRX-1 a name that only looks like it belongs to another host."""
    assert not is_loopback(parse_url(f"http://{host}/")[0].host)


def test_an_explicit_proxy_wins() -> None:
    """PRX-1 over the environment and its NO_PROXY."""
    assert by({"http": "http://other", "no": "*"}, explicit=PROXY) == PROXY


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
def test_the_environment_is_read_by_default(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """PRX-1 `trust_env=False` turns it off, and so does `proxy=`."""
    monkeypatch.setenv(name, PROXY)
    monkeypatch.setenv("NO_PROXY", "example.org")
    url, away = parse_url("http://example.com/")[0], parse_url("http://example.org/")[0]
    trusting = proxies_of(None, trust_env=True)
    assert (trusting.proxy_for(url, KNOWN), trusting.proxy_for(away, KNOWN)) == (PROXY, None)
    assert proxies_of(None, trust_env=False).proxy_for(url, KNOWN) is None
    assert proxies_of("http://own", trust_env=True).proxy_for(url, KNOWN) == "http://own"


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
def test_an_unknown_scheme_names_its_variable(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """PRX-1 as it is spelt there, with what is known and the way out, and only at a call that it is for."""
    monkeypatch.setenv(name, "socks9://user:planted@p:1")
    proxies = proxies_of(None, trust_env=True)
    assert proxies.proxy_for(parse_url("http://localhost/")[0], KNOWN) is None
    with pytest.raises(ConfigurationError, match=rf"^{name}: .*socks9.* http and https; set trust_env=False"):
        proxies.proxy_for(parse_url("http://example.com/")[0], KNOWN)


SECRETS = ["planted", "pla/nted", "pla#nted", "pla?nted", "pla@nted", "/planted", "pla:nted", "pla%2Fnted", "pla nted"]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("shape", ["socks9://user:{}@p:1", "socks9://{}@p:1"])
def test_no_message_has_a_secret(secret: str, shape: str) -> None:
    """SEC-3 even where the user information isn't encoded as it should be."""
    with pytest.raises(ConfigurationError) as caught:
        by({"http": shape.format(secret)})
    assert "pla" not in str(caught.value)
    assert "nted" not in str(caught.value)


def test_no_repr_has_a_secret() -> None:
    """SEC-3 neither that of the proxies nor those of the settings and the profile that hold them."""
    secret = "http://user:planted@p"
    backend = backend_settings("Backend", {"proxy": secret})
    proxies = Proxies(secret, {"http": secret})
    profile = Profile("fake", "fake/1", (), backend)
    assert "planted" not in repr(proxies) + str(proxies) + repr(backend) + repr(profile)


@pytest.mark.parametrize(
    "proxy", [None, "http://p", "http://user:pass@p:65535", "socks5://p", "http://a_b:1", "http://[::1]:1/"]
)
def test_a_proxy_is_a_url_or_none(proxy: str | None) -> None:
    """PRX-1 it is taken as it is."""
    assert proxy == checked_proxy(proxy, "proxy")


@pytest.mark.parametrize(
    "proxy",
    [
        *("", "planted", "user:planted@p:3128", 3128, b"http://planted", True, ["http://planted"]),
        *(
            "http://planted:0",
            "http://user:planted@p:65536",
            "http://planted..p:1",
            "http://p\u202e:1",
            "http://[:::]:1",
        ),
    ],
)
def test_an_invalid_url_raises(proxy: object) -> None:
    """PRX-1 with an example, and without showing it."""
    with pytest.raises(ConfigurationError, match=r"^the place: a proxy is a URL such as 'http://") as caught:
        checked_proxy(proxy, "the place")
    assert "planted" not in str(caught.value)


@pytest.mark.parametrize(
    ("proxy", "shown"),
    [
        ("http://proxy.example:3128", "http://proxy.example:3128"),
        ("proxy.example:3128", "http://proxy.example:3128"),
        ("http://user:planted@proxy.example:3128/", "http://proxy.example:3128/"),
        ("user:planted@proxy.example:3128", "http://proxy.example:3128"),
        ("http://user%3Aplanted%40proxy.example:3128", "http://proxy.example:3128"),
        ("SOCKS5://user:plan/ted?#@proxy.example", "SOCKS5://proxy.example"),
        ("user:planted@proxy.example/?key=planted", "http://proxy.example/?key=***"),
        ("user:planted://proxy.example", "proxy.example"),
        ("//user:planted@proxy.example", "http://proxy.example"),
    ],
)
def test_a_shown_proxy_has_no_credentials(proxy: str, shown: str) -> None:
    """SEC-3 with a scheme or without one, and whatever stands in a password."""
    assert shown == shown_proxy(proxy)
