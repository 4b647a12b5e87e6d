"""The pieces of a body, held until all of it is there."""

from __future__ import annotations

from collections.abc import Iterable

_SMALL = 1024
_BLOCK = 64 * 1024


class Gathered:
    """Bytes that come in pieces. An object for each small piece would take up to twenty times its size."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []
        self._small = bytearray()

    def extend(self, pieces: Iterable[bytes]) -> None:
        """Take `pieces`."""
        for piece in pieces:
            if len(piece) >= _SMALL or not self._blocks:
                self._settle()
                self._blocks.append(piece)
            else:
                self._small += piece
                if len(self._small) >= _BLOCK:
                    self._settle()

    def joined(self) -> bytes:
        """All of them."""
        self._settle()
        return b"".join(self._blocks)

    def _settle(self) -> None:
        if self._small:
            self._blocks.append(bytes(self._small))
            self._small.clear()
