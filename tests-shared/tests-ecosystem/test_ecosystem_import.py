"""What vcrpy records of a library by hand, `clientele recording import` makes a cassette of ours of."""

from __future__ import annotations

import asyncio
import gzip
from pathlib import Path
from typing import Any

import pytest
import vcr

from clientele.http import Response
from clientele.http.recording import RecordingBackend
from clientele.http.recording.importing import import_vcrpy
from clientele_conformance.servers import Origin, response
from ecosystem_aiohttp import AIOHTTP
from ecosystem_calls import Library, Told, Way
from ecosystem_libraries import HTTPX, HTTPX2, HTTPX_ASYNC, REQUESTS

BODY = b'[{"id": 1}]'
KINDS = [
    ("yaml", response(200, [("Content-Encoding", "gzip")], gzip.compress(BODY))),
    ("json", response(200, body=BODY)),  # The serializer for JSON has no binary bodies.
]


@pytest.mark.parametrize("library", [HTTPX, HTTPX_ASYNC, HTTPX2, REQUESTS, AIOHTTP], ids=lambda library: library.name)
@pytest.mark.parametrize(("kind", "answer"), KINDS, ids=["yaml", "json"])
def test_a_cassette_is_imported(library: Library, kind: str, answer: Any, tmp_path: Path) -> None:
    """And replayed without the server."""
    theirs, ours = tmp_path / f"theirs.{kind}", tmp_path / "ours.yaml"
    recorder = vcr.VCR(serializer=kind).use_cassette(str(theirs), record_mode="once")
    with Origin() as origin, library.calls(Way.BY_HAND) as call, recorder:
        origin.on("/thing", answer, method="POST")
        url = origin.url("/thing?a=1&b=%C3%A4")
        assert call(url, "POST", b"a body") == Told(200, BODY)
    assert import_vcrpy(theirs, ours) == 1
    backend = RecordingBackend(library.backend(), ours, "none")
    assert _sent(backend, url, is_async=library.is_async).content == BODY


def _sent(backend: RecordingBackend, url: str, *, is_async: bool) -> Response:
    async def asent() -> Response:
        try:
            return await backend.send_async_request("POST", url, content=b"a body")
        finally:
            await backend.aclose()

    if is_async:
        return asyncio.run(asent())
    try:
        return backend.send_sync_request("POST", url, content=b"a body")
    finally:
        backend.close()
