"""The public names of each distribution, with their signatures, as text.

`hatch run docs:api` writes them beside each distribution, into `api.txt`; a test compares. They are read from the
source (griffe), so that they are the same on every Python.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import griffe

ROOT = Path(__file__).parents[2]
SOURCES = [*sorted((ROOT / "packages").glob("*/src")), ROOT / "tests-shared" / "src"]
PUBLIC = {
    "packages/clientele-core": (
        "clientele.api",
        "clientele.http",
        "clientele.http.errors",
        "clientele.http.modes",
        "clientele.http.options",
        "clientele.http.retrying",
        "clientele.http.wire",
    ),
    "packages/clientele-httpx": ("clientele_httpx",),
    "packages/clientele-requests": ("clientele_requests",),
    "packages/clientele-aiohttp": ("clientele_aiohttp",),
    "packages/clientele-niquests": ("clientele_niquests",),
    "tests-shared": ("clientele_conformance", "clientele_conformance.equality"),
}
"""The modules of each distribution whose public names are promised."""


def record(modules: tuple[str, ...]) -> str:
    """The public names of some modules."""
    lines: list[str] = []
    for module in modules:
        names = [line for name in names_of(module) for line in _lines(name, _found(module, name))]
        lines += [module, *(f"    {line}" for line in names), ""]
    return "\n".join(lines)


def undocumented(modules: tuple[str, ...]) -> list[str]:
    """The public classes, functions and methods without a docstring."""
    found: list[str] = []
    for module in modules:
        for name in names_of(module):
            obj = _found(module, name)
            parts = [(f"{module}.{name}", obj), *((f"{module}.{name}.{each}", part) for each, part in _members(obj))]
            found += [path for path, part in parts if (part.is_class or part.is_function) and not _is_explained(part)]
    return found


def _is_explained(part: griffe.Object | griffe.Alias) -> bool:
    """A constructor is explained by the docstring of its class."""
    return part.has_docstring or part.name == "__init__"


def names_of(module: str) -> list[str]:
    """What a module offers: its `__all__`, or what it defines."""
    loaded = _inside(module)
    if loaded.exports is not None:
        return sorted(str(name) for name in loaded.exports)
    return sorted(name for name, each in loaded.members.items() if not (name.startswith("_") or each.is_alias))


@cache
def _package(name: str) -> griffe.Object | griffe.Alias:
    return griffe.load(name, search_paths=SOURCES, resolve_aliases=True, resolve_external=False)


def _inside(module: str) -> griffe.Object | griffe.Alias:
    package, _, path = module.partition(".")
    return _package(package)[path] if path else _package(package)


def _found(module: str, name: str) -> griffe.Object | griffe.Alias:
    found = _inside(module)[name]
    return found.final_target if isinstance(found, griffe.Alias) else found


def _members(obj: griffe.Object | griffe.Alias) -> Iterator[tuple[str, griffe.Object | griffe.Alias]]:
    """The public members of a class, those from bases that aren't public themselves included."""
    if not obj.is_class:
        return
    for name, member in sorted((obj.all_members if _is_complete(obj) else obj.members).items()):
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


def _lines(name: str, obj: griffe.Object | griffe.Alias) -> Iterator[str]:
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
        if obj.annotation:
            return f"{name}: {obj.annotation}"
        return name if str(obj.value) == name else f"{name} = {obj.value}"
    return f"module {name}"


def _parameter(parameter: griffe.Parameter) -> str:
    stars = {griffe.ParameterKind.var_positional: "*", griffe.ParameterKind.var_keyword: "**"}
    text = stars.get(parameter.kind or griffe.ParameterKind.positional_or_keyword, "") + parameter.name
    if parameter.kind is griffe.ParameterKind.keyword_only:
        text = f"[keyword] {text}"
    text += f": {parameter.annotation}" if parameter.annotation else ""
    return text if parameter.default is None or text.startswith("*") else f"{text} = {parameter.default}"


if __name__ == "__main__":
    for folder, modules in PUBLIC.items():
        (ROOT / folder / "api.txt").write_text(record(modules), encoding="utf-8")
