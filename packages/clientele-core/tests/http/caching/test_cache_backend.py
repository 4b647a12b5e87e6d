"""CacheBackend around backends, beside other wrappers, and as endpoints see it."""

from __future__ import annotations

import asyncio
import gzip
import importlib
import pickle
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from clientele.api import APIClient, AsyncStream, BaseConfig, Stream
from clientele.http import FakeHTTPBackend
from clientele.http.caching import Cache, CacheBackend, MemoryStorage
from clientele.http.errors import ConfigurationError, HTTPStatusError, ReadError, ResponseTooLarge, TransportError
from clientele.http.fake import Chunks, Reply
from clientele.http.limiting import LimitBackend
from clientele.http.recording import RecordingBackend
from clientele.http.retrying import RetryBackend
from clientele.http.tracing import TracingBackend
from clientele_conformance.installed import CLASSES, MODES, each
from clientele_conformance.servers import Origin, response
from clientele_conformance.subject import AsyncSubject, SyncSubject

BASE = "https://api.example.com"
FRESH = {"Cache-Control": "max-age=3600"}
STALE = {"Cache-Control": "no-cache", "ETag": '"1"'}


@pytest.fixture(params=each(MODES))
def subject(request: pytest.FixtureRequest) -> Iterator[Any]:
    name, mode = request.param
    with asyncio.Runner() as runner:
        backend = CacheBackend(cast(Any, CLASSES[name])(trust_env=False))
        made = SyncSubject(backend) if mode == "sync" else AsyncSubject(backend, runner)
        yield made
        made.close()


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as origin:
        yield origin


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


def test_a_body_as_it_was_sent_is_another_one(subject: Any, origin: Origin) -> None:
    """Who wants it decoded doesn't get it coded."""
    body = gzip.compress(b"content")
    origin.on("/", response(200, [*FRESH.items(), ("Content-Encoding", "gzip")], body))
    for _ in range(2):
        assert subject.send("GET", origin.url()).content == b"content"
        assert subject.send("GET", origin.url(), decode_content=False).content == body
    assert len(origin.requests) == 2


def test_streams_pass_by(subject: Any, origin: Origin) -> None:
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


def test_a_request_with_a_body_passes_by(subject: Any, origin: Origin) -> None:
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


def test_a_client_of_ones_own_passes_by() -> None:
    """It adds credentials that can't be seen."""
    httpx = pytest.importorskip("httpx")
    from clientele.http.httpx_backend import HttpxHTTPBackend  # noqa: PLC0415

    with Origin() as origin, httpx.Client(trust_env=False) as client:
        origin.on("/", response(200, FRESH.items()))
        backend = CacheBackend(HttpxHTTPBackend(client=client))
        assert [backend.send_sync_request("GET", origin.url()).from_cache for _ in range(2)] == [False, False]


def fake_of(*replies: Reply | TransportError) -> FakeHTTPBackend:
    fake = FakeHTTPBackend()
    fake.on("GET", "/").reply_with(*replies)
    return fake


