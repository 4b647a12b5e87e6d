"""What the files of a distribution say, and what is wrong with it before a release."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.version import Version

from wheel_environments import DISTRIBUTIONS, ROOT

_ENTRY = re.compile(r"^## \[(?P<version>\d[^\]]*)\](?: - (?P<day>\d{4}-\d{2}-\d{2}))?$", re.MULTILINE)
_KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def folder_of(name: str) -> Path:
    """Where a distribution lives.

    Raises:
        ValueError: there is no such distribution.
    """
    if name not in DISTRIBUTIONS:
        raise ValueError(f"{name}: there is no such distribution; there are {', '.join(DISTRIBUTIONS)}")
    return ROOT / ("tests-shared" if name == "clientele-conformance" else f"packages/{name}")


def project_of(name: str) -> dict[str, Any]:
    """The table `project` of a distribution."""
    project: dict[str, Any] = tomllib.loads((folder_of(name) / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project


def version_of(name: str) -> Version:
    """The version that a distribution has in this tree."""
    if "version" in project_of(name):
        return Version(project_of(name)["version"])
    (about,) = (folder_of(name) / "src").glob("*/__about__.py")
    return Version(re.findall(r'__version__ = "([^"]+)"', about.read_text(encoding="utf-8"))[0])


def siblings_of(name: str) -> list[Requirement]:
    """What a distribution, with all of its extras, needs of the others."""
    project = project_of(name)
    wanted = chain(project.get("dependencies", []), *project.get("optional-dependencies", {}).values())
    return [each for each in map(Requirement, wanted) if each.name in DISTRIBUTIONS and each.name != name]


def floor_of(requirement: Requirement) -> Version:
    """The lowest version that a requirement allows."""
    return max(Version(each.version) for each in requirement.specifier if each.operator == ">=")


def lowest_core_for(name: str) -> str | None:
    """The lowest core that a distribution claims, as a requirement; None if it is the one of this tree."""
    here = version_of("clientele-core")
    floors = [floor_of(each) for each in siblings_of(name) if each.name == "clientele-core"]
    older = [floor for floor in floors if (floor.major, floor.minor) < (here.major, here.minor)]
    return f"clientele-core=={older[0]}.*" if older else None


def needed_by(name: str, extras: Iterable[str]) -> set[str]:
    """The siblings that are installed with a distribution and some of its extras."""
    project = project_of(name)
    optional = project.get("optional-dependencies", {})
    wanted = map(Requirement, [*project.get("dependencies", []), *chain(*(optional[extra] for extra in extras))])
    direct = {each.name for each in wanted if each.name in DISTRIBUTIONS}
    return direct.union(*(needed_by(each, ()) for each in direct))


def problems_of(name: str, tag: str | None = None) -> list[str]:
    """What is wrong with version, tag, changelog and ranges of a distribution; nothing, if it may be released."""
    version = version_of(name)
    wrong = [] if tag in (None, f"{name}-v{version}") else [f"the tag is {tag}, the version {name}-v{version}"]
    if version.is_prerelease or version.local:
        wrong.append(f"{version} is not a version to release")
    changes = (folder_of(name) / "CHANGELOG.md").read_text(encoding="utf-8")
    return wrong + changelog_problems(changes, version) + range_problems(siblings_of(name))


def changelog_problems(text: str, version: Version) -> list[str]:
    """What is wrong with a changelog for a release of `version` (https://keepachangelog.com)."""
    entries = list(_ENTRY.finditer(text))
    if not entries or Version(entries[0]["version"]) != version:
        newest = entries[0]["version"] if entries else "nothing"
        return [f"the newest entry of the changelog is {newest}, not {version}"]
    if entries[0]["day"] is None:
        return [f"the entry of {version} has no date"]
    end = entries[1].start() if len(entries) > 1 else len(text)
    kinds = re.findall(r"^### (.+)$", text[entries[0].end() : end], re.MULTILINE)
    unknown = [f"the changelog has the heading {kind}" for kind in kinds if kind not in _KINDS]
    return unknown or ([] if kinds else [f"the entry of {version} is empty"])


def range_problems(siblings: list[Requirement]) -> list[str]:
    """What is wrong with the ranges of siblings: the one in this tree has to be inside, and the next major outside."""
    wrong = []
    for sibling in siblings:
        here = version_of(sibling.name)
        if not sibling.specifier.contains(here):
            wrong.append(f"{sibling} leaves out {here}, which is the one in this tree")
        if sibling.specifier.contains(Version(f"{here.major + 1}.0.0")):
            wrong.append(f"{sibling} allows the next major")
    return wrong
