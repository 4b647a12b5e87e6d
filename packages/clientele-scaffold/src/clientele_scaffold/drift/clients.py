"""The calls that a package declares."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

from clientele.api import ConfigurationError, EndpointDeclaration, declarations
from clientele.http.message.printable import excerpt


class ClientError(ValueError):
    """A package can't be compared; the message says why."""


def calls_of(package: str) -> list[EndpointDeclaration]:
    """The calls that a package, or a module, declares, in the order of its modules.

    Its modules are imported, those of tests and `__main__` aside; nothing else of it runs.

    Args:
        package: its name, as in an `import`; it may be below the working directory.

    Raises:
        ClientError: it can't be imported, or declares no calls, or one that can't be used.
    """
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        found = {repr(each): each for module in _modules(package) for each in declarations(module)}
    except ConfigurationError as error:
        raise ClientError(f"{package} can't be used: {excerpt(str(error))}") from error
    if not found:
        raise ClientError(f"{package} declares no calls: nothing in it is decorated for a client of clientele.api")
    return list(found.values())


def _modules(package: str) -> Iterator[ModuleType]:
    module = _imported(package)
    yield module
    for each in iter_modules(getattr(module, "__path__", [])):
        if each.name not in {"__main__", "conftest", "tests"} and not each.name.startswith("test_"):
            yield from _modules(f"{package}.{each.name}")


def _imported(name: str) -> ModuleType:
    try:
        with redirect_stdout(sys.stderr):  # What it prints is no part of a report.
            return import_module(name)
    except (Exception, SystemExit) as error:
        raise ClientError(f"{name} can't be imported: {type(error).__name__}: {excerpt(str(error))}") from error
