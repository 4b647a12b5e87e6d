"""Equality as a test: the same calls are the same bytes, and the same answers the same responses, on every backend.

```python
class TestEquality(EqualityConformance):
    backend_classes = (HttpxHTTPBackend, MyBackend)
```
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import pytest

from clientele.http import HTTPBackend
from clientele.http.backends import SHIPPED
from clientele_conformance.equality.answers import answer_rows
from clientele_conformance.equality.calls import call_rows
from clientele_conformance.equality.comparison import Comparison
from clientele_conformance.equality.gaps import RowGap, read_row_gaps
from clientele_conformance.equality.participants import Participant, participants, shipped
from clientele_conformance.equality.report import PROPERTY, tally
from clientele_conformance.equality.rows import SECTIONS, Row
from clientele_conformance.rules import rule


class EqualityConformance:
    """Runs two corpora on backends, in all of their modes, and compares what comes of each row.

    One test compares all of them in the rows of one section of a corpus. The longest takes about twenty seconds.
    """

    backend_classes: ClassVar[Sequence[type[HTTPBackend]]] = ()
    """The classes to compare; by default those of Clientele's own that are installed. The first one decides a tie."""

    known_gaps: ClassVar[Path | None] = None
    """A TOML file with the rows in which backends are known to differ; see `clientele_conformance.equality.gaps`."""

    @classmethod
    def calls(cls) -> Sequence[Row]:
        """The corpus of calls: what is compared above all is what they put on the wire."""
        return call_rows()

    @classmethod
    def answers(cls) -> Sequence[Row]:
        """The corpus of answers: what is compared above all is what the caller gets."""
        return answer_rows()

    @classmethod
    def participants(cls) -> list[Participant]:
        """Each of the classes in each of its modes."""
        return participants(cls.backend_classes or shipped())

    @classmethod
    def gaps(cls) -> list[RowGap]:
        """The known gaps.

        Raises:
            ValueError: the file is wrong; the message says where.
        """
        if cls.known_gaps is None:
            return []
        rows = [row.id for row in (*cls.calls(), *cls.answers())]
        return read_row_gaps(
            cls.known_gaps, rows, {*SHIPPED, *(participant.name for participant in cls.participants())}
        )

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Run a test once for each section of its corpus."""
        for argument, rows in (("calls_about", self.calls), ("answers_about", self.answers)):
            if argument in metafunc.fixturenames:
                sections = dict.fromkeys(row.section for row in rows())
                metafunc.parametrize(argument, sections, ids=[SECTIONS.get(section, section) for section in sections])

    @rule("BDY-7")
    def test_calls_are_the_same_bytes(self, calls_about: str, request: pytest.FixtureRequest) -> None:
        """Whoever sends them; header order, name case, Connection, chunks and the library's User-Agent aside."""
        self._compare("calls", [row for row in self.calls() if row.section == calls_about], request.node)

    @rule("ERR-1")
    def test_answers_are_the_same_responses(self, answers_about: str, request: pytest.FixtureRequest) -> None:
        """Or errors of the same class, wherever they are raised."""
        self._compare("answers", [row for row in self.answers() if row.section == answers_about], request.node)

    def _compare(self, corpus: str, rows: Sequence[Row], item: pytest.Item) -> None:
        comparison = Comparison(corpus, self.participants(), rows, self.gaps())
        item.user_properties.append((PROPERTY, tally(comparison)))
        if found := [str(difference) for difference in comparison.unknown()]:
            counted = f"{len(found)} times a row differs from what most make of it"
            pytest.fail("\n".join([counted, *found]), pytrace=False)
        if gaps := comparison.closed():
            pytest.fail(f"these gaps have closed; take them out: {gaps}", pytrace=False)
