"""The comparison itself: that it is about all it says it is, finds what differs, and holds gaps to their word."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from hypothesis import strategies as st

from clientele.http import HTTPBackend, Timeout
from clientele.http.wire import AsyncWireResponse, SyncWireResponse, WireRequest
from clientele_conformance.broken.exchanges import LetsNativeErrorsEscape, SendsAgain, TakesStallsForCuts
from clientele_conformance.broken.redirects import ForwardsApiKeys
from clientele_conformance.broken.requests import SpacesJson, WritesBoolsAsPython
from clientele_conformance.broken.responses import GuessesLatin1, SwallowsCutGzip
from clientele_conformance.broken.streams import SplitsAtSeparators
from clientele_conformance.equality.answers import answer_rows
from clientele_conformance.equality.calls import call_rows
from clientele_conformance.equality.comparison import Comparison
from clientele_conformance.equality.differences import Difference, closed, differences
from clientele_conformance.equality.drawing import drawn
from clientele_conformance.equality.gaps import RowGap, read_row_gaps
from clientele_conformance.equality.participants import Participant, participants, shipped
from clientele_conformance.equality.rows import SECTIONS, Row, answer, call, wrong
from clientele_conformance.equality.running import REACHED
from clientele_conformance.servers import Close, Receive, Reset, Stall, response
from clientele_httpx import HttpxHTTPBackend

LEAST = 300

KILLS: Mapping[type[Any], tuple[str, ...]] = {
    SpacesJson: ("E: JSON, object", "E: JSON, numbers"),
    WritesBoolsAsPython: ("D: params, True and False",),
    ForwardsApiKeys: ("F: credentials to another origin",),
    SwallowsCutGzip: ("B: broken coding, cut gzip",),
    GuessesLatin1: ("B: text, no charset",),
    SplitsAtSeparators: ("A: line separator",),
    SendsAgain: ("I: closed before the response",),
    LetsNativeErrorsEscape: ("I: refused", "I: stalled within a chunk"),
}
"""Backends that are broken, and rows in which it shows."""

EQUAL = ("E: content, bytes", "B: coding, gzip")
"""Rows in which nothing shows."""


def chosen(*ids: str) -> list[Row]:
    """The rows with these ids."""
    found = {row.id: row for row in (*call_rows(), *answer_rows())}
    return [found[row_id] for row_id in ids]


def compared(*classes: type[HTTPBackend], rows: list[Row]) -> Comparison:
    """What comes of `rows` on the backends."""
    return Comparison("calls", participants(classes), rows)


def gap(row: str = "r", backend: str = "b", mode: str | None = None) -> RowGap:
    """A gap."""
    return RowGap(row, backend, "why", "https://example.com/1", mode)


def made_up(*made: Any) -> dict[Participant, dict[str, dict[str, object]]]:
    """What participants called a, b, c and so on make of row r."""
    names = "abcdefg"
    return {Participant(names[i], HttpxHTTPBackend, "sync"): {"r": facts} for i, facts in enumerate(made)}


def who(found: list[Difference]) -> list[str]:
    """The names of those that differ."""
    return [difference.participant.name for difference in found]


# The corpora


@pytest.mark.parametrize("rows", [call_rows, answer_rows], ids=["calls", "answers"])
def test_there_are_enough_rows(rows: Any) -> None:
    """By far, each with an id of its own and a section that there is; and they are the same each time."""
    ids = [row.id for row in rows()]
    assert LEAST <= len(ids) == len(set(ids))
    assert {row.section for row in rows()} <= set(SECTIONS)
    rows.cache_clear()
    assert ids == [row.id for row in rows()]


def test_each_section_has_rows() -> None:
    """In one of the corpora, or in both."""
    counts = Counter(row.section for row in (*call_rows(), *answer_rows()))
    assert set(SECTIONS) == set(counts)
    assert 10 <= min(counts.values())


def test_values_are_drawn_alike_each_time() -> None:
    """Whatever else has been drawn before; no value twice."""
    strategy = st.lists(st.text(max_size=3), max_size=3)
    first, other, second = drawn(strategy, 40), drawn(st.integers(), 40), drawn(strategy, 40)
    assert first == second
    assert len(first) == len(set(map(repr, first)))
    assert 20 <= len(first) <= 40
    assert 20 <= len(other) <= 40


# That it can fail


@pytest.mark.parametrize("broken", KILLS, ids=lambda kind: kind.__name__)
def test_a_broken_backend_differs(broken: type[Any]) -> None:
    """In the rows that are about what is broken, in both modes, and only in these."""
    kind = type(broken.__name__, (broken, HttpxHTTPBackend), {})
    comparison = compared(HttpxHTTPBackend, kind, rows=chosen(*KILLS[broken], *EQUAL))
    found = {(difference.row, str(difference.participant)) for difference in comparison.differences}
    assert {(row, f"{broken.__name__} {mode}") for row in KILLS[broken] for mode in ("sync", "async")} == found


def test_a_difference_says_what_was_expected_and_what_came() -> None:
    """On the wire, and in the answer."""
    kind = type("Spacing", (SpacesJson, HttpxHTTPBackend), {})
    row = call("E: mine", "POST", "/", {"json": {"a": [1, 2]}})
    (difference, _) = compared(HttpxHTTPBackend, kind, rows=[row]).differences
    assert str(difference).startswith("Spacing sync: E: mine\n")
    assert "origin request 1 body: expected b'{\"a\":[1,2]}', got b'{\"a\": [1, 2]}'" in str(difference)
    assert "fields" in str(difference)
    assert "status" not in str(difference)


def test_a_refused_call_may_not_reach_a_server() -> None:
    """Not even if it does on all backends."""
    comparison = compared(HttpxHTTPBackend, rows=[wrong("D: mine", {"headers": {"X-A": "1"}})])
    assert {"httpx sync", "httpx async"} == {str(found.participant) for found in comparison.differences}
    assert all("origin" == found.got[REACHED] for found in comparison.differences)


def test_an_answer_that_differs_by_its_connection_differs() -> None:
    """The class of the error is what tells them apart."""
    rows = [answer("I: one", Close()), answer("I: two", Reset())]
    comparison = compared(HttpxHTTPBackend, rows=rows)
    for made in comparison.outcomes.values():
        assert "ReadError" == made["I: one"]["answer 1"] == made["I: two"]["answer 1"]
        assert True is made["I: one"]["answer 1 request_sent"]
    assert [] == comparison.differences


class Slow(HttpxHTTPBackend):
    """Takes half a second before it sends, as on a machine that is busy elsewhere."""

    def exchange(self, client: httpx.Client, request: WireRequest) -> SyncWireResponse:
        """In a thread that somebody else holds up."""
        time.sleep(0.5)
        return super().exchange(client, request)

    async def async_exchange(self, client: httpx.AsyncClient, request: WireRequest) -> AsyncWireResponse:
        """On a loop that somebody else holds up."""
        time.sleep(0.5)  # noqa: ASYNC251
        return await super().async_exchange(client, request)


def test_who_is_slow_does_not_differ() -> None:
    """A limit that passed for one alone is tried again, longer."""
    row = answer("I: mine", response(200, body=b"ok"), options={"timeout": Timeout(total=0.3)})
    assert [] == compared(HttpxHTTPBackend, Slow, rows=[row]).differences


class LosesOnce(HttpxHTTPBackend):
    """Loses the first of its synchronous calls."""

    sent: ClassVar[list[WireRequest]] = []

    def exchange(self, client: httpx.Client, request: WireRequest) -> SyncWireResponse:
        """Note the request, and send it or lose it."""
        self.sent.append(request)
        if self.is_lost(len(self.sent)):
            raise httpx.ReadError("lost")
        return super().exchange(client, request)

    def is_lost(self, number: int) -> bool:
        """Whether the call of this number is."""
        return number == 1


class LosesAllButOnce(LosesOnce):
    """Loses all of its synchronous calls but the first."""

    sent: ClassVar[list[WireRequest]] = []

    def is_lost(self, number: int) -> bool:
        """Whether the call of this number is."""
        return number > 1


def test_what_happens_once_does_not_differ() -> None:
    """Who is faster decides some rows, so that one that differs is run again."""
    rows = [answer("I: mine", response(200, body=b"ok"))]
    assert [] == compared(HttpxHTTPBackend, LosesOnce, rows=rows).differences
    assert 2 == len(LosesOnce.sent)


def test_a_gap_in_which_nothing_differs_once_is_open() -> None:
    """A row that agrees by chance is run again too."""
    rows = [answer("I: mine", response(200, body=b"ok"))]
    gaps = [gap("I: mine", "LosesAllButOnce", "sync")]
    comparison = Comparison("calls", participants([HttpxHTTPBackend, LosesAllButOnce]), rows, gaps)
    assert 2 == len(LosesAllButOnce.sent)
    assert ([], []) == (comparison.unknown(), comparison.closed())


def test_a_limit_that_passes_however_long_it_is() -> None:
    """Is a difference, and so is what differs beside it."""
    kind = type("Impatient", (TakesStallsForCuts, HttpxHTTPBackend), {})
    row = answer("I: mine", [Receive(), Stall()], options={"timeout": 0.3})
    found = compared(HttpxHTTPBackend, kind, rows=[row, *chosen("I: refused")]).differences
    assert {"I: mine"} == {difference.row for difference in found}
    assert 2 == len(found)


def test_one_backend_in_one_mode_is_not_enough() -> None:
    """There has to be something to compare it with."""
    with pytest.raises(ValueError, match="nothing to compare with: httpx sync"):
        Comparison("calls", participants([HttpxHTTPBackend])[:1], [])


def test_no_two_rows_have_one_id() -> None:
    """A gap would be about both."""
    with pytest.raises(ValueError, match="two rows called 'D: mine'"):
        compared(HttpxHTTPBackend, rows=[call("D: mine", "GET", "/"), call("D: mine", "PUT", "/")])


# Who differs


def test_most_are_right() -> None:
    """Of two that are equally frequent, the first one is."""
    assert ["c"] == who(differences(made_up({"x": 1}, {"x": 1}, {"x": 2})))
    assert ["a"] == who(differences(made_up({"x": 1}, {"x": 2}, {"x": 2})))
    assert ["b"] == who(differences(made_up({"x": 1}, {"x": 2})))
    assert [] == differences(made_up({"x": 1}, {"x": 1}))
    assert ["b"] == who(differences(made_up({"x": 1}, {"x": 1, "y": 2})))


def test_who_has_a_gap_has_no_say() -> None:
    """Whatever it makes of the row, and how many are like it."""
    found = differences(made_up({"x": 1}, {"x": 1}, {"x": 2}), [gap(backend="a"), gap(backend="b")])
    assert ["a", "b"] == who(found)
    assert all(difference.gap is not None for difference in found)
    assert [] == differences(made_up({"x": 1}), [gap(backend="a")])


def test_a_gap_that_has_closed_is_found() -> None:
    """By those that it is about, if there is somebody without a gap to compare it with."""
    gaps = [gap(backend="a"), gap(backend="b", mode="sync"), gap(backend="c", mode="async")]
    for made, expected in (
        (made_up({"x": 1}, {"x": 1}, {"x": 1}), {"a", "b"}),
        (made_up({"x": 1}, {"x": 2}, {"x": 1}), {"a"}),
        (made_up({"x": 1}, {"x": 1}), set()),
    ):
        found = differences(made, gaps)
        stale = {gap.backend for participant in made for gap in closed(gaps, participant, made, found)}
        assert expected == stale


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ('row = "r"\nbackend = "b"\nreason = "why"', r'^gaps.toml: row 1 \(r\): the key "link" is missing$'),
        ('row = "r"\nbackend = "b"\nreason = "why"\nlink = "l"\nrule = "URL-1"', 'there is no key "rule"'),
        ('row = "s"\nbackend = "b"\nreason = "why"\nlink = "l"', "there is no row 's'"),
        ('row = "r"\nbackend = "c"\nreason = "why"\nlink = "l"', "there is no backend 'c'"),
        ('row = "r"\nbackend = "b"\nreason = "why"\nlink = "l"\nmode = "both"', "not 'both'"),
        ('row = "r"\nbackend = "b"\nreason = ""\nlink = "l"', r'row 1 \(r\): "reason" is empty: write why'),
    ],
)
def test_a_gap_is_complete_and_about_something(entry: str, message: str, tmp_path: Path) -> None:
    """Or the file is wrong."""
    file = tmp_path / "gaps.toml"
    file.write_text(f"[[gap]]\n{entry}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        read_row_gaps(file, {"r"}, {"b"})


def test_a_gap_may_close_now_and_then() -> None:
    """A flaky one."""
    (participant, *_) = made = made_up({"x": 1}, {"x": 1})
    known = gap(backend=participant.name)
    assert [known] == closed([known], participant, made, [])
    assert [] == closed([replace(known, flaky=True)], participant, made, [])


def test_a_gap_may_be_about_several_rows(tmp_path: Path) -> None:
    """Each of which is held to it."""
    file = tmp_path / "gaps.toml"
    entry = '[[gap]]\nrow = """\nr\ns\n"""\nbackend = "b"\nreason = "why"\nlink = "l"\n'
    file.write_text(entry, encoding="utf-8")
    assert ["r", "s"] == [gap.row for gap in read_row_gaps(file, {"r", "s"}, {"b"})]
    with pytest.raises(ValueError, match="there is no row 's'"):
        read_row_gaps(file, {"r"}, {"b"})


def test_backends_of_one_name_go_by_their_class() -> None:
    """All others by their name."""
    kinds = [
        HttpxHTTPBackend,
        type("Mine", (HttpxHTTPBackend,), {}),
        type("Other", (HttpxHTTPBackend,), {"name": "other"}),
    ]
    assert [
        "HttpxHTTPBackend sync",
        "HttpxHTTPBackend async",
        "Mine sync",
        "Mine async",
        "other sync",
        "other async",
    ] == [str(participant) for participant in participants(kinds)]
    assert HttpxHTTPBackend in shipped()
