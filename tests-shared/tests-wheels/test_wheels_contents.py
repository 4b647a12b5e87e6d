"""What is in the wheels."""

from __future__ import annotations

import re
import tomllib
import zipfile
from itertools import chain
from pathlib import Path

import pytest

from wheel_environments import BACKENDS, DISTRIBUTIONS, ROOT

FOLDERS = {
    name: ROOT / ("tests-shared" if name == "clientele-conformance" else f"packages/{name}") for name in DISTRIBUTIONS
}
PACKAGES = {
    "clientele-core": "clientele",
    **{f"clientele-{name}": f"clientele_{name}" for name in BACKENDS},
    "clientele-conformance": "clientele_conformance",
    "clientele-scaffold": "clientele_scaffold",
}


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_every_wheel_is_of_one_version(name: str, wheels: dict[str, Path]) -> None:
    """All distributions start at one version."""
    assert wheels[name].name.split("-")[1] == "3.0.0"


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_the_licence_is_the_one_of_the_repository(name: str, wheels: dict[str, Path]) -> None:
    """Each wheel carries the licence, word for word."""
    with zipfile.ZipFile(wheels[name]) as wheel:
        licence = next(entry for entry in wheel.namelist() if entry.endswith("licenses/LICENSE"))
        assert (ROOT / "LICENSE").read_bytes() == wheel.read(licence)


@pytest.mark.parametrize(("name", "package"), PACKAGES.items())
def test_a_wheel_has_its_typed_package_and_nothing_else(name: str, package: str, wheels: dict[str, Path]) -> None:
    """Tests and docs stay out, the marker for type checkers is in."""
    with zipfile.ZipFile(wheels[name]) as wheel:
        entries = wheel.namelist()
    assert f"{package}/py.typed" in entries
    assert {package, f"{name.replace('-', '_')}-3.0.0.dist-info"} == {entry.split("/")[0] for entry in entries}


def test_the_meta_distribution_has_no_modules(wheels: dict[str, Path]) -> None:
    """`clientele` only depends on others; the package folder is the core's."""
    with zipfile.ZipFile(wheels["clientele"]) as wheel:
        assert {"clientele-3.0.0.dist-info"} == {entry.split("/")[0] for entry in wheel.namelist()}


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_siblings_depend_on_each_other_within_one_major_version(name: str) -> None:
    """Every range between siblings is `>=3.X,<4`, and Python 3.11 is the floor."""
    project = tomllib.loads((FOLDERS[name] / "pyproject.toml").read_text())["project"]
    wanted = [*project.get("dependencies", []), *chain(*project.get("optional-dependencies", {}).values())]
    siblings = [requirement for requirement in wanted if requirement.startswith("clientele")]
    assert project["requires-python"] == ">=3.11"
    assert all(re.fullmatch(r"clientele-[a-z0-9]+(\[[a-z,]+\])?>=3\.\d+,<4", requirement) for requirement in siblings)
