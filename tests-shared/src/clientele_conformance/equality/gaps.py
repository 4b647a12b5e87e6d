"""Known gaps in equality: rows in which a backend is known to differ, and why.

```toml
[[gap]]
row = "I: a length that is negative"
backend = "requests"
mode = "sync"   # optional: only in this mode
reason = "http.client takes it for no length, and reads to the end"
link = "https://example.com/issue/1"
```

`row` may name several, each on a line of its own. As with `clientele_conformance.gaps`, a gap is strict: one whose row
no longer differs fails, unless `flaky = true` says that it does so now and then; and one that names no row, or no
backend, is an error.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from clientele_conformance.equality.participants import Participant
from clientele_conformance.gap_rows import read_rows

_KEYS: Mapping[str, type[str | bool]] = {
    **dict.fromkeys(("row", "backend", "mode", "reason", "link"), str),
    "flaky": bool,
}
_NEEDED = ("row", "backend", "reason", "link")


@dataclass(frozen=True, slots=True)
class RowGap:
    """One entry of the file."""

    row: str
    backend: str
    reason: str
    link: str
    mode: str | None = None
    flaky: bool = False

    def covers(self, row_id: str, participant: Participant) -> bool:
        """Whether this gap is about what `participant` makes of the row."""
        return (self.row, self.backend) == (row_id, participant.name) and self.mode in (None, participant.mode)


def read_row_gaps(path: Path, rows: Collection[str], backends: Collection[str]) -> list[RowGap]:
    """The gaps in the file at `path`, which may be about `rows` and `backends`.

    Raises:
        OSError: the file can't be read.
        ValueError: an entry lacks a key or has an unknown one, or names a row, a backend or a mode that there isn't.
    """
    entries = [RowGap(**row) for row in read_rows(path, _KEYS, _NEEDED, named_by="row")]
    gaps = []
    for number, entry in enumerate(entries, 1):
        if entry.backend not in backends:
            raise ValueError(f"{path.name}: row {number}: there is no backend {entry.backend!r}")
        for row in entry.row.strip().splitlines():
            if row not in rows:
                raise ValueError(f"{path.name}: row {number}: there is no row {row!r}")
            gaps.append(replace(entry, row=row))
    return gaps
