"""A recorder lets go of the exceptions that it has recorded."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

from clientele.http.errors import ConnectError
from clientele.http.recording import RecordingBackend
from clientele_conformance.servers import refusing


def test_an_exception_of_the_library_is_gone_with_its_last_reference(tmp_path: Path) -> None:
    """In a cycle with its traceback, it would keep sockets open until the garbage collector runs."""
    backend = RecordingBackend("httpx", tmp_path / "cassette.yaml", "all")

    def failed(url: str) -> weakref.ref[BaseException] | None:
        try:
            backend.send_sync_request("GET", url)
        except ConnectError as error:
            return None if error.__cause__ is None else weakref.ref(error.__cause__)
        return None

    with refusing() as (host, port):
        gc.collect()
        gc.disable()
        try:
            cause = failed(f"http://{host}:{port}/")
            assert cause is not None
            assert cause() is None
        finally:
            gc.enable()
    backend.close()
