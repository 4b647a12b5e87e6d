"""Failures on the terminal: those that are alike as one, and no more than somebody reads."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from rich.console import Console

from clientele_conformance.reporting.errors import alike
from clientele_conformance.reporting.failing import MOST_LINES
from clientele_conformance.reporting.results import About, Failure, Report, Run, Said, TestResult
from clientele_conformance.reporting.terminal import show
from clientele_conformance.rules import all_rules

RULES = list(all_rules())
SAID = (Said(kind="called", text="GET /"), Said(kind="sent", text="GET / HTTP/1.1\nHost: 127.0.0.1"))


def a_failure(rule: str, name: str, *, cause: str = "KeyError: …", text: str = "a value") -> TestResult:
    """A test that has failed."""
    return TestResult(
        id=name,
        test=name.partition("[")[0],
        rules=(rule,),
        about="It is so.",
        outcome="failed",
        seconds=0.1,
        failure=Failure(cause=cause, statement="assert 1 == 2", expected=text, got=text, said=SAID),
        reproduce=f"run {name}",
    )


def shown(tests: Iterable[TestResult], *, cures: str = "") -> str:
    """What is on the terminal."""
    about = About(
        name="mine",
        backend="my_package:Mine",
        library="",
        modes=("sync",),
        capabilities=("sync",),
        edition="2026.1",
        suite="3.0.0",
        python="3.11.0",
        tests=3000,
        is_whole=True,
    )
    started = datetime(2026, 1, 2, tzinfo=UTC)
    run = Run(about=about, extent="part", started=started, seconds=1.0, tests=tuple(tests))
    rules = {name: rule.model_copy(update={"cures": cures}) for name, rule in Report.of([]).rules.items()}
    file = io.StringIO()
    show(Report(rules=rules, runs=(run,)), Console(file=file, width=100))
    return file.getvalue()


class TestGroups:
    def test_failures_that_are_alike_are_one(self) -> None:
        """Of one test with one cause; it says how many there are, and which."""
        text = shown(a_failure("URL-1", f"test_x[sync-{number}]") for number in range(40))
        assert 1 == text.count("run it again")
        assert "run test_x[sync-0]" in text
        assert "40 of 40 tests: [sync-10], [sync-11], [sync-12] and 36 more" in " ".join(text.split())

    def test_another_cause_is_another_failure(self) -> None:
        """Of the same test."""
        text = shown([a_failure("URL-1", "test_x[1]"), a_failure("URL-1", "test_x[2]", cause="TypeError: …")])
        assert 2 == text.count("run it again")

    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            ("OSError: port 8080", "OSError: port 9090", True),
            ("ValueError: 'a' at 0x7f12", "ValueError: 'b c' at 0x8f13", True),
            ("can't encode 'a'", "can't encode 'b'", True),
            ('no key "a"', 'no key "b"', True),
            ("ValueError: too long", "ValueError: too short", False),
        ],
    )
    def test_a_cause_has_no_values(self, one: str, other: str, same: bool) -> None:  # noqa: FBT001
        """Numbers, addresses and what is in quotes differ from test to test."""
        assert same is (alike(one) == alike(other))

    def test_the_usual_fixes_are_shown_once(self) -> None:
        """With the text of the rule."""
        text = shown([a_failure("URL-1", "test_x"), a_failure("URL-1", "test_y")], cures="Join them as core does.")
        assert 1 == text.count("usual fixes: Join them as core does.")
        assert 1 == text.count("URL-1 An absolute URL overrides")

    def test_one_failure_is_shown_in_full(self) -> None:
        """With what went over the wire."""
        text = shown([a_failure("URL-1", "test_x")])
        for label in ("called", "sent", "statement", "expected", "got", "run it again"):
            assert f"  {label} " in text

    def test_a_command_can_be_copied(self) -> None:
        """It is one line, however long."""
        name = f"test_x[{' '.join(['long'] * 60)}]"
        assert f"\n  run it again  run {name}\n" in shown([a_failure("URL-1", name)])


class TestBounds:
    def test_hundreds_of_failures_fit(self) -> None:
        """What isn't shown is counted, and it is said where it is."""
        text = shown(a_failure(RULES[number % 5], f"test_{number}", text="long " * 300) for number in range(400))
        failures = text.partition("... ")[0].splitlines()
        assert len(failures) <= MOST_LINES + 10
        told = " ".join(text.split())
        (count,) = [int(told.split(" more tests failed")[0].rsplit(" ", 1)[1])]
        assert 400 == count + text.count("run it again")
        assert "All of them are in the reports that --json and --html write" in told

    def test_each_rule_comes_before_more_of_another(self) -> None:
        """However many failures the first rule has."""
        many = [a_failure(RULES[0], f"test_a_{number}") for number in range(300)]
        text = shown([*many, *(a_failure(rule, f"test_of_{rule}") for rule in RULES[1:15])])
        for rule in RULES[:15]:
            assert f"\n{rule} " in f"\n{text}"

    def test_the_rules_are_in_their_order(self) -> None:
        """Whichever were chosen first."""
        text = shown(a_failure(rule, f"test_{number}_{rule}") for rule in reversed(RULES[:8]) for number in range(9))
        places = [text.index(f"test_0_{rule}") for rule in RULES[:8]]
        assert sorted(places) == places
