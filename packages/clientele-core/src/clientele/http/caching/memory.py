"""A storage in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple, cast
from uuid import UUID, uuid4

from hishel import BaseStorage, Entry, Headers, Request, Response

from clientele.http.errors import ConfigurationError
from clientele.http.runtime.forks import OwnLock, forget_after_fork

_OVERHEAD = 1000
"""Bytes that an entry takes besides its content and its headers, at a guess."""


class _Kept(NamedTuple):
    key: str
    entry: Entry
    content: bytes

    @property
    def size(self) -> int:
        headers = self.entry.response.headers
        return len(self.content) + sum(len(name) + len(value) for name, value in headers.items()) + _OVERHEAD


class MemoryStorage(BaseStorage):
    """Stores responses in memory, and removes the least recently used ones. Safe for threads and event loops.

    After a fork it is empty in the child process.

    Args:
        max_size: the size of all responses with their headers, in bytes; default 64 MiB. A larger response isn't
            stored.

    Raises:
        ConfigurationError: `max_size` is not a number of bytes.
    """

    def __init__(self, *, max_size: int = 64 * 1024 * 1024) -> None:
        if isinstance(max_size, bool) or not isinstance(max_size, int) or max_size < 0:
            raise ConfigurationError(f"MemoryStorage(max_size={max_size!r}): use a number of bytes")
        super().__init__()
        self._max_size = max_size
        self._own = OwnLock()
        self.forget()
        forget_after_fork(self)

    def forget(self) -> None:
        """Remove all entries."""
        self._kept: OrderedDict[UUID, _Kept] = OrderedDict()
        self._ids: dict[str, set[UUID]] = {}
        self._size = 0

    def create_entry(
        self,
        request: Request,
        response: Response,
        key: str,
        *,
        ttl: float | None = None,  # noqa: ARG002 - what is old is removed when room is needed
        tti: float | None = None,  # noqa: ARG002
    ) -> Entry:
        """Keep a response, whose stream is read."""
        content = b"".join(cast(Iterator[bytes], response.stream or ()))
        entry = Entry(uuid4(), request, replace(response, stream=None))
        with self._own.lock:
            self._keep(_Kept(key, entry, content))
        return _with_stream(entry, content)

    def get_entries(self, key: str) -> list[Entry]:
        """The entries under `key`."""
        with self._own.lock:
            ids = self._ids.get(key, ())
            for id_ in ids:
                self._kept.move_to_end(id_)
            found = [self._kept[id_] for id_ in ids]
        return [_with_stream(kept.entry, kept.content) for kept in found]

    def update_headers(self, id: UUID, headers: Headers) -> None:  # noqa: A002 - as hishel has it
        """Replace the headers of a response."""
        with self._own.lock:
            kept = self._remove(id)
            if kept is not None:
                response = replace(kept.entry.response, headers=headers)
                self._keep(kept._replace(entry=replace(kept.entry, response=response)))

    def remove_entry(self, id: UUID) -> None:  # noqa: A002
        """Remove an entry, if it is still there."""
        with self._own.lock:
            self._remove(id)

    def _keep(self, kept: _Kept) -> None:
        if kept.size > self._max_size:
            return
        while self._size + kept.size > self._max_size:
            self._remove(next(iter(self._kept)))
        self._kept[kept.entry.id] = kept
        self._ids.setdefault(kept.key, set()).add(kept.entry.id)
        self._size += kept.size

    def _remove(self, id_: UUID) -> _Kept | None:
        kept = self._kept.pop(id_, None)
        if kept is not None:
            self._size -= kept.size
            ids = self._ids[kept.key]
            ids.discard(id_)
            if not ids:
                del self._ids[kept.key]
        return kept


def _with_stream(entry: Entry, content: bytes) -> Entry:
    return replace(entry, response=replace(entry.response, stream=iter([content])))
