"""Streams of wrappers that a program leaves open: their flows end before the interpreter does."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from clientele.http.recording import files
from clientele_conformance.installed import named
from clientele_conformance.servers import Origin, Stall, chunk, chunked_head

BEGIN = """
import os, sys
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter
from clientele.http import Wrapper
from clientele.http.backends.discovery import backend_class
from clientele.http.caching import CacheBackend
from clientele.http.limiting import LimitBackend, Rate
from clientele.http.recording import RecordingBackend
from clientele.http.retrying import RetryBackend
from clientele.http.signing import Signer, SigningBackend
from clientele.http.tracing import TracingBackend
from clientele.http.wrappers import End

class Nothing(Signer):
    def sign(self, request):
        return {}

class Telling(Wrapper):
    def flow(self, call):
        try:
            response = yield call
            yield End(response)
            return response
        finally:
            import colorsys  # Can't be done any more once modules are gone.
            print(f"the flow of {call.url[-2:]} ends", flush=True)

def tracing(inner):
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(ConsoleSpanExporter(formatter=lambda span: span.name + chr(10))))
    return TracingBackend(inner, tracer_provider=provider)

name, url, path, *chosen = sys.argv[1:]
wraps = {
    "telling": Telling,
    "tracing": tracing,
    "caching": CacheBackend,
    "retrying": RetryBackend,
    "limiting": lambda inner: LimitBackend(inner, rate=Rate(100), concurrent=1),
    "signing": lambda inner: SigningBackend(inner, Nothing()),
    "recording": lambda inner: RecordingBackend(inner, path, "all"),
}
backend = backend_class(name)()
for wrap in reversed(chosen):
    backend = wraps[wrap](backend)

def begun(path="/1"):
    items = backend.handle_sync_stream("GET", url + path, bytes)
    next(items)
    return items
"""

AROUND = ("tracing", "caching", "retrying", "limiting", "signing")


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as origin:
        for path in ("/1", "/2"):
            origin.on(path, [chunked_head(), chunk(b"item"), Stall()])
        yield origin


def ended(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A program after its end, where every warning is an error."""
    command = [sys.executable, "-X", "dev", "-W", "error", "-c", BEGIN + program, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603


@pytest.mark.parametrize("name", named("sync"))
@pytest.mark.parametrize("wrappers", [("telling", *AROUND, "recording"), ("recording", *AROUND, "telling")])
def test_a_program_that_ends_within_a_stream(
    wrappers: tuple[str, ...], name: str, origin: Origin, tmp_path: Path
) -> None:
    """In silence; what was received is recorded, and the spans are exported."""
    path = tmp_path / "cassette.yaml"
    program = ended("items = begun()", name, origin.url(), str(path), *wrappers)
    assert ("", 0) == (program.stderr, program.returncode)
    assert ["GET", "GET", "the flow of /1 ends"] == sorted(program.stdout.splitlines())
    (exchange,) = files.read(path)
    assert exchange.answer is not None
    assert ((b"item",), False) == (exchange.answer.chunks, exchange.answer.complete)


def test_a_stream_that_cannot_be_recorded_at_the_end(origin: Origin, tmp_path: Path) -> None:
    """This is reported, and keeps no other stream from its end."""
    path = tmp_path / "folder" / "cassette.yaml"
    program = ended(
        "streams = begun('/1'), begun('/2')\nopen(os.path.dirname(path), 'w').close()",
        *("httpx", origin.url(), str(path), "telling", "recording"),
    )
    assert "RecordingError: " in program.stderr
    assert ["the flow of /1 ends", "the flow of /2 ends"] == sorted(program.stdout.splitlines())


def test_a_stream_that_a_thread_reads_at_the_end(origin: Origin, tmp_path: Path) -> None:
    """It isn't closed under the thread, which ends with the interpreter."""
    program = ended(
        """
import time
from threading import Event, Thread
begins = Event()
class Reading(Wrapper):
    def flow(self, call):
        response = yield call
        begins.set()
        time.sleep(3600)
        return response
backend = Reading(backend)
Thread(target=begun, daemon=True).start()
begins.wait()
""",
        *("httpx", origin.url(), str(tmp_path / "cassette.yaml")),
    )
    assert ("", "", 0) == (program.stderr, program.stdout, program.returncode)
