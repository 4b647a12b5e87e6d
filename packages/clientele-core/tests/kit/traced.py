"""An in-memory OpenTelemetry SDK, and a client to trace."""

from __future__ import annotations

from typing import Any

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from clientele.api import APIClient, Stream, get
from clientele.http import HTTPBackend
from clientele.http.tracing import TracingBackend
from clientele_conformance.servers import RecordedRequest, response

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


class Api(APIClient):
    @get("/users/{user_id}")
    def user(self, result: dict[str, int], user_id: int, key: str = "s3cret") -> dict[str, int]:
        return result

    @get("/events", streaming_response=True)
    def events(self, result: Stream[bytes]) -> Stream[bytes]:
        return result


def sent_headers(request: RecordedRequest) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers}
