"""The backend that traces."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

from clientele.__about__ import __version__
from clientele.http.backends.interface import HTTPBackend
from clientele.http.errors import TransportError
from clientele.http.message.call import Call, backstage_of
from clientele.http.message.name_values import pairs_of
from clientele.http.message.redaction import redacted_url
from clientele.http.response import Response
from clientele.http.tracing.attributes import (
    Attributes,
    error_type,
    label_attributes,
    request_attributes,
    response_attributes,
    span_name,
)
from clientele.http.wrappers.flows import End, Flow
from clientele.http.wrappers.homes import base_url_of
from clientele.http.wrappers.places import Place
from clientele.http.wrappers.wrapper import Wrapper

_SCHEMA = "https://opentelemetry.io/schemas/1.34.0"
_OF_THE_API = ("opentelemetry.trace", "opentelemetry.metrics")
"""The packages of providers that do nothing; those of an SDK are in other packages."""
_BOUNDARIES = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
"""The buckets in seconds, as in the semantic conventions."""


class TracingBackend(Wrapper):
    """Creates an OpenTelemetry span for each call, with a child span for each attempt, and measures the attempts.

    ```python
    api = APIClient(base_url="https://api.example.com", http_backend=TracingBackend(RetryBackend("httpx")))
    ```

    The span of a call is named, for example, `GET /users/{user_id}`. Those of its attempts have the kind CLIENT, follow
    the stable semantic conventions for HTTP, and have the number of resends. Each attempt sends its own `traceparent`,
    through the propagators of OpenTelemetry, unless the call has one. `http.client.request.duration` is measured for
    each attempt, in seconds. The span of a stream ends when the stream does. Query values and user information are
    hidden.

    Instrumentation of the HTTP library creates no spans for these calls, to avoid duplicates.

    Args:
        inner: the backend inside, or the name of an installed one.
        tracer_provider: default the global one.
        meter_provider: default the global one.

    Raises:
        ImportError: opentelemetry-api is missing: `pip install 'clientele-core[otel]'`.
        ConfigurationError: `inner` is not a backend, or is a wrapper that belongs outside of this one.
    """

    place = Place.TRACING

    def __init__(self, inner: HTTPBackend | str, *, tracer_provider: Any = None, meter_provider: Any = None) -> None:
        super().__init__(inner)
        self._spans = Spans(base_url_of(self), tracer_provider, meter_provider)

    def flow(self, call: Call) -> Flow:
        """Send a call within a span."""
        if self._spans.are_idle():
            return (yield call)
        with self._spans.of(call) as span:
            response = yield from span.around(call)
            yield End(response)
        return response

    def inside(self, call: Call) -> tuple[HTTPBackend, dict[str, Any]]:
        """The backend that sends `call`, with a wrapper that creates a span for each attempt."""
        if not self._spans.are_idle():
            backstage_of(call).around_attempt = self._around_attempt
        return super().inside(call)

    def _around_attempt(self, inner: HTTPBackend) -> Attempt:
        return Attempt(inner, self._spans)


class Attempt(Wrapper):
    """Creates a span for each attempt, inside the span of the call."""

    place = Place.ATTEMPT
    is_last = True

    def __init__(self, inner: HTTPBackend, spans: Spans) -> None:
        super().__init__(inner)
        self._spans = spans

    def flow(self, call: Call) -> Flow:
        """Send an attempt within a span, and its trace context to the server."""
        with self._spans.of_attempt(call) as span:
            response = yield from span.around(span.injected(call), suppress=True)
            yield End(response)
        return response


class Spans:
    """Creates spans and measurements."""

    def __init__(self, base_url: str, tracer_provider: Any, meter_provider: Any) -> None:
        self.otel = _opentelemetry()
        metrics, trace = self.otel.metrics, self.otel.trace
        self._base_url = base_url
        self._tracer_provider, self._meter_provider = tracer_provider, meter_provider
        self._tracer = trace.get_tracer("clientele", __version__, tracer_provider, _SCHEMA)
        meter = metrics.get_meter("clientele", __version__, meter_provider, _SCHEMA)
        self._duration = meter.create_histogram(
            "http.client.request.duration",
            unit="s",
            description="Duration of HTTP client requests.",
            explicit_bucket_boundaries_advisory=_BOUNDARIES,
        )

    def are_idle(self) -> bool:
        """Whether spans and measurements would have no effect: there is no SDK, and no current span to propagate."""
        metrics, trace = self.otel.metrics, self.otel.trace
        tracers = self._tracer_provider or trace.get_tracer_provider()
        meters = self._meter_provider or metrics.get_meter_provider()
        brought = all(type(each).__module__.startswith(_OF_THE_API) for each in (tracers, meters))
        return brought and not trace.get_current_span().get_span_context().is_valid

    @contextmanager
    def of(self, call: Call) -> Iterator[Span]:
        """The span of a call."""
        span = self._begun(call, self.otel.trace.SpanKind.INTERNAL)
        with span:
            yield span

    @contextmanager
    def of_attempt(self, call: Call) -> Iterator[Span]:
        """The span of an attempt, with its duration metric."""
        started = perf_counter()
        span = self._begun(call, self.otel.trace.SpanKind.CLIENT)
        try:
            with span:
                yield span
        finally:
            labels = label_attributes(call, self._base_url) | span.outcome
            self._duration.record(perf_counter() - started, labels, context=span.context)

    def _begun(self, call: Call, kind: Any) -> Span:
        attributes = request_attributes(call, self._base_url)
        if call.attempt > 1:
            attributes["http.request.resend_count"] = call.attempt - 1
        return Span(self.otel, self._tracer.start_span(span_name(call), kind=kind, attributes=attributes))


class Span:
    """A span, which ends with its `with` block.

    Attributes:
        context: the OpenTelemetry context with the span.
        outcome: the attributes of the result.
    """

    def __init__(self, otel: Any, span: Any) -> None:
        self._otel = otel
        self._span = span
        self.context = otel.trace.set_span_in_context(span)
        self.outcome: Attributes = {}

    def around(self, call: Call, *, suppress: bool = False) -> Flow:
        """Send `call` with the span as the current one; `suppress` the instrumentation of the HTTP library."""
        context = self._otel.context
        current = context.set_value("suppress_instrumentation", True, self.context) if suppress else self.context
        token = context.attach(current)
        try:
            response = yield call
        finally:
            context.detach(token)
        self._answered(response)
        return response

    def injected(self, call: Call) -> Call:
        """`call` with the propagation headers of the span, unless it already has them."""
        carrier: dict[str, str] = {}
        self._otel.propagate.inject(carrier, context=self.context)
        own = {str(name).lower() for name, _ in pairs_of(call.options.get("headers") or ())}
        new = {name: value for name, value in carrier.items() if name.lower() not in own}
        return call.with_(headers=new) if new else call

    def _answered(self, response: Response) -> None:
        self.outcome = response_attributes(response)
        # Only now is the full URL known: with the query, and before redirects.
        asked = response.history[0] if response.history else response
        self._span.set_attributes({**self.outcome, "url.full": redacted_url(asked.request_url)})
        if response.status_code >= 400:
            self._span.set_status(self._otel.trace.StatusCode.ERROR)

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: object) -> None:
        # Closing a stream early is not an error.
        if error is not None and not isinstance(error, GeneratorExit):
            self.outcome["error.type"] = error_type(error)
            self._span.set_attribute("error.type", self.outcome["error.type"])
            said = str(error) if isinstance(error, TransportError) else None
            self._span.set_status(self._otel.trace.StatusCode.ERROR, said)
        self._span.end()


def _opentelemetry() -> Any:
    try:
        import opentelemetry.context  # noqa: PLC0415 - core does without it
        import opentelemetry.metrics  # noqa: PLC0415
        import opentelemetry.propagate  # noqa: PLC0415
        import opentelemetry.trace  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise ImportError(
            "TracingBackend needs opentelemetry-api, which is not installed: pip install 'clientele-core[otel]'",
            name=error.name,
        ) from error
    return opentelemetry
