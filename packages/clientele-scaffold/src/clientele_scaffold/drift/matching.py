"""Which declared calls are which operations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from clientele.api import EndpointDeclaration
from clientele_scaffold.drift.paths import path_shape, prefixes
from clientele_scaffold.reading.description import Operation
from clientele_scaffold.writing.names import plain

Calls: TypeAlias = list[EndpointDeclaration]
"""Those of one method and path: an operation may be declared several times."""
_Rule: TypeAlias = Callable[[Calls, Operation], bool]

_ALIKE = 0.5
"""Which part of two paths has to be the same for one to be the other changed."""


class Match(NamedTuple):
    """An operation, and the calls that are it, or were before it got another path or method."""

    calls: Calls
    operation: Operation
    is_path_changed: bool = False


class Matches(NamedTuple):
    """All calls and operations."""

    found: list[Match]
    gone: Calls
    missing: list[Operation]


def matched(
    calls: Sequence[EndpointDeclaration],
    operations: Sequence[Operation],
    servers: Sequence[str],
    is_same: Callable[[EndpointDeclaration, Operation], bool],
) -> Matches:
    """Find the operation of each call.

    Args:
        calls: the calls.
        operations: the operations.
        servers: the URLs that the paths of operations are below.
        is_same: whether a call and an operation differ by nothing but method and path.
    """
    matching = _Matching(calls, operations, servers)
    found = [
        *matching.by_method_and_path(),
        *matching.by(matching.has_same_path, is_path_changed=False),
        *matching.by(_has_same_name, is_path_changed=True),
        *matching.by(matching.is_like(is_same), is_path_changed=True),
    ]
    return Matches(found, [call for group in matching.groups.values() for call in group], matching.missing)


class _Matching:
    """What has no match yet."""

    def __init__(
        self, calls: Sequence[EndpointDeclaration], operations: Sequence[Operation], servers: Sequence[str]
    ) -> None:
        self.groups: dict[tuple[str, str], Calls] = {}
        for call in calls:
            self.groups.setdefault((call.method, path_shape(call.template).text), []).append(call)
        self.missing = list(operations)
        self._paths = {
            operation.pointer: [
                start + path_shape(operation.path).text for start in prefixes([*servers, operation.server])
            ]
            for operation in operations
        }

    def by_method_and_path(self) -> Iterator[Match]:
        """The matches that differ in neither; of several operations with the same, calls have those of their names."""
        wanted: dict[tuple[str, str], list[Operation]] = {}
        for operation in self.missing:
            keys = [(operation.method, path) for path in self._paths[operation.pointer]]
            if (key := next((key for key in keys if key in self.groups), None)) is not None:
                wanted.setdefault(key, []).append(operation)
        for key, operations in wanted.items():
            calls = self.groups.pop(key)
            for operation in operations:
                own = calls if len(operations) == 1 else [call for call in calls if _has_same_name([call], operation)]
                if own:
                    self.missing.remove(operation)
                    yield Match(own, operation)

    def by(self, rule: _Rule, *, is_path_changed: bool) -> Iterator[Match]:
        """The matches that a rule finds, where it leaves no choice."""
        for operation in list(self.missing):
            keys = [key for key, group in self.groups.items() if rule(group, operation)]
            if len(keys) == 1 and sum(rule(self.groups[keys[0]], other) for other in self.missing) == 1:
                self.missing.remove(operation)
                yield Match(self.groups.pop(keys[0]), operation, is_path_changed)

    def has_same_path(self, calls: Calls, operation: Operation) -> bool:
        """Whether only the methods differ."""
        return path_shape(calls[0].template).text in self._paths[operation.pointer]

    def is_like(self, is_same: Callable[[EndpointDeclaration, Operation], bool]) -> _Rule:
        """Whether only the paths differ, and not in all of their parts, unless there is nothing else."""

        def rule(calls: Calls, operation: Operation) -> bool:
            is_last = len(self.groups) == len(self.missing) == 1
            likeness = _likeness(path_shape(calls[0].template).text, path_shape(operation.path).text)
            if calls[0].method != operation.method or not (is_last or likeness >= _ALIKE):
                return False
            return all(is_same(call, operation) for call in calls)

        return rule


def _likeness(path: str, other: str) -> float:
    parts, others = path.strip("/").split("/"), other.strip("/").split("/")
    return sum(map(str.__eq__, parts, others)) / max(len(parts), len(others))


def _has_same_name(calls: Calls, operation: Operation) -> bool:
    """Whether a call is named like the operation, whose id FastAPI makes of a name, the path and the method."""
    names = [call.name.rpartition(".")[2] for call in calls]
    return bool(operation.id) and any(
        plain(name) == plain(operation.id) or operation.id.startswith(f"{name}_") for name in names
    )
