"""The verdict of a run: only a whole run says that a backend conforms."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from clientele_conformance.gaps import KnownGap
from clientele_conformance.reporting.results import About, Extent, Failure, Outcome, Report, Run, TestResult
from clientele_conformance.reporting.verdict import Verdict, verdict
from clientele_conformance.rules import all_rules

HTTP1 = [rule_id for rule_id in all_rules() if not rule_id.startswith("H2-") and rule_id not in {"COK-2", "COK-3"}]
HTTP2 = [rule_id for rule_id in all_rules() if rule_id.startswith("H2-")]
FLAKY = KnownGap(file="gaps.toml", row=1, rule="URL-1", reason="it depends", flaky=True, names=1)
CLOSED = KnownGap(file="gaps.toml", row=2, rule="URL-1", reason="an old library", names=1)


def a_test(rule: str, outcome: Outcome = "passed", *, gaps: tuple[KnownGap, ...] = ()) -> TestResult:
    """A result."""
    failure = None if outcome == "passed" else Failure(statement="assert 1 == 2", expected="1", got="2")
    return TestResult(
        id=f"test_{rule}_{outcome}",
        test="test_it",
        rules=(rule,),
        about="It is so.",
        outcome=outcome,
        gaps=tuple(gap.place for gap in gaps),
        seconds=0.5,
        failure=failure,
    )


def judged(
    *tests: TestResult,
    extent: Extent = "whole",
    ended_early: str = "",
    gaps: tuple[KnownGap, ...] = (),
    capabilities: tuple[str, ...] = (),
) -> Verdict:
    """The verdict of a run with these results."""
    about = About(
        name="mine",
        backend="my_package:Mine",
        library="",
        modes=("sync",),
        capabilities=("sync", *capabilities),
        edition="2026.1",
        suite="3.0.0",
        python="3.11.0",
        tests=len(tests),
        is_whole=True,
    )
    started = datetime(2026, 1, 2, tzinfo=UTC)
    run = Run(about=about, extent=extent, started=started, seconds=1.0, ended_early=ended_early, gaps=gaps, tests=tests)
    return verdict(run, Report.of([run]).rules)


def passing(rules: list[str] = HTTP1) -> list[TestResult]:
    """A test of each rule that passed."""
    return [a_test(rule_id) for rule_id in rules]


class TestWhole:
    def test_all_rules_hold(self) -> None:
        """Then it conforms."""
        said = judged(*passing())
        assert "conforms" == said.kind
        assert f"mine conforms to edition 2026.1: {len(HTTP1)} rules held" == str(said)

    def test_a_test_fails(self) -> None:
        """Then it doesn't, whatever else was run."""
        said = judged(a_test("URL-1", "failed"), *passing(HTTP1[1:]))
        assert "fails" == said.kind
        assert "mine does not conform to edition 2026.1: 1 test failed; broken URL-1" == str(said)

    @pytest.mark.parametrize("extent", ["part", "smoke"])
    def test_a_run_that_has_ended_early(self, extent: Extent) -> None:
        """It has not conformed, and it isn't said that a smoke run has found nothing."""
        said = judged(*passing(), extent=extent, ended_early="interrupted")
        assert "incomplete" == said.kind
        assert str(said).startswith("mine was not put to all of edition 2026.1: ")
        assert str(said).endswith("; ended early: interrupted")

    def test_a_rule_was_not_tried(self) -> None:
        """Then that much is all that is said."""
        said = judged(*passing(HTTP1[1:]))
        assert "incomplete" == said.kind
        assert str(said).startswith("mine was not put to all of edition 2026.1: ")
        assert str(said).endswith(f"not tried {HTTP1[0]}")

    def test_known_gaps_are_named(self) -> None:
        """It conforms but for them."""
        said = judged(a_test("URL-1", "gap"), *passing(HTTP1[1:]))
        assert "conforms but for known gaps" == said.kind
        assert str(said).endswith("known gaps in URL-1")

    def test_a_flaky_gap_is_one_though_its_tests_pass(self) -> None:
        """The next time they may not."""
        said = judged(a_test("URL-1", gaps=(FLAKY,)), *passing(HTTP1[1:]), gaps=(FLAKY,))
        assert "conforms but for known gaps" == said.kind
        assert ("URL-1",) == said.gaps
        assert "URL-1" not in said.held

    def test_a_gap_that_has_closed(self) -> None:
        """It is said, and isn't a rule that is broken."""
        said = judged(a_test("URL-1", gaps=(CLOSED,)), *passing(HTTP1[1:]), gaps=(CLOSED,))
        assert "has gaps to take out" == said.kind
        assert str(said).startswith("mine has known gaps that have closed, take them out: URL-1 (gaps.toml, row 2)")
        assert () == said.failed


