"""Storages of a CacheBackend: in memory, in a file, of one's own, and broken ones."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hishel import AsyncBaseStorage, AsyncSqliteStorage, BaseStorage, Entry, Headers, Request, Response, SqliteStorage

from clientele.http import FakeHTTPBackend
from clientele.http import Response as Answer
from clientele.http.caching import CacheBackend, MemoryStorage
from clientele.http.errors import ConfigurationError
from clientele.http.fake import Reply

URL = "https://api.example.com/"
FRESH = {"Cache-Control": "max-age=3600"}


def caching(storage: Any = None, *, body: bytes = b"ok", **headers: str) -> CacheBackend:
    fake = FakeHTTPBackend()
    fake.on("GET", None).reply_with(Reply(200, body, {**FRESH, **headers}))
    return CacheBackend(fake, storage=storage)


def hits(backend: CacheBackend, url: str = URL, times: int = 2) -> list[bool]:
    answers = [backend.send_sync_request("GET", url) for _ in range(times)]
    assert {answer.status_code for answer in answers} == {200}
    return [answer.from_cache for answer in answers]


def ahits(backend: CacheBackend) -> list[bool]:
    async def send() -> list[Answer]:
        return [await backend.send_async_request("GET", URL) for _ in range(2)]

    answers = asyncio.run(send())
    assert {answer.content for answer in answers} == {b"ok"}
    return [answer.from_cache for answer in answers]


def test_a_storage_in_memory_keeps_what_was_used_last() -> None:
    """Up to its size; what is larger isn't stored."""
    backend = caching(MemoryStorage(max_size=10_000), body=b"x" * 3000)
    one, two, three = f"{URL}1", f"{URL}2", f"{URL}3"
    assert hits(backend, one) == hits(backend, two) == [False, True]
    assert hits(backend, one, 1) == [True]
    assert hits(backend, three) == [False, True]
    assert hits(backend, one, 1) == [True]
    assert hits(backend, two, 1) == [False]
    assert hits(caching(MemoryStorage(max_size=2000), body=b"x" * 3000)) == [False, False]
    assert hits(caching(MemoryStorage(max_size=0))) == [False, False]


def test_its_size_stays_right() -> None:
    """Whatever is stored, updated and removed."""
    storage = MemoryStorage(max_size=3000)
    entry = storage.create_entry(Request("GET", URL), Response(200, Headers({}), iter([b"a", b"bc"])), "key")
    storage.update_headers(entry.id, Headers({"x": "y" * 500}))
    storage.update_headers(UUID(int=1), Headers({}))
    (found,) = storage.get_entries("key")
    assert b"".join(found.response.stream or ()) == b"abc"  # type: ignore[arg-type]
    assert found.response.headers["x"] == "y" * 500
    storage.update_headers(entry.id, Headers({"x": "y" * 5000}))
    assert storage.get_entries("key") == []
    storage.remove_entry(entry.id)
    assert (storage._size, storage._ids) == (0, {})


@pytest.mark.parametrize("size", [-1, 1.5, True, None])
def test_an_invalid_size_raises(size: Any) -> None:
    """With what to use."""
    with pytest.raises(ConfigurationError, match="number of bytes"):
        MemoryStorage(max_size=size)


def test_threads_and_loops_share_a_storage_in_memory() -> None:
    """Each gets the answer to its request."""
    fake = FakeHTTPBackend()
    fake.on("GET", None).reply_with(lambda request: Reply(200, request.url.encode(), FRESH))
    backend = CacheBackend(fake, storage=MemoryStorage(max_size=20_000))

    def send(number: int) -> bool:
        url = f"{URL}{number % 40}"
        answer = backend.send_sync_request("GET", url)
        other = asyncio.run(backend.send_async_request("GET", url))
        return answer.content == other.content == url.encode()

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(send, range(400)))


