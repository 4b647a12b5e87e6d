"""LIF-6: a fork at any moment. No child waits for a thread, a lock or an import of its parent."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import clientele
from clientele.api import APIClient, BearerAuth
from clientele.http import FakeHTTPBackend
from clientele.http.in_process import ASGIBackend, WSGIBackend
from clientele.http.message.cookies.jar import Jar
from clientele.http.message.urls import parse_url
from clientele.http.recording import RecordingBackend
from clientele.http.runtime.deadline import Deadline, watch
from clientele.http.runtime.forks import OwnLock, _holders
from clientele.http.transport.clients.clients import AsyncClients, SyncClient
from clientele.http.transport.clients.slots import Slots
from clientele.testing import use_backend

if sys.platform == "win32":
    pytest.skip("Windows has no fork", allow_module_level=True)

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")

Use = Callable[[], object]
BASE = "https://api.example"


def child_can(use: Use) -> bool:
    """Whether a forked child comes to the end of `use`, for which it has twenty seconds."""
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        try:
            use()
            os._exit(0)
        finally:
            traceback.print_exc()
            os._exit(1)
    return 0 == os.waitpid(child, 0)[1]


@contextmanager
def held_elsewhere(locks: list[Any]) -> Iterator[None]:
    """Another thread holds `locks`."""
    held, over = threading.Event(), threading.Event()

    def hold() -> None:
        with ExitStack() as stack:
            for lock in locks:
                stack.enter_context(lock)
            held.set()
            over.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert held.wait(20)
        yield
    finally:
        over.set()
        thread.join()


class Rejecting(FakeHTTPBackend):
    """Accepts no other token than the one that a refresh gets."""

    def __init__(self) -> None:
        super().__init__(401)
        self.on("GET", None, headers={"Authorization": "Bearer new"}).reply(200)


def _close(_: object) -> None:
    pass


async def _aclose(_: object) -> None:
    pass


def _client_of_a_name(_: Path) -> Use:
    api = APIClient(base_url=BASE)
    return lambda: api.state.holder.backend


def _block(_: Path) -> Use:
    api = APIClient(base_url=BASE, http_backend=FakeHTTPBackend())
    block = use_backend("httpx")

    def use() -> None:
        with block:
            assert type(api.state.holder.backend).__name__ == "HttpxHTTPBackend"

    return use


def _recorder(folder: Path) -> Use:
    backend = RecordingBackend(FakeHTTPBackend(), folder / "tape.yaml", "new")
    return lambda: [backend.send_sync_request("GET", f"{BASE}/{path}") for path in "ab"]


def _fake(_: Path) -> Use:
    fake = FakeHTTPBackend()

    def use() -> None:
        fake.queue_response(status=201)
        fake.on("GET", "/a").reply(202)
        assert [201, 202] == [fake.send_sync_request("GET", f"{BASE}/a").status_code for _ in range(2)]
        fake.assert_all_called()
        fake.reset()

    return use


def _jar(_: Path) -> Use:
    jar, (url, _userinfo) = Jar(), parse_url(f"{BASE}/")

    def use() -> None:
        jar.keep(url, (("Set-Cookie", "a=1"),))
        assert "a=1" == jar.header(url)

    return use


def _sync_client(_: Path) -> Use:
    slot = SyncClient(object, _close)

    def use() -> None:
        slot.get()
        slot.close()

    return use


def _async_clients(_: Path) -> Use:
    clients = AsyncClients(object, _aclose)

    async def use() -> None:
        clients.get()
        await clients.aclose()

    return lambda: asyncio.run(use())


def _slots(_: Path) -> Use:
    return partial(Slots(1).take, 0.1)


def _auth(_: Path) -> Use:
    api = APIClient(base_url=BASE, http_backend=Rejecting(), auth=BearerAuth("old", refresh=lambda: "new"))
    return lambda: api.request("GET", "/")


KINDS = [_client_of_a_name, _block, _recorder, _fake, _jar, _sync_client, _async_clients, _slots, _auth]


@pytest.mark.parametrize("kind", KINDS)
def test_a_lock_that_another_thread_holds_is_free_in_a_child(kind: Callable[[Path], Use], tmp_path: Path) -> None:
    """Whatever has one, and whatever is done with it."""
    before = set(_holders)
    use = kind(tmp_path)
    made = set(_holders) - before
    locks = [each.lock for each in made if isinstance(each, OwnLock)]
    locks += [each._making for each in made if isinstance(each, Slots)]
    assert locks, "nothing to hold"
    with held_elsewhere(locks):
        assert child_can(use)
    use()


def test_there_are_no_other_locks() -> None:
    """But where a whole is begun anew in a child, its lock with it."""
    anew = {"http/runtime/forks.py", "http/transport/clients/slots.py", "http/runtime/deadline.py"}
    lock = re.compile(r"\b(R?Lock|Condition|Event|Semaphore|BoundedSemaphore|Barrier|\w*Queue|cached_property)\(")
    folder = Path(clientele.__path__[0])
    found = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        if any(lock.search(line) and "asyncio." not in line for line in path.read_text().splitlines())
    }
    assert anew == found


def test_one_may_fork_while_holding_it() -> None:
    """Here the code that builds a client does."""
    forked: list[bool] = []

    def build() -> object:
        if not forked:
            forked.append(True)
            forked.append(child_can(slot.get))
        return object()

    slot = SyncClient(build, _close)
    slot.get()
    assert [True, True] == forked


def test_a_call_that_is_cut_in_the_moment_of_a_fork_ends_in_the_child() -> None:
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
