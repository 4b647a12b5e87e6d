"""What a written module imports."""

from __future__ import annotations


class Scope:
    """Collects the imports of a module while its parts are written."""

    def __init__(self) -> None:
        self._names: dict[str, set[str]] = {}

    def use(self, module: str, name: str) -> str:
        """`name`, imported from `module`."""
        self._names.setdefault(module, set()).add(name)
        return name

    def add(self, other: Scope) -> None:
        """Import what another module imports, too."""
        for module, names in other._names.items():
            self._names.setdefault(module, set()).update(names)

    def uses(self, module: str) -> list[str]:
        """What is imported from a module."""
        return sorted(self._names.get(module, ()))

    def lines(self) -> str:
        """The import statements."""
        return "\n".join(f"from {module} import {', '.join(sorted(names))}" for module, names in self._names.items())
