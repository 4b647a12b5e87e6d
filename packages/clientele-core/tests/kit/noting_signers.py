"""Signers that keep the requests they sign, and calls of either mode."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from importlib.metadata import entry_points
from typing import Any

from clientele.http import HTTPBackend, Response
from clientele.http.signing import EncodedRequest, Signer

INSTALLED: dict[str, Any] = {entry.name: entry.load() for entry in sorted(entry_points(group="clientele.backends"))}


MODES = [(name, mode) for name, kind in INSTALLED.items() for mode in ("sync", "async") if mode in kind.capabilities]


class Noting(Signer):
    """Notes what it sees, and adds a number."""

    def __init__(self, name: str = "X-Signed") -> None:
        self.seen: list[EncodedRequest] = []
        self.prepared = 0
        self._name = name

    def prepare(self) -> None:
        self.prepared += 1

    def sign(self, request: EncodedRequest) -> Mapping[str, str]:
        self.seen.append(request)
        return {self._name: f"signature-{len(self.seen)}"}


def send(backend: HTTPBackend, mode: str, *arguments: Any, **options: Any) -> Response:
    if mode == "sync":
        try:
            return backend.send_sync_request(*arguments, **options)  # type: ignore[no-any-return]
        finally:
            backend.close()

    async def call() -> Response:
        try:
            return await backend.send_async_request(*arguments, **options)  # type: ignore[no-any-return]
        finally:
            await backend.aclose()

    return asyncio.run(call())
