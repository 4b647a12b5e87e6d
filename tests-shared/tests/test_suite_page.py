"""The page of results, and results of several runs on one."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clientele_conformance.command.main import main
from clientele_conformance.gaps import KnownGap
from clientele_conformance.reporting.page import page
from clientele_conformance.reporting.results import About, Extent, Failure, Outcome, Report, Run, Said, TestResult
from clientele_conformance.rules import all_rules

EVIL = "</template><script>alert(1)</script>"


def a_test(
    rule: str, outcome: Outcome, *, reason: str = "", name: str = "", gaps: tuple[KnownGap, ...] = ()
) -> TestResult:
    """A result, with markup wherever a backend can put some."""
    said = (Said(kind="sent", where=EVIL, text=EVIL),)
    failure = Failure(statement=EVIL, expected=EVIL, got=EVIL, said=said)
    return TestResult(
        id=name or f"test_{rule}_{outcome}{EVIL}",
        test=name.partition("[")[0] or "test_it",
        mode="sync",
        rules=(rule,),
        about=f"`code` and {EVIL}",
        outcome=outcome,
        reason=reason,
        gaps=tuple(gap.place for gap in gaps),
        seconds=0.5,
        failure=None if outcome == "passed" else failure,
        reproduce="" if outcome == "passed" else f"run {EVIL}",
    )


def a_run(name: str, *tests: TestResult, extent: Extent = "whole", gaps: tuple[KnownGap, ...] = ()) -> Run:
    """A run of a synchronous backend."""
    about = About(
        name=name,
        backend=f"my_package:{name}",
        library="library/1.2.3",
        modes=("sync",),
        capabilities=("sync",),
        edition="2026.1",
        suite="3.0.0",
        python="3.11.0",
        tests=len(tests) if extent == "whole" else 3000,
        is_whole=True,
    )
    started = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    return Run(about=about, extent=extent, started=started, seconds=61.5, gaps=gaps, tests=tests)


@pytest.fixture(autouse=True)
def same_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command adds the current folder to where modules are looked for."""
    monkeypatch.setattr(sys, "path", [*sys.path])


BROKEN = a_run("Broken", a_test("URL-1", "failed"), a_test("URL-2", "gap", reason="an old library"))
GOOD = a_run("Good", *(a_test(rule, "passed") for rule in all_rules()))


def test_every_rule_is_there_for_every_backend() -> None:
    """What wasn't run, too."""
    text = page(Report.of([BROKEN, GOOD]))
    assert all(f"<b>{rule}</b>" in text for rule in all_rules())
    assert 'aria-label="URL-1 on Broken, sync: failed"' in text
    assert 'aria-label="URL-2 on Broken, sync: known gap"' in text
    assert 'aria-label="URL-1 on Good, sync: passed"' in text
    assert len(all_rules()) - 2 == text.count('class="cell none"')


def test_failures_come_first() -> None:
    """Those that are alike as one, with their rules, the usual cures and all of their names, before the matrix."""
    tests = [a_test("URL-1", "failed", name=name) for name in ("test_a[1]", "test_a[2]", "test_b")]
    rules = Report.of([]).rules
    rules["URL-1"] = rules["URL-1"].model_copy(update={"cures": "Join them as `core` does."})
    text = page(Report(rules=rules, runs=(a_run("Broken", *tests),)))
    failures, _, matrix = text.partition("<table>")
    assert 2 == failures.count('<details class="test failed">')
    assert "<small>2 of 2</small>" in failures
    for name in ("test_a[1]", "test_a[2]", "test_b", "Join them as <code>core</code> does.", "2 of 2"):
        assert name in failures
    assert rules["URL-1"].text in failures
    assert "Join them as" in matrix


def test_known_gaps_are_listed() -> None:
    """With why, and which of their tests passed."""
    gap = KnownGap(file="gaps.toml", row=3, rule="URL-1", test="test_it*", reason="an old library", names=9)
    tests = (a_test("URL-1", "gap", gaps=(gap,)), a_test("URL-1", "passed", gaps=(gap,), name="test_that_passes"))
    text = page(Report.of([a_run("Broken", *tests, gaps=(gap,))])).partition("</table>")[2]
    for words in ("test_it*", "row 3: 1 of 2 passed; 9 are named", "an old library", "<li><code>test_that_passes"):
        assert words in text


@pytest.mark.parametrize(
    ("extent", "look", "sentence"),
    [
        ("whole", "good", "conforms to edition 2026.1"),
        ("smoke", "open", "nothing found; a whole run decides"),
        ("part", "open", "was not put to all of edition 2026.1"),
    ],
)
def test_what_was_run_is_said(extent: Extent, look: str, sentence: str) -> None:
    """Only a whole run says that a backend conforms."""
    run = a_run("Good", *GOOD.tests, extent=extent)
    text = page(Report.of([run]))
    assert f'class="verdict {look}"' in text
    assert sentence in text
    assert ("conforms to" in text) is (extent == "whole")
    for fact in ("2026-01-02T03:04:05Z", "library/1.2.3", "clientele-conformance/3.0.0", "61.5"):
        assert f"<dd>{fact}</dd>" in text


def test_it_needs_nothing_else() -> None:
    """No address but those of an empty picture and of what a test has said."""
    text = page(Report.of([GOOD]))
    assert ["data:,"] == re.findall(r"""(?:src|href)\s*=\s*["']([^"']+)""", text)
    assert "url(" not in text
    assert "@import" not in text


def test_what_a_backend_says_is_no_markup() -> None:
    """Wherever it is shown."""
    text = page(Report.of([BROKEN, GOOD]))
    assert EVIL not in text
    assert "&lt;/template&gt;&lt;script&gt;" in text
    assert "<code>code</code> and &lt;" in text


def test_several_runs_become_one_page(tmp_path: Path) -> None:
    """What --json wrote, in the order in which it is given."""
    files = [tmp_path / "a.json", tmp_path / "b.json"]
    for file, run in zip(files, (BROKEN, GOOD), strict=True):
        Report.of([run]).write(file)
    assert (BROKEN, GOOD) == Report.read(*files).runs
    html = tmp_path / "page.html"
    assert 0 == main(["report", *map(str, files), f"--html={html}"])
    assert page(Report.of([BROKEN, GOOD])) == html.read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["{}", "nothing", '{"format": 2, "rules": {}, "runs": []}'])
def test_a_file_that_is_no_report_is_named(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And nothing is written."""
    file = tmp_path / "other.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit) as caught:
        main(["report", str(file), f"--html={tmp_path / 'page.html'}"])
    assert 2 == caught.value.code
    assert f"{file}: no report of clientele-conformance" in capsys.readouterr().err
    assert not (tmp_path / "page.html").exists()
