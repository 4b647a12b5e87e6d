"""`clientele backends`: the installed backends and their capabilities."""

from __future__ import annotations

import argparse
from dataclasses import asdict, dataclass
from importlib.metadata import EntryPoint

from clientele.commands.tables import print_columns, print_json, print_text
from clientele.http.backends import backend_class, installed_backends
from clientele.http.backends.discovery import default_name
from clientele.http.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Listed:
    """One installed backend.

    Attributes:
        name: the name that selects it: `BaseConfig(http_backend=name)`.
        distribution: its distribution, with its `version`; several if they claim the same name.
        library: the HTTP library and its version, as declared by the backend; None if it isn't.
        capabilities: its capabilities, in alphabetical order.
        conformance_edition: the edition of the contract that it declares; None if there is none.
        is_default: whether it is the default backend.
        problem: why it can't be used; None if it can.
    """

    name: str
    distribution: str
    version: str
    library: str | None = None
    capabilities: tuple[str, ...] = ()
    conformance_edition: str | None = None
    is_default: bool = False
    problem: str | None = None


def run(given: argparse.Namespace) -> int:
    """Print the installed backends; returns 1 if there is none, or if one can't be used."""
    listed = list_backends()
    if given.as_json:
        print_json([asdict(backend) for backend in listed])
    elif listed:
        print_columns(("NAME", "DISTRIBUTION", "LIBRARY", "EDITION", "CAPABILITIES"), [_row(each) for each in listed])
    else:
        print_text("no backend is installed; pip install clientele-httpx, or another clientele-* backend")
    return int(not listed or any(backend.problem for backend in listed))


def list_backends() -> list[Listed]:
    """The installed backends, in alphabetical order."""
    installed = installed_backends()
    try:
        default = default_name(installed)
    except ConfigurationError:
        default = ""
    return [_listed(name, installed[name], is_default=name == default) for name in sorted(installed)]


def _listed(name: str, entry_points: list[EntryPoint], *, is_default: bool) -> Listed:
    distributions = [entry_point.dist for entry_point in entry_points if entry_point.dist is not None]
    names = " and ".join(distribution.name for distribution in distributions)
    versions = " and ".join(distribution.version for distribution in distributions)
    try:
        backend = backend_class(name)
    except (ImportError, AttributeError, ConfigurationError) as error:
        return Listed(name, names, versions, is_default=is_default, problem=f"{type(error).__name__}: {error}")
    return Listed(
        name,
        names,
        versions,
        library=getattr(backend, "library", None),
        capabilities=tuple(sorted(backend.capabilities)),
        conformance_edition=backend.conformance_edition,
        is_default=is_default,
    )


def _row(backend: Listed) -> tuple[str, ...]:
    return (
        f"{backend.name}{' (default)' if backend.is_default else ''}",
        f"{backend.distribution} {backend.version}",
        backend.library or "-",
        backend.conformance_edition or "-",
        backend.problem or ", ".join(backend.capabilities),
    )
