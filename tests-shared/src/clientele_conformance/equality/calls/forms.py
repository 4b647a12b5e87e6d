"""Forms: fields, and files of every kind."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from clientele_conformance.equality.calls.queries import Colour
from clientele_conformance.equality.rows import Row, call

FORMS: dict[str, Any] = {
    "fields": {"a": "1", "b": "2"},
    "pairs": [("a", 1), ("b", 2), ("a", 3)],
    "list": {"a": [1, 2]},
    "None and bool": {"n": None, "t": True, "f": [False, None]},
    "nothing": {},
    "only None": {"n": None},
    "blanks and plus": {"a b": "x y+z"},
    "not ASCII": {"\u00e9": "\u65e5\U0001f600"},
    "reserved": {"a&b=c": "d&e=f;%41"},
    "line ends": {"a": "1\r\n2\n3"},
    "values": {"a": 1.5, "b": date(2026, 1, 2), "c": Colour.RED},
    "long": {"a": "x" * 100_000},
    "empty": {"": "", "a": ""},
}

FILES: dict[str, Callable[[], Mapping[str, Any]]] = {
    "bytes": lambda: {"files": {"f": b"content"}},
    "text": lambda: {"files": {"f": "t\u00e9xt"}},
    "empty": lambda: {"files": {"f": b""}},
    "two": lambda: {"files": [("f", b"1"), ("g", b"2"), ("f", b"3")]},
    "bytesIO": lambda: {"files": {"f": io.BytesIO(b"content")}},
    "with a name": lambda: {"files": {"f": ("name.txt", b"content")}},
    "with a name and a type": lambda: {"files": {"f": ("name.txt", b"content", "text/x-own; charset=utf-8")}},
    "file with a name": lambda: {"files": {"f": ("name.csv", io.BytesIO(b"a,b\n"))}},
    "file with a name and a type": lambda: {"files": {"f": ("name", io.BytesIO(b"a"), "image/png")}},
    "guessed": lambda: {"files": [("f", (f"name{end}", b"")) for end in (".json", ".PNG", ".tar.gz", ".unknown", "")]},
    "quotes": lambda: {"files": {'n"\u00e9': ('\u00e9"q.txt', b"1")}},
    "line ends": lambda: {"files": {"n\r\nX: 1": ("f\r\nX-Planted: 1.txt", b"1")}},
    "backslash and slash": lambda: {"files": {"f\\": ("..\\a/b.txt", b"1")}},
    "not ASCII": lambda: {"files": {"\u65e5": ("\U0001f600.txt", b"1")}},
    "blank names": lambda: {"files": {"": ("", b"1")}},
    "fields first": lambda: {"data": {"a": "1"}, "files": {"f": b"2"}},
    "fields in order": lambda: {"data": [("b", 1), ("a", [2, None, True])], "files": [("g", b"3"), ("f", b"4")]},
    "fields of one name": lambda: {"data": {"f": "1"}, "files": {"f": b"2"}},
    "fields not ASCII": lambda: {"data": {'\u00e9"\r\n': "\u65e5\r\n"}, "files": {"f": b""}},
    "no fields": lambda: {"data": {}, "files": {"f": b""}},
    "no files": lambda: {"data": {"a": "1"}, "files": {}},
    "no files at all": lambda: {"files": {}},
    "empty list of files": lambda: {"data": {"a": "1"}, "files": []},
    "a boundary inside": lambda: {"files": {"f": b"--\r\n----\r\n"}},
    "of three blocks": lambda: {"files": {"f": io.BytesIO(b"0123456789" * 15_000)}},
    "large bytes": lambda: {"files": {"f": b"0123456789" * 15_000}},
    "with a query": lambda: {"params": {"a": 1}, "files": {"f": b""}},
}

ROWS: tuple[Row, ...] = (
    *(call(f"E: form, {name}", "POST", "/a", {"data": data}) for name, data in FORMS.items()),
    *(call(f"E: files, {name}", "POST", "/a", fresh) for name, fresh in FILES.items()),
    call("E: form of a PUT", "PUT", "/a", {"data": {"a": 1}}),
    call("E: form of a GET", "GET", "/a", {"data": {"a": 1}}),
    call("E: form of another type", "POST", "/a", {"data": {"a": 1}, "headers": {"content-type": "application/x-own"}}),
    call("E: files of a PATCH", "PATCH", "/a", FILES["fields first"]),
)
