"""RFC 9111, rule by rule: what a server is asked, and what the caller gets, in both modes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from email.utils import formatdate
from time import time
from typing import Any, NamedTuple, cast

import pytest

from clientele.http.caching import CacheBackend
from clientele_conformance.installed import CLASSES, MODES
from clientele_conformance.servers import Origin, response
from clientele_conformance.subject import AsyncSubject, SyncSubject

ONE_OF_EACH_MODE = {mode: name for name, mode in MODES}
ETAG, WEAK = ("ETag", '"v1"'), ("ETag", 'W/"v1"')
ASKS = {"if-none-match": '"v1"'}


class Exchange(NamedTuple):
    """A call, and what has to come of it.

    Attributes:
        answer: the server's; None if it must not be asked.
        sees: the status and the body that the caller gets.
        is_cached: whether they come from the cache.
        asks: headers that the server has to get; a value of None for one that it must not get.
        shows: headers that the caller has to get; a value of None for one that it must not get.
        age: seconds that its Age has to say, or a few more.
    """

    answer: bytes | None
    sees: tuple[int, bytes]
    is_cached: bool
    method: str
    headers: Mapping[str, str]
    query: str
    asks: Mapping[str, str | None]
    shows: Mapping[str, str | None]
    age: int | None


def control(value: str) -> tuple[str, str]:
    return "Cache-Control", value


def ago(seconds: float) -> str:
    return formatdate(time() - seconds, usegmt=True)


def call(answer: bytes | None, sees: tuple[int, bytes], *, is_cached: bool, **more: Any) -> Exchange:
    said = {"method": "GET", "headers": {}, "query": "", "asks": {}, "shows": {}, "age": None, **more}
    return Exchange(answer, sees, is_cached, **said)


def sent(*fields: tuple[str, str], status: int = 200, body: bytes = b"1", **more: Any) -> Exchange:
    """The server is asked, and what it says is what the caller gets."""
    content = b"" if more.get("method") == "HEAD" else body
    return call(response(status, fields, content), (status, content), is_cached=False, **more)


def hit(body: bytes = b"1", status: int = 200, **more: Any) -> Exchange:
    """The server isn't asked."""
    return call(None, (status, body), is_cached=True, **more)


def valid(*fields: tuple[str, str], body: bytes = b"1", **more: Any) -> Exchange:
    """The server says that what is stored is valid."""
    return call(response(304, fields), (200, body), is_cached=True, **{"asks": ASKS, **more})


def unconditional(*fields: tuple[str, str], **more: Any) -> Exchange:
    """The server is asked, and for all that there is."""
    return sent(*fields, asks={"if-none-match": None, "if-modified-since": None}, **more)


