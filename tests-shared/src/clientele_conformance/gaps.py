"""Known gaps: rules that a backend is known to break, and why.

A TOML file beside the backend's tests:

```toml
[[gap]]
rule = "SEC-4"
test = "test_a_late_surplus_response"   # optional: only this test of the rule
mode = "async"                          # optional: only in this mode
reason = "the library hands over what arrives while a connection is idle"
link = "https://example.com/issue/1"
```

A gap is strict: a test that it names and that passes, fails. A gap that names no test at all is an error.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Gap:
    """One entry of the file."""

    rule: str
    reason: str
    link: str
    test: str | None = None
    mode: str | None = None

    def covers(self, rules: tuple[str, ...], test: str, mode: str | None) -> bool:
        """Whether this gap is about `test`, which proves `rules`, in `mode`."""
        return self.rule in rules and self.test in (None, test) and self.mode in (None, mode)


def read_gaps(path: Path) -> list[Gap]:
    """The gaps in the file at `path`.

    Raises:
        ValueError: an entry lacks a key or has one that is unknown; the message names the file and the entry.
    """
    gaps = []
    for number, entry in enumerate(tomllib.loads(path.read_text(encoding="utf-8")).get("gap", []), 1):
        try:
            gaps.append(Gap(**entry))
        except TypeError as error:
            raise ValueError(f"{path.name}: gap {number}: {error}; it needs rule, reason and link") from None
        if gaps[-1].mode not in {None, "sync", "async"}:
            raise ValueError(
                f"{path.name}: the gap in {gaps[-1].rule}: {gaps[-1].mode!r} is no mode; use sync or async"
            )
    return gaps
