"""`Operation` from the path items of openapi-pydantic."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openapi_pydantic.v3 import v3_1 as written

from clientele_scaffold.reading.description import Content, Operation, Parameter, Place, Result, Schema
from clientele_scaffold.reading.problems import below
from clientele_scaffold.reading.references import followed
from clientele_scaffold.reading.schemas import Schemas, Written

_PLACE = re.compile(r"\{([^{}]*)\}")
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
STYLES = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}
IGNORED_HEADERS = {"accept", "content-type", "authorization"}
"""OpenAPI 3.1, section 4.8.12.2.1: as parameters these mean nothing."""


class Operations:
    """Makes operations; what they refer to is looked up in the document."""

    def __init__(self, document: dict[str, Any], schemas: Schemas) -> None:
        self._document = document
        self._schemas = schemas

    def of(self, api: written.OpenAPI) -> Iterator[Operation]:
        """All operations, in the order of the description."""
        for path, item in (api.paths or {}).items():
            pointer = below("#/paths", path)
            if item.ref:
                reference = written.Reference.model_validate({"$ref": item.ref})
                item, pointer = followed(self._document, reference, pointer, written.PathItem)  # noqa: PLW2901
            for method in METHODS:
                operation = getattr(item, method)
                if operation is not None:
                    yield self._operation(api, path, (item, pointer), (method, operation))

    def _operation(
        self,
        api: written.OpenAPI,
        path: str,
        around: tuple[written.PathItem, str],
        said: tuple[str, written.Operation],
    ) -> Operation:
        item, above = around
        method, operation = said
        pointer = below(above, method)
        parameters = [
            *self._parameters(item.parameters, below(above, "parameters")),
            *self._parameters(operation.parameters, below(pointer, "parameters")),
        ]
        body_required, bodies = self._body(operation.requestBody, below(pointer, "requestBody"))
        security = api.security if operation.security is None else operation.security
        servers = operation.servers or item.servers
        return Operation(
            pointer=pointer,
            method=method.upper(),
            path=path,
            id=operation.operationId or "",
            tags=tuple(operation.tags or ()),
            summary=operation.summary or item.summary or "",
            description=operation.description or item.description or "",
            parameters=tuple(_fitting(parameters, path, pointer)),
            body_required=body_required,
            bodies=bodies,
            results=tuple(self._results(operation.responses or {}, below(pointer, "responses"))),
            security=tuple({name: tuple(scopes) for name, scopes in each.items()} for each in security or ()),
            server=server_url(servers[0]) if servers else "",
            deprecated=operation.deprecated,
        )

    def _parameters(
        self, sources: Sequence[written.Parameter | written.Reference] | None, pointer: str
    ) -> Iterator[Parameter]:
        for index, source in enumerate(sources or ()):
            parameter, at = followed(self._document, source, below(pointer, index), written.Parameter)
            place: Place = parameter.param_in.value
            if not (place == "header" and parameter.name.lower() in IGNORED_HEADERS):
                yield self._parameter(parameter, place, at)

    def _parameter(self, parameter: written.Parameter, place: Place, pointer: str) -> Parameter:
        style = parameter.style or STYLES[place]
        media_type, schema = "", self._schema(parameter.param_schema, below(pointer, "schema"))
        for media_type, content in (parameter.content or {}).items():  # There is one, if any.
            schema = self._schema(content.media_type_schema, below(pointer, "content", media_type, "schema"))
        return Parameter(
            pointer=pointer,
            name=parameter.name,
            place=place,
            required=parameter.required or place == "path",
            style=style,
            explode=style in {"form", "deepObject"} if parameter.explode is None else parameter.explode,
            schema=schema or Schema(pointer=pointer),
            media_type=media_type,
            description=parameter.description or "",
            deprecated=parameter.deprecated,
        )

    def _body(
        self, source: written.RequestBody | written.Reference | None, pointer: str
    ) -> tuple[bool, tuple[Content, ...]]:
        if source is None:
            return False, ()
        body, at = followed(self._document, source, pointer, written.RequestBody)
        return body.required, tuple(self._contents(body.content, below(at, "content")))

    def _results(self, responses: Mapping[str, written.Response | written.Reference], pointer: str) -> Iterator[Result]:
        for status, source in responses.items():
            response, at = followed(self._document, source, below(pointer, status), written.Response)
            yield Result(
                pointer=at,
                status=status.upper() if status != "default" else status,
                description=response.description,
                contents=tuple(self._contents(response.content or {}, below(at, "content"))),
                headers=tuple(response.headers or ()),
            )

    def _contents(self, contents: Mapping[str, written.MediaType], pointer: str) -> Iterator[Content]:
        for media_type, content in contents.items():
            encoding = content.encoding or {}
            yield Content(
                pointer=below(pointer, media_type),
                media_type=media_type.partition(";")[0].strip().lower(),
                schema=self._schema(content.media_type_schema, below(pointer, media_type, "schema")),
                part_types={name: each.contentType for name, each in encoding.items() if each.contentType},
            )

    def _schema(self, source: Written | None, pointer: str) -> Schema | None:
        return None if source is None else self._schemas.schema(source, pointer)


def _fitting(parameters: list[Parameter], path: str, pointer: str) -> Iterator[Parameter]:
    """Those of an operation in the places of those of its path; and for each place in the path, one of that name."""
    places = _PLACE.findall(path)
    unique = {(each.place, each.name): each for each in parameters}
    yield from (each for each in unique.values() if each.place != "path" or each.name in places)
    for name in dict.fromkeys(places):
        if ("path", name) not in unique:
            text = Schema(pointer=pointer, types=("string",))
            yield Parameter(
                pointer=pointer, name=name, place="path", required=True, style="simple", explode=False, schema=text
            )


def server_url(server: written.Server) -> str:
    """The URL of a server, with the defaults of its variables."""
    url = server.url
    for name, variable in (server.variables or {}).items():
        url = url.replace(f"{{{name}}}", variable.default)
    return url
