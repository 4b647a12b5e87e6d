"""Downloads: a response is saved to a file, completely or not at all; an interrupted download is resumed.

The received bytes are kept next to the file, with a note that identifies the resource: a strong ETag, or a
Last-Modified that is equally strong. The next download to the path requests the rest (RFC 9110, section 14), on the
condition that the resource hasn't changed (section 13.1.5); otherwise it starts again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

from clientele.api.streaming.stream_calls import StreamCall
from clientele.http.errors import ConfigurationError, ProtocolError, ReadError
from clientele.http.message.body.files import ProgressCallback
from clientele.http.response import Response

BLOCK = 1024 * 1024
"""The number of bytes per write to the file."""

_BODIES = frozenset({"json", "data", "content", "files"})
_STRONG_ETAG = re.compile(r'"[\x21\x23-\x7e]*"')
_DATE = re.compile(r"[A-Za-z0-9,: +\-]{1,64}")
_LENGTH = re.compile(r"[0-9]{1,18}")
_CONTENT_RANGE = re.compile(r"bytes +([0-9]{1,18})-([0-9]{1,18})/(\*|[0-9]{1,18})", re.IGNORECASE)


class Note(NamedTuple):
    """Identifies the resource of a partial download.

    Attributes:
        resource: a hash of the URL, which may contain secrets.
        validator: the ETag or Last-Modified of the resource.
        total: the size of the whole content in bytes, if it is known.
    """

    resource: str
    validator: str
    total: int | None


class Download:
    """The decisions of one download; a driver makes the calls and writes the file.

    Args:
        call: the call whose response is the file.
        progress: called with the progress of the download.

    Raises:
        ConfigurationError: the call has an option that the download sets itself, or `progress` isn't a function.
    """

    def __init__(self, call: StreamCall, progress: ProgressCallback | None) -> None:
        if not {"range", "if-range"}.isdisjoint(call.headers):
            raise ConfigurationError(
                "download: it sets the header Range itself; remove it from the headers of the call"
            )
        if "on_head" in call.options:
            raise ConfigurationError("download: it sets the option on_head itself; it returns the head")
        if progress is not None and not callable(progress):
            raise ConfigurationError(f"download(progress=...): use a function, not {type(progress).__name__}")
        self._call = call
        self._progress = progress
        self._heads: list[Response] = []
        self._kept: Note | None = None
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._end: int | None = None
        self.position = 0
        """The position of the next byte in the file."""
        self.total: int | None = None
        """The size of the whole file in bytes, if it is known."""

    @property
    def head(self) -> Response:
        """The head of the last response.

        Raises:
            NotImplementedError: the backend doesn't provide it.
        """
        if not self._heads:
            raise NotImplementedError("download: the backend doesn't provide the head of a stream (the option on_head)")
        return self._heads[-1]

    def resume(self, note: object, size: int) -> None:
        """Resume after the `size` bytes that `note` is about, if possible."""
        kept = _read(note)
        if kept is not None and size and self._call.method == "GET" and _BODIES.isdisjoint(self._call.options):
            # The last byte is requested again, so that the range of a complete file isn't empty.
            self._kept, self.position = kept, size - 1

    def items(self) -> Any:
        """Make the call, for the rest or for the whole content, without content codings: ranges of encoded bytes can't
        be used.
        """
        headers = {"Accept-Encoding": "identity"}
        if self._kept is not None:
            headers |= {"Range": f"bytes={self.position}-", "If-Range": self._kept.validator}
        return self._call.with_headers(headers, self._heads.append)

    def refused(self, response: Response) -> bool:
        """Whether `response` only refuses the range; then the call is repeated for the whole content."""
        return response.status_code == 416 and self._begins_anew()

    def begins(self) -> bool:
        """Whether the body starts at `position`; if not, the call is repeated for the whole content.

        Raises:
            ProtocolError: it is a part, but the whole content was requested.
        """
        head = self.head
        if head.status_code != 206:
            self._kept, self.position = None, 0
            self._end = self.total = _length(head)
            return True
        if self._kept is None:
            raise _error(ProtocolError, head, "the server sent a part of the requested range")
        match = _CONTENT_RANGE.fullmatch(head.headers.get("content-range", ""))
        if match is None or int(match[1]) != self.position or not self._is_of_kept(head, match[3]):
            return not self._begins_anew()
        self._end = int(match[2]) + 1
        self.total = self._kept.total if match[3] == "*" else int(match[3])
        return True

    def note(self) -> Mapping[str, object] | None:
        """The note for the body; None if the download can't be resumed."""
        head = self.head
        validator = _validator(head)
        if self._call.method != "GET" or head.status_code != 200 or validator is None or _is_coded(head):
            return None
        return Note(_resource(head), validator, self.total)._asdict()

    def arrived(self, chunk: bytes) -> bytes:
        """Receive a chunk of the body. Returns the chunks to write now, often none."""
        self._waiting.append(chunk)
        self._waiting_bytes += len(chunk)
        self.position += len(chunk)
        if self._progress is not None:
            self._progress(self.position, self.total)
        return self.rest() if self._waiting_bytes >= BLOCK else b""

    def rest(self) -> bytes:
        """The received bytes that are not written yet."""
        block = b"".join(self._waiting)
        self._waiting, self._waiting_bytes = [], 0
        return block

    def check(self) -> None:
        """Check that the body is complete.

        Raises:
            ReadError: it is incomplete; the received bytes are kept.
            ProtocolError: it is longer than announced.
        """
        for announced in (self._end, self.total):
            if announced is not None and self.position < announced:
                raise _error(ReadError, self.head, f"{self.position} bytes of {announced} were received")
            if announced is not None and self.position > announced:
                raise _error(
                    ProtocolError, self.head, f"{self.position} bytes were received, but {announced} were announced"
                )

    def _begins_anew(self) -> bool:
        """Drop the kept bytes. Returns whether there were any."""
        kept, self._kept, self.position = self._kept, None, 0
        return kept is not None

    def _is_of_kept(self, head: Response, total: str) -> bool:
        """Whether the part in `head` belongs to the same version of the resource as the kept bytes."""
        kept = self._kept
        if kept is None or _is_coded(head) or _resource(head) != kept.resource:
            return False
        # A server sends the ETag again, but it may omit the date (RFC 9110, section 15.3.7).
        sent = head.headers.get("etag", head.headers.get("last-modified"))
        return sent in ((kept.validator,) if kept.validator.startswith('"') else (kept.validator, None)) and (
            total == "*" or kept.total in (None, int(total))
        )