class TestSmoke:
    def test_nothing_was_found(self) -> None:
        """It says no more than that: never that the backend conforms."""
        said = judged(*passing(), extent="smoke")
        assert "nothing found" == said.kind
        assert f"mine: smoke: {len(HTTP1)} rules tried, nothing found; a whole run decides" == str(said)

    def test_known_gaps_count_as_tried(self) -> None:
        """And are named."""
        said = judged(a_test("URL-1", "gap"), *passing(["URL-2"]), extent="smoke")
        assert "nothing found" == said.kind
        assert "smoke: 2 rules tried, nothing found; a whole run decides; known gaps in URL-1" in str(said)

    def test_what_it_finds_is_a_failure(self) -> None:
        """Which no whole run makes good."""
        said = judged(a_test("URL-1", "failed"), extent="smoke")
        assert "fails" == said.kind
        assert "1 test failed in a smoke run; a whole run may find more; broken URL-1" in str(said)

    @pytest.mark.parametrize("outcome", ["passed", "gap"])
    @pytest.mark.parametrize("extent", ["smoke", "part"])
    def test_no_word_says_more(self, outcome: Outcome, extent: Extent) -> None:
        """Not even for HTTP/2."""
        tests = [a_test(rule_id, outcome) for rule_id in all_rules()]
        said = judged(*tests, extent=extent, capabilities=("http2",))
        assert "conforms" not in f"{said} {said.kind}"


class TestPart:
    def test_it_is_incomplete_though_each_rule_was_tried(self) -> None:
        """A rule has many tests."""
        said = judged(*passing(), extent="part")
        assert "incomplete" == said.kind
        number = len(HTTP1)
        assert f"was not put to all of edition 2026.1: {number} rules held in {number} tests that were run" in str(said)

    def test_what_it_finds_is_a_failure(self) -> None:
        """Of so many tests that were run."""
        said = judged(a_test("URL-1", "failed"), a_test("URL-2"), extent="part")
        assert "fails" == said.kind
        assert "1 test failed in 2 tests that were run" in str(said)


class TestCapabilities:
    def test_a_backend_without_it_needs_none_of_its_rules(self) -> None:
        """They are about something else."""
        assert "conforms" == judged(*passing()).kind

    def test_a_backend_that_has_it_needs_them(self) -> None:
        """Those that are in force."""
        said = judged(*passing(), capabilities=("http2",))
        assert "incomplete" == said.kind
        assert "H2-1" in said.not_run

    def test_a_backend_that_keeps_cookies_needs_their_rules(self) -> None:
        """They are about the jar."""
        assert ("COK-2", "COK-3") == judged(*passing(), capabilities=("cookies",)).not_run

    @pytest.mark.parametrize(
        ("broken", "protocols"),
        [
            (None, {"HTTP/1.1": "holds", "HTTP/2": "holds"}),
            ("H2-1", {"HTTP/1.1": "holds", "HTTP/2": "broken"}),
            ("URL-1", {"HTTP/1.1": "broken", "HTTP/2": "holds"}),
        ],
    )
    def test_each_is_judged_apart(self, broken: str | None, protocols: dict[str, str]) -> None:
        """One may hold where the other is broken."""
        tests = [a_test(rule_id, "failed" if rule_id == broken else "passed") for rule_id in all_rules()]
        said = judged(*tests, capabilities=("http2",))
        assert protocols == said.protocols
        assert f"HTTP/1.1: {protocols['HTTP/1.1']}; HTTP/2: {protocols['HTTP/2']}" in str(said)

    def test_it_may_hold_in_what_was_run(self) -> None:
        """Of a smoke run, no more is said."""
        said = judged(*passing(list(all_rules())), extent="smoke", capabilities=("http2",))
        assert {"HTTP/1.1": "nothing found", "HTTP/2": "nothing found"} == said.protocols
