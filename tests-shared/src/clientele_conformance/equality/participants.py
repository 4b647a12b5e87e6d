"""Who is compared: each backend in each of its modes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clientele.http import Capability, HTTPBackend
from clientele.http.backends import SHIPPED, backend_class, installed_backends
from clientele_conformance.subject import Mode


@dataclass(frozen=True, slots=True)
class Participant:
    """A backend in one of its modes."""

    name: str
    backend_class: type[HTTPBackend]
    mode: Mode

    def __str__(self) -> str:
        return f"{self.name} {self.mode}"

    def has(self, capability: str | None) -> bool:
        """Whether it can do what a row needs."""
        return capability is None or capability in self.backend_class.capabilities


def shipped() -> tuple[type[HTTPBackend], ...]:
    """Those of Clientele's own backends that are installed."""
    installed = installed_backends()
    return tuple(backend_class(name) for name in SHIPPED if name in installed)


def participants(classes: Sequence[type[HTTPBackend]]) -> list[Participant]:
    """Each of `classes` in each of its modes, by the backend's name, or the class's where two have the same."""
    names = [getattr(kind, "name", kind.__name__) for kind in classes]
    return [
        Participant(name if names.count(name) == 1 else kind.__name__, kind, mode)
        for name, kind in zip(names, classes, strict=True)
        for mode in _modes(kind.capabilities)
    ]


def _modes(capabilities: Iterable[Capability]) -> list[Mode]:
    modes: dict[Capability, Mode] = {Capability.SYNC: "sync", Capability.ASYNC: "async"}
    return [mode for capability, mode in modes.items() if capability in capabilities]
