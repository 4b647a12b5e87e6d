"""Everything that differs between the calls of a client and a description."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from os.path import commonpath

from clientele.api import EndpointDeclaration
from clientele_scaffold.drift.bodies import BodyComparison
from clientele_scaffold.drift.comparing import Comparison
from clientele_scaffold.drift.declared_types import DeclaredTypes, types_of
from clientele_scaffold.drift.differences import Difference, Spot
from clientele_scaffold.drift.matching import Match, matched
from clientele_scaffold.drift.parameters import ParameterComparison
from clientele_scaffold.drift.paths import path_shape
from clientele_scaffold.drift.results import ResultComparison
from clientele_scaffold.reading.description import Description, Operation


class CallComparison:
    """Compares calls with operations."""

    def __init__(self, calls: Sequence[EndpointDeclaration], description: Description) -> None:
        types = DeclaredTypes(types_of(calls), {call.module for call in calls})
        comparison = Comparison(types, description)
        self._calls = calls
        self._description = description
        self._parts = (
            ParameterComparison(comparison, types, description),
            BodyComparison(comparison, types),
            ResultComparison(comparison, types),
        )

    def differences(self, tags: Collection[str] = ()) -> list[Difference]:
        """What differs; what is used in several places differs once.

        Args:
            tags: only operations with one of these have to be declared; default: all.
        """
        servers = [server.url for server in self._description.servers]
        operations = self._description.operations
        matches = matched(self._calls, operations, servers, lambda *pair: not self._call(*pair))
        found = [each for match in matches.found for each in self._match(match)]
        for call in matches.gone:
            spot = Spot(_name(call.method, call.template), call)
            found.append(Difference(spot, "gone", call.name, "nothing", "#/paths", is_operation=True))
        for operation in [each for each in matches.missing if not tags or set(tags) & set(each.tags)]:
            spot = Spot(_name(operation.method, operation.path), _nearest(operation, self._calls))
            shown = operation.id or operation.summary or "an operation"
            found.append(Difference(spot, "missing", "nothing", shown, operation.pointer, is_operation=True))
        return list(_once(found))

    def _match(self, match: Match) -> Iterator[Difference]:
        operation = match.operation
        for call in match.calls:
            spot = Spot(_name(call.method, call.template), call)
            if match.is_path_changed:
                yield Difference(spot, "path", call.template, operation.path, operation.pointer)
            if call.method != operation.method:
                yield Difference(spot, "method", call.method, operation.method, operation.pointer)
            yield from self._call(call, operation)

    def _call(self, call: EndpointDeclaration, operation: Operation) -> list[Difference]:
        """What differs besides method and path."""
        spot = Spot(_name(call.method, call.template), call)
        return [each for part in self._parts for each in part.differences(call, operation, spot)]


def _name(method: str, path: str) -> str:
    return f"{method} {path}"


def _nearest(operation: Operation, calls: Sequence[EndpointDeclaration]) -> EndpointDeclaration | None:
    """The call beside which an operation would be declared: the last of those whose paths have most in common."""
    path = path_shape(operation.path).text
    return max(reversed(calls), key=lambda call: len(commonpath([path, path_shape(call.template).text])), default=None)


def _once(differences: Iterable[Difference]) -> Iterator[Difference]:
    """Each difference once: a class, or a part of a description, may be used in many places."""
    seen = set()
    for each in differences:
        key = id(each.spot.owner), each.spot.name, each.change, each.pointer
        if key not in seen:
            seen.add(key)
            yield each
