"""Parameters: the types of their values, and how they meet the query of the URL."""

from __future__ import annotations

import enum
import uuid
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

from clientele_conformance.equality.rows import Row, call


class Colour(enum.Enum):
    """A name for a text."""

    RED = "r\u00e9d"


class Number(enum.IntEnum):
    """A name for a number."""

    TWO = 2


class Text(str):
    """A text of one's own type."""

    __slots__ = ()

    def __str__(self) -> str:
        return "another"


VALUES: dict[str, object] = {
    "list": {"a": [1, 2]},
    "tuple": {"a": ("x", "y")},
    "pairs": [("a", 1), ("b", 2), ("a", 3)],
    "tuple of pairs": (("a", 1), ("a", 2)),
    "None": {"a": None, "b": 1},
    "None in a list": {"a": [1, None, 2]},
    "True and False": {"a": True, "b": False},
    "bool in a list": {"a": [True, None, False]},
    "empty list": {"a": []},
    "nothing": {},
    "empty text": {"a": ""},
    "empty name": {"": "a"},
    "int": {"a": 0, "b": -1, "c": 10**30},
    "float": {"a": 1.0, "b": -0.0, "c": 1e300, "d": 1e-7, "e": float("inf"), "f": float("nan")},
    "Decimal": {"a": Decimal("1.10"), "b": Decimal("1E+3")},
    "UUID": {"a": uuid.UUID(int=1)},
    "Enum": {"a": Colour.RED, "b": Number.TWO, "c": [Colour.RED, Number.TWO]},
    "datetime": {"a": datetime(2026, 1, 2, 3, 4, 5, 600, tzinfo=UTC), "b": datetime(2026, 1, 2)},  # noqa: DTZ001 - naive
    "datetime in a zone": {"a": datetime(2026, 1, 2, tzinfo=timezone(timedelta(hours=-3, minutes=-30)))},
    "timedelta": {"a": timedelta(days=1, seconds=2), "b": timedelta(0)},
    "date and time": {"a": date(2026, 1, 2), "b": time(3, 4)},
    "subclass of str": {"a": Text("one")},
    "blank": {"a b": "c d", "e": " "},
    "plus": {"a+b": "c+d"},
    "reserved": {"a": "!$'()*,:/?@;&=#[]"},
    "unreserved": {"a": "-._~AZaz09"},
    "percent": {"a": "%41%zz%", "%": "%"},
    "controls": {"a": "\r\n\t\0\x7f"},
    "not ASCII": {"\u00e9": "\u65e5\U0001f600", "a": "\u2028\x85"},
    "long": {"a": "x" * 5000},
    "many": {f"a{number}": number for number in range(200)},
}

WITH_A_QUERY: dict[str, tuple[str, object]] = {
    "added": ("/p?a=1", {"b": 2}),
    "of the same name": ("/p?a=1", {"a": 2}),
    "none": ("/p?x=1", {}),
    "only None": ("/p?x=1", {"a": None}),
    "an empty list": ("/p?x=1", {"a": []}),
    "to an empty query": ("/p?", {"a": 1}),
    "before a fragment": ("/p?a=1#f", {"b": 2}),
    "and escapes": ("/p?a=%2f+%41", {"b": "%2f +"}),
    "behind an ampersand": ("/p?a=1&", {"b": 2}),
}

ROWS: tuple[Row, ...] = (
    *(call(f"D: params, {name}", "GET", "/p", {"params": params}) for name, params in VALUES.items()),
    *(
        call(f"D: params, {name} with a query", "GET", path, {"params": params})
        for name, (path, params) in WITH_A_QUERY.items()
    ),
    call("D: params of a POST", "POST", "/p", {"params": {"a": 1}, "data": {"a": 2}}),
    call("D: params below a base URL", "GET", "/p", {"params": {"a": 1}}, backend={"base_url": "http://{other}/v1"}),
)
