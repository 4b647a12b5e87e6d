"""The body of an operation as arguments: JSON, a form, a form with files, text or bytes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TypeAlias

from clientele_scaffold.reading import Content, Description, Operation, Schema
from clientele_scaffold.reading.references import value_at
from clientele_scaffold.writing.arguments import API, Argument, Arguments
from clientele_scaffold.writing.literals import literal
from clientele_scaffold.writing.names import snake
from clientele_scaffold.writing.scopes import Scope
from clientele_scaffold.writing.types import Types, annotated

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
    """

    arguments: list[Argument] = field(default_factory=list)
    content_type: str = ""


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

    def of(self, operation: Operation, content: Content | None) -> Body:
        """The body in one of its media types; none, if there is no content."""
        if content is None:
            return Body()
        if content.media_type == MULTIPART and content.schema is not None and self._types.fields(content.schema)[0]:
            return Body(self._parts(content, operation))
        argument, content_type = self._whole(content, operation)
        return Body([argument], content_type)

    def _whole(self, content: Content, operation: Operation) -> tuple[Argument, str]:
        """A body that is one argument, `data`."""
        kind, said, content_type = self._types.annotation(content.schema, self._scope, f"{self._wanted} Body"), "", ""
        if is_json(content.media_type):
            content_type = "" if content.media_type in {"application/json", "*/*"} else content.media_type
            if content.schema and self._types.has_text(content.schema, values=True):
                kind = self._types.as_json(kind, self._scope)
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
        source = content.schema or Schema(pointer=content.pointer)
        return Argument("data", annotated(self._scope, kind, said), default, source), content_type

    def _has_optional(self, schema: Schema) -> bool:
        """Whether a model has fields that need not be sent; those within others count, as far as these are named."""
        fields, required = self._types.fields(schema)
        found = self._types.description.resolve(schema)
        parts = (*found.any_of, *found.one_of, *([found.items] if found.items else []))
        return bool(fields.keys() - required) or any(map(self._has_optional, parts))

    def _parts(self, content: Content, operation: Operation) -> list[Argument]:
        fields, required = self._types.fields(content.schema or Schema(pointer=content.pointer))
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


def chosen_bodies(operation: Operation, description: Description) -> list[Content]:
    """The bodies that get a function each: the one that says most, and those of which another schema is described.

    What has the same schema is the same in another syntax. JSON says most, then forms, then text, then bytes.
    """
    chosen: dict[str, Content] = {}
    for content in sorted(operation.bodies, key=_rank):
        schema = value_at(description.document, content.pointer).get("schema", {})
        chosen.setdefault(json.dumps(schema, sort_keys=True), content)
    return list(chosen.values())


def name_of(media_type: str) -> str:
    """What functions call bodies of a media type: `csv`, `multipart`."""
    known = {FORM: "form", MULTIPART: "multipart", BINARY: "bytes"}
    kind, _, subtype = media_type.partition("/")
    return known.get(media_type) or snake(kind if subtype == "*" else subtype.removeprefix("x-"), "body")


def _rank(content: Content) -> int:
    if is_json(content.media_type):
        return 0 if content.media_type == "application/json" else 1
    known = [FORM, MULTIPART]
    return known.index(content.media_type) + 2 if content.media_type in known else 5 - _is_text(content.media_type)


def _is_text(media_type: str) -> bool:
    return media_type.startswith("text/") or media_type.endswith(("/xml", "+xml", "/yaml", "/x-yaml", "/csv"))
