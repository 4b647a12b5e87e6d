"""What a description says, as far as a client has to know it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Place: TypeAlias = Literal["path", "query", "header", "cookie"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """A schema, in the terms of JSON Schema 2020-12 whatever the version of the description.

    Attributes:
        pointer: where it is written.
        ref: the pointer that it refers to, or `""`. Of a reference nothing else is set but `default`, `description` and
            `deprecated`, if they stand beside it; `Description.resolve` has the rest.
        types: the types that a value may have, without `"null"`; empty if nothing is said.
        nullable: whether null is one of them.
        enum: the values that it may have, those of `const` too; None if nothing is said.
        default: the value of `default`; it means something only with `has_default`.
        properties: the schemas of an object's properties, in the order of the description.
        required: the names of properties that have to be there.
        additional: the schema of further properties, or whether there may be any; None if nothing is said.
        items: the schema of a list's items; None if nothing is said.
        prefix_items: the schemas of the first items.
        discriminator: the name of the property that chooses among `one_of` or `any_of`, or `""`.
        mapping: its values, and the pointers of the schemas that they choose.
        examples: values that are given as examples.
        limits: what else restricts the value, by keyword: `minimum`, `maxLength`, `pattern` and their like.
    """

    pointer: str
    ref: str = ""
    types: tuple[str, ...] = ()
    nullable: bool = False
    format: str = ""
    enum: tuple[Any, ...] | None = None
    has_default: bool = False
    default: Any = None
    properties: Mapping[str, Schema] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    additional: Schema | bool | None = None
    items: Schema | None = None
    prefix_items: tuple[Schema, ...] = ()
    all_of: tuple[Schema, ...] = ()
    any_of: tuple[Schema, ...] = ()
    one_of: tuple[Schema, ...] = ()
    discriminator: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    content_media_type: str = ""
    examples: tuple[Any, ...] = ()
    limits: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""
    description: str = ""
    deprecated: bool = False
    read_only: bool = False
    write_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of an operation.

    Attributes:
        name: its name in the request.
        place: where it goes.
        style: how lists and objects are written: what is said, or the default of the place.
        explode: whether each value has a name of its own: what is said, or the default of the style.
        schema: what it is; of a parameter with `content`, what that is.
        media_type: of a parameter with `content`, its media type; else `""`.
    """

    pointer: str
    name: str
    place: Place
    required: bool
    style: str
    explode: bool
    schema: Schema
    media_type: str = ""
    description: str = ""
    deprecated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A body in one media type.

    Attributes:
        media_type: in lower case, without parameters: `"application/json"`.
        schema: None if nothing is said.
        part_types: of a form, the media types of its parts, by name, where they are said.
    """

    pointer: str
    media_type: str
    schema: Schema | None = None
    part_types: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """An answer of an operation.

    Attributes:
        status: `"200"`, `"4XX"` or `"default"`.
        contents: the bodies that it may have, one for each media type; none if there is no body.
        headers: the names of its headers.
    """

    pointer: str
    status: str
    description: str = ""
    contents: tuple[Content, ...] = ()
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one path.

    Attributes:
        pointer: where it is written.
        method: in upper case.
        path: with the names of parameters in braces.
        id: the `operationId`, or `""`.
        parameters: its own, and those of its path, in the order of the description.
        body_required: whether it has to be sent.
        bodies: the body, once for each media type; none if there is none.
        security: the names of security schemes, and the scopes that are needed of each; one of these is enough. Those
            of the description, if the operation has none of its own.
        server: the URL of its own server, or that of its path; `""` for those of the description.
    """

    pointer: str
    method: str
    path: str
    id: str = ""
    tags: tuple[str, ...] = ()
    summary: str = ""
    description: str = ""
    parameters: tuple[Parameter, ...] = ()
    body_required: bool = False
    bodies: tuple[Content, ...] = ()
    results: tuple[Result, ...] = ()
    security: tuple[Mapping[str, tuple[str, ...]], ...] = ()
    server: str = ""
    deprecated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityScheme:
    """A way to authenticate.

    Attributes:
        name: by which operations name it.
        type: `"apiKey"`, `"http"`, `"oauth2"`, `"openIdConnect"` or `"mutualTLS"`.
        scheme: of `"http"`, in lower case: `"basic"`, `"bearer"` and others.
        key_name: of `"apiKey"`, the name of the header, the query parameter or the cookie.
        key_place: of `"apiKey"`, `"header"`, `"query"` or `"cookie"`.
        token_url: of `"oauth2"`, where a client gets a token for itself, if there is no other flow.
    """

    pointer: str
    name: str
    type: str
    scheme: str = ""
    key_name: str = ""
    key_place: str = ""
    token_url: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where the API is: `url` has the defaults of its variables, and may be relative to where the description was."""

    url: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """All of a description.

    Attributes:
        source: the file or URL that it was read from.
        openapi: the version of OpenAPI that it is written in.
        operations: in the order of the description.
        schemas: those of the components, by their names there.
        targets: all that a reference leads to, by pointer.
        document: the JSON value as it was read, but for parts of an `allOf` that say nothing of values.
    """

    source: str
    openapi: str
    title: str
    version: str
    description: str = ""
    servers: tuple[Server, ...] = ()
    operations: tuple[Operation, ...] = ()
    schemas: Mapping[str, Schema] = field(default_factory=dict)
    targets: Mapping[str, Schema] = field(default_factory=dict)
    security_schemes: Mapping[str, SecurityScheme] = field(default_factory=dict)
    document: Mapping[str, Any] = field(default_factory=dict)

    def resolve(self, schema: Schema) -> Schema:
        """`schema`, or what it refers to. References in a circle are refused when the description is read."""
        while schema.ref:
            schema = self.targets[schema.ref]
        return schema
