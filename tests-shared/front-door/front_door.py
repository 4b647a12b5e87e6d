"""`hatch run private:check`: do the siblings use public and documented parts of their libraries only?"""

from __future__ import annotations

import importlib
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from clientele.http.backends import SHIPPED
from front_door_rules import Finding, findings

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MOST = 3
"""Exceptions, of all siblings together."""


@dataclass(frozen=True, slots=True)
class Exempt:
    """A private place that a sibling may look at.

    Attributes:
        sibling: the import package.
        name: the private name, or the names on the way there, joined by dots: `_protocol._connection`.
        reason: why nothing public will do.
        guard: the function that finds at start-up whether the name is there, as `module:name`.
        test: the test that runs without the name, as pytest calls it.
    """

    sibling: str
    name: str
    reason: str
    guard: str
    test: str

    def covers(self, found: Finding) -> bool:
        """Whether it is about `found`."""
        return self.sibling == found.sibling and found.name in self.name.split(".")

    def mistakes(self) -> list[str]:
        """What is wrong with this entry itself."""
        module, _, function = self.guard.partition(":")
        file, _, test = self.test.partition("::")
        wrong = []
        if not self.reason.strip():
            wrong.append(f"{self.sibling}, {self.name}: the reason is empty")
        if not callable(getattr(importlib.import_module(module), function, None)):
            wrong.append(f"{self.sibling}, {self.name}: there is no guard {self.guard}")
        name = test.rpartition("::")[2]
        if not (ROOT / file).is_file() or f"def {name}(" not in (ROOT / file).read_text(encoding="utf-8"):
            wrong.append(f"{self.sibling}, {self.name}: there is no test {self.test}")
        return wrong


def documented() -> dict[str, str]:
    """The links, by what they document."""
    return dict(tomllib.loads((HERE / "documented.toml").read_text(encoding="utf-8")))


def exempt() -> list[Exempt]:
    """The exceptions."""
    entries = tomllib.loads((HERE / "exceptions.toml").read_text(encoding="utf-8")).get("exception", [])
    return [Exempt(**entry) for entry in entries]


def problems(found: Sequence[Finding], exceptions: Sequence[Exempt]) -> list[str]:
    """What is not to be: findings that nothing exempts, and exceptions that are too many, wrong or needless."""
    told = [str(each) for each in found if not any(entry.covers(each) for entry in exceptions)]
    told += [mistake for entry in exceptions for mistake in entry.mistakes()]
    used = {(each.sibling, each.name) for each in found}
    told += [
        f"{entry.sibling}, {name}: nothing uses it"
        for entry in exceptions
        for name in entry.name.split(".")
        if (entry.sibling, name) not in used
    ]
    if len(exceptions) > MOST:
        told.append(f"there are {len(exceptions)} exceptions, and at most {MOST} may be")
    return told


def main() -> int:
    """Say what was found; 1 if anything may not be."""
    packages = [importlib.import_module(f"clientele_{name}") for name in SHIPPED]
    exceptions, links = exempt(), documented()
    found = [each for package in packages for each in findings(package, links)]
    told = problems(found, exceptions)
    names = {(each.sibling, each.name) for each in found}
    print(*told, sep="\n", end="\n" if told else "")  # noqa: T201
    for package in packages:
        mine = sum(sibling == package.__name__ for sibling, _ in names)
        print(f"{package.__name__}: {mine} names that are not public")  # noqa: T201
    print(f"{len(exceptions)} of {MOST} exceptions, {len(links)} documented extension points")  # noqa: T201
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
