"""CacheBackend around backends: what is stored, and the options of endpoints."""

from __future__ import annotations

import asyncio
import gzip
import importlib
import sys
from collections.abc import Iterator
from typing import Any, cast

import pytest

from cached import BASE, FRESH, STALE, fake_of, numbered
from clientele.api import APIClient
from clientele.http import FakeHTTPBackend
from clientele.http.caching import Cache, CacheBackend
from clientele.http.errors import ConfigurationError, ResponseTooLarge
from clientele.http.fake import Reply
from clientele.http.limiting import LimitBackend
from clientele.http.retrying import RetryBackend
from clientele.http.tracing import TracingBackend
from clientele_conformance.installed import CLASSES, MODES, each
from clientele_conformance.servers import Origin, response
from clientele_conformance.subject import AsyncSubject, SyncSubject


@pytest.fixture(params=each(MODES))
def subject(request: pytest.FixtureRequest) -> Iterator[Any]:
    name, mode = request.param
    with asyncio.Runner() as runner:
        backend = CacheBackend(cast(Any, CLASSES[name])(trust_env=False))
        made = SyncSubject(backend) if mode == "sync" else AsyncSubject(backend, runner)
        yield made
        made.close()


def test_a_response_is_used_validated_and_made_invalid(subject: Any, origin: Origin) -> None:
    """On every backend."""
    body = gzip.compress(b"content")
    fields = [("Content-Encoding", "gzip"), ("Content-Type", "text/plain"), ("Vary", "accept-encoding")]
    origin.on("/fresh", response(200, [*FRESH.items(), *fields], body))
    origin.on("/stale", response(200, [*STALE.items(), *fields], body), response(304, [("ETag", '"1"'), ("X-A", "1")]))
    urls = [origin.url(path) for path in ("/fresh", "/fresh", "/stale", "/stale")]
    sent = [subject.send("GET", url) for url in urls]
    assert [(each.text, each.from_cache) for each in sent] == [("content", False), ("content", True)] * 2
    assert [each.headers["content-encoding"] for each in sent] == ["gzip"] * 4
    assert [each.headers["content-length"] for each in sent] == [str(len(body))] * 4
    assert [each.request_url for each in sent] == urls
    assert [each.http_version for each in sent] == ["1.1"] * 4
    assert sent[3].headers["x-a"] == "1"
    assert [each.header("if-none-match") for each in origin.requests] == [None, None, '"1"']
    subject.send("POST", origin.url("/fresh"), json={})
    assert not subject.send("GET", origin.url("/fresh")).from_cache


def test_undecoded_bodies_are_stored_separately(subject: Any, origin: Origin) -> None:
    """Who wants it decoded doesn't get it coded."""
    body = gzip.compress(b"content")
    origin.on("/", response(200, [*FRESH.items(), ("Content-Encoding", "gzip")], body))
    for _ in range(2):
        assert subject.send("GET", origin.url()).content == b"content"
        assert subject.send("GET", origin.url(), decode_content=False).content == body
    assert len(origin.requests) == 2


def test_streams_bypass_the_cache(subject: Any, origin: Origin) -> None:
    """They are neither stored nor taken from what is; one that changes something makes it invalid."""
    origin.on("/", *[response(200, FRESH.items(), body) for body in (b"1", b"2", b"3", b"4", b"5")])
    with subject.stream("GET", origin.url()) as items:
        assert list(items) == [b"1"]
    assert [subject.send("GET", origin.url()).content for _ in range(2)] == [b"2", b"2"]
    with subject.stream("GET", origin.url()) as items:
        assert list(items) == [b"3"]
    with subject.stream("POST", origin.url()) as items:
        assert list(items) == [b"4"]
    assert subject.send("GET", origin.url()).content == b"5"


def test_a_request_with_a_body_bypasses_the_cache(subject: Any, origin: Origin) -> None:
    """Its body may be what it asks for."""
    origin.on("/", *[response(200, FRESH.items(), body) for body in (b"1", b"2", b"3")])
    sent = [subject.send("GET", origin.url(), json={"q": word}).content for word in "ab"]
    assert [*sent, subject.send("GET", origin.url()).content] == [b"1", b"2", b"3"]


def test_a_body_that_is_too_large_for_the_caller_is_asked_for(subject: Any, origin: Origin) -> None:
    """And raises as it does without a cache."""
    origin.on("/", response(200, FRESH.items(), b"x" * 100))
    assert subject.send("GET", origin.url()).content
    with pytest.raises(ResponseTooLarge):
        subject.send("GET", origin.url(), max_response_bytes=50)
    assert subject.send("GET", origin.url(), max_response_bytes=100).from_cache


