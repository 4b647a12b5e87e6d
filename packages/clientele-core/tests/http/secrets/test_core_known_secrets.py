"""Secrets that are known by their value: found in every form, and masked in what libraries say."""

from __future__ import annotations

import base64
import html
import json
import time
import traceback
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clientele.http.errors import ConnectError, TransportError
from clientele.http.message.urls import parse_url
from clientele.http.secrets.known_secrets import KnownSecrets, header_secrets, proxy_secrets, secret_headers
from clientele.http.transport.faults.table import Translated

quick = settings(max_examples=100)

SECRETS = st.text(min_size=8, max_size=30).filter(lambda text: text.isprintable() and text.strip() == text)


@quick
@given(SECRETS, st.text(max_size=5))
@example('pa"ss\\w&o=rd', "user:")
@example("pässwörd!", "")
def test_a_secret_is_found_in_every_form(secret: str, before: str) -> None:
    """SEC-3 plain, percent-encoded, in a form, in JSON, in base64 behind whatever."""
    known = KnownSecrets([secret])
    pair = f"{before}{secret}".encode()
    for text in (
        f"a {secret} b",
        f"/p?q={quote(secret, safe='')}&r",
        f"q={quote_plus(secret)}",
        json.dumps({"a": secret}),
        json.dumps({"a": secret}, ensure_ascii=False),
        f"Basic {base64.b64encode(pair).decode()}",
        f"x.{base64.urlsafe_b64encode(pair).decode()}",
    ):
        assert known.masked(text) != text, text


@pytest.mark.parametrize("secrets", [[], [""], ["short"], ["", "12345"]])
def test_what_is_short_stands_anywhere(secrets: list[str]) -> None:
    """A text of five characters is in many a word."""
    assert KnownSecrets(secrets).masked("short 12345") == "short 12345"


ODD_SECRET = "S3/cr+et ä=\"q&<'\U0001f600"


def as_json(text: str) -> str:
    return json.dumps(text)[1:-1]


@pytest.mark.parametrize(
    "form",
    [
        quote(quote(ODD_SECRET, safe=""), safe=""),
        quote(ODD_SECRET, safe="").replace("%2F", "%2f"),
        "".join(f"%{byte:02x}" for byte in ODD_SECRET.encode()),
        as_json(ODD_SECRET).replace("/", "\\/"),
        as_json(ODD_SECRET).replace("=", "\\u003d").replace("&", "\\u0026").replace("<", "\\u003C"),
        as_json(as_json(ODD_SECRET)),
        quote(as_json(ODD_SECRET).replace("/", "\\/"), safe=""),
        html.escape(ODD_SECRET),
        html.escape(html.escape(ODD_SECRET)),
        "".join(f"&#{ord(character)};" for character in ODD_SECRET),
        "".join(f"&#X{ord(character):x};" for character in ODD_SECRET),
        repr(ODD_SECRET.encode())[2:-1],
        quote(base64.b64encode(f"{ODD_SECRET}12".encode()).decode(), safe=""),
        base64.b64encode(f"{ODD_SECRET}12".encode()).decode().replace("/", "\\/"),
        ODD_SECRET.replace("c", "%63"),
    ],
)
def test_a_secret_is_found_however_it_is_escaped(form: str) -> None:
    """SEC-3 by other libraries, more than once, or where it need not be; only the secret is masked."""
    known = KnownSecrets([ODD_SECRET])
    masked = known.masked(f"ä {form} ü")
    assert masked.startswith("ä ***")
    assert masked.endswith(" ü")
    assert len(masked) < 16
    assert known.masked(form[:8]) == form[:8]


@pytest.mark.parametrize(
    ("header", "secret"),
    [
        (("X-Tenant-Id", "planted-tenant"), "planted-tenant"),
        (("Authorization", "Bearer planted-token"), "planted-token"),
        (("AUTHORIZATION", "basic dXNlcjpwbGFudGVk"), "planted"),
        (("Cookie", "a=1; sid=planted-session"), "planted-session"),
    ],
)
def test_secrets_of_headers(header: tuple[str, str], secret: str) -> None:
    """The value, and what is secret within it."""
    assert secret in set(header_secrets((header,)))
    assert header[1] in set(header_secrets((header,)))


def test_harmless_headers_are_no_secrets() -> None:
    """Neither those that are shown nor those that every server may get."""
    names = ["Accept", "User-Agent", "Content-Type", "If-Match", "X-Api-Key", "Cookie"]
    assert ["x-api-key", "cookie"] == list(secret_headers(names))


@pytest.mark.parametrize("proxy", [None, "http://proxy.example:3128"])
def test_a_proxy_without_credentials_has_no_secret(proxy: str | None) -> None:
    """Its host is none."""
    assert [] == list(proxy_secrets(proxy))


def test_secrets_of_a_proxy() -> None:
    """As it is written, and as it is meant."""
    assert {"user:pl%40nted", "user:pl@nted", "pl@nted"} == set(proxy_secrets("http://user:pl%40nted@proxy.example"))


