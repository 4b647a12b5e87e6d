"""Broken in how they stream."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from clientele.http.errors import HTTPStatusError, ProtocolError, ReadError
from clientele_conformance.broken.plans import Altered, Configured
from clientele_conformance.broken.wires import Pieces, WholeBodies


class HoldsStreamsBack(WholeBodies):
    """As requests does, and niquests, of short bodies and coded ones."""


class SplitsAtSeparators(Altered):
    """As httpx does, and whoever splits with `str.splitlines`."""

    def item(self, inner_type: Any, item: Any) -> Iterable[Any]:
        """Find a line end in Unicode's separator of lines."""
        return item.split("\u2028") if inner_type is str and isinstance(item, str) else (item,)


class CountsCutEndsTwice(Pieces):
    """As requests and niquests do, where a piece ends between CR and LF."""

    def piece(self, piece: bytes) -> bytes:
        """Take the CR for an end of its own."""
        return piece[:-1] + b"\n" if piece.endswith(b"\r") else piece


class LimitsLines(Configured):
    """As aiohttp does."""

    def configured(self, options: dict[str, Any]) -> dict[str, Any]:
        """Take lines of up to 512 KiB unless told otherwise."""
        return {"max_line_bytes": 512 * 1024, **options}


class StreamsErrors(Altered):
    """As every library does that is not asked for the status."""

    def failure(self, inner_type: Any, error: Exception) -> Iterable[Any]:
        """Take what comes with an error status for an item."""
        del inner_type
        if isinstance(error, HTTPStatusError):
            return (error.response.content,)
        raise error


class EndsCutStreams(Altered):
    """As http.client does with lines, and whoever takes an end for the end."""

    def failure(self, inner_type: Any, error: Exception) -> Iterable[Any]:
        """Let a stream that was cut end as if it were complete."""
        del inner_type
        if isinstance(error, (ReadError, ProtocolError)):
            return ()
        raise error
