"""The body of an operation as arguments: JSON, a form, a form with files, text or bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from clientele_scaffold.reading import Content, Operation, Schema
from clientele_scaffold.writing.arguments import API, Argument, Arguments, annotated
from clientele_scaffold.writing.literals import literal
from clientele_scaffold.writing.names import snake
from clientele_scaffold.writing.scopes import Scope
from clientele_scaffold.writing.types import Types

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
BINARY = "application/octet-stream"
Made: TypeAlias = list[Argument]


@dataclass(frozen=True, slots=True)
class Body:
    """The body of an operation, as it is written.

    Attributes:
        arguments: none if there is no body.
        content_type: the media type that has to be said, because nothing else says it; `""` if it hasn't.
        others: the media types that were not chosen.
    """

    arguments: list[Argument] = field(default_factory=list)
    content_type: str = ""
    others: tuple[str, ...] = ()


def is_json(media_type: str) -> bool:
    """Whether a body of a media type is JSON; of a server that takes or sends anything, it is taken for it."""
    return media_type in {"application/json", "*/*", "text/json"} or media_type.endswith("+json")


class Bodies:
    """Writes the arguments for the body of one operation."""

    def __init__(self, types: Types, scope: Scope, wanted: str, arguments: Arguments) -> None:
        self._types = types
        self._scope = scope
        self._wanted = wanted
        self._arguments = arguments

    def of(self, operation: Operation) -> Body:
        """The body in the media type that says most of it: JSON, then forms, then text, then bytes."""
        if not operation.bodies:
            return Body()
        content = min(operation.bodies, key=_rank)
        others = tuple(each.media_type for each in operation.bodies if each is not content)
        if content.media_type == MULTIPART and self._has_fields(content):
            return Body(self._parts(content, operation), others=others)
        argument, content_type = self._whole(content, operation)
        return Body([argument], content_type, others)

    def _has_fields(self, content: Content) -> bool:
        return content.schema is not None and bool(self._fields(content.schema)[0])

    def _fields(self, schema: Schema) -> tuple[dict[str, Schema], set[str]]:
        """The properties of a schema and of the parts of its `allOf`, and those of them that have to be there."""
        found = self._types.description.resolve(schema)
        fields, required = dict(found.properties), set(found.required)
        for part in found.all_of:
            more, also = self._fields(part)
            fields, required = {**more, **fields}, required | also
        return fields, required

    def _whole(self, content: Content, operation: Operation) -> tuple[Argument, str]:
        """A body that is one argument, `data`."""
        kind, said, content_type = self._types.annotation(content.schema, self._scope, f"{self._wanted} Body"), "", ""
        if is_json(content.media_type):
            content_type = "" if content.media_type in {"application/json", "*/*"} else content.media_type
            if operation.method != "PATCH" and content.schema and self._has_optional(content.schema):
                said = f"{self._scope.use(API, 'Body')}(exclude_unset=True)"
        elif content.media_type == FORM:
            said = f"{self._scope.use(API, 'Form')}()"
            kind = kind if content.schema and self._types.is_object(content.schema) else "dict[str, str]"
        else:
            kind = "str" if _is_text(content.media_type) else "bytes"
            content_type = content.media_type
        default = None if operation.body_required else "None"
        if default and not kind.endswith(("| None", "Any")):
            kind = f"{kind} | None"
        return Argument("data", annotated(self._scope, kind, said), default, content.schema), content_type

    def _has_optional(self, schema: Schema) -> bool:
        """Whether a model has fields that need not be sent; those within others count, as far as these are named."""
        fields, required = self._fields(schema)
        found = self._types.description.resolve(schema)
        parts = (*found.any_of, *found.one_of, *([found.items] if found.items else []))
        return bool(fields.keys() - required) or any(map(self._has_optional, parts))

    def _parts(self, content: Content, operation: Operation) -> list[Argument]:
        fields, required = self._fields(content.schema or Schema(pointer=content.pointer))
        return [
            self._part(name, schema, content, required=name in required and operation.body_required)
            for name, schema in fields.items()
            if name
        ]

    def _part(self, name: str, schema: Schema, content: Content, *, required: bool) -> Argument:
        unique = self._arguments.names.new(snake(name, "part"))
        alias = "" if unique == name else literal(name)
        is_file = self._is_file(schema)
        if is_file:
            one = f"bytes | {self._scope.use('typing', 'BinaryIO')} | tuple[str, bytes, str]"
            kind, marker = f"list[{one}]" if self._types.is_list(schema) else one, "File"
        else:
            kind = self._types.annotation(schema, self._scope, f"{self._wanted} {name}")
            marker = "Part" if self._is_nested(schema) or is_json(content.part_types.get(name, "")) else "Form"
        if not required and not kind.endswith(("| None", "Any")):
            kind = f"{kind} | None"
        said = f"{self._scope.use(API, marker)}({alias})"
        default = None if required else "None"
        return Argument(unique, annotated(self._scope, kind, said), default, schema, is_file)

    def _is_file(self, schema: Schema) -> bool:
        found = self._types.description.resolve(schema)
        if self._types.is_list(found):
            return self._is_file(self._types.items(found))
        parts = (*found.any_of, *found.one_of, *found.all_of)
        is_binary = found.format == "binary" or found.content_media_type == BINARY
        return is_binary or any(map(self._is_file, parts))

    def _is_nested(self, schema: Schema) -> bool:
        if self._types.is_list(schema):
            return self._types.is_object(self._types.items(schema))
        return self._types.is_object(schema)


def _rank(content: Content) -> int:
    if is_json(content.media_type):
        return 0 if content.media_type == "application/json" else 1
    known = [FORM, MULTIPART]
    return known.index(content.media_type) + 2 if content.media_type in known else 5 - _is_text(content.media_type)


def _is_text(media_type: str) -> bool:
    return media_type.startswith("text/") or media_type.endswith(("/xml", "+xml", "/yaml", "/x-yaml", "/csv"))
