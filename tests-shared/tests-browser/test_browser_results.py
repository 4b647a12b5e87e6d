"""The page of results in a real browser: `hatch run browser:results`. It needs a Chromium, such as Debian's."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright  # pyright: ignore[reportMissingImports]

from clientele_conformance.reporting.page import page as html_of
from clientele_conformance.reporting.results import About, Failure, Report, Run, Said, TestResult

PICTURES = Path(__file__).parents[2] / "dist" / "screenshots"
EVIL = "<script>document.title = 'broken into'</script>"
SAID = (
    Said(kind="called", text=f"GET http://127.0.0.1:1/{EVIL}"),
    Said(kind="sent", where="port 1, connection 1", text="GET /?a=1 HTTP/1.1\nHost: 127.0.0.1"),
    Said(kind="came back", where="port 1, connection 1", text="HTTP/1.1 200 OK"),
)
FAILED = TestResult(
    id="test_parameters_are_appended[sync-a]",
    test="test_parameters_are_appended",
    mode="sync",
    rules=("QRY-1",),
    about="They follow those of the URL.",
    outcome="failed",
    seconds=0.1,
    failure=Failure(statement="assert a == b", expected="['/?x=1&a=1']", got=f"['/?a=1{EVIL}']", said=SAID),
    reproduce="clientele-conformance my_package:MyBackend --test 'test_parameters_are_appended[sync-a]'",
)
GAP = FAILED.model_copy(
    update={"id": "test_b", "test": "test_b", "rules": ("URL-1",), "outcome": "gap", "reason": "an old library"}
)
PASSED = FAILED.model_copy(
    update={"id": "c", "test": "c", "mode": None, "rules": ("URL-2", "RSP-1"), "outcome": "passed", "failure": None}
)


def a_run(name: str, *tests: TestResult) -> Run:
    """A run of a backend with these results."""
    about = About(
        name=name,
        backend="my_package:MyBackend",
        library="library/1.2.3",
        modes=("sync", "async"),
        capabilities=("async", "sync"),
        edition="2026.1",
        suite="3.0.0",
        python="3.11",
        tests=len(tests),
        is_whole=True,
    )
    started = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    return Run(about=about, extent="whole", started=started, seconds=61.5, tests=tests)


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    """The page of two backends, opened from a file. An error in it, or a request for anything else, fails the test."""
    file = tmp_path / "results.html"
    file.write_text(html_of(Report.of([a_run("mine", FAILED, GAP, PASSED), a_run("other", PASSED)])), encoding="utf-8")
    wrong: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        opened = browser.new_page(viewport={"width": 1280, "height": 900})
        opened.on("pageerror", lambda error: wrong.append(str(error)))
        opened.on("request", lambda request: None if request.url == file.as_uri() else wrong.append(request.url))
        opened.goto(file.as_uri())
        yield opened
        browser.close()
    assert [] == [each for each in wrong if not each.startswith("data:")]


def shown(page: Page) -> list[str]:
    """The rules that can be seen."""
    ids: list[str] = page.locator("tr.rule:visible th b").all_inner_texts()
    return ids


def position(page: Page) -> Any:
    """Where the table begins, and how wide it is."""
    return page.evaluate(
        "(({x, y, width}) => [x, y + window.scrollY, width])(document.querySelector('table').getBoundingClientRect())"
    )


def test_rules_are_filtered_by_outcome_and_group(page: Page) -> None:
    """What is left is counted."""
    assert len(shown(page)) > 70
    for outcome in ("gap", "passed", "none"):
        page.locator(f".chip.{outcome}").click()
    page.locator(".chip.passed").click()
    assert ["URL-2", "QRY-1", "RSP-1"] == shown(page)
    page.locator(".chip.passed").click()
    assert ["QRY-1"] == shown(page)
    assert "1 rule" == page.locator(".shown").inner_text()
    page.locator(".chip.gap").click()
    page.locator("select[name=group]").select_option("URL")
    assert ["URL-1"] == shown(page)


def test_nothing_left_is_said(page: Page) -> None:
    """Instead of an empty table."""
    for chip in page.locator(".chip").all():
        chip.click()
    assert [] == shown(page)
    assert page.locator(".nothing").is_visible()


def test_a_failure_is_opened_by_a_click(page: Page) -> None:
    """With the rule, what was sent, came back and was expected, and the command; nothing moves beneath it."""
    before = position(page)
    page.get_by_role("button", name="QRY-1 on mine, sync: failed").click()
    dialog = page.get_by_role("dialog")
    text = dialog.inner_text()
    for words in ("Parameters are appended", "GET /?a=1 HTTP/1.1", "HTTP/1.1 200 OK", "['/?x=1&a=1']", "--test"):
        assert words in text
    assert EVIL in text
    assert "broken into" != page.title()
    assert before == position(page)
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / "results-failure.png")
    dialog.get_by_role("button", name="Close").click()
    assert dialog.is_hidden()


def test_it_works_with_the_keyboard(page: Page) -> None:
    """Enter opens, Escape closes, and the focus is where it was."""
    cell = page.get_by_role("button", name="QRY-1 on mine, sync: failed")
    cell.focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("dialog").is_visible()
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").is_hidden()
    assert cell.evaluate("element => element === document.activeElement")
    for outcome in ("failed", "none"):
        page.locator(f".chip.{outcome} input").focus()
        page.keyboard.press("Space")
    assert "QRY-1" not in shown(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_has_two_schemes(scheme: Any, page: Page) -> None:
    """As the reader's system says."""
    page.emulate_media(color_scheme=scheme)
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = sum(int(part) for part in background.removeprefix("rgb(").removesuffix(")").split(","))
    assert (brightness > 600) is (scheme == "light")
    page.screenshot(path=PICTURES / f"results-{scheme}.png")


def test_a_narrow_window_is_enough(page: Page) -> None:
    """Nothing is wider than it."""
    page.set_viewport_size({"width": 390, "height": 844})
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
