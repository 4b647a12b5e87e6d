"""What an operation answers: the type of `result`, a `response_map`, the types of errors, or the items of a stream."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from clientele_scaffold.reading import Content, Operation, Result, Schema
from clientele_scaffold.writing.bodies import is_json
from clientele_scaffold.writing.literals import literal
from clientele_scaffold.writing.scopes import Scope
from clientele_scaffold.writing.types import Types, union

EVENTS = "text/event-stream"
LINES = {"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"}
LINES |= {"application/jsonlines", "application/x-jsonl", "application/stream+json", "application/json-seq"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an operation answers, as it is written.

    Attributes:
        kind: the type of `result`; of a stream, that of its items.
        by_status: the types by status, if there are several.
        errors: the types of errors by status.
        is_stream: whether it is a stream.
        accept: the media type to ask for, if there are others; else `""`.
    """

    kind: str
    by_status: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    is_stream: bool = False
    accept: str = ""


class Outcomes:
    """Writes what operations answer."""

    def __init__(self, types: Types) -> None:
        self._types = types

    def of(self, operation: Operation, scope: Scope, wanted: str, *, stream: bool = False) -> Outcome:
        """What an operation answers.

        Args:
            operation: the operation.
            scope: collects what the types import.
            wanted: what models are called that have no name.
            stream: the answer that is a stream, of an operation that has others, too.
        """
        good = expected(operation)
        errors = self.errors(operation, scope, wanted)
        streams = [content for result in good for content in result.contents if is_stream(content)]
        if streams and (stream or not has_others(operation)):
            accept = streams[0].media_type if stream else ""
            return Outcome(self._item(streams[0], scope, wanted), errors=errors, is_stream=True, accept=accept)
        if operation.method == "HEAD":
            return Outcome(scope.use("clientele.api", "Response"), errors=errors)
        kinds = {result.status: self._kind(result, scope, f"{wanted} Result") for result in good}
        whole = union(list(kinds.values()))
        if all(status[0] == "3" for status in kinds):
            return Outcome(scope.use("clientele.api", "Response"), errors=errors)
        by_status = kinds if len(set(kinds.values())) > 1 else {}
        return Outcome(whole or "None", by_status, errors)

    def errors(self, operation: Operation, scope: Scope, wanted: str) -> dict[str, str]:
        """The types of the errors of an operation, by status."""
        found: dict[str, str] = {}
        good = expected(operation)
        for result in operation.results:
            content = next((each for each in result.contents if is_json(each.media_type)), None)
            if result not in good and result.status[0] not in "123" and content is not None and content.schema:
                found[result.status] = self._json(content.schema, scope, f"{wanted} Error{result.status}")
        return {status: kind for status, kind in found.items() if kind != "Any"}

    def _item(self, content: Content, scope: Scope, wanted: str) -> str:
        schema = content.schema
        if schema is not None and self._types.is_list(schema):
            schema = self._types.items(schema)
        if content.media_type == EVENTS:  # The text of an event is its data, and no JSON.
            kind = "str" if schema is None else self._types.annotation(schema, scope, f"{wanted} Item")
            return f"{scope.use('clientele.api', 'ServerSentEvent')}[{kind}]"
        return self._json(schema, scope, f"{wanted} Item")

    def _kind(self, result: Result, scope: Scope, wanted: str) -> str:
        if not result.contents or result.status in {"204", "205", "304"}:
            return "None"
        content = next((each for each in result.contents if is_json(each.media_type)), result.contents[0])
        if is_json(content.media_type):
            return self._json(content.schema, scope, wanted)
        return "str" if content.media_type.startswith("text/") or content.media_type.endswith("xml") else "bytes"

    def _json(self, schema: Schema | None, scope: Scope, wanted: str) -> str:
        """The type of what is read from JSON."""
        kind = self._types.annotation(schema, scope, wanted)
        return self._types.as_json(kind, scope) if schema and self._types.has_text(schema) else kind


def expected(operation: Operation) -> list[Result]:
    """The answers that aren't errors: those of 2xx; where there are none, the default; else those of 3xx."""
    for start in ("2", "d", "3"):
        if found := [each for each in operation.results if each.status.startswith(start)]:
            return found
    return []


def is_stream(content: Content) -> bool:
    """Whether a body is events, or lines of JSON."""
    return content.media_type == EVENTS or content.media_type in LINES


def has_others(operation: Operation) -> bool:
    """Whether an operation has answers that are streams, and others that aren't."""
    contents = [content for result in expected(operation) for content in result.contents]
    return any(map(is_stream, contents)) and not all(map(is_stream, contents))


def common_errors(errors: list[dict[str, str]]) -> dict[str, str]:
    """The types of errors that most operations with such a status have, if these are more than one."""
    counted = Counter((status, kind) for each in errors for status, kind in each.items())
    statuses = Counter(status for each in errors for status in each)
    common = {status: kind for (status, kind), count in counted.items() if count > 1 and count * 2 > statuses[status]}
    return dict(sorted(common.items()))


def status_map(kinds: dict[str, str]) -> str:
    """Types by status, as a dict."""
    return "{" + ", ".join(f"{_status(status)}: {kind}" for status, kind in kinds.items()) + "}"


def _status(status: str) -> str:
    return status if status.isdecimal() else literal(status)
