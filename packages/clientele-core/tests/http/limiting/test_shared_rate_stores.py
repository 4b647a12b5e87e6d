"""SharedRate: stores that fail, wrong arguments, and closing."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pyrate_limiter import InMemoryBucket, RateItem

from clientele.http.errors import ConfigurationError, TransportError
from clientele.http.limiting import LimitStoreError, SharedRate
from clientele.http.retrying import RetryBackend
from sqlite_rates import URL, later, limited, sqlite_bucket


class Failing(InMemoryBucket):
    def put(self, item: RateItem) -> bool:
        raise ConnectionError("redis://me:s3cret@store is gone, password=hunter2hunter2")


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_a_failing_store_raises(is_async: bool, tmp_path: Path) -> None:  # noqa: FBT001
    """The call wasn't sent; a retry around it may try again."""

    def send(backend: Any) -> Any:
        if is_async:
            return asyncio.run(backend.send_async_request("GET", f"{URL}users?token=s3cret"))
        return backend.send_sync_request("GET", f"{URL}users?token=s3cret")

    with pytest.raises(LimitStoreError, match="the store of a SharedRate failed: OperationalError: unable") as raised:
        send(limited(SharedRate(1, bucket=sqlite_bucket(tmp_path))))  # A folder.
    assert str(raised.value).startswith("GET https://api.example.com/users?token=***: ")
    assert isinstance(raised.value.__cause__, sqlite3.OperationalError)
    assert (raised.value.request_sent, raised.value.phase, raised.value.retryable) == (False, "pool", True)
    with pytest.raises(TransportError, match="ConnectionError") as failed:
        send(limited(SharedRate(1, bucket=Failing)))
    assert "s3cret" not in str(failed.value)
    assert "hunter2" not in str(failed.value)


def test_a_retry_tries_the_store_again() -> None:
    """Nothing of the failure is kept."""
    buckets = iter([Failing, InMemoryBucket])
    failures: list[str] = []

    class Once(InMemoryBucket):
        def put(self, item: RateItem) -> bool:
            if not failures:
                failures.append("once")
                raise ConnectionResetError
            return super().put(item)

    def bucket(rates: list[Any]) -> InMemoryBucket:
        if next(buckets) is Failing:
            raise ConnectionRefusedError
        return Once(rates)

    backend = RetryBackend(limited(SharedRate(10, bucket=bucket)), backoff=0.001)
    assert backend.send_sync_request("POST", URL).text == "ok"
    assert failures == ["once"]


class Later(InMemoryBucket):
    async def put(self, item: RateItem) -> bool:  # type: ignore[override]
        return True


@pytest.mark.parametrize(
    ("bucket", "message"),
    [
        (Later, "the bucket is asynchronous; give it a synchronous client"),
        (later, "the bucket is asynchronous"),
        (lambda rates: rates, "it returns a bucket of pyrate-limiter, not list"),
    ],
)
def test_an_invalid_bucket_raises(bucket: Any, message: str) -> None:
    """In either mode, before anything is sent."""
    backend = limited(SharedRate(1, bucket=bucket))
    with pytest.raises(ConfigurationError, match=message):
        backend.send_sync_request("GET", URL)
    with pytest.raises(ConfigurationError, match=message):
        asyncio.run(backend.send_async_request("GET", URL))


def test_invalid_arguments_raise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where they are given."""
    with pytest.raises(ConfigurationError, match="give a function that makes a bucket, not str"):
        SharedRate(1, bucket="limits.sqlite")  # type: ignore[arg-type]
    with pytest.raises(ConfigurationError, match=r"Rate\(calls"):
        SharedRate(0, bucket=InMemoryBucket)
    with pytest.raises(ConfigurationError, match=r"Rate\(per"):
        SharedRate(1, per=0, bucket=InMemoryBucket)
    monkeypatch.setitem(sys.modules, "pyrate_limiter", None)
    with pytest.raises(ImportError, match=r"clientele-core\[limits\]"):
        SharedRate(1, bucket=InMemoryBucket)


def test_closing_closes_the_store_and_the_next_call_reopens_it() -> None:
    """As with connections; in both modes."""
    closed: list[str] = []

    class Noting(InMemoryBucket):
        def __init__(self, rates: list[Any]) -> None:
            super().__init__(rates)
            closed.append("opened")

        def close(self) -> None:
            closed.append("closed")

    backend = limited(SharedRate(100, bucket=Noting))
    backend.close()
    backend.send_sync_request("GET", URL)
    backend.close()
    backend.send_sync_request("GET", URL)
    asyncio.run(backend.aclose())
    assert closed == ["opened", "closed", "opened", "closed"]


def test_threads_share_one_store() -> None:
    """It is opened once."""
    opened = threading.Semaphore(1)

    def bucket(rates: list[Any]) -> InMemoryBucket:
        assert opened.acquire(blocking=False)
        return InMemoryBucket(rates)

    backend = limited(SharedRate(1000, bucket=bucket))
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: backend.send_sync_request("GET", URL).status_code, range(50)))
    assert answers == [200] * 50
