"""LIF-6: a fork during a call, a refresh, a stream or an import."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clientele.api import APIClient, BearerAuth
from clientele.http.in_process import ASGIBackend, WSGIBackend
from clientele.http.runtime.deadline import Deadline, watch
from forking import BASE, Rejecting, child_can, held_elsewhere

if sys.platform == "win32":
    pytest.skip("Windows has no fork", allow_module_level=True)


pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")


def test_a_call_cut_during_a_fork_ends_in_the_child() -> None:
    """The thread that cuts isn't there to give the lock back."""
    cutting, go_on = threading.Event(), threading.Event()

    def cut() -> None:
        cutting.set()
        go_on.wait(60)

    deadline = Deadline(0.01)
    deadline.watch(cut)
    watch(deadline)
    assert cutting.wait(20)
    assert child_can(deadline.release)
    go_on.set()
    deadline.release()


def test_a_refresh_ends_in_the_child_that_was_forked_within_it() -> None:
    """Those who wait for it are the parent's, and so is the lock that they may hold."""

    children: list[int] = []

    def refresh() -> str:
        waiting = auth.refreshing._underway
        assert waiting is not None
        with held_elsewhere([waiting.done._condition]):
            children.append(os.fork())
            if children == [0]:
                signal.alarm(20)
        return "new"

    auth = BearerAuth("old", refresh=refresh)
    status = APIClient(base_url=BASE, http_backend=Rejecting(), auth=auth).request("GET", "/").status_code
    if children == [0]:
        os._exit(status - 200)
    assert (200, 0) == (status, os.waitpid(children[0], 0)[1])


def _wsgi(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    yield b"a\n"
    yield b"b\n"


async def _asgi(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(2):
        await send({"type": "http.response.body", "body": b"a\n", "more_body": True})
    await send({"type": "http.response.body"})


def test_the_stream_of_an_application_goes_on_in_a_child() -> None:
    """WSGI: in a thread of its own."""
    with_thread = WSGIBackend(_wsgi).handle_sync_stream("GET", BASE, str)
    assert "a" == next(with_thread)
    assert child_can(lambda: None if ["b"] == list(with_thread) else os._exit(1))
    assert ["b"] == list(with_thread)


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
def test_the_stream_of_an_event_loop_is_an_error_in_a_child() -> None:
    """ASGI: what runs on the loop stays the parent's."""
    backend = ASGIBackend(_asgi, lifespan=False)
    items = backend.handle_sync_stream("GET", BASE, str)
    assert "a" == next(items)

    def use() -> None:
        with pytest.raises(Exception, match="parent process"):
            list(items)
        assert 200 == backend.send_sync_request("GET", BASE).status_code

    assert child_can(use)
    assert ["a"] == list(items)
    backend.close()


PROGRAM = """
import os, signal, sys, threading
import clientele.http.backends.discovery
sys.path.insert(0, sys.argv[1])
threading.Thread(target=clientele.http.backends.backend_class, args=("slow",), daemon=True).start()
import slow_signals
assert slow_signals.begun.wait(20)
os.register_at_fork(before=slow_signals.go_on.set)
child = os.fork()
if child == 0:
    signal.alarm(20)
    backend = clientele.http.backends.backend_class("slow")()
    os._exit(0 if backend.send_sync_request("GET", "https://a.example").status_code == 200 else 1)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_fork_waits_for_the_import_of_a_backend(tmp_path: Path) -> None:
    """A module that a thread is importing stays locked in a child for ever, and a half of it is all there is."""
    metadata = tmp_path / "slow-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: slow\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[clientele.backends]\nslow = slow_backend:Slow\n")
    (tmp_path / "slow_signals.py").write_text("import threading\nbegun, go_on = threading.Event(), threading.Event()\n")
    (tmp_path / "slow_backend.py").write_text(
        "import time, slow_signals\nslow_signals.begun.set()\nslow_signals.go_on.wait(20)\ntime.sleep(0.3)\n"
        "from clientele.http import FakeHTTPBackend\nclass Slow(FakeHTTPBackend): pass\n"
    )
    ran = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-W", "ignore", "-c", PROGRAM, str(tmp_path)],
        timeout=100,
        check=False,
        capture_output=True,
        text=True,
    )
    assert (0, "") == (ran.returncode, ran.stderr)
