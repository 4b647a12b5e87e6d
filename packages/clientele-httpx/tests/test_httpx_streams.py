"""httpx against the rules about streams."""

from __future__ import annotations

from clientele_conformance.suite.stream_events import StreamEventRules
from clientele_conformance.suite.stream_lines import StreamLineRules
from clientele_conformance.suite.streams import StreamRules
from clientele_conformance.suite.streams_end import StreamEndRules
from clientele_httpx import HttpxHTTPBackend


class TestStreams(StreamRules):
    """Items arrive as they are sent."""

    backend_class = HttpxHTTPBackend


class TestStreamEnds(StreamEndRules):
    """A stream that is over holds nothing back."""

    backend_class = HttpxHTTPBackend


class TestStreamLines(StreamLineRules):
    """Lines end where they end."""

    backend_class = HttpxHTTPBackend


class TestStreamEvents(StreamEventRules):
    """Events are read as the WHATWG says."""

    backend_class = HttpxHTTPBackend
