"""The public names of each distribution, with their signatures, as text.

`hatch run docs:api` writes them beside each distribution, into `api.txt`; a test compares. They are read from the
source (griffe), so that they are the same on every Python; extras, commands and entry points from its metadata, the
options of pytest and markers from the plugins themselves.
"""

from __future__ import annotations

import re
import tomllib
from argparse import SUPPRESS
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import griffe

from clientele_conformance.integrity import EXTENSIONS

ROOT = Path(__file__).parents[2]
SOURCES = [*sorted((ROOT / "packages").glob("*/src")), ROOT / "tests-shared" / "src"]
PUBLIC = {
    "packages/clientele": (),
    "packages/clientele-core": (
        "clientele.api",
        "clientele.api.client",
        "clientele.api.config",
        "clientele.http",
        "clientele.http.aiohttp_backend",
        "clientele.http.backends",
        "clientele.http.backends.tls",
        "clientele.http.caching",
        "clientele.http.errors",
        "clientele.http.fake",
        "clientele.http.httpx",
        "clientele.http.httpx2_backend",
        "clientele.http.httpx_backend",
        "clientele.http.in_process",
        "clientele.http.limiting",
        "clientele.http.niquests_backend",
        "clientele.http.pyreqwest_backend",
        "clientele.http.recording",
        "clientele.http.requests_backend",
        "clientele.http.response",
        "clientele.http.retrying",
        "clientele.http.signing",
        "clientele.http.tracing",
        "clientele.http.transport",
        "clientele.http.wire",
        "clientele.testing",
        "clientele.testing.plugin",
    ),
    "packages/clientele-httpx": ("clientele_httpx",),
    "packages/clientele-httpx2": ("clientele_httpx2",),
    "packages/clientele-requests": ("clientele_requests",),
    "packages/clientele-aiohttp": ("clientele_aiohttp",),
    "packages/clientele-niquests": ("clientele_niquests",),
    "packages/clientele-pyreqwest": ("clientele_pyreqwest",),
    "packages/clientele-scaffold": ("clientele_scaffold.pytest_plugin",),
    "tests-shared": ("clientele_conformance", "clientele_conformance.equality"),
}
"""The modules of each distribution whose public names are promised. What they import is not, unless in `__all__`."""

_OPTIONS = "clientele.http.backends.options"
TOLD_IN = {
    "clientele.api.config.Settings": "clientele.api.config.BaseConfig",
    f"{_OPTIONS}.BackendSettings": f"{_OPTIONS}.BackendOptions",
}
"""Classes whose fields are those of another one, which says what they are."""
OTHERS = ("model_config", "clear", "pop", "popitem", "setdefault", "update")
"""Members that Pydantic and dict explain."""


def record(folder: str) -> str:
    """What a distribution promises: the names of its metadata, and of its modules."""
    lines = [*_metadata(ROOT / folder / "pyproject.toml"), ""]
    for module in PUBLIC[folder]:
        names = [line for name in names_of(module) for line in _lines(module, name)]
        lines += [module, *(f"    {line}" for line in names), ""]
    return "\n".join(lines)


def _metadata(path: Path) -> Iterator[str]:
    """What users ask for by name: extras, commands, and the entry points that backends and pytest are found by."""
    project = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
    yield project["name"]
    for extra, wanted in project.get("optional-dependencies", {}).items():
        yield f"    extra {extra}: {', '.join(re.split('[<>=~! ]', each)[0] for each in wanted)}"
    for command, target in project.get("scripts", {}).items():
        yield f"    command {command}: {target}"
    for group, points in project.get("entry-points", {}).items():
        yield from (f"    entry point {group}: {name} = {target}" for name, target in points.items())
    for plugin in project.get("entry-points", {}).get("pytest11", {}).values():
        yield from _asked_of_pytest(import_module(plugin))


def _asked_of_pytest(plugin: Any) -> Iterator[str]:
    """The options and the markers of a plugin, as pytest is told of them."""
    told = MagicMock()
    told.getoption.return_value = told.getini.return_value = None
    for hook in ("pytest_addoption", "pytest_configure"):
        getattr(plugin, hook, lambda _: None)(told)
    for call in told.getgroup().addoption.mock_calls:
        if call.kwargs["help"] is not SUPPRESS:
            yield f"    pytest option {' '.join([*call.args, *call.kwargs.get('choices', ())])}"
    for call in told.addini.mock_calls:
        yield f"    pytest ini option {call.args[0]}"
    for call in told.addinivalue_line.mock_calls:
        yield f"    pytest marker {call.args[1].partition(':')[0]}"


def undocumented(folder: str) -> list[str]:
    """The public names of a distribution that have no docstring, and the members that no docstring tells of."""
    found: list[str] = []
    for module in PUBLIC[folder]:
        for name in names_of(module):
            obj = _found(module, name)
            found += [] if obj.has_docstring else [f"{module}.{name}"]
            found += [f"{module}.{name}.{each}" for each, part in _members(obj) if not _is_explained(obj, each, part)]
    return found


