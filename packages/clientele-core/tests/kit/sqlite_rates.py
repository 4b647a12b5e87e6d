"""A LimitBackend with a rate in SQLite."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyrate_limiter import InMemoryBucket, SQLiteBucket

from clientele.http import FakeHTTPBackend
from clientele.http.limiting import LimitBackend, SharedRate

URL = "https://api.example.com/"


def sqlite_bucket(path: Path) -> Callable[[list[Any]], SQLiteBucket]:
    return lambda rates: SQLiteBucket.init_from_file(rates, db_path=str(path), use_file_lock=True)


def limited(rate: SharedRate) -> LimitBackend:
    return LimitBackend(FakeHTTPBackend(default_content="ok"), rate=rate)


async def later(rates: list[Any]) -> InMemoryBucket:
    return InMemoryBucket(rates)
