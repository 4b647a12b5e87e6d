"""TracingBackend around every installed backend: spans, what the server gets, and measurements."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import entry_points
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from clientele.api import APIClient, AsyncStream, HTTPStatusError, Stream, get
from clientele.http import FakeHTTPBackend, HTTPBackend
from clientele.http.errors import ConfigurationError, ConnectError, ReadError
from clientele.http.fake import Chunks, Reply
from clientele.http.retrying import Retry, RetryBackend
from clientele.http.tracing import TracingBackend
from clientele_conformance.servers import Origin, RecordedRequest, refusing, response

INSTALLED: dict[str, Any] = {entry.name: entry.load() for entry in sorted(entry_points(group="clientele.backends"))}
MODES = [(name, mode) for name, kind in INSTALLED.items() for mode in ("sync", "async") if mode in kind.capabilities]


OK = response(200, body=b"{}")


class Seen:
    """What OpenTelemetry was told."""

    def __init__(self) -> None:
        self._exporter, self._reader = InMemorySpanExporter(), InMemoryMetricReader()
        self.provider = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.meters = MeterProvider([self._reader])

    def around(self, inner: HTTPBackend | str) -> TracingBackend:
        return TracingBackend(inner, tracer_provider=self.provider, meter_provider=self.meters)

    @property
    def spans(self) -> list[ReadableSpan]:
        """In the order in which they began."""
        return sorted(self._exporter.get_finished_spans(), key=lambda span: span.start_time or 0)

    @property
    def points(self) -> list[Any]:
        data = self._reader.get_metrics_data()
        scopes = [scope for of in data.resource_metrics for scope in of.scope_metrics] if data else []
        metrics = [metric for scope in scopes for metric in scope.metrics]
        return [(metric.name, metric.unit, point) for metric in metrics for point in metric.data.data_points]


@pytest.fixture
def seen() -> Iterator[Seen]:
    told = Seen()
    yield told
    told.provider.shutdown()
    told.meters.shutdown()


class Api(APIClient):
    @get("/users/{user_id}")
    def user(self, result: dict[str, int], user_id: int, key: str = "s3cret") -> dict[str, int]:
        return result

    @get("/events", streaming_response=True)
    def events(self, result: Stream[bytes]) -> Stream[bytes]:
        return result


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


def sent_headers(request: RecordedRequest) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers}


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
def test_an_error_says_what_kind_it_is(seen: Seen, name: str, mode: str) -> None:
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


def test_the_span_of_the_caller_is_the_parent(seen: Seen) -> None:
    """And the current one again afterwards, sync and async, also when a call fails."""
    fake = FakeHTTPBackend()
    fake.on("GET", "/users/7").reply_with(Reply(200, {}), ReadError("broke"), Reply(404))
    api = Api(base_url="https://api.example.com", http_backend=seen.around(fake))
    tracer = seen.provider.get_tracer("test")

    async def acall() -> None:
        assert trace.get_current_span() is outer
        with pytest.raises(HTTPStatusError):
            await api.user.aio(7)
        assert trace.get_current_span() is outer

    with tracer.start_as_current_span("outer") as outer:
        api.user(7)
        assert trace.get_current_span() is outer
        with pytest.raises(ReadError):
            api.user(7)
        assert trace.get_current_span() is outer
        asyncio.run(acall())
    calls = [span for span in seen.spans if span.kind is SpanKind.INTERNAL and span.name != "outer"]
    assert len(calls) == 3
    assert {span.parent.span_id for span in calls if span.parent} == {outer.get_span_context().span_id}


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


def test_a_traceparent_of_the_caller_stays(seen: Seen) -> None:
    """It is what the call says."""
    own = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
    with Origin() as origin:
        origin.on("/users/7", OK)
        api = Api(base_url=origin.url(""), http_backend=seen.around("httpx"))
        with api:
            api.user.with_options(headers={"Traceparent": own})(7)
        (request,) = origin.requests
    assert sent_headers(request)["traceparent"] == own


def test_calls_by_hand_are_named_by_their_method(seen: Seen) -> None:
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


def test_a_base_url_of_the_backend_counts(seen: Seen) -> None:
    """Where the backend alone knows it."""
    fake = FakeHTTPBackend(base_url="https://api.example.com/v1", default_content={})
    seen.around(fake).send_sync_request("GET", "/users")
    assert dict(seen.spans[0].attributes or {})["url.full"] == "https://api.example.com/v1/users"


def test_the_library_makes_no_spans_meanwhile(seen: Seen) -> None:
    """What instruments it asks whether it may."""
    asked: list[Any] = []

    class Instrumented(FakeHTTPBackend):
        def exchange(self, client: Any, request: Any) -> Any:
            from opentelemetry import context  # noqa: PLC0415

            asked.append(context.get_value("suppress_instrumentation"))
            return super().exchange(client, request)

    seen.around(Instrumented(default_content={})).send_sync_request("GET", "https://api.example.com/")
    assert asked == [True]


def test_without_an_sdk_the_span_of_a_caller_is_handed_on(seen: Seen) -> None:
    """The one that is current, such as that of a request which is being answered."""
    with Origin() as origin:
        origin.on("/users/7", OK)
        api = Api(base_url=origin.url(""), http_backend=TracingBackend("httpx"))
        with api, seen.provider.get_tracer("test").start_as_current_span("outer") as outer:
            api.user(7)
        (request,) = origin.requests
    trace_id = format(outer.get_span_context().trace_id, "032x")
    assert sent_headers(request)["traceparent"].split("-")[1] == trace_id


def test_without_an_sdk_nothing_is_added() -> None:
    """A call is the same as without the wrapper."""
    with Origin() as origin:
        origin.on("/users/7", OK)
        with Api(base_url=origin.url(""), http_backend=TracingBackend("httpx")) as api:
            assert api.user(7) == {}
        (request,) = origin.requests
    assert "traceparent" not in sent_headers(request)


@pytest.mark.parametrize(
    "make", [lambda seen: RetryBackend(seen.around(FakeHTTPBackend())), lambda seen: seen.around("nothing")]
)
def test_it_belongs_outside(seen: Seen, make: Callable[[Seen], Any]) -> None:
    """Around retries, and around a backend that there is."""
    with pytest.raises(ConfigurationError):
        make(seen)


def test_settings_of_an_endpoint_reach_what_is_inside(seen: Seen) -> None:
    """It takes none itself."""
    fake = FakeHTTPBackend()
    fake.on("GET", "/a").reply_with(Reply(503), Reply(200, 1))
    api = APIClient(base_url="https://api.example.com", http_backend=seen.around(RetryBackend(fake, attempts=1)))

    @api.get("/a", retry=Retry(attempts=2, backoff=0.001))
    def call(result: int) -> int:
        return result

    assert call() == 1
    assert len(seen.spans) == 3


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to install."""
    monkeypatch.setitem(sys.modules, "opentelemetry.trace", None)
    with pytest.raises(ImportError, match=r"clientele-core\[otel\]"):
        TracingBackend(FakeHTTPBackend())
