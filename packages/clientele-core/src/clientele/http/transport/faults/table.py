"""Translates exceptions of a library to those of Clientele, by table."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Sequence
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING, TypeAlias

from clientele.http.message.body.codings import CorruptContent, TooMuchContent
from clientele.http.message.body.lines import LineTooLong
from clientele.http.message.errors import ClienteleError
from clientele.http.message.headers import Pairs
from clientele.http.message.printable import excerpt
from clientele.http.message.redaction import redacted_url
from clientele.http.message.urls import URL
from clientele.http.runtime.deadline import Deadline, DeadlinePassed
from clientele.http.runtime.lazy import asyncio, ssl
from clientele.http.timeouts import Timeout
from clientele.http.transport.clients.slots import NoSlot
from clientele.http.transport.connections.interims import TooManyInterims
from clientele.http.transport.connections.waits import ReadStalled, WriteStalled
from clientele.http.transport.errors import (
    ConnectError,
    ContentDecodingError,
    DeadlineExceeded,
    DNSError,
    PoolTimeout,
    ProtocolError,
    ProxyError,
    ReadTimeout,
    ResponseTooLarge,
    TLSError,
    TransportError,
    WriteTimeout,
)
from clientele.http.transport.faults.causes import causes
from clientele.http.transport.library_logs import begin_discretion, end_discretion
from clientele.http.transport.receive import BadHead

if TYPE_CHECKING:
    from clientele.http.transport.faults.request_secrets import RequestSecrets

__all__ = ["FaultTable", "Tell"]

FaultTable: TypeAlias = Sequence[tuple[type[BaseException], "type[TransportError] | Tell"]]
"""The library's exceptions and ours, in the order in which they are tried: a subclass before its base.

