"""What libraries log during calls of ours."""

from __future__ import annotations

import gc
import logging
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any
from urllib.parse import quote

import pytest

from clientele.http.backends import backend_settings
from clientele.http.message.body.bodies import sync_chunks
from clientele.http.transport import hide_heads, hide_queries
from clientele.http.transport.call_state import CallState
from clientele.http.transport.library_logs import begin_discretion, end_discretion
from clientele.http.transport.profile import Profile
from clientele.http.transport.stream_state import StreamOptions, StreamState
from clientele.http.wire import WireResponse

HTTP_LOGGER, HEAD_LOGGER, SOME_LOGGER = (logging.getLogger(f"library.{part}") for part in ("http", "heads", "some"))
hide_queries(HTTP_LOGGER.name)
hide_heads(HEAD_LOGGER.name)
hide_heads(SOME_LOGGER.name, marks=("headers", "auth="))


TOKEN = "planted/token"


@pytest.fixture
def call() -> CallState:
    return new_call()


def new_call() -> CallState:
    profile = Profile("fake", "fake/1", (), backend_settings("Fake", {}))
    return CallState(profile, "GET", "http://h/?key=planted", {"headers": {"Authorization": f"Bearer {TOKEN}"}})


@contextmanager
def discretion_for(call: CallState) -> Iterator[None]:
    """What a driver does around its call."""
    begun = begin_discretion(call)
    try:
        yield
    finally:
        end_discretion(begun)


def log_all() -> None:
    """What a library has to say."""
    HTTP_LOGGER.info("%s %s %d", "GET", "http://h/a?key=planted", 200)
    HTTP_LOGGER.info('"%s %d %s"', "HTTP/1.1", 401, f"no Bearer {TOKEN}\x85for planted")
    HTTP_LOGGER.info('"%s"', f"no {quote(TOKEN, safe='')}")
    HTTP_LOGGER.info("GET /a")
    error = ValueError("unparsed data: planted")
    HTTP_LOGGER.warning("Failed to parse headers (url=%s): %s", "/a?planted", error, exc_info=error)
    HEAD_LOGGER.debug("Adding %s=%s to the header table", b"set-cookie", b"planted")
    SOME_LOGGER.debug("receive_response_headers.complete return_value=[(b'set-cookie', b'planted')]")
    SOME_LOGGER.debug("setup_socks5_connection.started auth=(b'user', b'planted')")
    SOME_LOGGER.debug("connect_tcp.started host='h'")


HIDDEN = [
    "GET http://h/a?key=*** 200",
    '"HTTP/1.1 401 no ***\\x85for ***"',
    '"no ***"',
    "GET /a",
    "Failed to parse headers (url=/a?***): ValueError",
    "Adding ***",
    "receive_response_headers.complete ***",
    "setup_socks5_connection.started ***",
    "connect_tcp.started host='h'",
]


def within_call(call: CallState) -> None:
    with discretion_for(call):
        log_all()


def within_faults(call: CallState) -> None:
    with call.faults:
        log_all()


def within_both(call: CallState) -> None:
    with discretion_for(call):
        with call.faults, call.faults:
            pass
        log_all()


@pytest.mark.parametrize("within", [within_call, within_faults, within_both])
def test_secrets_are_hidden_within(
    within: Callable[[CallState], None], call: CallState, caplog: pytest.LogCaptureFixture
) -> None:  # fmt: skip
    """SEC-3 in a call, or in a piece of I/O of a stream; and no longer."""
    with caplog.at_level(logging.DEBUG):
        within(call)
        assert HIDDEN == caplog.messages
        assert "planted" not in caplog.text
        caplog.clear()
        log_all()
    assert 7 == sum("planted" in message for message in caplog.messages)


def test_a_context_that_is_kept_keeps_no_call() -> None:
    """An event loop keeps one with each timer and each connection."""
    call = new_call()
    weak = weakref.ref(call)
    with discretion_for(call), call.faults:
        kept = copy_context()
    del call
    gc.collect()
    assert weak() is None
    kept.run(log_all)


def test_the_reader_of_a_stream_logs_as_it_likes(caplog: pytest.LogCaptureFixture) -> None:
    """SEC-3 what it calls by itself is no call of ours."""
    profile = Profile("fake", "fake/1", (), backend_settings("Fake", {}))
    call = StreamState(profile, "GET", "http://h/", {}, StreamOptions(bytes, None))
    call.wire_request(sync_chunks)
    chunks: Any = iter([b"one"])
    call.head(WireResponse(200, (), "1.1", chunks, lambda: None, None))
    with caplog.at_level(logging.DEBUG):
        for _ in call.feed(b"one"):
            log_all()
    assert "planted" in caplog.text
