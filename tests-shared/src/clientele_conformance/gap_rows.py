"""Reads the rows of a file of known gaps, and says in plain words what is wrong with them."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

Row: TypeAlias = dict[str, Any]
Keys: TypeAlias = Mapping[str, type[str | bool]]

_FEW = 10
_MODES = ("sync", "async")


def read_rows(
    path: Path, keys: Keys, needed: Collection[str], *, named_by: str, with_reasons: bool = True
) -> list[Row]:
    """The rows, in which every key is one of `keys`, and has a value of its type.

    Args:
        path: the file.
        keys: those that a row may have, with the types of their values.
        needed: those that it must have.
        named_by: the key that messages name a row by, beside its number.
        with_reasons: refuse a row whose reason is empty.

    Raises:
        OSError: the file can't be read.
        ValueError: something is wrong; the message names the file, and each row and key.
    """
    rows = _rows(path)
    wrong = [
        f"row {number}{f' ({row[named_by]})' if isinstance(row.get(named_by), str) else ''}: {mistake}"
        for number, row in enumerate(rows, 1)
        for mistake in _mistakes(row, keys, needed, with_reasons=with_reasons)
    ]
    if wrong:
        more = [f"and {len(wrong) - _FEW} more"] if len(wrong) > _FEW else []
        raise ValueError("\n".join(f"{path.name}: {line}" for line in [*wrong[:_FEW], *more]))
    return rows


def _rows(path: Path) -> list[Row]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise ValueError(f"{path.name}: the file isn't UTF-8: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path.name}: the file isn't TOML: {error}") from None
    rows = content.pop("gap", [])
    if content:
        raise ValueError(f'{path.name}: there is no key "{next(iter(content))}"; every row begins with [[gap]]')
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError(f"{path.name}: every row begins with [[gap]], in double brackets")
    return rows


def _mistakes(row: Row, keys: Keys, needed: Collection[str], *, with_reasons: bool) -> Iterator[str]:
    for key in [key for key in row if key not in keys]:
        near = difflib.get_close_matches(key, keys, n=1)
        advice = f'did you mean "{near[0]}"?' if near else f"a row has {', '.join(keys)}"
        yield f'there is no key "{key}"; {advice}'
    yield from (f'the key "{key}" is missing' for key in needed if key not in row)
    for key, kind in keys.items():
        if key in row and not isinstance(row[key], kind):
            yield f'"{key}" is {"a text in quotes" if kind is str else "true or false"}, not {row[key]!r}'
    if isinstance(mode := row.get("mode"), str) and mode not in _MODES:
        yield f'"mode" is "sync" or "async", not {mode!r}'
    if with_reasons and isinstance(reason := row.get("reason"), str) and not reason.strip():
        yield '"reason" is empty: write why the backend can\'t do what is asked of it'
