"""What keeps a distribution from being released."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

import release_prove
from release_facts import changelog_problems, needed_by, problems_of, range_problems, version_of
from wheel_environments import DISTRIBUTIONS

CHANGES = """# Changelog

## [3.1.0] - 2027-01-02

### Added

- Something.

## [3.0.0] - 2026-11-28

### Added

- Everything.
"""


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_every_distribution_may_be_released(name: str) -> None:
    """Version, changelog and ranges fit."""
    assert not problems_of(name, f"{name}-v{version_of(name)}")


def test_a_tag_of_another_version_or_distribution_is_refused() -> None:
    """The tag decides what is published, so that it has to say what is there."""
    assert problems_of("clientele-httpx", "clientele-httpx-v9.0.0")
    assert problems_of("clientele-httpx", f"clientele-aiohttp-v{version_of('clientele-httpx')}")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (CHANGES, []),
        (CHANGES.replace("3.1.0", "3.0.9"), ["the newest entry of the changelog is 3.0.9, not 3.1.0"]),
        (CHANGES.replace(" - 2027-01-02", ""), ["the entry of 3.1.0 has no date"]),
        (CHANGES.replace("### Added", "### News", 1), ["the changelog has the heading News"]),
        (CHANGES.replace("### Added", "", 1), ["the entry of 3.1.0 is empty"]),
        ("# Changelog\n", ["the newest entry of the changelog is nothing, not 3.1.0"]),
    ],
)
def test_a_release_has_an_entry_in_the_changelog(changes: str, says: list[str]) -> None:
    """The newest one, of its version, with a date, and under the headings of Keep a Changelog."""
    assert says == changelog_problems(changes, Version("3.1.0"))


@pytest.mark.parametrize(
    ("wanted", "wrong"),
    [
        ("clientele-core>=3.0,<4", 0),
        ("clientele-core>=3.7,<4", 1),
        ("clientele-core>=3.0", 1),
        ("clientele-core<3", 1),
    ],
)
def test_a_range_has_the_sibling_of_this_tree_and_not_the_next_major(wanted: str, wrong: int) -> None:
    """Otherwise what was tested together can't be installed together, or what was never tested can."""
    assert wrong == len(range_problems([Requirement(wanted)]))


def test_what_is_installed_along_is_known_for_each_extra() -> None:
    """The meta distribution has the default backend always, and others by extra."""
    assert {"clientele-core", "clientele-httpx"} == needed_by("clientele", [])
    assert "clientele-aiohttp" in needed_by("clientele", ["aiohttp"])
    assert {"clientele-core"} == needed_by("clientele-requests", [])
    assert set() == needed_by("clientele-core", [])


def test_the_tests_of_a_wheel_have_what_those_of_the_tree_import() -> None:
    """Without one of them, a release ends while its tests are collected."""
    installed = {Requirement(tool).name for tool in release_prove.tools()}
    assert {"fastapi", "flask", "httpbin", "pyyaml", "tenacity"} <= installed


def test_a_wheel_is_found_from_a_relative_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the workflow names it; what installs the wheel runs elsewhere."""
    wheel = tmp_path / "release" / "publish" / "clientele_httpx-3.0.1-py3-none-any.whl"
    wheel.parent.mkdir(parents=True)
    wheel.touch()
    monkeypatch.chdir(tmp_path)
    assert wheel == release_prove.wheel_in(Path("release"))
