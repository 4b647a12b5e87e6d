"""From the library's exceptions to ours."""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
from collections.abc import Callable

import pytest

from clientele.http.errors import (
    ClienteleError,
    ConfigurationError,
    ConnectError,
    ConnectTimeout,
    ContentDecodingError,
    DeadlineExceeded,
    DNSError,
    InvalidBody,
    InvalidURL,
    JSONDecodeError,
    PoolTimeout,
    ProtocolError,
    ReadError,
    ReadTimeout,
    ResponseTooLarge,
    TLSError,
    TransportError,
    UnsafeRedirect,
    WriteError,
    WriteTimeout,
)
from clientele.http.message.body.codings import CorruptContent, TooMuchContent
from clientele.http.message.body.lines import LineTooLong
from clientele.http.message.urls import URL, parse_url
from clientele.http.runtime.deadline import Deadline
from clientele.http.timeouts import Timeout
from clientele.http.transport import FaultTable, causes
from clientele.http.transport.faults.reasons import limit_passed
from clientele.http.transport.faults.table import OWN_FAULTS, Translated, error_class, fault_text
from clientele.http.transport.receive import BadHead


class NativeError(Exception):
    """What a library raises for everything."""


class NativeConnectError(NativeError):
    """What a library raises when it can't connect."""


class NativeReadError(NativeError):
    """A fault with one meaning."""


class NativeReasonError(NativeConnectError):
    """A fault that holds its cause, as some libraries do."""

    def __init__(self, reason: BaseException) -> None:
        super().__init__("wrapped")
        self.reason = reason


def told(fault: BaseException) -> type[TransportError]:
    return WriteError if "write" in str(fault) else ReadError


TABLE: FaultTable = ((NativeConnectError, ConnectError), (NativeReadError, ReadTimeout), (NativeError, told))

TLS = ssl.SSLCertVerificationError(1, "certificate has expired")
DNS = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
REFUSED = ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")


def caused(fault: BaseException, cause: BaseException) -> BaseException:
    fault.__cause__ = cause
    return fault


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
def test_the_table_says_which_error(fault: BaseException, expected: type[TransportError] | None) -> None:
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
def test_our_own_errors_are_in_no_table(base: type[Exception], ours: ClienteleError) -> None:
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
def test_what_core_finds_has_errors_too(fault: Exception, expected: type[TransportError]) -> None:
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


URL_WITH_SECRET = parse_url("http://h/a?key=planted")[0]


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (NativeError("it broke"), "it broke"),
        (NativeError("it\nbroke \r\n twice"), "it broke twice"),
        (NativeError(), "NativeError"),
        (caused(NativeError(), OSError("beneath")), "beneath"),
        (caused(NativeError("wrapped"), REFUSED), "[Errno 111] Connection refused"),
        (NativeError("GET http://h/a?key=planted failed"), "GET http://h/a?key=*** failed"),
        (NativeError("url: /a?key=planted (x)"), "url: /a?key=*** (x)"),
        (NativeError("Connection aborted.", KeyError("planted")), "Connection aborted."),
        (NativeError(NativeError("Connection aborted.", {"key": "planted"})), "Connection aborted."),
        (NativeError(("it is gone", {})), "it is gone"),
        (NativeError(str(("it broke", b"planted"))), "it broke"),
        (NativeError(-1, "Unexpected EOF"), "Unexpected EOF"),
        (NativeError("cut: b'planted'", {}), "cut"),
        (NativeError("GET /a?key=planted failed", {}), "GET /a?key=*** failed"),
        (NativeError('(see "planted", below)'), "(see"),
    ],
)
def test_a_fault_is_told_in_one_line(fault: BaseException, text: str) -> None:
    """SEC-3 the most exact cause, in one line, without the values of the query."""
    assert text == fault_text(fault, URL_WITH_SECRET)