def numbered(headers: dict[str, str]) -> FakeHTTPBackend:
    return fake_of(*[Reply(200, str(number), headers) for number in range(1, 9)])


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
def test_what_cant_be_used_is_refused(make: Any, message: str) -> None:
    """With what to write instead."""
    with pytest.raises(ConfigurationError, match=message):
        make()


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that installs it."""
    for name in [name for name in sys.modules if name.startswith("clientele.http.caching")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "hishel", None)
    with pytest.raises(ImportError, match=r"CacheBackend needs hishel.*clientele-core\[cache\]"):
        importlib.import_module("clientele.http.caching")


def test_a_setting_without_a_cache_is_refused() -> None:
    """Before anything is sent."""
    backend = CLASSES[MODES[0][0]]()
    api = APIClient(base_url=BASE, http_backend=backend)

    @api.get("/", cache=Cache())
    def get(result: str) -> str:
        return result

    with pytest.raises(ConfigurationError, match=r"write http_backend=CacheBackend\("):
        get() if MODES[0][1] == "sync" else asyncio.run(get.aio())


def test_hooks_and_callers_see_where_a_response_comes_from() -> None:
    """With the call that it answers; also once it was pickled."""
    seen: list[tuple[bool, str | None, int]] = []
    config = BaseConfig(
        base_url=BASE,
        http_backend=CacheBackend(numbered(FRESH)),
        on_response=[lambda answer: seen.append((answer.from_cache, answer.call.template, answer.call.attempt))],
    )
    api = APIClient(config=config)

    @api.get("/")
    def get(result: int) -> int:
        return result

    answers = [get.with_response() for _ in range(2)]
    assert seen == [(False, "/", 1), (True, "/", 1)]
    assert [pickle.loads(pickle.dumps(answer.response)).from_cache for answer in answers] == [False, True]  # noqa: S301
    assert answers[1].response.elapsed == 0


def test_an_error_from_the_cache_says_so() -> None:
    """Also once it was pickled."""
    api = APIClient(base_url=BASE, http_backend=CacheBackend(fake_of(Reply(404, None, FRESH), Reply(500))))
    for is_cached in (False, True):
        with pytest.raises(HTTPStatusError) as raised:
            api.request("GET", "/").raise_for_status()
        again = pickle.loads(pickle.dumps(raised.value))  # noqa: S301
        assert raised.value.response.from_cache is again.response.from_cache is is_cached


def test_what_comes_after_retries_is_stored() -> None:
    """Not what was retried; and a validation may be retried, too."""
    ok = Reply(200, b"ok", STALE)
    fake = fake_of(Reply(503, b"busy", FRESH), ok, ReadError("broke"), Reply(304))
    backend = CacheBackend(RetryBackend(fake, backoff=0.001))
    answers = [backend.send_sync_request("GET", f"{BASE}/") for _ in range(2)]
    assert [(each.content, each.from_cache) for each in answers] == [(b"ok", False), (b"ok", True)]
    assert len(fake.requests) == 4


def test_an_answer_from_the_cache_takes_no_turn() -> None:
    """Where a stream has the only one."""
    fake = fake_of(Reply(200, b"ok", FRESH))
    fake.on("GET", "/events").reply_with(Reply(200, Chunks([b"a", b"b"])))
    backend = CacheBackend(LimitBackend(fake, concurrent=1))
    backend.send_sync_request("GET", f"{BASE}/")
    items = backend.handle_sync_stream("GET", f"{BASE}/events", bytes)
    next(items)
    assert backend.send_sync_request("GET", f"{BASE}/").from_cache
    items.close()


def test_a_trace_shows_which_attempts_there_were() -> None:
    """None for an answer from the cache."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    backend = TracingBackend(CacheBackend(fake_of(Reply(200, b"ok", FRESH))), tracer_provider=provider)
    assert [backend.send_sync_request("GET", f"{BASE}/").from_cache for _ in range(2)] == [False, True]
    assert [span.kind for span in exporter.get_finished_spans()] == [SpanKind.CLIENT, *[SpanKind.INTERNAL] * 2]
    provider.shutdown()


def test_libraries_share_a_storage() -> None:
    """What one has asked for, the others need not ask for."""
    storage = MemoryStorage()
    with Origin() as origin, asyncio.Runner() as runner:
        origin.on("/", response(200, FRESH.items(), b"ok"))
        for name, mode in MODES:
            backend = CacheBackend(cast(Any, CLASSES[name])(trust_env=False), storage=storage)
            subject = SyncSubject(backend) if mode == "sync" else AsyncSubject(backend, runner)
            assert subject.send("GET", origin.url(), headers={"X-Api-Key": "a"}).content == b"ok"
            subject.close()
        assert len(origin.requests) == 1


def test_a_recording_has_what_was_validated(tmp_path: Path) -> None:
    """It is replayed as it was, with a cache that is empty again."""
    path = tmp_path / "cassette.yaml"
    fake = fake_of(Reply(200, b"ok", STALE), Reply(304, None, {"ETag": '"1"'}))
    for inner in (RecordingBackend(fake, path), RecordingBackend(FakeHTTPBackend(), path, mode="none")):
        backend = CacheBackend(inner)
        answers = [backend.send_sync_request("GET", f"{BASE}/") for _ in range(2)]
        backend.close()
        assert [(each.content, each.from_cache) for each in answers] == [(b"ok", False), (b"ok", True)]


def test_async_streams_of_endpoints_pass_by() -> None:
    """As they do without a cache."""
    fake = fake_of(Reply(200, Chunks([b"a", b"b"]), FRESH))
    api = APIClient(base_url=BASE, http_backend=CacheBackend(fake))

    @api.get("/", streaming_response=True)
    def read(result: Stream[bytes]) -> Stream[bytes]:
        return result

    async def aread() -> list[bytes]:
        stream: AsyncStream[bytes] = await read.aio()
        async with stream:
            return [item async for item in stream]

    assert [b"".join(read()), b"".join(asyncio.run(aread()))] == [b"ab", b"ab"]
