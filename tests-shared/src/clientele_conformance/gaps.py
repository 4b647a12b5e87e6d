"""Known gaps: rules that a backend is known to break, and why.

A TOML file beside the backend's tests:

```toml
[[gap]]
rule = "DLV-3"
test = "test_an_early_answer_is_returned[async-closed-*]"  # optional: only these tests of the rule
mode = "async"                                             # optional: only in this mode
flaky = true                                               # optional: they fail now and then
reason = "the library drops what it has received when a write fails"
link = "https://example.com/issue/1"                       # may be empty
```

`test` is the name of a function, a full id, or a pattern over the parameters: see `clientele_conformance.naming`.

A gap is strict: when every test that it names passes, the run fails until the gap is taken out. As long as one of them
fails, those that pass are listed. A run of only some of them can't judge the gap, and doesn't. A flaky gap is reported
and never fails a run. A gap that names no test at all is an error.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clientele_conformance.naming import matches
from clientele_conformance.subject import Mode

MOST_FLAKY = 3
"""Flaky gaps in one file: with more, a run would say little."""

_KEYS: dict[str, type[str | bool]] = {
    "rule": str,
    "test": str,
    "mode": str,
    "reason": str,
    "link": str,
    "flaky": bool,
}
_NEEDED = ("rule", "reason", "link")
_FEW = 10


@dataclass(frozen=True, slots=True)
class Gap:
    """One row of the file.

    Attributes:
        row: its number, from 1.
        link: where the library stands on it, such as an issue; may be empty.
        test: the tests of the rule that the gap is about, by default all.
        mode: the mode that it is about, by default both.
        flaky: the tests pass and fail by chance.
    """

    row: int
    rule: str
    reason: str
    link: str
    test: str | None = None
    mode: Mode | None = None
    flaky: bool = False

    def covers(self, rules: tuple[str, ...], name: str, mode: str | None) -> bool:
        """Whether this gap is about the test called `name`, which proves `rules`, in `mode`."""
        if self.rule not in rules or self.mode not in (None, mode):
            return False
        return self.test is None or matches(self.test, name, mode)


def read_gaps(path: Path, *, with_reasons: bool = True) -> list[Gap]:
    """The gaps in the file at `path`.

    Args:
        path: the file.
        with_reasons: refuse a row whose reason is empty, as `--write-known-gaps` leaves it.

    Raises:
        OSError: the file can't be read.
        ValueError: it isn't such a file; the message names the file, and each row and key that is wrong.
    """
    rows = _rows(path)
    wrong = [
        f"row {number}{_of_rule(row)}: {mistake}"
        for number, row in enumerate(rows, 1)
        for mistake in _mistakes(row, with_reasons=with_reasons)
    ]
    flaky = [str(number) for number, row in enumerate(rows, 1) if row.get("flaky") is True]
    if len(flaky) > MOST_FLAKY:
        wrong.append(f"rows {', '.join(flaky)} are flaky; a file may have at most {MOST_FLAKY} flaky gaps")
    if wrong:
        more = [f"and {len(wrong) - _FEW} more"] if len(wrong) > _FEW else []
        raise ValueError("\n".join(f"{path.name}: {line}" for line in [*wrong[:_FEW], *more]))
    return [Gap(row=number, **row) for number, row in enumerate(rows, 1)]


def _rows(path: Path) -> list[dict[str, Any]]:
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


def _of_rule(row: dict[str, Any]) -> str:
    return f" ({row['rule']})" if isinstance(row.get("rule"), str) else ""


def _mistakes(row: dict[str, Any], *, with_reasons: bool) -> Iterator[str]:
    for key in [key for key in row if key not in _KEYS]:
        near = difflib.get_close_matches(key, _KEYS, n=1)
        advice = f'did you mean "{near[0]}"?' if near else f"a row has {', '.join(_KEYS)}"
        yield f'there is no key "{key}"; {advice}'
    yield from (f'the key "{key}" is missing' for key in _NEEDED if key not in row)
    for key, kind in _KEYS.items():
        if key in row and not isinstance(row[key], kind):
            yield f'"{key}" is {"a text in quotes" if kind is str else "true or false"}, not {row[key]!r}'
    if isinstance(mode := row.get("mode"), str) and mode not in {"sync", "async"}:
        yield f'"mode" is "sync" or "async", not {mode!r}'
    if with_reasons and isinstance(reason := row.get("reason"), str) and not reason.strip():
        yield '"reason" is empty: write why the backend can\'t keep the rule'