def _is_explained(owner: griffe.Object | griffe.Alias, name: str, part: griffe.Object | griffe.Alias) -> bool:
    """A method has a docstring of its own; a field may be told of by that of its class, or be explained in a base."""
    if part.has_docstring or name in ("__init__", *OTHERS) or not isinstance(owner, griffe.Class):
        return True
    places = [owner, *owner.mro(), *(_loaded()[path] for path in [TOLD_IN.get(owner.path)] if path)]
    texts = "\n".join(each.docstring.value for each in places if each.docstring)
    told = re.search(rf"^    (\w+, )*{name}(, \w+)*: ", texts, re.MULTILINE) is not None
    return not part.is_function and (told or any(name in each.members and each[name].has_docstring for each in places))


def names_of(module: str) -> list[str]:
    """What a module offers: its `__all__`, or what it defines, but for the hooks of pytest."""
    loaded = _inside(module)
    if loaded.exports is not None:
        return sorted(str(name) for name in loaded.exports)
    own = (name for name, each in loaded.members.items() if not each.is_alias)
    return sorted(name for name in own if not name.startswith(("_", "pytest_")))


@cache
def _loaded() -> griffe.ModulesCollection:
    loader = griffe.GriffeLoader(search_paths=SOURCES)
    for package in {module.partition(".")[0] for modules in PUBLIC.values() for module in modules}:
        loader.load(package)
    loader.resolve_aliases(external=False)
    for module in (module for modules in PUBLIC.values() for module in modules):
        loader.expand_exports(loader.modules_collection[module])  # It doesn't look below a package without `__all__`.
    return loader.modules_collection


def _inside(module: str) -> griffe.Object | griffe.Alias:
    found: griffe.Object | griffe.Alias = _loaded()[module]
    return found


def _found(module: str, name: str) -> griffe.Object | griffe.Alias:
    found = _inside(module)[name]
    return found.final_target if isinstance(found, griffe.Alias) else found


def _members(obj: griffe.Object | griffe.Alias) -> Iterator[tuple[str, griffe.Object | griffe.Alias]]:
    """The public members of a class, those from bases that aren't public themselves included."""
    if not obj.is_class:
        return
    for name, member in sorted(obj.all_members.items()):
        if not (_is_complete(obj) or name in EXTENSIONS or name in obj.members):
            continue
        found = member.final_target if isinstance(member, griffe.Alias) else member
        own = found.parent is obj or (found.parent is not None and found.parent.name not in _all_public())
        if own and (name == "__init__" or not name.startswith("_")):
            yield name, found


def _is_complete(obj: griffe.Object | griffe.Alias) -> bool:
    """The classes of the contract are made of all its rules, which have a page of their own."""
    return not obj.path.startswith("clientele_conformance.")


@cache
def _all_public() -> frozenset[str]:
    return frozenset(name for modules in PUBLIC.values() for module in modules for name in names_of(module))


def homes_of(module: str, name: str) -> list[str]:
    """The modules that offer what `module` offers as `name`, first those of the package that defines it."""
    path = _found(module, name).path
    homes = [each for modules in PUBLIC.values() for each in modules if path in _paths(each)]
    return sorted(homes, key=lambda home: home.partition(".")[0] != path.partition(".")[0])


@cache
def _paths(module: str) -> frozenset[str]:
    return frozenset(_found(module, name).path for name in names_of(module))


def _lines(module: str, name: str) -> Iterator[str]:
    obj = _found(module, name)
    if (home := homes_of(module, name)[0]) != module:
        yield f"{name}, see {home}"
        return
    yield _line(name, obj)
    for member, part in _members(obj):
        yield f"    {_line(member, part)}"


def _line(name: str, obj: griffe.Object | griffe.Alias) -> str:
    if isinstance(obj, griffe.Class):
        return f"class {name}({', '.join(map(str, obj.bases)) if _is_complete(obj) else '...'})"
    if isinstance(obj, griffe.Function):
        kind = "async def" if "async" in obj.labels else "def"
        return f"{kind} {name}({', '.join(_parameter(each) for each in obj.parameters)}) -> {obj.returns}"
    if isinstance(obj, griffe.Attribute):
        annotation = f": {obj.annotation}" if obj.annotation else ""
        return f"{name}{annotation}" + ("" if obj.value is None or str(obj.value) == name else f" = {obj.value}")
    return f"module {name}"


def _parameter(parameter: griffe.Parameter) -> str:
    stars = {griffe.ParameterKind.var_positional: "*", griffe.ParameterKind.var_keyword: "**"}
    text = stars.get(parameter.kind or griffe.ParameterKind.positional_or_keyword, "") + parameter.name
    if parameter.kind is griffe.ParameterKind.keyword_only:
        text = f"[keyword] {text}"
    text += f": {parameter.annotation}" if parameter.annotation else ""
    return text if parameter.default is None or text.startswith("*") else f"{text} = {parameter.default}"


if __name__ == "__main__":
    for folder in PUBLIC:
        (ROOT / folder / "api.txt").write_text(record(folder), encoding="utf-8")
