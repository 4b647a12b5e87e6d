"""What the error of a fault says and knows: reason, limit, method, URL, and whether it was sent."""

from __future__ import annotations

import asyncio

import pytest

from clientele.http.errors import (
    ConnectError,
    ConnectTimeout,
    DeadlineExceeded,
    InvalidBody,
    PoolTimeout,
    ReadError,
    ReadTimeout,
    TransportError,
    UnsafeRedirect,
    WriteTimeout,
)
from clientele.http.message.urls import URL, parse_url
from clientele.http.runtime.deadline import Deadline
from clientele.http.timeouts import Timeout
from clientele.http.transport.faults.reasons import limit_passed
from clientele.http.transport.faults.table import Translated, fault_text
from native_errors import REFUSED, TABLE, NativeConnectError, NativeError, NativeReadError, caused

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
def test_the_reason_of_a_fault_is_one_line(fault: BaseException, text: str) -> None:
    """SEC-3 the most exact cause, in one line, without the values of the query."""
    assert text == fault_text(fault, URL_WITH_SECRET)


def test_a_timeout_names_its_limit_and_seconds() -> None:
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
def test_an_exception_of_a_body_reaches_the_caller(fault: Exception, mine: Exception) -> None:
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
def test_other_exceptions_pass_through(deadline: Deadline | None, fault: BaseException) -> None:
    """ERR-2 cancellation, interrupts, our own errors and what the table doesn't have are left as they are."""
    context = Translated(TABLE, "fake")
    context.deadline = deadline
    with pytest.raises(type(fault)) as caught, context:
        raise fault
    assert fault is caught.value
