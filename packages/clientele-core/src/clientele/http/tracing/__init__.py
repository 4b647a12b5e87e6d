"""Spans and metrics of calls by OpenTelemetry, around any backend.

It imports wrappers. No other package of ours imports it.
"""

from clientele.http.tracing.backend import TracingBackend

__all__ = ["TracingBackend"]
