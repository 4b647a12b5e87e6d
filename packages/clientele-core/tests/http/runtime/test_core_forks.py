"""LIF-6: no forked child waits for a lock of its parent."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

import clientele
from clientele.api import APIClient, BearerAuth
from clientele.http import FakeHTTPBackend
from clientele.http.message.cookies.jar import Jar
from clientele.http.message.urls import parse_url
from clientele.http.recording import RecordingBackend
from clientele.http.runtime.forks import OwnLock, _holders
from clientele.http.transport.clients.clients import AsyncClients, SyncClient
from clientele.http.transport.clients.slots import Slots
from clientele.testing import use_backend
from forking import BASE, Rejecting, Use, child_can, held_elsewhere

if sys.platform == "win32":
    pytest.skip("Windows has no fork", allow_module_level=True)


pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")


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


def test_no_other_locks_exist() -> None:
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


def test_a_fork_while_holding_a_lock_works() -> None:
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
