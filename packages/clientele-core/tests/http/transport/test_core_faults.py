"""Exceptions of a library become ours by the fault table."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable

import pytest

from clientele.http.errors import (
    ClienteleError,
    ConfigurationError,
    ConnectError,
    ContentDecodingError,
    DNSError,
    InvalidBody,
    InvalidURL,
    JSONDecodeError,
    ProtocolError,
    ReadError,
    ReadTimeout,
    ResponseTooLarge,
    TLSError,
    TransportError,
    WriteError,
)
from clientele.http.message.body.codings import CorruptContent, TooMuchContent
from clientele.http.message.body.lines import LineTooLong
from clientele.http.transport import FaultTable, causes
from clientele.http.transport.faults.table import OWN_FAULTS, error_class
from clientele.http.transport.receive import BadHead
from native_errors import REFUSED, TABLE, NativeConnectError, NativeError, NativeReadError, caused


class NativeReasonError(NativeConnectError):
    """A fault that holds its cause, as some libraries do."""

    def __init__(self, reason: BaseException) -> None:
        super().__init__("wrapped")
        self.reason = reason


TLS = ssl.SSLCertVerificationError(1, "certificate has expired")


DNS = socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def in_context(fault: BaseException, context: BaseException) -> BaseException:
    fault.__context__ = context
    return fault


WRAPPINGS: list[Callable[[BaseException], BaseException]] = [
    lambda cause: caused(NativeConnectError("wrapped"), cause),
    lambda cause: in_context(NativeConnectError("wrapped"), cause),
    lambda cause: NativeConnectError("wrapped", cause),
    lambda cause: NativeReasonError(cause),  # noqa: PLW0108
    lambda cause: caused(NativeConnectError("wrapped"), in_context(OSError("between"), cause)),
    lambda cause: caused(NativeConnectError("wrapped"), NativeReasonError(caused(OSError("between"), cause))),
    lambda cause: caused(NativeConnectError("wrapped"), BaseExceptionGroup("all failed", [REFUSED, cause])),
    lambda cause: caused(
        NativeConnectError("wrapped"), BaseExceptionGroup("all", [BaseExceptionGroup("v6", [cause]), REFUSED])
    ),
]


@pytest.mark.parametrize(("cause", "expected"), [(TLS, TLSError), (DNS, DNSError), (REFUSED, ConnectError)])
@pytest.mark.parametrize("wrapped", WRAPPINGS)
def test_a_failed_connection_is_named_after_what_lies_beneath(
    wrapped: Callable[[BaseException], BaseException], cause: BaseException, expected: type[TransportError]
) -> None:
    """ERR-1 TLS and DNS are found however a library wraps them: cause, context, argument, reason, group."""
    assert expected is error_class(wrapped(cause), TABLE)


def test_a_handshake_counts_more_than_a_name() -> None:
    """ERR-1 one address may have failed to resolve, but the certificate is what won't pass."""
    assert TLSError is error_class(NativeConnectError(DNS, TLS), TABLE)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (NativeReadError(), ReadTimeout),
        (caused(NativeReadError(), TLS), ReadTimeout),
        (NativeError("on write"), WriteError),
        (NativeError("on read"), ReadError),
        (OSError(), None),
        (KeyError(), None),
    ],
)
def test_the_first_matching_row_determines_the_error(
    fault: BaseException, expected: type[TransportError] | None
) -> None:
    """ERR-1 the first row that fits serves, a function may tell, and only failed connections are looked into."""
    assert expected is error_class(fault, TABLE)


def http2(fault: BaseException) -> type[TransportError] | None:
    return ProtocolError if "HTTP/2" in str(fault) else None


DECLINING: FaultTable = ((ValueError, http2), (UnicodeError, ReadError), (LookupError, http2), (KeyError, http2))


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (ValueError("HTTP/2"), ProtocolError),
        (UnicodeError("HTTP/2"), ProtocolError),
        (UnicodeError("other"), ReadError),
        (ValueError("other"), None),
        (KeyError("other"), None),
    ],
)
def test_a_row_may_decline(fault: BaseException, expected: type[TransportError] | None) -> None:
    """ERR-1 the rows below it are tried then; what no row takes isn't the library's."""
    assert expected is error_class(fault, DECLINING)


@pytest.mark.parametrize("base", [Exception, ValueError, OSError, TimeoutError])
@pytest.mark.parametrize(
    "ours", [InvalidBody("x"), InvalidURL("x"), ConfigurationError("x"), JSONDecodeError("x"), ReadTimeout("x")]
)
def test_our_own_errors_are_not_translated(base: type[Exception], ours: ClienteleError) -> None:
    """ERR-1 though some of them are a ValueError or a TimeoutError, as the library's are."""
    assert None is error_class(ours, ((base, ProtocolError),))


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (BadHead("x"), ProtocolError),
        (CorruptContent("x"), ContentDecodingError),
        (TooMuchContent("x"), ResponseTooLarge),
        (LineTooLong("x"), ResponseTooLarge),
    ],
)
def test_problems_found_by_core_have_their_errors(fault: Exception, expected: type[TransportError]) -> None:
    """ERR-1 what is wrong with a response is the same error whichever library received it."""
    assert expected is error_class(fault, OWN_FAULTS)


def test_a_cycle_of_causes_ends() -> None:
    """ERR-1 exceptions that cause each other are each seen once."""
    first, second = NativeConnectError("first"), OSError("second")
    first.__cause__, second.__cause__ = second, first
    assert [first, second] == list(causes(first))
    assert ConnectError is error_class(first, TABLE)


def test_a_long_chain_of_causes_ends() -> None:
    """ERR-2 however many there are, the search has an end."""
    first = fault = OSError("first")
    for _ in range(1000):
        fault.__cause__ = fault = OSError("next")
    assert 10 <= len(list(causes(first))) <= 100
