"""TracingBackend: `traceparent`, the current span, and behaviour without an SDK."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.trace import SpanKind

from clientele.api import HTTPStatusError
from clientele.http import FakeHTTPBackend
from clientele.http.errors import ReadError
from clientele.http.fake import Reply
from clientele.http.tracing import TracingBackend
from clientele_conformance.servers import Origin
from traced import OK, Api, Seen, sent_headers


@pytest.fixture
def seen() -> Iterator[Seen]:
    told = Seen()
    yield told
    told.provider.shutdown()
    told.meters.shutdown()


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


def test_a_traceparent_of_the_caller_is_kept(seen: Seen) -> None:
    """It is what the call says."""
    own = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
    with Origin() as origin:
        origin.on("/users/7", OK)
        api = Api(base_url=origin.url(""), http_backend=seen.around("httpx"))
        with api:
            api.user.with_options(headers={"Traceparent": own})(7)
        (request,) = origin.requests
    assert sent_headers(request)["traceparent"] == own


def test_instrumentation_of_the_library_is_suppressed(seen: Seen) -> None:
    """What instruments it asks whether it may."""
    asked: list[Any] = []

    class Instrumented(FakeHTTPBackend):
        def exchange(self, client: Any, request: Any) -> Any:
            from opentelemetry import context  # noqa: PLC0415

            asked.append(context.get_value("suppress_instrumentation"))
            return super().exchange(client, request)

    seen.around(Instrumented(default_content={})).send_sync_request("GET", "https://api.example.com/")
    assert asked == [True]


def test_without_an_sdk_the_current_span_is_propagated(seen: Seen) -> None:
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
