"""A request, echoed as JSON, in the same form for each HTTP version."""

from __future__ import annotations

import json

from clientele_conformance.servers.messages import head
from clientele_conformance.servers.recorded import RecordedRequest


def describe(request: RecordedRequest) -> bytes:
    """JSON with `method`, `target`, `version`, `headers` (pairs) and `body`, whose bytes are read as Latin-1."""
    return json.dumps(
        {
            "method": request.method,
            "target": request.target,
            "version": request.version,
            "headers": request.headers,
            "body": request.body.decode("latin-1"),
        }
    ).encode()


def echo(request: RecordedRequest) -> bytes:
    """The response that tells the request back."""
    body = describe(request)
    fields = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    return head(200, fields) + (b"" if request.method == "HEAD" else body)
