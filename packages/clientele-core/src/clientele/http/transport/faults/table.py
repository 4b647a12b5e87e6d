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
from clientele.http.message.errors import ClienteleError, raise_from
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
from clientele.http.transport.library_logs import Begun, begin_discretion, end_discretion
from clientele.http.transport.receive import BadHead

if TYPE_CHECKING:
    from clientele.http.transport.faults.request_secrets import RequestSecrets

__all__ = ["FaultTable", "Tell"]

FaultTable: TypeAlias = Sequence[tuple[type[BaseException], "type[TransportError] | Tell"]]
"""Maps the library's exceptions to ours; rows are tried in order, so a subclass must be before its base. If an
exception of the library can mean several of ours, the row has a function that returns one, or None to continue with the
next rows. Exceptions without a matching row are raised unchanged, and so are the errors of Clientele and exceptions of
the caller's request body, even if a row matches their base classes.
"""

Tell: TypeAlias = Callable[[BaseException], type[TransportError] | None]
"""Returns our error class for an exception of the library, or None to continue with the next rows."""

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
"""The errors that core itself finds, with every library."""

_OWN = tuple(kind for kind, _ in OWN_FAULTS)

_QUOTE = r"bytearray\(|b?[\"'`]"
_TUPLE = r"\((?:-?\d+, )?([\"'])(?P<said>(?:\\.|(?!\1)[^\\])*)\1[,)]"
"""The text of an exception with several arguments, shown as a tuple: the message is the first str."""


def error_class(fault: BaseException, table: FaultTable) -> type[TransportError] | None:
    """Our class for `fault`, or None if there is no row for it, or if it is already one of our errors.

    A failed connection becomes TLSError or DNSError if one of its causes says so: libraries have the same causes, even
    if they wrap them differently.
    """
    if isinstance(fault, ClienteleError):
        return None
    for theirs, ours in table:
        if not isinstance(fault, theirs):
            continue
        if isinstance(ours, type):
            return _beneath(fault) if ours is ConnectError else ours
        if (kind := ours(fault)) is not None:
            return kind
    return None


def _beneath(fault: BaseException) -> type[TransportError]:
    beneath = list(causes(fault))
    if any(map(_refuses_tls, beneath)):
        return TLSError
    if any(isinstance(cause, socket.gaierror) for cause in beneath):
        return DNSError
    return ConnectError


def _refuses_tls(cause: BaseException) -> bool:
    """Not an interrupted handshake: not all libraries distinguish it from a reset, so it is a ConnectError."""
    cut_off = (ssl.SSLEOFError, ssl.SSLWantReadError, ssl.SSLWantWriteError, ssl.SSLZeroReturnError)
    return isinstance(cause, ssl.SSLError) and not isinstance(cause, cut_off)


def fault_text(fault: BaseException, url: URL | None) -> str:
    """The reason of `fault`, in one line, without secrets of the URL or the response.

    The message of the operating system is preferred, because it is the same for all libraries, and the most precise.
    The message of a library is cut at its first quote. Cancellations inside of the library are ignored. Messages of
    core are kept unchanged.
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
    shown = re.match(_TUPLE, text := str(cause))
    said = re.split(_QUOTE, text if shown is None else shown["said"], maxsplit=1)[0].rstrip(": \t\r\n")
    return "" if said.endswith(("(", "=")) else said  # The repr of an object doesn't help the reader.


class Translated:
    """A context manager around the library's work: raises its exceptions as ours, with the original as the cause."""

    def __init__(self, table: FaultTable, backend: str) -> None:
        self._table = table
        self._backend = backend
        self.method = ""
        self.url: URL | None = None
        self.started = perf_counter()
        """The start of the call."""
        self.sent_before = False
        """Whether an earlier request of the call, before a redirect, has reached a server."""
        self.headers: Pairs = ()
        self.proxy: str | None = None
        """The proxy of the request: a failed connection then means the one to the proxy."""
        self.deadline: Deadline | None = None
        """After the deadline, exceptions of the library are only the effect of the cut connection."""
        self.timeout = Timeout()
        """The limits of the call."""
        self.named_proxy: Callable[[], str] = str
        """The name of the proxy in errors."""
        self._own_error: Exception | None = None
        self._begun: list[Begun] = []

    def note_own_error(self, error: Exception) -> None:
        """Whatever the library says from now on is what it makes of `error`, which what the caller has brought has
        raised: the request's body, or a signer.
        """
        self._own_error = error

    def error(self, kind: type[TransportError], reason: str) -> TransportError:
        """One of our errors, about the current request."""
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
        """`text` of a library or of the server, without the secrets of the request."""
        return self._quiet().server_text(text)

    def _quiet(self) -> RequestSecrets:
        # Imported here because few calls need it, and the import is slow.
        from clientele.http.transport.faults.request_secrets import RequestSecrets  # noqa: PLC0415

        return RequestSecrets(self.url, self.headers, self.proxy)

    def __enter__(self) -> None:
        self._begun.append(begin_discretion(self))

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, traceback: TracebackType | None
    ) -> None:
        end_discretion(self._begun.pop())
        self.translate(fault)

    def translate(self, fault: BaseException | None) -> None:
        """Raise the translation of `fault`, if there is one."""
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
        # Imported here because few calls fail.
        from clientele.http.transport.faults.reasons import limit_passed, reason_with  # noqa: PLC0415

        limit = limit_passed(ours, self.timeout, str(fault) if isinstance(fault, NoSlot) else "")
        if fault is None:
            raise self.error(ours, limit or "")
        quiet = self._quiet()
        said = limit or reason_with(ours, fault_text(fault, self.url), causes(fault), self.named_proxy())
        raise_from(self.error(ours, quiet.text(said)), quiet.cause(fault))
