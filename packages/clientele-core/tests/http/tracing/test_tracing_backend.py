"""TracingBackend around every installed backend: spans, attributes and metrics."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import entry_points
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanKind, StatusCode

from clientele.api import APIClient, AsyncStream
from clientele.http import FakeHTTPBackend
from clientele.http.errors import ConfigurationError, ConnectError
from clientele.http.fake import Chunks, Reply
from clientele.http.retrying import Retry, RetryBackend
from clientele.http.tracing import TracingBackend
from clientele_conformance.servers import Origin, refusing, response
from traced import OK, Api, Seen, sent_headers

INSTALLED: dict[str, Any] = {entry.name: entry.load() for entry in sorted(entry_points(group="clientele.backends"))}


MODES = [(name, mode) for name, kind in INSTALLED.items() for mode in ("sync", "async") if mode in kind.capabilities]


@pytest.fixture
def seen() -> Iterator[Seen]:
    told = Seen()
    yield told
    told.provider.shutdown()
    told.meters.shutdown()


def called(api: Api, mode: str, *arguments: Any) -> Any:
    if mode == "sync":
        with api:
            return api.user(*arguments)

    async def call() -> Any:
        async with api:
            return await api.user.aio(*arguments)

    return asyncio.run(call())


def ids(span: ReadableSpan) -> tuple[str, str]:
    context = span.get_span_context()
    assert context is not None
    return format(context.trace_id, "032x"), format(context.span_id, "016x")


@pytest.mark.parametrize(("name", "mode"), MODES)
def test_a_call_is_a_span_and_each_attempt_a_child(seen: Seen, name: str, mode: str) -> None:
    """The server knows each attempt by a traceparent of its own."""
    with Origin() as origin:
        origin.on("/users/7", response(503), OK)
        backend = seen.around(RetryBackend(INSTALLED[name](trust_env=False), backoff=0.001))
        assert called(Api(base_url=origin.url(""), http_backend=backend), mode, 7) == {}
        parents = [sent_headers(request)["traceparent"] for request in origin.requests]
    whole, first, second = seen.spans
    assert [span.name for span in seen.spans] == ["GET /users/{user_id}"] * 3
    assert [span.kind for span in seen.spans] == [SpanKind.INTERNAL, SpanKind.CLIENT, SpanKind.CLIENT]
    for attempt, sent in zip((first, second), parents, strict=True):
        assert attempt.parent is not None
        assert format(attempt.parent.span_id, "016x") == ids(whole)[1]
        assert sent.split("-")[1:3] == list(ids(attempt))
    said = dict(second.attributes or {})
    assert said.pop("server.port") == origin.port
    assert said.pop("url.full") == f"{origin.url('')}/users/7?key=***"
    assert said == {
        "http.request.method": "GET",
        "url.template": "/users/{user_id}",
        "url.scheme": "http",
        "server.address": "127.0.0.1",
        "http.response.status_code": 200,
        "http.request.resend_count": 1,
        "network.protocol.version": "1.1",
        "code.function.name": "Api.user",
    }
    failed = dict(first.attributes or {})
    assert (failed["error.type"], first.status.status_code) == ("503", StatusCode.ERROR)
    assert "http.request.resend_count" not in failed
    assert whole.status.status_code is StatusCode.UNSET


@pytest.mark.parametrize(("name", "mode"), MODES)
def test_attempts_are_measured(seen: Seen, name: str, mode: str) -> None:
    """In seconds, under labels that have few values."""
    with Origin() as origin:
        origin.on("/users/7", OK)
        called(Api(base_url=origin.url(""), http_backend=seen.around(INSTALLED[name](trust_env=False))), mode, 7)
    ((metric, unit, point),) = seen.points
    assert (metric, unit, point.count) == ("http.client.request.duration", "s", 1)
    assert 0 < point.sum < 60
    labels = dict(point.attributes)
    assert labels.pop("server.port") == origin.port
    assert labels == {
        "http.request.method": "GET",
        "url.template": "/users/{user_id}",
        "url.scheme": "http",
        "server.address": "127.0.0.1",
        "http.response.status_code": 200,
        "network.protocol.version": "1.1",
    }


@pytest.mark.parametrize(("name", "mode"), MODES)
def test_an_error_has_an_error_type(seen: Seen, name: str, mode: str) -> None:
    """And nothing secret."""
    with refusing() as (host, port):
        backend = seen.around(INSTALLED[name](trust_env=False))
        api = Api(base_url=f"http://user:pa55@{host}:{port}", http_backend=backend)
        with pytest.raises(ConnectError):
            called(api, mode, 7)
    assert [dict(span.attributes or {})["error.type"] for span in seen.spans] == ["ConnectError"] * 2
    shown = "".join(span.to_json() for span in seen.spans)
    assert "s3cret" not in shown
    assert "pa55" not in shown
    assert seen.points[0][2].attributes["error.type"] == "ConnectError"


def test_a_span_of_a_stream_ends_with_it(seen: Seen) -> None:
    """When it was read, left, or broke."""
    fake = FakeHTTPBackend()
    fake.on("GET", "/events").reply_with(Reply(200, Chunks([b"a", b"b"])))
    api = Api(base_url="https://api.example.com", http_backend=seen.around(fake))
    with api.events() as items:
        assert next(items) == b"a"
        assert not seen.spans
        assert not trace.get_current_span().get_span_context().is_valid
    assert len(seen.spans) == 2
    assert [span.status.status_code for span in seen.spans] == [StatusCode.UNSET] * 2
    assert b"".join(api.events()) == b"ab"
    assert len(seen.spans) == 4

    async def read() -> None:
        async with await api.events.aio() as stream:
            items: AsyncStream[bytes] = stream
            assert [each async for each in items] == [b"a", b"b"]

    asyncio.run(read())
    assert len(seen.spans) == 6


def test_a_cancelled_call_ends_its_spans(seen: Seen) -> None:
    """As what it is."""
    fake = FakeHTTPBackend()
    fake.on("GET", "/users/7").reply(200, {}, delay=20)
    api = Api(base_url="https://api.example.com", http_backend=seen.around(fake), timeout=None)

    async def cancel() -> None:
        task = asyncio.ensure_future(api.user.aio(7))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
    kinds = [dict(span.attributes or {})["error.type"] for span in seen.spans]
    assert kinds == ["asyncio.exceptions.CancelledError"] * 2


def test_direct_calls_are_named_by_their_method(seen: Seen) -> None:
    """A path has too many values; an unknown method, too."""
    fake = FakeHTTPBackend(default_content={})
    api = APIClient(base_url="https://api.example.com", http_backend=seen.around(fake))
    api.request("GET", "/users/1?a=b", result=dict)
    api.request("PURGE", "https://other.example.com:8443/a", result=dict)
    names = [(span.name, dict(span.attributes or {})) for span in seen.spans if span.kind is SpanKind.CLIENT]
    assert [name for name, _ in names] == ["GET", "HTTP"]
    assert names[0][1]["url.full"] == "https://api.example.com/users/1?a=***"
    assert names[1][1]["http.request.method"] == "_OTHER"
    assert names[1][1]["http.request.method_original"] == "PURGE"
    assert (names[1][1]["server.address"], names[1][1]["server.port"]) == ("other.example.com", 8443)


@pytest.mark.parametrize(("status", "said"), [(399, None), (400, "400"), (404, "404"), (500, "500")])
def test_a_status_is_an_error_from_400_on(seen: Seen, status: int, said: str | None) -> None:
    """In spans and in measurements."""
    fake = FakeHTTPBackend()
    fake.on("GET", "/").reply(status)
    seen.around(fake).send_sync_request("GET", "https://api.example.com/")
    for span in seen.spans:
        assert dict(span.attributes or {}).get("error.type") == said
        assert (span.status.status_code is StatusCode.ERROR) == (said is not None)
    assert seen.points[0][2].attributes.get("error.type") == said


def test_the_base_url_of_the_backend_is_in_the_url(seen: Seen) -> None:
    """Where the backend alone knows it."""
    fake = FakeHTTPBackend(base_url="https://api.example.com/v1", default_content={})
    seen.around(fake).send_sync_request("GET", "/users")
    assert dict(seen.spans[0].attributes or {})["url.full"] == "https://api.example.com/v1/users"


@pytest.mark.parametrize(
    "make", [lambda seen: RetryBackend(seen.around(FakeHTTPBackend())), lambda seen: seen.around("nothing")]
)
def test_a_tracing_backend_inside_retries_raises(seen: Seen, make: Callable[[Seen], Any]) -> None:
    """Around retries, and around a backend that there is."""
    with pytest.raises(ConfigurationError):
        make(seen)


def test_settings_of_an_endpoint_reach_inner_wrappers(seen: Seen) -> None:
    """It takes none itself."""
    fake = FakeHTTPBackend()
    fake.on("GET", "/a").reply_with(Reply(503), Reply(200, 1))
    api = APIClient(base_url="https://api.example.com", http_backend=seen.around(RetryBackend(fake, attempts=1)))

    @api.get("/a", retry=Retry(attempts=2, backoff=0.001))
    def call(result: int) -> int:
        return result

    assert call() == 1
    assert len(seen.spans) == 3


def test_a_missing_library_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to install."""
    monkeypatch.setitem(sys.modules, "opentelemetry.trace", None)
    with pytest.raises(ImportError, match=r"clientele-core\[otel\]"):
        TracingBackend(FakeHTTPBackend())