Where one exception of the library's means several of ours, a function tells which, or declines with None: then the rows
below are tried. What no row takes reaches the caller as it is, and so do the errors of Clientele and those that the
caller's request body raises, whatever the table says of their base classes.
"""

Tell: TypeAlias = Callable[[BaseException], type[TransportError] | None]
"""Which of our errors an exception of the library's means; None if it is none of the library's."""

OWN_FAULTS: FaultTable = (
    (BadHead, ProtocolError),
    (TooManyInterims, ProtocolError),
    (CorruptContent, ContentDecodingError),
    (TooMuchContent, ResponseTooLarge),
    (LineTooLong, ResponseTooLarge),
    (DeadlinePassed, DeadlineExceeded),
    (NoSlot, PoolTimeout),
    (ReadStalled, ReadTimeout),
    (WriteStalled, WriteTimeout),
)
"""What core itself finds wrong, whichever library does the I/O."""

_OWN = tuple(kind for kind, _ in OWN_FAULTS)

_QUOTE = re.compile(r"bytearray\(|b?[\"'`]")
_TUPLE = re.compile(r"\((?:-?\d+, )?([\"'])(?P<said>(?:\\.|(?!\1)[^\\])*)\1[,)]")
"""The text of an exception that was given several values, and shows them as a tuple: what it says is the first str."""


def error_class(fault: BaseException, table: FaultTable) -> type[TransportError] | None:
    """Our class for `fault`, or None if the table doesn't have it, or it is an error of ours already.

    A failed connection becomes TLSError or DNSError if that is what lies beneath it: libraries agree on the cause
    even where they differ in what they wrap around it.
    """
    if isinstance(fault, ClienteleError):
        return None
    for theirs, ours in table:
        if not isinstance(fault, theirs):
            continue
        if isinstance(ours, type):
            return _beneath(fault) if ours is ConnectError else ours
        if (told := ours(fault)) is not None:
            return told
    return None


def _beneath(fault: BaseException) -> type[TransportError]:
    beneath = list(causes(fault))
    if any(map(_refuses_tls, beneath)):
        return TLSError
    if any(isinstance(cause, socket.gaierror) for cause in beneath):
        return DNSError
    return ConnectError


def _refuses_tls(cause: BaseException) -> bool:
    """Not a handshake that was cut off: as not every library can tell a cut from a reset, none does."""
    cut_off = (ssl.SSLEOFError, ssl.SSLWantReadError, ssl.SSLWantWriteError, ssl.SSLZeroReturnError)
    return isinstance(cause, ssl.SSLError) and not isinstance(cause, cut_off)


def fault_text(fault: BaseException, url: URL | None) -> str:
    """What `fault` says, in one line, without the secrets that the URL or the server's answer may hold.

    What the operating system said is preferred: it is the same for every library, and the most exact. What a library
    says is cut where it begins to quote. Its own cancellations are left out. What core itself finds wrong is
    said as it is.
    """
    if isinstance(fault, _OWN):
        return excerpt(str(fault))
    said = [cause for cause in causes(fault) if not isinstance(cause, asyncio.CancelledError)]
    system = next((str(cause) for cause in said if isinstance(getattr(cause, "errno", None), int)), "")
    text = system or next(filter(None, map(_unquoted, said)), "")
    if url is not None and url.query:
        text = text.replace(str(url), redacted_url(str(url))).replace(url.target, redacted_url(url.target))
    return excerpt(text) or type(fault).__name__


def _unquoted(cause: BaseException) -> str:
    shown = _TUPLE.match(text := str(cause))
    said = _QUOTE.split(text if shown is None else shown["said"], maxsplit=1)[0].rstrip(": \t\r\n")
    return "" if said.endswith(("(", "=")) else said  # An object that was written out says nothing to a reader.


class Translated:
    """A context in which the library works: its exceptions leave it as ours, with the library's as the cause."""

    def __init__(self, table: FaultTable, backend: str) -> None:
        self._table = table
        self._backend = backend
        self.method = ""
        self.url: URL | None = None
        self.started = perf_counter()
        """When the call began."""
        self.sent_before = False
        """An earlier request of the same call, before a redirect, has reached a server."""
        self.headers: Pairs = ()
        self.proxy: str | None = None
        """The proxy that the request goes through: no connection then means none to the proxy."""
        self.deadline: Deadline | None = None
        """Past it, whatever the library says is only how it noticed that its connection was cut."""
        self.timeout = Timeout()
        """The limits of the call."""
        self.named_proxy: Callable[[], str] = str
        """The proxy as errors name it."""
        self._own_error: Exception | None = None

    def note_own_error(self, error: Exception) -> None:
        """Whatever the library says from now on is what it makes of `error`, which what the caller has brought has
        raised: the request's body, or a signer.
        """
        self._own_error = error

    def error(self, kind: type[TransportError], reason: str) -> TransportError:
        """An error of ours about the request at hand."""
        error = kind(
            reason,
            request_method=self.method,
            request_url=str(self.url) if self.url else "",
            request_sent=self.sent_before or kind.sent_by_then,
            backend=self._backend,
        )
        error.elapsed = perf_counter() - self.started
        return error

    def quiet(self, text: str) -> str:
        """`text` of a library or of the server without the secrets of the request."""
        return self._quiet().server_text(text)

    def _quiet(self) -> RequestSecrets:
        # Few calls need it, and it takes a while to import.
        from clientele.http.transport.faults.request_secrets import RequestSecrets  # noqa: PLC0415

        return RequestSecrets(self.url, self.headers, self.proxy)

    def __enter__(self) -> None:
        begin_discretion(self)

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, traceback: TracebackType | None
    ) -> None:
        end_discretion()
        self.translate(fault)

    def translate(self, fault: BaseException | None) -> None:
        """Raise what `fault` becomes, if it becomes another."""
        if self._own_error is not None and isinstance(fault, Exception):
            raise self._own_error from self._own_error.__cause__
        if isinstance(fault, TransportError):
            fault.request_sent = fault.request_sent or self.sent_before
            return
        ours = None if fault is None else error_class(fault, self._table)
        if self.deadline is not None and self.deadline.passed and (fault is None or ours is not None):
            ours = DeadlineExceeded
        elif self.proxy is not None and ours in (ConnectError, DNSError):
            ours = ProxyError
        if ours is None:
            return
        # Few calls fail.
        from clientele.http.transport.faults.reasons import limit_passed, reason_with  # noqa: PLC0415

        limit = limit_passed(ours, self.timeout, str(fault) if isinstance(fault, NoSlot) else "")
        if fault is None:
            raise self.error(ours, limit or "")
        quiet = self._quiet()
        said = limit or reason_with(ours, fault_text(fault, self.url), causes(fault), self.named_proxy())
        cause = quiet.cause(fault)
        raise self.error(ours, quiet.text(said)) from cause
