"""CacheBackend with retries, limits, tracing, recordings and shared storages, and what callers see."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from cached import BASE, FRESH, STALE, fake_of, numbered
from clientele.api import APIClient, AsyncStream, BaseConfig, Stream
from clientele.http import FakeHTTPBackend
from clientele.http.caching import CacheBackend, MemoryStorage
from clientele.http.errors import HTTPStatusError, ReadError
from clientele.http.fake import Chunks, Reply
from clientele.http.limiting import LimitBackend
from clientele.http.recording import RecordingBackend
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


def test_from_cache_is_set_for_hooks_and_callers() -> None:
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


def test_an_error_from_the_cache_has_from_cache() -> None:
    """Also once it was pickled."""
    api = APIClient(base_url=BASE, http_backend=CacheBackend(fake_of(Reply(404, None, FRESH), Reply(500))))
    for is_cached in (False, True):
        with pytest.raises(HTTPStatusError) as raised:
            api.request("GET", "/").raise_for_status()
        again = pickle.loads(pickle.dumps(raised.value))  # noqa: S301
        assert raised.value.response.from_cache is again.response.from_cache is is_cached


def test_only_the_response_after_retries_is_stored() -> None:
    """Not what was retried; and a validation may be retried, too."""
    ok = Reply(200, b"ok", STALE)
    fake = fake_of(Reply(503, b"busy", FRESH), ok, ReadError("broke"), Reply(304))
    backend = CacheBackend(RetryBackend(fake, backoff=0.001))
    answers = [backend.send_sync_request("GET", f"{BASE}/") for _ in range(2)]
    assert [(each.content, each.from_cache) for each in answers] == [(b"ok", False), (b"ok", True)]
    assert len(fake.requests) == 4


def test_a_response_from_the_cache_takes_no_turn() -> None:
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


def test_asynchronous_streams_bypass_the_cache() -> None:
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
