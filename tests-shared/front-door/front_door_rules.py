"""Decides which uses are of private or undocumented parts of other packages."""

from __future__ import annotations

import ast
import contextlib
import functools
import importlib
import inspect
import pkgutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from front_door_sources import Use, attributes_of_self, defined, is_private, uses

_OF_THE_LANGUAGE = sys.stdlib_module_names - {"http", "socket", "ssl"}
"""Classes of these are made to be subclassed, and say so by being abstract."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a sibling does with a part of another package that is not made for it.

    Attributes:
        sibling: the import package.
        where: file and line.
        name: what it reaches for.
        what: it does, in words.
    """

    sibling: str
    where: str
    name: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}: {self.name}"


def findings(package: ModuleType, documented: Mapping[str, str]) -> list[Finding]:
    """All that `package` does through a back door.

    Args:
        package: the import package of a sibling.
        documented: links to the documentation of what may be overridden or assigned, by the name `module.Class.name`.
    """
    folder = Path(package.__path__[0])
    trees = {file: ast.parse(file.read_text(encoding="utf-8")) for file in sorted(folder.rglob("*.py"))}
    own = defined(trees.values())
    classes = {cls.__qualname__: cls for cls in _classes(package)}
    found = [
        Finding(package.__name__, f"{use.file.relative_to(folder.parent)}:{use.line}", use.name, what)
        for file, tree in trees.items()
        for use in uses(file, tree)
        if (what := _wrong(use, own, classes, documented)) is not None
    ]
    return [*dict.fromkeys(found), *_overrides(package, classes.values(), documented)]


def _wrong(use: Use, own: set[str], classes: Mapping[str, type], documented: Mapping[str, str]) -> str | None:
    """What is wrong with `use`, or None."""
    if use.kind == "import":
        parts = use.name.split(".")
        return "imports a private name" if any(map(is_private, parts[1:])) else None
    foreign = _foreign_bases(classes.get(use.of_self or ""))
    theirs = any(use.name in _attributes(base) for base in foreign)
    if is_private(use.name) and (use.name not in own or theirs):
        return "uses a private name"
    if use.kind == "assign":
        return _wrongly_assigned(use, own, foreign, documented, theirs=theirs)
    return None


def _wrongly_assigned(
    use: Use, own: set[str], foreign: list[type], documented: Mapping[str, str], *, theirs: bool
) -> str | None:
    if use.module or use.name in {"__class__", "__dict__"}:
        return "assigns to a module, to something of one, or in a roundabout way"
    if use.name.startswith("__"):
        return None
    if use.of_self is not None:
        says = any(_resolved(name) in foreign for name in _documented_as(use.name, documented))
        return "assigns an undocumented attribute of its base class" if theirs and not says else None
    return None if use.name in own or _documented_as(use.name, documented) else "assigns to an object of the library"


def _overrides(package: ModuleType, classes: Iterable[type], documented: Mapping[str, str]) -> Iterator[Finding]:
    for cls in classes:
        for name in vars(cls):
            if name == "_abc_impl" or (name.startswith("__") and not is_private(name)):
                continue
            is_theirs = any(name in vars(base) for base in _foreign_bases(cls))
            if is_theirs and not any(_resolved(each) in cls.__mro__ for each in _documented_as(name, documented)):
                where = f"{cls.__module__}.{cls.__qualname__}"
                yield Finding(package.__name__, where, name, "overrides an undocumented name")


def _documented_as(name: str, documented: Mapping[str, str]) -> list[str]:
    """The classes that have a documented attribute or method of that name."""
    return [whole.rpartition(".")[0] for whole in documented if whole.rpartition(".")[2] == name]


@functools.cache
def _resolved(name: str) -> object:
    """The class of that name; None where its library is not installed, or has no such name in this version."""
    module, _, cls = name.rpartition(".")
    try:
        return getattr(importlib.import_module(module), cls, None)
    except ImportError:
        return None


def _classes(package: ModuleType) -> Iterator[type]:
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        module = importlib.import_module(info.name)
        yield from (value for value in vars(module).values() if _is_own_class(value, module.__name__))


def _is_own_class(value: object, module: str) -> bool:
    return isinstance(value, type) and value.__module__ == module


def _foreign_bases(cls: type | None) -> list[type]:
    """The base classes of `cls` that are the library's, or core's."""
    if cls is None:
        return []
    home = cls.__module__.partition(".")[0]
    top = ((base, base.__module__.partition(".")[0]) for base in cls.__mro__[1:])
    return [base for base, package in top if package not in {home, "clientele"} and package not in _OF_THE_LANGUAGE]


@functools.cache
def _attributes(cls: type) -> frozenset[str]:
    """What a class and its instances have, as its methods say; where the source of the class is may be hidden."""
    found = set(vars(cls))
    for method in filter(inspect.isfunction, vars(cls).values()):
        with contextlib.suppress(OSError, SyntaxError):  # It was written at run time, as those of a dataclass are.
            found |= attributes_of_self(ast.parse(textwrap.dedent(inspect.getsource(method))))
    return frozenset(found)
