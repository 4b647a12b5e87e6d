"""Calls that Hypothesis draws: good ones, of every shape."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

from clientele_conformance.equality.drawing import drawn
from clientele_conformance.equality.rows import Options, Row, call

_EACH = 25
"""How many calls are drawn of each kind; a few less if some are drawn twice."""

_CHARACTERS = st.characters(exclude_categories=["Cs"])
_URL_CHARACTERS = st.characters(
    exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"], exclude_characters="\\#", max_codepoint=0x2FFF
)
_TOKENS = st.text("abcXYZ019-_!#$%&'*+.^`|~", min_size=1, max_size=12)
_VALUES = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=40)
_TEXTS = st.text(_CHARACTERS, max_size=12)
_SCALARS = st.one_of(_TEXTS, st.integers(), st.booleans(), st.none(), st.floats())
_PARAMS = st.lists(st.tuples(_TEXTS, st.one_of(_SCALARS, st.lists(_SCALARS, max_size=3))), max_size=5)
_JSON = st.recursive(
    st.one_of(_TEXTS, st.integers(), st.booleans(), st.none(), st.floats(allow_nan=False, allow_infinity=False)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_TEXTS, inner, max_size=4)),
    max_leaves=12,
)
_PATHS = st.lists(st.text(_URL_CHARACTERS.filter(lambda c: c not in "/?"), max_size=6), max_size=5).map("/".join)
_SEARCHES = st.text(_URL_CHARACTERS, max_size=15)
_HEADERS = st.lists(st.tuples(_TOKENS.map("x-{}".format), st.one_of(_VALUES, st.none())), max_size=6)
_FILES = st.lists(st.tuples(_TEXTS, st.tuples(_TEXTS, st.binary(max_size=60))), min_size=1, max_size=3)
_PIECES = st.lists(st.binary(max_size=80), max_size=5)
_METHODS = st.sampled_from(["POST", "PUT", "PATCH", "DELETE", "GET", "OPTIONS", "PURGE"])


def rows() -> list[Row]:
    """All of them."""
    urls = drawn(st.tuples(_PATHS, _SEARCHES), _EACH)
    return [
        *(call(f"X: URL {number}", "GET", f"/{path}?{query}") for number, (path, query) in enumerate(urls, 1)),
        *_rows("params", st.tuples(_PARAMS, _SEARCHES.map("/p?{}".format)), _with_params),
        *_rows("headers", st.tuples(_HEADERS), lambda headers: ("GET", "/a", {"headers": headers})),
        *_rows("JSON", st.tuples(_METHODS, _JSON), lambda method, value: (method, "/a", {"json": value})),
        *_rows("form", st.tuples(_METHODS, _PARAMS), lambda method, data: (method, "/a", {"data": data})),
        *_rows("files", st.tuples(_PARAMS, _FILES), lambda data, files: ("POST", "/a", {"data": data, "files": files})),
        *_rows("bytes", st.tuples(_METHODS, st.binary(max_size=300)), _with_content),
        *_rows("text", st.tuples(_METHODS, _TEXTS), _with_content),
        *_rows("pieces", st.tuples(_METHODS, _PIECES), _with_content),
        *_rows("file", st.tuples(st.binary(max_size=300), st.integers(0, 320)), _with_file),
    ]


def _rows(kind: str, strategy: st.SearchStrategy[Any], made: Callable[..., tuple[str, str, Options]]) -> list[Row]:
    return [call(f"X: {kind} {number}", *made(*values)) for number, values in enumerate(drawn(strategy, _EACH), 1)]


def _with_params(params: list[tuple[str, Any]], path: str) -> tuple[str, str, Options]:
    return "GET", path, {"params": params}


def _with_content(method: str, content: Any) -> tuple[str, str, Options]:
    return method, "/a", {"content": content}


def _with_file(content: bytes, position: int) -> tuple[str, str, Options]:
    def fresh() -> Mapping[str, Any]:
        file = io.BytesIO(content)
        file.seek(position)
        return {"content": file}

    return "PUT", "/a", fresh