def test_a_limit_is_named_and_how_long_it_is() -> None:
    """TMO-1, TMO-2: whatever the library says of it; what core knows of the pool is said first."""
    timeout = Timeout(connect=1.5, read=2, write=3, pool=None, total=60)
    assert [limit_passed(kind, timeout) for kind in (ConnectTimeout, ReadTimeout, WriteTimeout, PoolTimeout)] == [
        "no connection could be made within 1.5 s (timeout.connect)",
        "the server sent nothing within 2 s (timeout.read)",
        "the server accepted no data of the request within 3 s (timeout.write)",
        "no connection became free in time",
    ]
    assert limit_passed(DeadlineExceeded, timeout) == (
        "the exchange took longer than its total limit of 60 s (timeout.total)"
    )
    assert limit_passed(PoolTimeout, Timeout(), "all 2 are in use") == (
        "all 2 are in use: no connection became free within 5 s (timeout.pool)"
    )
    assert limit_passed(ConnectError, timeout) is None


def translated(fault: BaseException, url: URL = URL_WITH_SECRET, *, sent_before: bool = False) -> TransportError:
    context = Translated(TABLE, "fake")
    context.method, context.url, context.sent_before = "POST", url, sent_before
    with pytest.raises(TransportError) as caught, context:
        raise fault
    return caught.value


def test_the_librarys_exception_is_the_cause_of_ours() -> None:
    """ERR-1 ours knows method, URL and backend, and says what the library said."""
    fault = NativeReadError("http://h/a?key=planted is slow")
    error = translated(fault)
    assert fault is error.__cause__
    assert (error.request_method, error.request_url, error.backend) == ("POST", "http://h/a?key=***", "fake")
    assert str(error) == "POST http://h/a?key=***: the server sent nothing within 5 s (timeout.read)"


@pytest.mark.parametrize(
    ("fault", "before", "sent"),
    [
        (NativeConnectError(), False, False),
        (NativeConnectError(), True, True),
        (NativeReadError(), False, True),
        (NativeReadError(), True, True),
    ],
)
def test_a_request_before_a_redirect_counts_as_sent(fault: Exception, before: bool, sent: bool) -> None:  # noqa: FBT001
    """ERR-3 a connection that fails behind a redirect doesn't mean that no server saw the call."""
    assert sent == translated(fault, sent_before=before).request_sent


@pytest.mark.parametrize("fault", [NativeReadError("wrapped"), KeyError("unknown"), ReadError("ours")])
@pytest.mark.parametrize("mine", [OSError("mine"), InvalidBody("mine"), NativeError("mine")])
def test_what_a_body_raises_is_the_callers(fault: Exception, mine: Exception) -> None:
    """ERR-1 whatever the library makes of it."""
    context = Translated(TABLE, "fake")
    context.note_own_error(mine)
    with pytest.raises(type(mine)) as caught, context:
        raise fault
    assert mine is caught.value


@pytest.mark.parametrize("fault", [asyncio.CancelledError(), KeyboardInterrupt(), GeneratorExit()])
def test_a_body_that_has_failed_keeps_nothing_from_being_given_up(fault: BaseException) -> None:
    """Cancellation and interrupts come first."""
    context = Translated(TABLE, "fake")
    context.note_own_error(OSError("mine"))
    with pytest.raises(type(fault)), context:
        raise fault


@pytest.mark.parametrize("before", [True, False])
def test_what_an_adapter_says_of_sending_is_of_its_own_request(before: bool) -> None:  # noqa: FBT001
    """An error of ours that it raises by itself is of a call that had sent something, if it comes after a redirect."""
    error = ConnectError("refused")
    assert error is translated(error, sent_before=before)
    assert before == error.request_sent


@pytest.mark.parametrize(
    "fault",
    [asyncio.CancelledError(), KeyboardInterrupt(), UnsafeRedirect("ours"), KeyError("unknown"), GeneratorExit()],
)
@pytest.mark.parametrize("deadline", [None, Deadline(60.0), Deadline(-1.0)], ids=["no limit", "in time", "too late"])
def test_what_is_not_the_librarys_passes_through(deadline: Deadline | None, fault: BaseException) -> None:
    """ERR-2 cancellation, interrupts, our own errors and what the table doesn't have are left as they are."""
    context = Translated(TABLE, "fake")
    context.deadline = deadline
    with pytest.raises(type(fault)) as caught, context:
        raise fault
    assert fault is caught.value