def _read(note: object) -> Note | None:
    """The kept note, if it is valid."""
    if not isinstance(note, dict) or note.keys() != set(Note._fields):
        return None
    read = Note(**note)
    sound = isinstance(read.resource, str) and isinstance(read.validator, str) and isinstance(read.total, int | None)
    return read if sound and (_STRONG_ETAG.fullmatch(read.validator) or _DATE.fullmatch(read.validator)) else None


def _validator(head: Response) -> str | None:
    """A strong ETag, or, if there is no ETag, a strong Last-Modified (RFC 9110, section 8.8.2.2)."""
    etag: str | None = head.headers.get("etag")
    if etag is not None:
        return etag if _STRONG_ETAG.fullmatch(etag) else None
    modified, date = head.headers.get("last-modified"), head.headers.get("date")
    if modified is None or date is None or not _DATE.fullmatch(modified):
        return None
    try:
        is_strong = parsedate_to_datetime(date) - parsedate_to_datetime(modified) >= timedelta(seconds=1)
    except (TypeError, ValueError, OverflowError):
        return None
    return str(modified) if is_strong else None


def _resource(head: Response) -> str:
    first = (*head.history, head)[0]
    return hashlib.sha256(first.request_url.encode()).hexdigest()


def _is_coded(head: Response) -> bool:
    return head.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}


def _length(head: Response) -> int | None:
    length = head.headers.get("content-length", "")
    return int(length) if _LENGTH.fullmatch(length) and not _is_coded(head) else None


def _error(kind: type[ReadError | ProtocolError], head: Response, reason: str) -> ReadError | ProtocolError:
    return kind(reason, request_method=head.request_method, request_url=head.request_url)