def test_a_native_client_bypasses_the_cache() -> None:
    """It adds credentials that can't be seen."""
    httpx = pytest.importorskip("httpx")
    from clientele.http.httpx_backend import HttpxHTTPBackend  # noqa: PLC0415

    with Origin() as origin, httpx.Client(trust_env=False) as client:
        origin.on("/", response(200, FRESH.items()))
        backend = CacheBackend(HttpxHTTPBackend(client=client))
        assert [backend.send_sync_request("GET", origin.url()).from_cache for _ in range(2)] == [False, False]


def test_endpoints_and_calls_say_how_they_are_cached() -> None:
    """`cache=` is for the endpoint, `with_options(cache=)` for a call."""
    api = APIClient(base_url=BASE, http_backend=CacheBackend(numbered({})))

    @api.get("/", cache=Cache(lifetime=3600))
    def get(result: int) -> int:
        return result

    assert [get(), get()] == [1, 1]
    assert get.with_options(cache=None)() == 2
    assert get.with_options(cache=Cache(lifetime=0))() == 3
    assert get.with_options(cache=Cache())() == 4
    assert get() == 5


def test_an_endpoint_without_a_cache_makes_invalid_what_others_have() -> None:
    """What it changes is changed."""
    fake = numbered(FRESH)
    fake.on("POST", "/").reply_with(Reply(200))
    api = APIClient(base_url=BASE, http_backend=CacheBackend(fake))

    @api.get("/")
    def get(result: int) -> int:
        return result

    @api.post("/", cache=None)
    def post(result: None) -> None:
        return result

    assert [get(), get(), post(), get()] == [1, 1, None, 2]
    assert get.with_options(cache=None)() == 3


def test_a_lifetime_is_for_responses_that_have_none() -> None:
    """Of a backend, or of an endpoint; only for success, and only where the server doesn't say."""
    for headers, status, hits in ((FRESH | {"Age": "3700"}, 200, 0), ({}, 404, 0), (STALE, 200, 0), ({}, 200, 1)):
        fake = fake_of(*[Reply(status, "1", headers), Reply(status, "2", headers)])
        backend = CacheBackend(fake, lifetime=3600)
        assert [backend.send_sync_request("GET", f"{BASE}/").from_cache for _ in range(2)] == [False, bool(hits)]


def with_storage(storage: Any) -> CacheBackend:
    return CacheBackend(FakeHTTPBackend(), storage=storage)


def declared(**options: Any) -> Any:
    def get(result: int) -> int:
        return result

    return APIClient(base_url=BASE).get("/", **options)(get)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Cache(lifetime=-1), "lifetime=-1"),
        (lambda: Cache(lifetime=float("inf")), "lifetime=inf"),
        (lambda: CacheBackend(FakeHTTPBackend(), lifetime=True), "lifetime=True"),
        (lambda: with_storage("cache.db"), "use a storage such as hishel.SqliteStorage"),
        (lambda: with_storage(Cache), "the class Cache"),
        (lambda: CacheBackend(TracingBackend(FakeHTTPBackend())), "belongs inside of TracingBackend"),
        (lambda: RetryBackend(CacheBackend(FakeHTTPBackend())), "belongs inside of CacheBackend"),
        (lambda: LimitBackend(CacheBackend(FakeHTTPBackend())), "belongs inside of CacheBackend"),
        (lambda: declared(cache=False), r"use Cache\(lifetime=60\) or None, not bool"),
    ],
)
def test_invalid_options_raise(make: Any, message: str) -> None:
    """With what to write instead."""
    with pytest.raises(ConfigurationError, match=message):
        make()


def test_a_missing_library_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that installs it."""
    for name in [name for name in sys.modules if name.startswith("clientele.http.caching")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "hishel", None)
    with pytest.raises(ImportError, match=r"CacheBackend needs hishel.*clientele-core\[cache\]"):
        importlib.import_module("clientele.http.caching")


def test_the_cache_option_without_a_cache_backend_raises() -> None:
    """Before anything is sent."""
    backend = CLASSES[MODES[0][0]]()
    api = APIClient(base_url=BASE, http_backend=backend)

    @api.get("/", cache=Cache())
    def get(result: str) -> str:
        return result

    with pytest.raises(ConfigurationError, match=r"write http_backend=CacheBackend\("):
        get() if MODES[0][1] == "sync" else asyncio.run(get.aio())
