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
care = "you upload to a server that may refuse at once"    # optional: when a user should care
```

`test` is the name of a function, a full id, or a pattern over the parameters: see `clientele_conformance.naming`.

A gap is strict: when every test that it names passes, the run fails until the gap is taken out. As long as one of them
fails, those that pass are listed. A run of only some of them can't judge the gap, and doesn't. A flaky gap is reported
and never fails a run. A gap that names no test at all is an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from clientele_conformance.gap_rows import read_rows
from clientele_conformance.naming import matches
from clientele_conformance.subject import Mode

MOST_FLAKY = 3
"""Flaky gaps in one file: with more, a run would say little."""

_KEYS = {"rule": str, "test": str, "mode": str, "reason": str, "link": str, "care": str, "flaky": bool}
_NEEDED = ("rule", "reason", "link")


@dataclass(frozen=True, slots=True)
class Gap:
    """One row of the file.

    Attributes:
        row: its number, from 1.
        link: where the library stands on it, such as an issue; may be empty.
        test: the tests of the rule that the gap is about, by default all.
        mode: the mode that it is about, by default both.
        flaky: the tests pass and fail by chance.
        care: when a user of the backend should care.
    """

    row: int
    rule: str
    reason: str
    link: str
    test: str | None = None
    mode: Mode | None = None
    flaky: bool = False
    care: str | None = None

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
    rows = read_rows(path, _KEYS, _NEEDED, named_by="rule", with_reasons=with_reasons)
    flaky = [str(number) for number, row in enumerate(rows, 1) if row.get("flaky")]
    if len(flaky) > MOST_FLAKY:
        raise ValueError(
            f"{path.name}: rows {', '.join(flaky)} are flaky; a file may have at most {MOST_FLAKY} flaky gaps"
        )
    return [Gap(row=number, **row) for number, row in enumerate(rows, 1)]


class KnownGap(BaseModel):
    """A row of the file of known gaps as reports have it.

    Attributes:
        file: the name of the file.
        row: its number in the file.
        names: how many tests it names.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    row: int
    rule: str
    test: str = ""
    mode: Mode | None = None
    reason: str
    link: str = ""
    flaky: bool = False
    names: int

    @property
    def place(self) -> tuple[str, int]:
        """The file and the row, of which a run may have several with one number."""
        return self.file, self.row

    @property
    def why(self) -> str:
        """The reason, and where the library stands on it."""
        return f"{'flaky: ' if self.flaky else ''}{self.reason}{f' ({self.link})' if self.link else ''}"
