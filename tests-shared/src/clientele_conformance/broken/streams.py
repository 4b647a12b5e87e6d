"""Broken in how they stream."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from clientele.http.errors import HTTPStatusError, ProtocolError, ReadError, ResponseValidationError
from clientele_conformance.broken.plans import Altered, Configured
from clientele_conformance.broken.wires import OnTheWire, Pieces, WholeBodies, WireT, without


class HoldsStreamsBack(WholeBodies):
    """As requests does, and niquests, of short bodies and coded ones."""


class SplitsAtSeparators(Altered):
    """As httpx does, and code that splits with `str.splitlines`."""

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
        """Take lines of up to 512 KiB by default."""
        return {"max_line_bytes": 512 * 1024, **options}


class RefusesLinesAtTheLimit(Configured):
    """As code that counts the end of a line as a part of it."""

    def configured(self, options: dict[str, Any]) -> dict[str, Any]:
        """Take a line of exactly the limit for one that is longer."""
        limit = options.get("max_line_bytes")
        return {**options, "max_line_bytes": limit - 1} if limit else options


class StreamsErrors(Altered):
    """As every library does that is not asked for the status."""

    def failure(self, inner_type: Any, error: Exception) -> Iterable[Any]:
        """Take what comes with an error status for an item."""
        del inner_type
        if isinstance(error, HTTPStatusError):
            return (error.response.content,)
        raise error


class EndsCutStreams(Altered):
    """As http.client does with lines, and code that takes an end for the end."""

    def failure(self, inner_type: Any, error: Exception) -> Iterable[Any]:
        """Let a stream that was cut end as if it were complete."""
        del inner_type
        if isinstance(error, (ReadError, ProtocolError)):
            return ()
        raise error


class StripsLines(Altered):
    """As code that calls `str.strip` to be rid of a line's end."""

    def item(self, inner_type: Any, item: Any) -> Iterable[Any]:
        """Strip everything that looks like whitespace."""
        return (item.strip(),) if inner_type is str and isinstance(item, str) else (item,)


class SkipsBlankLines(Altered):
    """As code that writes `if line:`."""

    def item(self, inner_type: Any, item: Any) -> Iterable[Any]:
        """Yield nothing for a line that is empty."""
        del inner_type
        return () if item == "" else (item,)


class ReadsEventsAsLines(OnTheWire):
    """As a backend does that has never heard of server-sent events."""

    def head(self, response: WireT) -> WireT:
        """Overlook what the body is said to be."""
        return replace(response, headers=without(response.headers, "content-type"))


class KeepsWhatWasRead(Pieces):
    """As code that keeps a body for a log, or for a second look."""

    _noted: tuple[bytes, ...] = ()

    def piece(self, piece: bytes) -> bytes:
        """Note it."""
        self._noted = (*self._noted, piece)
        return piece


class EndsAtInvalidItems(Altered):
    """As code that takes what can't be read for the end."""

    def failure(self, inner_type: Any, error: Exception) -> Iterable[Any]:
        """Let the stream end as if it were complete."""
        del inner_type
        if isinstance(error, ResponseValidationError):
            return ()
        raise error