@pytest.mark.parametrize("read", [hits, ahits])
def test_a_file_serves_both_modes_and_the_next_process(tmp_path: Path, read: Callable[..., Any]) -> None:
    """What one has stored, the other one uses."""
    for expected in ([False, True], [True, True]):
        storage = SqliteStorage(database_path=tmp_path / "cache.db")
        backend = caching(storage)
        assert read(backend) == expected
        backend.close()
        assert read(backend) == [True, True]
        storage.close()


def test_a_file_may_be_asynchronous(tmp_path: Path) -> None:
    """With hishel's own means for it."""
    path = tmp_path / "cache.db"

    async def send(expected: list[bool]) -> None:
        storage = AsyncSqliteStorage(database_path=path)
        backend = caching(storage)
        answers = [await backend.send_async_request("GET", URL) for _ in range(2)]
        await storage.close()
        assert [(answer.content, answer.from_cache) for answer in answers] == [(b"ok", each) for each in expected]

    asyncio.run(send([False, True]))
    asyncio.run(send([True, True]))


class AsyncStorage(AsyncBaseStorage):
    """One for asynchronous calls, as a user may write it."""

    def __init__(self) -> None:
        super().__init__()
        self._inner = MemoryStorage()

    async def create_entry(self, request: Request, response: Response, key: str, **_: Any) -> Entry:
        content = b"".join([piece async for piece in response.stream or ()])  # type: ignore[union-attr]
        return self._with_stream(self._inner.create_entry(request, replace(response, stream=iter([content])), key))

    async def get_entries(self, key: str) -> list[Entry]:
        return [self._with_stream(entry) for entry in self._inner.get_entries(key)]

    async def update_headers(self, id: UUID, headers: Headers) -> None:  # noqa: A002
        self._inner.update_headers(id, headers)

    async def remove_entry(self, id: UUID) -> None:  # noqa: A002
        self._inner.remove_entry(id)

    @staticmethod
    def _with_stream(entry: Entry) -> Entry:
        content = b"".join(entry.response.stream or ())  # type: ignore[arg-type]

        async def pieces() -> Any:
            yield content

        return replace(entry, response=replace(entry.response, stream=pieces()))


def test_an_asynchronous_storage_is_for_asynchronous_calls() -> None:
    """Which can do all with it; others raise."""
    assert ahits(caching(AsyncStorage())) == [False, True]

    async def changed() -> list[bool]:
        fake = FakeHTTPBackend()
        fake.on("GET", "/").reply_with(Reply(200, b"ok", {"ETag": '"1"'}), Reply(304), Reply(200, b"new", FRESH))
        backend = CacheBackend(fake, storage=AsyncStorage())
        methods = ("GET", "GET", "POST", "GET", "GET")
        return [(await backend.send_async_request(method, URL)).from_cache for method in methods]

    assert asyncio.run(changed()) == [False, True, False, False, True]
    with pytest.raises(ConfigurationError, match="AsyncStorage is for asynchronous calls only; use a"):
        hits(caching(AsyncStorage()))


