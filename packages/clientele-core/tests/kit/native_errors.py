"""Exceptions as a library raises them."""

from __future__ import annotations

import errno

from clientele.http.errors import (
    ConnectError,
    ReadError,
    ReadTimeout,
    TransportError,
    WriteError,
)
from clientele.http.transport import FaultTable


class NativeError(Exception):
    """What a library raises for everything."""


class NativeConnectError(NativeError):
    """What a library raises when it can't connect."""


class NativeReadError(NativeError):
    """A fault with one meaning."""


def told(fault: BaseException) -> type[TransportError]:
    return WriteError if "write" in str(fault) else ReadError


TABLE: FaultTable = ((NativeConnectError, ConnectError), (NativeReadError, ReadTimeout), (NativeError, told))


REFUSED = ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")


def caused(fault: BaseException, cause: BaseException) -> BaseException:
    fault.__cause__ = cause
    return fault
