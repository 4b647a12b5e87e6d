"""SharedRate: several processes, threads and tasks keep one rate."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pyrate_limiter import InMemoryBucket, MultiprocessBucket
from pyrate_limiter import Rate as StoreRate

from clientele.api import APIClient
from clientele.http import FakeHTTPBackend, Timeout
from clientele.http.errors import DeadlineExceeded
from clientele.http.limiting import Limit, LimitBackend, SharedRate
from clientele.http.limiting.shared import SharedPace
from sqlite_rates import URL, limited, sqlite_bucket

WORKER = """
import asyncio, json, sys
from concurrent.futures import ThreadPoolExecutor

import pyrate_limiter

from clientele.http import FakeHTTPBackend
from clientele.http.limiting import LimitBackend, SharedRate

path, kind, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
taken = []

class Noting(pyrate_limiter.SQLiteBucket):
    def put(self, item):
        was_taken = super().put(item)
        if was_taken:
            taken.append(item.timestamp)
        return was_taken

def bucket(rates):
    return Noting.init_from_file(rates, db_path=path, use_file_lock=True)

backend = LimitBackend(FakeHTTPBackend(), rate=SharedRate(4, per=0.4, bucket=bucket))
print("ready", flush=True)
sys.stdin.readline()

async def run():
    await asyncio.gather(*(backend.send_async_request("GET", "/") for _ in range(count)))

if kind == "async":
    asyncio.run(run())
else:
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda _: backend.send_sync_request("GET", "/"), range(count)))
backend.close()
print(json.dumps(taken))
"""


def test_processes_share_a_rate(tmp_path: Path) -> None:
    """Four of them, of both modes, with several calls at once each: never more than four calls begin in 0.4 s."""
    arguments = [sys.executable, "-c", WORKER, str(tmp_path / "limits.sqlite")]
    workers = [
        subprocess.Popen([*arguments, kind, "6"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
        for kind in ("sync", "async", "sync", "async")
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    printed = ThreadPoolExecutor(4).map(lambda worker: worker.communicate("go\n", 120)[0], workers)
    taken = [json.loads(text) for text in printed]
    assert [len(each) for each in taken] == [6, 6, 6, 6]
    moments = sorted(moment for each in taken for moment in each)
    assert min(later - moment for moment, later in zip(moments, moments[4:], strict=False)) >= 400


def test_a_process_leaves_room_for_others_that_wait() -> None:
    """Once calls have had to wait, it doesn't take all the places that become free."""
    moment = [1_000_000]

    class Timed(InMemoryBucket):
        def now(self) -> int:
            return moment[0]

    bucket = Timed([StoreRate(2, 40_000)])
    one, other = (SharedPace(SharedRate(2, per=40, bucket=lambda _: bucket)) for _ in range(2))
    assert [one.ask(), one.ask()] == [0.0, 0.0]
    assert min(one.ask(), other.ask()) >= 40
    moment[0] += 40_001
    assert one.ask() == 0.0
    pause = one.ask()
    assert 0.0 < pause <= 0.2
    assert other.ask() == 0.0


def test_a_forked_child_reopens_the_store(tmp_path: Path) -> None:
    """What the parent has open stays the parent's."""
    if sys.platform == "win32":
        pytest.skip("Windows has no fork")
    backend = limited(SharedRate(2, per=600, bucket=sqlite_bucket(tmp_path / "limits.sqlite")))
    backend.send_sync_request("GET", URL)
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()

    def child() -> None:
        answers.put(backend.send_sync_request("GET", URL).status_code)

    process = context.Process(target=child)
    process.start()
    process.join(60)
    assert (process.exitcode, answers.get()) == (0, 200)
    with pytest.raises(DeadlineExceeded):
        backend.send_sync_request("GET", URL, timeout=Timeout(total=20))
    backend.close()


def test_past_entries_are_deleted(tmp_path: Path) -> None:
    """A file doesn't grow with the calls."""
    path = tmp_path / "limits.sqlite"
    backend = limited(SharedRate(1000, per=0.001, bucket=sqlite_bucket(path)))
    for _ in range(50):
        backend.send_sync_request("GET", URL)
    backend.close()
    with closing(sqlite3.connect(path)) as connection:
        (rows,) = connection.execute("SELECT COUNT(*) FROM rate_bucket").fetchone()
    assert rows < 50


@pytest.mark.parametrize("kind", [InMemoryBucket, MultiprocessBucket.init], ids=["memory", "multiprocess"])
def test_waiting_counts_toward_the_total(kind: Any) -> None:
    """A call that would wait longer than it has left ends at once, and hasn't been sent."""
    backend = limited(SharedRate(1, per=600, bucket=kind))
    assert backend.send_sync_request("GET", URL).text == "ok"
    with pytest.raises(DeadlineExceeded, match="it must wait") as raised:
        backend.send_sync_request("GET", URL, timeout=Timeout(total=30))
    assert (raised.value.request_sent, raised.value.phase) == (False, "pool")
    with pytest.raises(DeadlineExceeded, match="it must wait"):
        asyncio.run(backend.send_async_request("GET", URL, timeout=Timeout(total=30)))
    with pytest.raises(DeadlineExceeded):
        next(backend.handle_sync_stream("GET", URL, bytes, timeout=Timeout(total=30)))


def test_tasks_wait_in_their_order(tmp_path: Path) -> None:
    """The event loop goes on meanwhile; one that is cancelled is passed over."""
    backend = limited(SharedRate(1, per=0.05, bucket=sqlite_bucket(tmp_path / "limits.sqlite")))
    done: list[int] = []

    async def call(number: int) -> None:
        await backend.send_async_request("GET", URL)
        done.append(number)

    async def run() -> None:
        async with asyncio.timeout(60):
            tasks = [asyncio.ensure_future(call(number)) for number in range(6)]
            await tasks[0]
            tasks[3].cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await backend.aclose()

    asyncio.run(run())
    assert done == [0, 1, 2, 4, 5]


def test_an_endpoint_may_have_its_own_rate() -> None:
    """Besides that of the backend."""
    backend = limited(SharedRate(2, per=600, bucket=InMemoryBucket))
    api = APIClient(base_url=URL, http_backend=backend, timeout=Timeout(total=20))

    @api.get("/exports", limit=Limit(rate=SharedRate(1, per=600, bucket=InMemoryBucket)))
    def export(result: str) -> str:
        return result

    assert export() == "ok"
    with pytest.raises(DeadlineExceeded):
        export()
    assert api.request("GET", "/").text == "ok"
    with pytest.raises(DeadlineExceeded):
        api.request("GET", "/")


def test_retry_after_pauses_a_shared_rate(tmp_path: Path) -> None:
    """Also for a call that has its place already."""
    fake = FakeHTTPBackend()
    fake.queue_response(status=429, headers={"Retry-After": "600"})
    backend = LimitBackend(fake, rate=SharedRate(100, bucket=InMemoryBucket))
    assert backend.send_sync_request("GET", URL).status_code == 429
    with pytest.raises(DeadlineExceeded):
        backend.send_sync_request("GET", URL, timeout=Timeout(total=20))
