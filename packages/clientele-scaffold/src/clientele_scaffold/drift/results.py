"""What differs between the results of a call and the answers of an operation."""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import Any

from clientele.api import EndpointDeclaration
from clientele_scaffold.drift.comparing import Comparison
from clientele_scaffold.drift.declared_types import DeclaredTypes, item_of
from clientele_scaffold.drift.differences import At, Difference, Spot
from clientele_scaffold.drift.media_types import json_content
from clientele_scaffold.drift.pairing import paired
from clientele_scaffold.drift.raw import is_bytes, is_raw
from clientele_scaffold.drift.shapes import Shape, Shapes, union
from clientele_scaffold.drift.statuses import by_text, covered, covering, is_error, is_success
from clientele_scaffold.reading.description import Content, Operation, Result, Schema
from clientele_scaffold.writing.results import expected, is_stream

_NOTHING = Shapes((), nullable=True)
_NONE = (None, NoneType)
_EMPTY = ("204", "205", "304")
"""Statuses of answers that have no body, whatever is said of it."""


class ResultComparison:
    """Compares the results of calls with the answers of operations."""

    def __init__(self, comparison: Comparison, types: DeclaredTypes) -> None:
        self._comparison = comparison
        self._types = types

    def differences(self, call: EndpointDeclaration, operation: Operation, spot: Spot) -> list[Difference]:
        """What differs, for a call that is at `spot`."""
        results = {each.status: each for each in operation.results}
        good = {each.status: each for each in expected(operation)}
        bad = {status: each for status, each in results.items() if is_error(status) and status not in good}
        found: list[Difference] = []
        if good and not call.response_map:
            at = At(Spot(f"{spot.name}: result", call, "result"), _pointer(list(good.values())), sent=False)
            found = self._result(call, list(good.values()), at)
        return found + self._statuses(call, bad | good if call.response_map else bad, operation, spot)

    def _result(self, call: EndpointDeclaration, good: list[Result], at: At) -> list[Difference]:
        if call.has_parser or call.method == "HEAD":
            return []
        return self._stream(call, good, at) if call.streaming else self._one(call.result, good, at)

    def _one(self, kind: Any, results: list[Result], at: At) -> list[Difference]:
        """What differs between a declared type and the bodies of any of several answers."""
        contents = [content for result in results for content in result.contents]
        if is_bytes(kind) or (kind not in _NONE and is_raw(kind) and contents and json_content(contents) is None):
            return []
        declared = self._shapes(kind)
        is_text = [member.kind for member in declared.members] == ["string"]  # `str | None`: `str` is not of JSON.
        described = union([self._described(each) for each in results])
        return self._comparison.shapes(declared, described, at, nulls=not is_text)

    def _described(self, result: Result) -> Shapes:
        content = json_content(result.contents)
        if content is not None and result.status not in _EMPTY:
            return self._comparison.described(content.schema or Schema(pointer=content.pointer))
        if not result.contents or result.status in _EMPTY:
            return _NOTHING
        is_text = all(each.media_type.startswith("text/") or is_stream(each) for each in result.contents)
        schema = Schema(pointer=result.contents[0].pointer)
        return Shapes((Shape(kind="string", schema=schema, format="" if is_text else "binary"),))

    def _stream(self, call: EndpointDeclaration, good: list[Result], at: At) -> list[Difference]:
        contents = [content for result in good for content in result.contents]
        if is_bytes(call.result):
            return []
        streams = list(filter(is_stream, contents))
        if not streams:
            if contents and json_content(contents) is None:
                return []
            shown = self._comparison.shown_described(union([self._described(each) for each in good]))
            return [at.differ("type", "stream", shown)]
        if call.events is not None and call.events.types:
            kinds = list(call.events.types.values())
            return [each for kind in kinds for each in self._items(kind, streams[0], at, is_one=True)]
        return self._items(call.result, streams[0], at)

    def _items(self, kind: Any, content: Content, at: At, *, is_one: bool = False) -> list[Difference]:
        """What differs between the type of items, or of one kind of these, and what is described."""
        data = item_of(kind)
        if content.schema is None or is_raw(data):
            return []
        described = self._comparison.described(content.schema)
        if described.members and (items := described.members[0].items):
            described = self._comparison.described(items)
        at = At(at.spot.within("[]"), content.schema.pointer, sent=False)
        declared = self._comparison.declared(self._types.schema(data, "validation"))
        others = [Shapes((member,)) for member in described.members] if is_one else []
        return min((self._comparison.shapes(declared, each, at) for each in (*others, described)), key=len)

    def _statuses(
        self, call: EndpointDeclaration, described: Mapping[str, Result], operation: Operation, spot: Spot
    ) -> list[Difference]:
        own = by_text(call.response_map, call.errors)
        known = by_text(call.response_map, call.errors, call.client_errors or {})
        pairs = {status: key for status in described if (key := covering(status, known)) is not None}
        rest = {key: covering(key, described) or covered(key, described) for key in own if key not in pairs.values()}
        compared = [*pairs.items(), *((status, key) for key, status in rest.items() if status is not None)]
        # An error of the configuration holds only for calls that have it.
        compared = [each for each in compared if each[1] in own or self._is_wanted(described[each[0]], call)]
        found = [each for status, key in compared for each in self._status(known[key], described[status], spot, call)]
        alone = paired(
            [key for key, status in rest.items() if status is None],
            [status for status, each in described.items() if status not in pairs and self._is_wanted(each, call)],
            lambda key, status: not self._status(own[key], described[status], spot, call),
        )
        if alone.renamed:
            at = At(Spot(f"{spot.name}: {alone.renamed[0]}", call), described[alone.renamed[1]].pointer, sent=False)
            found.append(at.differ("status", *alone.renamed))
        for key in alone.gone:
            shown = self._comparison.shown_declared(self._shapes(own[key]))
            found.append(Difference(Spot(f"{spot.name}: {key}", call), "gone", shown, "nothing", operation.pointer))
        for status in alone.missing:
            shown = self._comparison.shown_described(self._described(described[status]))
            at = At(Spot(f"{spot.name}: {status}", call), described[status].pointer, sent=False)
            found.append(at.differ("missing", "nothing", shown))
        return found

    def _status(self, kind: Any, result: Result, spot: Spot, call: EndpointDeclaration) -> list[Difference]:
        at = At(Spot(f"{spot.name}: {result.status}", call), _pointer([result]), sent=False)
        return self._one(kind, [result], at)

    def _is_wanted(self, result: Result, call: EndpointDeclaration) -> bool:
        """Whether an answer has to be declared: an error if its JSON is described, and if errors are declared there.

        Those of methods may be in the configuration of clients, which a class doesn't know, if it says nothing itself.
        """
        if is_success(result.status):
            return True
        has_type = json_content(result.contents) is not None and not self._described(result).is_any
        has_errors = any(map(is_error, by_text(call.response_map, call.errors)))
        return has_type and (has_errors or call.client_errors is not None)

    def _shapes(self, kind: Any) -> Shapes:
        return _NOTHING if kind in _NONE else self._comparison.declared(self._types.schema(kind, "validation"))


def _pointer(results: list[Result]) -> str:
    content = json_content(results[0].contents)
    if len(results) > 1 or content is None:
        return results[0].pointer
    return content.schema.pointer if content.schema else content.pointer