HOUR = control("max-age=3600")
KNOWN = sent(HOUR)
STALE = sent(control("max-age=0"), ETAG)
DE, FR = {"Accept-Language": "de"}, {"Accept-Language": "fr"}
VARIES = ("Vary", "Accept-Language")
LINKED = ("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
SINCE = {"if-modified-since": LINKED[1]}
OWN = {"if-none-match": '"own"'}

STORING: list[tuple[str, str, list[Exchange]]] = [
    ("3", "a fresh response is used again", [KNOWN, hit()]),
    ("3", "one that says nothing is not", [sent(), sent(body=b"2")]),
    ("3", "POST is not stored", [sent(HOUR, method="POST"), unconditional()]),
    ("3", "OPTIONS is not stored", [sent(HOUR, method="OPTIONS"), sent(HOUR, method="OPTIONS")]),
    ("3", "an error that says how long it is fresh is stored", [sent(HOUR, status=500), hit(status=500)]),
    ("3", "Not Found, too", [sent(HOUR, status=404), hit(status=404)]),
    ("3", "a status without such a word is not", [sent(LINKED, status=403), unconditional(status=403)]),
    ("3", "a private response is stored", [sent(control("private, max-age=3600")), hit()]),
    ("3", "public alone makes nothing fresh", [sent(control("public")), sent()]),
    ("3.1", "what is of the connection isn't", [
        sent(HOUR, ("Connection", "X-Hop"), ("X-Hop", "1")), hit(shows={"x-hop": None}),
    ]),
    ("3.1", "nor is what a proxy asks", [
        sent(HOUR, ("Proxy-Authenticate", "Basic")), hit(shows={"proxy-authenticate": None}),
    ]),
    ("3.1", "unknown fields are stored", [sent(HOUR, ("X-New", "a"), ("X-New", "b")), hit(shows={"x-new": "a, b"})]),
    ("3.2", "a 304 brings new fields", [
        STALE, valid(ETAG, ("X-New", "1"), HOUR, shows={"x-new": "1"}), hit(shows={"x-new": "1"}),
    ]),
    ("3.2", "but none of the content", [
        sent(control("max-age=0"), ETAG, ("Content-Type", "text/plain")),
        valid(ETAG, ("Content-Type", "text/html"), shows={"content-type": "text/plain"}),
    ]),
    ("3.2", "a 304 that must not be stored ends it", [STALE, valid(ETAG, control("no-store")), unconditional()]),
    ("3.3", "a part is not stored", [sent(HOUR, status=206, headers={"Range": "bytes=0-0"}), sent()]),
    ("3.3", "a part is not taken from the whole", [KNOWN, sent(status=206, headers={"Range": "bytes=0-0"}), hit()]),
    ("3.5", "with the same credentials", [
        sent(HOUR, headers={"Authorization": "a"}), hit(headers={"Authorization": "a"}),
    ]),
    ("3.5", "not with others", [
        sent(HOUR, headers={"Authorization": "a"}), sent(headers={"Authorization": "b"}), sent(),
    ]),
]  # fmt: skip

USING: list[tuple[str, str, list[Exchange]]] = [
    ("4", "another query is another URL", [KNOWN, sent(query="?a=1", body=b"2"), hit()]),
    ("4", "equal URLs in normal form are equal", [sent(HOUR, query="?a=%7e"), hit(query="?a=~")]),
    ("4", "HEAD isn't GET", [KNOWN, sent(HOUR, method="HEAD"), hit(b"", method="HEAD"), hit()]),
    ("4", "Age says how old it is", [sent(HOUR, ("Age", "30")), hit(age=30)]),
    ("4.1", "a header that it varies by is equal", [sent(HOUR, VARIES, headers=DE), hit(headers=DE)]),
    ("4.1", "it differs", [
        sent(HOUR, VARIES, headers=DE), sent(HOUR, VARIES, headers=FR, body=b"2"), hit(headers=DE),
        hit(b"2", headers=FR),
    ]),
    ("4.1", "it is missing", [sent(HOUR, VARIES, headers=DE), sent()]),
    ("4.1", "it was missing", [sent(HOUR, VARIES), sent(headers=DE)]),
    ("4.1", "others don't count", [
        sent(HOUR, VARIES, headers={**DE, "Accept": "text/a"}), hit(headers={**DE, "Accept": "text/b"}),
    ]),
    ("4.1", "all of several count", [
        sent(HOUR, ("Vary", "Accept"), ("vary", "x-request-id , ACCEPT-LANGUAGE"), headers=DE), sent(headers=FR),
    ]),
    ("4.1", "by credentials", [
        sent(HOUR, ("Vary", "Authorization"), headers={"Authorization": "a"}), hit(headers={"Authorization": "a"}),
        sent(headers={"Authorization": "b"}), hit(headers={"Authorization": "a"}),
    ]),
    ("4.1", "by everything", [sent(HOUR, ("Vary", "*")), unconditional()]),
    ("4.1", "by everything, among others", [sent(HOUR, ETAG, ("Vary", "Accept, *")), unconditional()]),
    ("4.1", "a variant is not validated by another", [
        sent(control("max-age=0"), LINKED, VARIES, headers=DE), unconditional(headers=FR),
    ]),
    ("4.2.1", "max-age before Expires", [sent(HOUR, ("Expires", ago(60))), hit()]),
    ("4.2.1", "Expires without it", [sent(("Expires", ago(-360000))), hit()]),
    ("4.2.1", "Expires that is over", [sent(("Expires", ago(60)), LINKED), sent(asks=SINCE)]),
    ("4.2.1", "Expires counts from Date", [sent(("Date", ago(100)), ("Expires", ago(40)), ETAG), valid()]),
    ("4.2.1", "an Expires that is no date is over", [sent(("Expires", "0"), LINKED), sent(asks=SINCE)]),
    ("4.2.1", "two Expires are none", [sent(("Expires", ago(-360000)), ("Expires", ago(60)), ETAG), valid()]),
    ("4.2.1", "s-maxage is for others", [sent(control("s-maxage=0, max-age=3600")), hit()]),
    ("4.2.2", "a tenth of the time since it was modified", [sent(LINKED), hit()]),
    ("4.2.2", "modified in times to come", [sent(("Last-Modified", ago(-999999)), ETAG), valid()]),
    ("4.2.2", "not for an error", [sent(LINKED, control("private"), status=403), sent(asks=SINCE)]),
    ("4.2.3", "an age that it comes with", [sent(HOUR, ("Age", "3600"), ETAG), valid()]),
    ("4.2.3", "an age by its Date", [sent(HOUR, ("Date", ago(3601)), ETAG), valid()]),
    ("4.2.3", "it is young after it was validated", [
        sent(HOUR, ("Age", "9999"), ETAG), valid(ETAG, age=0), hit(),
    ]),
    ("4.2.4", "what is stale is not used", [sent(control("max-age=0")), sent(body=b"2")]),
    ("4.2.4", "also when the server fails", [STALE, sent(status=503, asks=ASKS, body=b""), valid()]),
    ("4.3.1", "a tag is asked for", [STALE, valid()]),
    ("4.3.1", "a weak one, too", [sent(control("max-age=0"), WEAK), valid(asks={"if-none-match": 'W/"v1"'})]),
    ("4.3.1", "a date is asked for", [sent(control("max-age=0"), LINKED), valid(asks=SINCE)]),
    ("4.3.1", "both are", [sent(control("max-age=0"), ETAG, LINKED), valid(asks={**ASKS, **SINCE})]),
    ("4.3.2", "a condition of the caller's is its own", [
        KNOWN,
        call(response(304), (304, b""), is_cached=False, headers=OWN, asks=OWN),
        hit(),
    ]),
    ("4.3.3", "a new response takes its place", [STALE, sent(HOUR, ETAG, asks=ASKS, body=b"2"), hit(b"2")]),
    ("4.3.3", "also one that must not be stored", [
        sent(HOUR, ETAG), sent(control("no-store"), headers={"Cache-Control": "no-cache"}, body=b"2"),
        unconditional(),
    ]),
    ("4.3.4", "what is validated is fresh again", [STALE, valid(ETAG, HOUR), hit()]),
    ("4.4", "POST makes it invalid", [KNOWN, sent(method="POST"), unconditional(body=b"2")]),
    ("4.4", "so do others", [
        KNOWN, sent(method="DELETE", status=204, body=b""), sent(HOUR), sent(method="PURGE"), sent(),
    ]),
    ("4.4", "and a redirect", [KNOWN, sent(("Location", "/elsewhere"), method="PUT", status=303), sent()]),
    ("4.4", "not one that fails", [KNOWN, sent(method="POST", status=404), sent(method="POST", status=500), hit()]),
    ("4.4", "not of another URL", [KNOWN, sent(method="POST", query="?a=1"), hit()]),
    ("4.4", "not a safe one", [KNOWN, sent(method="OPTIONS"), hit()]),
    ("4.4", "for all variants and all callers", [
        sent(HOUR, VARIES, headers=DE), sent(HOUR, headers={"Authorization": "a"}), sent(method="PATCH"),
        sent(headers=DE), sent(headers={"Authorization": "a"}),
    ]),
]  # fmt: skip


def wants(value: str) -> dict[str, str]:
    return {"Cache-Control": value}


DIRECTIVES: list[tuple[str, str, list[Exchange]]] = [
    ("5.2", "names ignore case, others don't count", [sent(control("Foo=bar, MAX-AGE=60")), hit()]),
    ("5.2", "an argument may be quoted", [sent(control('max-age="60"')), hit()]),
    ("5.2", "in several fields", [sent(control("private"), HOUR), hit()]),
    ("5.2.1.1", "max-age of a caller", [
        sent(HOUR, ("Age", "999"), ETAG), valid(headers=wants("max-age=900")), hit(headers=wants("max-age=900")),
    ]),
    ("5.2.1.1", "max-age=0 of a caller", [sent(HOUR, ETAG), valid(headers=wants("max-age=0"))]),
    ("5.2.1.1", "it makes nothing fresh", [
        sent(control("max-age=10"), ("Age", "30"), ETAG), valid(headers=wants("max-age=99")),
    ]),
    ("5.2.1.2", "max-stale", [sent(control("max-age=10"), ("Age", "30"), ETAG), hit(headers=wants("max-stale=6000"))]),
    ("5.2.1.2", "max-stale without end", [sent(("Expires", "0"), ETAG), hit(headers=wants("max-stale"))]),
    ("5.2.1.2", "staler than that", [
        sent(control("max-age=10"), ("Age", "99"), ETAG), valid(headers=wants("max-stale=60")),
    ]),
    ("5.2.1.2", "max-stale where it must not be", [
        sent(control("max-age=0, must-revalidate"), ETAG), valid(headers=wants("max-stale")),
    ]),
    ("5.2.1.3", "min-fresh", [
        sent(HOUR, ETAG), hit(headers=wants("min-fresh=10")), valid(headers=wants("min-fresh=3601")),
    ]),
    ("5.2.1.4", "no-cache of a caller", [sent(HOUR, ETAG), valid(headers=wants("no-cache"))]),
    ("5.2.1.5", "no-store of a caller", [sent(HOUR, headers=wants("no-store")), sent()]),
    ("5.2.1.7", "only-if-cached", [KNOWN, hit(headers=wants("only-if-cached"))]),
    ("5.2.1.7", "only-if-cached, and nothing is", [hit(b"", 504, headers=wants("only-if-cached"))]),
    ("5.2.1.7", "only-if-cached, and it is stale", [
        STALE, hit(b"", 504, headers=wants("only-if-cached")), hit(headers=wants("only-if-cached, max-stale")),
    ]),
    ("5.2.2.2", "must-revalidate, while it is fresh", [sent(control("max-age=3600, must-revalidate")), hit()]),
    ("5.2.2.4", "no-cache", [sent(control("no-cache, max-age=3600"), ETAG), valid(), valid()]),
    ("5.2.2.4", "no-cache of a field", [
        sent(control('no-cache="Set-Cookie", max-age=3600'), ("Set-Cookie", "a=1")), hit(shows={"set-cookie": None}),
    ]),
    ("5.2.2.5", "no-store", [sent(control("no-store"), ETAG, LINKED), unconditional()]),
    ("5.2.2.5", "no-store before all else", [sent(control("public, max-age=3600, no-store")), unconditional()]),
]  # fmt: skip
CONTRADICTIONS = [
    "max-age=3600, max-age=0", "max-age=0, max-age=3600", "max-age=x", "max-age", "max-age=-1", "max-age=1.5",
    'no-cache="", max-age=3600', 'no-cache, no-cache="a", max-age=3600', "no-cache=, max-age=3600",
]  # fmt: skip
FORBIDDEN = [
    *("private=x,no-store", 'private="x, no-store', "no-store=1, max-age=3600", "NO-STORE, max-age=3600", "a" * 5000),
]
DIRECTIVES += [("4.2.1", said[:40], [sent(control(said), ETAG), valid()]) for said in CONTRADICTIONS]
DIRECTIVES += [("5.2.2.5", said[:40], [sent(control(said), ETAG), unconditional()]) for said in FORBIDDEN]


@pytest.fixture(params=ONE_OF_EACH_MODE)
def subject(request: pytest.FixtureRequest) -> Iterator[Any]:
    with asyncio.Runner() as runner:
        backend = CacheBackend(cast(Any, CLASSES[ONE_OF_EACH_MODE[request.param]])(trust_env=False))
        made = SyncSubject(backend) if request.param == "sync" else AsyncSubject(backend, runner)
        yield made
        made.close()


ROWS = [pytest.param(exchanges, id=f"{section} {rule}") for section, rule, exchanges in (*STORING, *USING, *DIRECTIVES)]


@pytest.mark.parametrize("exchanges", ROWS)
def test_the_rules(subject: Any, exchanges: list[Exchange]) -> None:
    """Each row is a section, a rule of it, and exchanges that show it."""
    with Origin() as origin:
        origin.on("/", *[exchange.answer for exchange in exchanges if exchange.answer is not None] or [response(599)])
        for exchange in exchanges:
            before = len(origin.requests)
            got = subject.send(exchange.method, origin.url() + exchange.query, headers=exchange.headers)
            asked = origin.requests[before:]
            assert (got.status_code, got.content, got.from_cache) == (*exchange.sees, exchange.is_cached), exchange
            assert len(asked) == (exchange.answer is not None)
            assert {name: got.headers.get(name) for name in exchange.shows} == exchange.shows
            if exchange.age is not None:
                assert exchange.age <= int(got.headers["age"]) < exchange.age + 300
            for request in asked:
                assert {name: request.header(name) for name in exchange.asks} == exchange.asks
