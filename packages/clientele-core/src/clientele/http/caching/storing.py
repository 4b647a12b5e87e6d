"""What is in a storage, as steps of a flow."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from hishel import AsyncBaseStorage, BaseStorage, Entry, Request, Response

from clientele.http.caching.memory import MemoryStorage
from clientele.http.errors import ConfigurationError
from clientele.http.message.printable import printable
from clientele.http.response import Response as Answer
from clientele.http.runtime.forks import forget_after_fork
from clientele.http.runtime.lazy import asyncio
from clientele.http.wrappers.flows import Step

_log = logging.getLogger("clientele.cache")

T = TypeVar("T")

Storage: TypeAlias = BaseStorage | AsyncBaseStorage
Steps: TypeAlias = Generator[Step, Answer, T]


class Ask(Step):
    """Has a storage do something. If it fails, that is logged, and the result is None.

    Args:
        storage: is asked.
        do: asks it; what it returns has to be awaited if the storage is an asynchronous one.
        then: makes the result of what it returns, and fails if it is corrupt.
    """

    def __init__(self, storage: Storage, do: Callable[[Any], Any], then: Callable[[Any], Any]) -> None:
        self._storage, self._do, self._then = storage, do, then
        self.result: Any = None

    def run(self, left: float | None) -> None:  # noqa: ARG002
        """Wait for it in a thread."""
        if isinstance(self._storage, AsyncBaseStorage):
            raise ConfigurationError(
                f"CacheBackend(storage=...): {type(self._storage).__name__} is for asynchronous calls only; "
                "use a hishel.BaseStorage, such as hishel.SqliteStorage"
            )
        with _tolerated(self._storage):
            self.result = self._then(self._do(self._storage))

    async def arun(self, left: float | None) -> None:
        """Wait for it in a task; a storage that isn't asynchronous is asked in a thread, unless it is in memory."""
        if isinstance(self._storage, AsyncBaseStorage):
            with _tolerated(self._storage):
                self.result = self._then(await self._do(self._storage))
        elif isinstance(self._storage, MemoryStorage):
            self.run(left)
        else:
            await asyncio.to_thread(self.run, left)


class Entries:
    """The entries of a storage. After a fork, a child whose parent has used the storage keeps them in memory."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._is_used = False
        forget_after_fork(self)

    def forget(self) -> None:
        """Leave a storage alone that is the parent's."""
        if self._is_used:
            self._storage = MemoryStorage()

    def under(self, key: str, then: Callable[[list[Entry]], T]) -> Steps[T]:
        """What `then` makes of the entries under a key; of none, if they can't be read, or are corrupt."""
        found: T | None = yield from self._ask(lambda storage: storage.get_entries(key), then)
        return then([]) if found is None else found

    def read(self, entry: Entry, then: Callable[[bytes], Answer]) -> Steps[Answer | None]:
        """What `then` makes of the content of an entry; without any, the entry is removed."""
        answer: Answer | None = yield from self._ask(lambda _: _gathered(entry.response.stream), then)
        if answer is None:
            yield from self.remove([entry.id])
        return answer

    def add(self, request: Request, response: Response, key: str, content: bytes) -> Steps[None]:
        """Store a response."""

        def create(storage: Storage) -> Any:
            response.stream = _each(content) if isinstance(storage, AsyncBaseStorage) else iter([content])
            return storage.create_entry(request, response, key)

        entry: Entry | None = yield from self._ask(create)
        if entry is not None:
            # It is stored while it is read.
            yield from self._ask(lambda _: _gathered(entry.response.stream))

    def update(self, entries: Iterable[Entry]) -> Steps[None]:
        """Store the headers that entries have now."""
        for entry in entries:
            yield from self._ask(partial(_update, entry))

    def remove(self, ids: Iterable[UUID]) -> Steps[None]:
        """Remove entries."""
        for id_ in ids:
            yield from self._ask(partial(_remove, id_))

    def _ask(self, do: Callable[[Any], Any], then: Callable[[Any], Any] = lambda it: it) -> Steps[Any]:
        self._is_used = True
        step = Ask(self._storage, do, then)
        yield step
        return step.result


def _update(entry: Entry, storage: Any) -> Any:
    return storage.update_headers(entry.id, entry.response.headers)


def _remove(id_: UUID, storage: Any) -> Any:
    return storage.remove_entry(id_)


def _gathered(stream: Iterable[bytes] | AsyncIterable[bytes] | None) -> bytes | Awaitable[bytes]:
    return _agathered(stream) if isinstance(stream, AsyncIterable) else b"".join(stream or ())


async def _agathered(stream: AsyncIterable[bytes]) -> bytes:
    return b"".join([piece async for piece in stream])


async def _each(content: bytes) -> AsyncIterator[bytes]:
    yield content


@contextmanager
def _tolerated(storage: Storage) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # noqa: BLE001 - a storage may raise what it likes; the call does without it
        _log.warning("%s failed: %s: %s", type(storage).__name__, type(error).__name__, printable(str(error)))