class LibraryError(Exception):
    """As urllib3 has them."""

    url: str
    details: Any
    request: object


class StubbornError(LibraryError):
    """Says what it says whatever becomes of its arguments."""

    def __str__(self) -> str:
        return "no way to https://h.example/p?key=planted"


def failed(fault: BaseException) -> TransportError:
    """The error that a call ends with in which a library raises `fault`."""
    faults = Translated(((LibraryError, ConnectError),), "fake")
    faults.method, faults.url = "GET", parse_url("https://h.example/p?key=planted&other=1")[0]
    tenant, accept = ("X-Tenant", "planted-tenant"), ("Accept", "text/html")
    faults.headers = (("Authorization", "Bearer planted-token"), tenant, accept)
    faults.proxy = "http://user:planted%21@proxy.example:3128"
    with pytest.raises(TransportError) as caught, faults:
        raise fault
    return caught.value


@pytest.mark.parametrize(
    "said",
    [
        "Max retries exceeded with url: /p?key=planted&other=1",
        "https://h.example/p?key=planted&other=1 failed",
        "query key=planted&other=1",
        "illegal header b'authorization: Bearer planted-token'",
        f"garbage: {base64.b64encode(b'x:planted-tenant').decode()}",
        "proxy http://user:planted%21@proxy.example:3128 refused",
        "proxy password planted! is wrong",
    ],
)
def test_what_a_library_says_has_no_secret(said: str) -> None:
    """SEC-3 in a printed traceback, at whatever depth; the exceptions stay the library's."""
    for fault in (LibraryError(said), LibraryError(LibraryError(said)), LibraryError("text/html", 1, said)):
        fault.__context__ = OSError(said)
        fault.__cause__ = LibraryError(said)
        error = failed(fault)
        assert "planted" not in "".join(traceback.format_exception(error)).replace('"planted"', "")
        assert "planted" not in str(error)
        assert error.__cause__ is fault


def test_text_that_cannot_be_masked_is_omitted() -> None:
    """SEC-3 rather no cause than one that tells."""
    fault = LibraryError("outer")
    fault.__cause__ = StubbornError()
    error = failed(fault)
    assert error.__cause__ is error.__context__ is None
    assert "planted" not in "".join(traceback.format_exception(error))
    assert "outer" in str(error)
    error = failed(LibraryError(OSError(5, "planted-token is no file")))
    assert error.__cause__ is None
    assert "[Errno 5] *** is no file" == error.reason


class NativeRequest:
    """An argument that some libraries give their exceptions; they show it in their `repr`."""

    def __repr__(self) -> str:
        return "<Request https://h.example/p?key=planted&other=1 {'Authorization': 'Bearer planted-token'}>"


def test_the_repr_of_a_cause_has_no_secret() -> None:
    """SEC-3 nor have its arguments: there are loggers and debuggers that show these."""
    fault = LibraryError(NativeRequest(), "refused")
    fault.__cause__ = LibraryError([NativeRequest()])
    error = failed(fault)
    assert error.__cause__ is fault
    assert "planted" not in f"{fault!r} {fault.args} {fault.__cause__!r}"
    assert "<Request https://h.example/p?key=***&other=*** {'Authorization': '***'}>" == fault.args[0]


def test_the_attributes_of_a_cause_have_no_secret() -> None:
    """SEC-3 such as the URL that urllib3 keeps; what is no text stays the library's."""
    fault = LibraryError("refused")
    fault.url, fault.details, fault.request = "/p?key=planted&other=1", {"token": "planted-token"}, NativeRequest()
    request = fault.request
    assert failed(fault).__cause__ is fault
    assert (fault.url, fault.details, fault.request) == ("/p?key=***&other=***", "{'token': '***'}", request)


def test_a_secret_of_which_another_is_a_part_is_masked_whole() -> None:
    """SEC-3 the value of a query, here."""
    faults = Translated((), "fake")
    faults.url = parse_url("https://h.example/p?user=planted")[0]
    faults.headers = (("X-Key", "planted:the-rest"),)
    assert "no *** for *** and ***" == faults.quiet("no planted:the-rest for planted and planted%3Athe-rest")


def test_other_exceptions_are_left_as_they_are() -> None:
    """What says no secret keeps its arguments, and is the cause."""
    fault = LibraryError("refused", 5, b"planted", {"a": 1})
    args = fault.args
    assert failed(fault).__cause__ is fault
    assert args is fault.args


def test_looking_for_secrets_takes_time_that_grows_with_the_text() -> None:
    """A server that echoes a megabyte gains nothing."""
    known = KnownSecrets(["planted-token" * 5, "a" * 60])

    def seconds(size: int) -> float:
        text = "a" * 59 + "b"
        started = time.perf_counter()
        known.masked(text * (size // 60))
        return time.perf_counter() - started

    times = [min(seconds(size) for _ in range(3)) for size in (100_000, 400_000)]
    assert times[1] < 40 * times[0]
