"""Finds installed backends, by name or the default."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from importlib.metadata import EntryPoint, entry_points

from clientele.http.backends.interface import Capability, HTTPBackend
from clientele.http.message.errors import ConfigurationError
from clientele.http.runtime.forks import imported_late

__all__ = ["SHIPPED", "backend_class", "installed_backends"]

GROUP = "clientele.backends"
DEFAULTS = ("httpx", "httpx2")
SHIPPED = ("httpx", "httpx2", "requests", "aiohttp", "niquests", "pyreqwest")
"""The names of the backends of Clientele's own distributions, installed or not."""


def backend_class(name: str | None = None) -> type[HTTPBackend]:
    """The backend `name`, or the default: httpx, else httpx2, else the only one of our backends that is installed.

    A third-party backend is never the default: select it by name, or pass an instance.

    Raises:
        ConfigurationError: no backend of that name is installed, two distributions claim it, or there is no default.
        ImportError: the backend is installed, but can't be imported.
    """
    installed = installed_backends()
    return _load(default_name(installed) if name is None else name, installed)


def installed_backends() -> dict[str, list[EntryPoint]]:
    """The entry points of the group `clientele.backends`, by name; several if distributions claim the same name.

    Nothing is imported. What an entry point is: https://packaging.python.org/specifications/entry-points
    """
    found: dict[str, list[EntryPoint]] = {}
    for entry_point in entry_points(group=GROUP):
        others = found.setdefault(entry_point.name, [])
        if _source(entry_point) not in map(_source, others):
            others.append(entry_point)
    return found


def default_name(installed: Mapping[str, Collection[EntryPoint]]) -> str:
    """The name of the default backend, which is always one of ours.

    Raises:
        ConfigurationError: none is installed, or several are.
    """
    ours = [name for name in SHIPPED if any(map(_is_ours, installed.get(name, ())))]
    defaults = [name for name in ours if name in DEFAULTS or len(ours) == 1]
    if defaults:
        return defaults[0]
    if ours:
        raise ConfigurationError(
            f"several backends are installed, and none is the default; choose one with http_backend={_choice(ours)}"
        )
    if installed:
        raise ConfigurationError(
            f"no default backend is installed; choose one with http_backend={_choice(installed)}, "
            "or pip install clientele-httpx"
        )
    raise ConfigurationError("no backend installed; pip install clientele-httpx, or another clientele-* backend")


def installed_with(capability: Capability) -> list[str]:
    """The names of the installed backends that have `capability`, in alphabetical order.

    Backends that can't be imported, or that two distributions claim, are omitted.
    """
    installed = installed_backends()
    found = []
    for name in sorted(installed):
        try:
            backend = _load(name, installed)
        except (ImportError, ConfigurationError):
            continue
        if capability in backend.capabilities:
            found.append(name)
    return found


def _load(name: str, installed: Mapping[str, list[EntryPoint]]) -> type[HTTPBackend]:
    candidates = installed.get(name, [])
    if not candidates:
        known = f"installed are {_choice(installed)}" if installed else "none is installed"
        raise ConfigurationError(f"http_backend={name!r}: no such backend; {known}{_hint(name)}")
    if len(candidates) > 1:
        claimants = " and ".join(sorted(_source(entry_point) for entry_point in candidates))
        raise ConfigurationError(f"http_backend={name!r}: claimed by {claimants}; uninstall one of them")
    imported_late.add(candidates[0].module)
    loaded = candidates[0].load()
    if not (isinstance(loaded, type) and issubclass(loaded, HTTPBackend)):
        raise ConfigurationError(f"http_backend={name!r}: {_source(candidates[0])} is not an HTTPBackend")
    return loaded


def _is_ours(entry_point: EntryPoint) -> bool:
    """Whether it belongs to one of our distributions. The name alone isn't enough: any distribution can register
    `httpx`.
    """
    distribution = entry_point.dist.name if entry_point.dist else ""
    return re.sub(r"[-_.]+", "-", distribution).lower() == f"clientele-{entry_point.name}"


def _source(entry_point: EntryPoint) -> str:
    distribution = entry_point.dist.name if entry_point.dist else "an unnamed distribution"
    return f"{distribution} ({entry_point.value})"


def _choice(names: Mapping[str, object] | list[str]) -> str:
    return " or ".join(map(repr, sorted(names)))


def _hint(name: str) -> str:
    return f"; pip install clientele-{name}" if name in SHIPPED else ""
