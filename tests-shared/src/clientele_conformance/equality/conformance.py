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
from clientele.http.discovery import SHIPPED
from clientele_conformance.equality.answers import answer_rows
from clientele_conformance.equality.calls import call_rows
from clientele_conformance.equality.comparison import Comparison
from clientele_conformance.equality.gaps import RowGap, read_row_gaps
from clientele_conformance.equality.participants import Participant, participants, shipped
from clientele_conformance.equality.report import note
from clientele_conformance.equality.rows import Row
from clientele_conformance.rules import rule

_COMPARISONS = pytest.StashKey[dict[tuple[type, str], Comparison]]()


class EqualityConformance:
    """Runs two corpora on backends, in all of their modes, and compares what comes of each row.

    It takes about a quarter of a minute for each backend and mode, all of it in the first test: a limit on the time of
    a single test has to leave room for that.
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
        """Run a test once for each backend in each mode."""
        if "participant" in metafunc.fixturenames:
            metafunc.parametrize("participant", self.participants(), ids=str)

    @pytest.fixture
    def compared_calls(self, request: pytest.FixtureRequest) -> Comparison:
        """The first corpus, run on all of them once."""
        return self._compared("calls", self.calls(), request.config)

    @pytest.fixture
    def compared_answers(self, request: pytest.FixtureRequest) -> Comparison:
        """The second corpus, run on all of them once."""
        return self._compared("answers", self.answers(), request.config)

    @rule("BDY-7")
    def test_calls_are_the_same_bytes(self, participant: Participant, compared_calls: Comparison) -> None:
        """Whoever sends them; header order, name case, Connection, chunks and the library's User-Agent aside."""
        self._assert_equal(participant, compared_calls)

    @rule("ERR-1")
    def test_answers_are_the_same_responses(self, participant: Participant, compared_answers: Comparison) -> None:
        """Or errors of the same class, whoever receives them."""
        self._assert_equal(participant, compared_answers)

    def _assert_equal(self, participant: Participant, comparison: Comparison) -> None:
        found = [str(difference) for difference in comparison.unknown(participant)]
        if found:
            pytest.fail("\n".join([f"{len(found)} rows differ from what most make of them", *found]), pytrace=False)
        if gaps := comparison.closed(participant):
            pytest.fail(f"these gaps have closed; take them out: {gaps}", pytrace=False)

    def _compared(self, corpus: str, rows: Sequence[Row], config: pytest.Config) -> Comparison:
        comparisons = config.stash.setdefault(_COMPARISONS, {})
        if (type(self), corpus) not in comparisons:
            comparison = Comparison(corpus, self.participants(), rows, self.gaps())
            comparisons[type(self), corpus] = comparison
            note(config, comparison)
        return comparisons[type(self), corpus]
