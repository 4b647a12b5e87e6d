"""What the responses of a server can't do to a CacheBackend and its storage."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hishel import SqliteStorage

from clientele.http import FakeHTTPBackend
from clientele.http.caching import CacheBackend, MemoryStorage
from clientele.http.fake import Reply
from numbered_responses import BASE, FRESH, got, numbering


def test_no_secret_is_in_what_a_storage_keeps(tmp_path: Path) -> None:
    """But the response, which is the caller's."""
    path = tmp_path / "cache.db"
    storage = SqliteStorage(database_path=path)
    fake = numbering(fake=FakeHTTPBackend(headers={"X-Key": "s3cret-1"}))
    backend = CacheBackend(fake, storage=storage)
    url = "https://user:s3cret-2@api.example.com/?token=s3cret-3"
    got(backend, url, headers={"Cookie": "a=s3cret-4", "Authorization": "Bearer s3cret-5"}, params={"key": "s3cret-6"})
    storage.close()
    with sqlite3.connect(path) as database:
        kept = b"".join(bytes(data) + key for key, data in database.execute("SELECT cache_key, data FROM entries"))
    database.close()
    assert b"max-age=3600" in kept
    assert b"s3cret" not in kept


def test_a_response_that_varies_by_everything_that_changes_fills_no_storage() -> None:
    """The oldest of one URL go."""
    storage = MemoryStorage()
    backend = CacheBackend(numbering(Vary="X-Request-Id"), storage=storage)
    for number in range(130):
        got(backend, headers={"X-Request-Id": str(number)})
    assert len(storage._kept) == 100
    assert got(backend, headers={"X-Request-Id": "129"}) == b"130"


HOSTILE: list[dict[str, str]] = [
    {"Vary": ", ".join(f"X-{number}" for number in range(3000))},
    {"Vary": "," * 5000},
    {"Vary": "\t, ,:partition, ü"},
    {"ETag": "\xe9\xff"},
    {"ETag": ""},
    {"ETag": '"a", "b"', "Last-Modified": "yesterday"},
    {"Last-Modified": "\xe9"},
    {"Date": "never"},
    {"Date": "Thu, 01 Jan 0001 00:00:00 GMT"},
    {"Date": "Fri, 31 Dec 9999 23:59:59 GMT"},
    {"Date": "Thu, 01 Jan 99999 00:00:00 GMT", "Expires": "Thu, 01 Jan 99999 00:00:00 GMT"},
    {"Expires": "Thu, 32 Feb 2026 25:61:61 +9999"},
    {"Cache-Control": "max-age=" + "9" * 4000},
    {"Cache-Control": "max-age=" + "9" * 40},
    {"Cache-Control": '"\\"' * 1300},
    {"Cache-Control": "=,=,;;;" + '"'},
    {"Cache-Control": 'no-cache="' + "a," * 1500},
    {"Age": "-5"},
    {"Age": "9" * 50},
    {"Age": "soon"},
    {"Connection": "cache-control, date, etag, , :born"},
    {"Content-Encoding": "identity"},
]


@pytest.mark.parametrize("headers", HOSTILE, ids=[f"{number}" for number in range(len(HOSTILE))])
@pytest.mark.parametrize("wanted", [{}, {"Cache-Control": "no-cache"}, {"Cache-Control": "max-stale, min-fresh=x"}])
def test_no_header_of_a_response_raises(headers: dict[str, str], wanted: dict[str, str]) -> None:
    """No header raises, or makes another call raise."""
    fake = FakeHTTPBackend()
    fake.on("GET", "/").reply_with(Reply(200, b"ok", {"ETag": '"1"', **headers}))
    backend = CacheBackend(fake)
    assert [got(backend, headers=wanted) for _ in range(3)] == [b"ok"] * 3
    assert got(backend, headers={"Accept-Language": "de"}) == b"ok"


@pytest.mark.parametrize("headers", HOSTILE, ids=[f"{number}" for number in range(len(HOSTILE))])
def test_no_header_of_a_304_raises(headers: dict[str, str]) -> None:
    """It is what is stored, or what the server sends when it is asked anew."""
    fake = FakeHTTPBackend()
    first = Reply(200, b"ok", {"ETag": '"1"', "Cache-Control": "no-cache"})
    fake.on("GET", "/").reply_with(first, Reply(304, None, headers), Reply(200, b"ok"))
    backend = CacheBackend(fake)
    assert [got(backend) for _ in range(3)] == [b"ok"] * 3


def test_a_redirect_and_what_it_leads_to_is_not_stored() -> None:
    """The target may change at any moment, whatever it says of itself."""
    fake = numbering("/target")
    fake.on("GET", "/").reply_with(Reply(301, None, {"Location": "/target", **FRESH}))
    backend = CacheBackend(fake)
    assert [got(backend, follow_redirects=True) for _ in range(2)] == [b"1", b"2"]
    assert got(backend, f"{BASE}/target") == b"3"
    assert backend.send_sync_request("GET", f"{BASE}/").status_code == 301
    assert got(backend, follow_redirects=True) == b"4"


def test_a_304_after_a_redirect_does_not_validate() -> None:
    """The tag may be the same by accident."""
    fake = FakeHTTPBackend()
    fake.on("GET", "/").reply_with(
        Reply(200, b"mine", {"ETag": '"1"', "Cache-Control": "no-cache"}),
        Reply(302, None, {"Location": "/other"}),
        Reply(302, None, {"Location": "/other"}),
    )
    fake.on("GET", "/other").reply_with(Reply(304), Reply(200, b"other"))
    backend = CacheBackend(fake)
    assert [got(backend, follow_redirects=True) for _ in range(2)] == [b"mine", b"other"]
