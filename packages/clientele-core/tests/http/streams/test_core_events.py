"""`Events` as it is written: what it says, and what can't be."""

from __future__ import annotations

from typing import Any

import pytest

from clientele.api import ConfigurationError, Events


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((int,), {}, "the types are a mapping of names to types"),
        (({},), {}, "the types are a mapping of names to types"),
        (({1: int},), {}, "the types are a mapping of names to types"),
        ((["delta"],), {}, "the types are a mapping of names to types"),
        (({"ping": None},), {}, "to skip it, write skip={'ping'}"),
        ((), {"end": ""}, r"end=...\): use the data of the last event"),
        ((), {"end": "  "}, r"end=...\): use the data of the last event"),
        ((), {"end": b"[DONE]"}, r"end=...\): use the data of the last event"),
        ((), {"end": True}, r"end=...\): use the data of the last event"),
        ((), {"skip": "ping"}, r"skip=...\): use a set of names: {'ping'}"),
        ((), {"skip": {1}}, r"skip=...\): use a set of names of events"),
        ((), {"skip": None}, r"skip=...\): use a set of names of events"),
        ((), {"errors": "error"}, r"errors=...\): use a set of names: {'error'}"),
        ((), {"errors": 7}, r"errors=...\): use a set of names of events"),
        (({"ping": int},), {"skip": {"ping"}}, "'ping' also has a type"),
        ((), {"skip": {"failed"}, "errors": {"failed"}}, "'failed' also has a type"),
        ((), {"resume": -1}, r"resume=...\): use the number of reconnects, 0 or more, not -1"),
        ((), {"resume": True}, "use the number of reconnects"),
        ((), {"resume": 1.5}, "use the number of reconnects"),
        ((), {"resume": "3"}, "use the number of reconnects"),
        ((), {"resume": None}, "use the number of reconnects"),
    ],
    ids=str,
)
def test_the_message_says_what_is_wrong(arguments: Any, options: Any, message: str) -> None:
    """Where it is written, with what to write."""
    with pytest.raises(ConfigurationError, match=message):
        Events(*arguments, **options)


def test_errors_may_be_skipped() -> None:
    """By their usual name, which nobody has written."""
    assert {"error"} == Events(skip={"error"}).skip


def test_what_was_said_is_shown() -> None:
    """By its names; types may be long."""
    events = Events({"delta": int, "done": str}, end=" [DONE] ", skip=["ping"], resume=3)
    assert "Events(['delta', 'done'], end='[DONE]', skip=['ping'], resume=3)" == repr(events)