class Broken(MemoryStorage):
    """Fails at one thing."""

    def __init__(self, method: str) -> None:
        super().__init__()
        setattr(self, method, self._fail)

    def _fail(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError("the disk is full")


@pytest.mark.parametrize("method", ["create_entry", "get_entries", "update_headers", "remove_entry"])
def test_a_storage_that_fails_is_done_without(method: str, caplog: pytest.LogCaptureFixture) -> None:
    """In each of its methods; it is logged, without a traceback."""
    fake = FakeHTTPBackend()
    fake.on("GET", "/").reply_with(Reply(200, b"1", {"ETag": '"1"'}), Reply(304), Reply(200, b"2", FRESH))
    backend = CacheBackend(fake, storage=Broken(method))
    with caplog.at_level(logging.WARNING, "clientele.cache"):
        for verb in ("GET", "GET", "POST", "GET"):
            backend.send_sync_request(verb, URL)
    assert {record.getMessage() for record in caplog.records} == {"Broken failed: RuntimeError: the disk is full"}
    assert all(record.exc_info is None for record in caplog.records)


class Corrupting(BaseStorage):
    """Changes what it has stored."""

    def __init__(self, corrupt: Callable[[Entry], Entry]) -> None:
        super().__init__()
        self._inner, self._corrupt = MemoryStorage(), corrupt
        self.removed = 0

    def create_entry(self, request: Request, response: Response, key: str, **_: Any) -> Entry:
        return self._inner.create_entry(request, response, key)

    def get_entries(self, key: str) -> list[Entry]:
        return [self._corrupt(entry) for entry in self._inner.get_entries(key)]

    def update_headers(self, id: UUID, headers: Headers) -> None:  # noqa: A002
        self._inner.update_headers(id, headers)

    def remove_entry(self, id: UUID) -> None:  # noqa: A002
        self.removed += 1
        self._inner.remove_entry(id)


def without(entry: Entry, *names: str, **other: str) -> Entry:
    headers = {name: value for name, value in entry.response.headers.items() if name not in names}
    return replace(entry, response=replace(entry.response, headers=Headers({**headers, **other})))


def broken_off() -> Any:
    yield b"o"
    raise OSError("input/output error")


CORRUPTIONS: dict[str, Callable[[Entry], Entry]] = {
    "another content": lambda entry: replace(entry, response=replace(entry.response, stream=iter([b"OK"]))),
    "less content": lambda entry: replace(entry, response=replace(entry.response, stream=iter([b"o"]))),
    "no content": lambda entry: replace(entry, response=replace(entry.response, stream=None)),
    "it breaks off": lambda entry: replace(entry, response=replace(entry.response, stream=broken_off())),
    "text for content": lambda entry: replace(entry, response=replace(entry.response, stream=iter(["ok"]))),  # type: ignore[arg-type]
    "no birth": lambda entry: without(entry, ":born"),
    "a birth that is no number": lambda entry: without(entry, **{":born": "x"}),
    "a birth that is no moment": lambda entry: without(entry, **{":born": "nan"}),
    "no digest": lambda entry: without(entry, ":digest"),
    "no version": lambda entry: without(entry, ":version"),
    "another status": lambda entry: replace(entry, response=replace(entry.response, status_code="x")),  # type: ignore[arg-type]
    "no headers": lambda entry: replace(entry, request=replace(entry.request, headers={})),  # type: ignore[arg-type]
    "no request": lambda entry: replace(entry, request=None),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("kind", CORRUPTIONS)
def test_what_is_corrupt_is_not_there(kind: str) -> None:
    """The server is asked, as if nothing were stored; no part of it is handed out."""
    backend = caching(Corrupting(CORRUPTIONS[kind]), ETag='"1"')
    answers = [backend.send_sync_request("GET", URL) for _ in range(3)]
    assert [(each.content, each.status_code) for each in answers] == [(b"ok", 200)] * 3


@pytest.mark.parametrize("content", [b"", b"no database" * 1000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_corrupt_file_is_ignored(tmp_path: Path, content: bytes) -> None:
    """Calls go on; an empty file is a new one."""
    path = tmp_path / "cache.db"
    path.write_bytes(content)
    storage = SqliteStorage(database_path=path)
    assert hits(caching(storage)) == [False, not content]
    storage.close()
    assert hits(caching(storage)) == [False, False]


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("is_used", [False, True])
def test_a_child_leaves_a_file_alone_that_its_parent_has_open(tmp_path: Path, is_used: bool) -> None:  # noqa: FBT001
    """It keeps its own in memory; one that the parent hasn't used yet is its own, too."""
    if sys.platform == "win32":
        pytest.skip("Windows has no fork")
    storage = SqliteStorage(database_path=tmp_path / "cache.db")
    backend, memory = caching(storage), caching()
    assert hits(memory) == [False, True]
    if is_used:
        assert hits(backend) == [False, True]
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        try:
            assert hits(memory) == [False, True]
            assert hits(backend) == [False, True]
            os._exit(0)
        finally:
            traceback.print_exc()
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
    assert hits(backend) == [True, True]
    storage.close()
