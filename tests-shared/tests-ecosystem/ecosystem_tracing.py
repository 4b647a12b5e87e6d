"""Tracing: a call makes one span, and the server is told of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any, Protocol

import sentry_sdk
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sentry_sdk.envelope import Envelope
from sentry_sdk.integrations import Integration
from sentry_sdk.transport import Transport

from clientele_conformance.servers import HTTP2Origin, Origin, certificates, echo, redirect
from ecosystem_calls import PIECES
from ecosystem_rows import Calls, Probe, World


class Instrumentor(Protocol):
    """An instrumentation of OpenTelemetry's."""

    def instrument(self, **kwargs: Any) -> None:
        """From here on."""

    def uninstrument(self, **kwargs: Any) -> None:
        """Up to here."""


@contextmanager
def plain() -> Iterator[Origin]:
    """A server that answers 200."""
    with Origin() as origin:
        origin.on("/traced", echo)
        yield origin


def over_http2() -> HTTP2Origin:
    """A server that answers 200."""
    return HTTP2Origin(certificates())


def by_opentelemetry(
    *instrumentors: Callable[[], Instrumentor],
    serve: Callable[[], AbstractContextManager[Origin | HTTP2Origin]] = plain,
) -> Probe:
    """Each of two calls makes exactly one span, whose context goes over the wire."""

    def probe(calls: Calls, world: World) -> None:
        with _tracing(*instrumentors) as (provider, exporter), serve() as origin, calls() as call:
            for number, content in enumerate((b"a body", PIECES), 1):
                with provider.get_tracer("test").start_as_current_span("around") as around:
                    assert call(origin.url("/traced?a=1"), "POST", content).status == 200
                spans = [span for span in exporter.get_finished_spans() if span.name != "around"]
                assert len(spans) == 1, f"{len(spans)} spans"
                assert spans[0].kind is trace.SpanKind.CLIENT
                told = dict(spans[0].attributes or {})
                assert (told["http.method"], told["http.status_code"]) == ("POST", 200)
                assert str(told["http.url"]).split("?")[0] == origin.url("/traced")
                assert spans[0].parent is not None
                assert spans[0].parent.span_id == around.get_span_context().span_id
                sent = origin.wait_for_requests(number)[-1]
                assert sent.get_list("traceparent") == [_traceparent(spans[0])]
                exporter.clear()

    return probe


def each_step(*instrumentors: Callable[[], Instrumentor]) -> Probe:
    """Each step of a redirect that is followed makes a span, and goes out with its context."""

    def probe(calls: Calls, world: World) -> None:
        with _tracing(*instrumentors) as (_, exporter), Origin() as origin, calls() as call:
            origin.on("/old", redirect("/new"))
            origin.on("/new", echo)
            assert call(origin.url("/old")).status == 200
            spans = exporter.get_finished_spans()
            assert len(spans) == 2
            assert [request.get_list("traceparent") for request in origin.requests] == [
                [_traceparent(span)] for span in spans
            ]

    return probe


def _traceparent(span: ReadableSpan) -> str:
    context = span.context
    assert context is not None
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


@contextmanager
def _tracing(*instrumentors: Callable[[], Instrumentor]) -> Iterator[tuple[TracerProvider, InMemorySpanExporter]]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with ExitStack() as stack:
        for instrumentor in instrumentors:
            instrumentor().instrument(tracer_provider=provider)
            stack.callback(instrumentor().uninstrument)
        yield provider, exporter


class _Memory(Transport):
    """Keeps events, and sends nothing."""

    envelopes: list[Envelope]

    def __init__(self, options: Any = None) -> None:
        super().__init__(options)
        self.envelopes = []

    def capture_envelope(self, envelope: Envelope) -> None:
        """Keep it."""
        self.envelopes.append(envelope)

    def events(self, kind: str) -> list[dict[str, Any]]:
        """What was captured of a kind."""
        return [
            item.payload.json
            for envelope in self.envelopes
            for item in envelope.items
            if item.type == kind and item.payload.json is not None
        ]


def by_sentry(integration: type[Integration], category: str = "httplib") -> Probe:
    """Exactly one breadcrumb and one span, whose id goes over the wire."""

    def probe(calls: Calls, world: World) -> None:
        transport = _Memory()
        with sentry_sdk.isolation_scope(), _reporting_to(transport, integration()), Origin() as origin:
            origin.on("/traced", echo)
            with calls() as call, sentry_sdk.start_transaction(name="around"):
                assert call(origin.url("/traced?a=1"), "POST", b"a body").status == 200
            sentry_sdk.capture_message("afterwards")
            (around,) = transport.events("transaction")
            (message,) = transport.events("event")
            spans = [span for span in around["spans"] if span["op"] == "http.client"]
            crumbs = [crumb for crumb in message["breadcrumbs"]["values"] if crumb["category"] == category]
            sent = origin.requests[-1].get_list("sentry-trace")
        for kind, found in (("span", spans), ("breadcrumb", crumbs)):
            assert found, f"no {kind}"
            told = [(each["data"]["http.method"], each["data"]["http.response.status_code"]) for each in found]
            assert told == [("POST", 200)], f"{kind}s: {told}"
        assert sent == [f"{spans[0]['trace_id']}-{spans[0]['span_id']}-1"]

    return probe


@contextmanager
def _reporting_to(transport: _Memory, integration: Integration) -> Iterator[None]:
    sentry_sdk.init(
        dsn="https://public@sentry.example/1",
        transport=transport,
        traces_sample_rate=1.0,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[integration],
    )
    try:
        yield
    finally:
        sentry_sdk.get_client().close()
        sentry_sdk.init(default_integrations=False, auto_enabling_integrations=False)
