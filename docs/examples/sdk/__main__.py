"""`python -m docs.examples.sdk [BACKEND]`: a tour in each mode, what the bookshop received, and a trace."""

import sys
from collections.abc import Sequence

from clientele.http import Capability
from clientele.http.backends import backend_class

from .server import Received
from .tour import Visit, visit

SHOWN = ("idempotency-key", "if-none-match", "last-event-id")


def main(arguments: Sequence[str]) -> None:
    backend = arguments[0] if arguments else "httpx"
    for mode in sorted(backend_class(backend).capabilities & {Capability.SYNC, Capability.ASYNC}, reverse=True):
        visited = visit(backend, mode)
        print(f"{backend}, {mode}: what the bookshop received")
        for request in visited.server.received:
            print(f"  {request.method:4} {request.target:24} {request.status}  {notes(request)}".rstrip())
        print("what the caller got")
        for name, value in vars(visited.seen).items():
            print(f"  {name.replace('_', ' ')}: {value}")
        print("the trace of the first order")
        print("\n".join(f"  {line}" for line in trace_of(visited, "POST /orders")))


def notes(request: Received) -> str:
    return ", ".join(f"{name}: {request.headers[name]}" for name in SHOWN if name in request.headers)


def trace_of(visited: Visit, name: str) -> list[str]:
    """The first call of that name, and its attempts."""
    call = min((span for span in visited.spans if span.name == name), key=lambda span: span.start_time or 0)
    attempts = [span for span in visited.spans if span.parent and call.context and span.parent == call.context]
    return [name, *(f"└─ {span.name} {(span.attributes or {})['http.response.status_code']!r}" for span in attempts)]


if __name__ == "__main__":
    main(sys.argv[1:])
