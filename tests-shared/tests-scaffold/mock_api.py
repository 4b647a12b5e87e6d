"""A server that a description makes: it refuses what the description doesn't allow, and answers what it does."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import from_regex
from openapi_schema_validator import OAS30Validator, OAS31Validator

from clientele_scaffold.reading import Content, Description, Operation, Parameter, Schema
from clientele_scaffold.reading.references import value_at
from clientele_scaffold.writing.bodies import FORM, MULTIPART, is_json
from clientele_scaffold.writing.results import EVENTS, expected, is_stream
from clientele_scaffold.writing.samples import Samples

Scope = MutableMapping[str, Any]
Send = Callable[[Scope], Awaitable[None]]
Receive = Callable[[], Awaitable[Scope]]
CHECKS = list(HealthCheck)


class AllSamples(Samples):
    """Values that any pattern allows."""

    def matching(self, pattern: str, schema: Schema) -> str:
        """A text that hypothesis finds."""
        return found_by(pattern)


def found_by(pattern: str) -> str:
    """A text that a regular expression matches as a whole."""
    found: list[str] = []

    @settings(max_examples=1, database=None, phases=[Phase.generate], derandomize=True, suppress_health_check=CHECKS)
    @given(from_regex(pattern, fullmatch=True))
    def find(text: str) -> None:
        found.append(text)

    find()
    return found[0]


@dataclass(frozen=True)
class Request:
    """What was sent."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


class MockAPI:
    """An ASGI application.

    Attributes:
        wrong: what was wrong with requests.
        called: the operations that were called, by pointer.
    """

    def __init__(self, description: Description) -> None:
        self._description = description
        self._samples = AllSamples(description, whole=True)
        self._validator = OAS31Validator if description.openapi.startswith("3.1") else OAS30Validator
        self.wrong: list[str] = []
        self.called: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        request = Request(scope["method"], scope["raw_path"].decode(), scope["query_string"].decode(), headers, body)
        operation, arguments = self._operation(request)
        if operation is None:
            self.wrong.append(f"{request.method} {request.path} is nowhere")
            await self._answer(send, 404, "text/plain", b"")
            return
        self.called.add(operation.pointer)
        self._check(operation, arguments, request)
        await self._answer(send, *self._result(operation, headers.get("accept", "*/*")))

    def _operation(self, request: Request) -> tuple[Operation | None, dict[str, str]]:
        """The operation with the fewest places in its path, of those whose path is like that of a request."""
        servers = [each.url for each in self._description.servers[:1]]
        found: list[tuple[Operation, dict[str, str]]] = []
        for operation in self._description.operations:
            base = urlsplit(operation.server or "".join(servers)).path.rstrip("/")
            arguments = _match(base + operation.path.partition("#")[0], request.path)
            if operation.method == request.method and arguments is not None:
                found.append((operation, arguments))
        return min(found, key=lambda each: len(each[1])) if found else (None, {})

    def _check(self, operation: Operation, arguments: dict[str, str], request: Request) -> None:
        where = f"{operation.method} {operation.path}"
        pairs = parse_qsl(request.query, keep_blank_values=True)
        cookies = dict(each.strip().partition("=")[::2] for each in request.headers.get("cookie", "").split(";"))
        for parameter in operation.parameters:
            named = {"path": arguments, "cookie": cookies, "header": request.headers}.get(parameter.place, {})
            name = parameter.name.lower() if parameter.place == "header" else parameter.name
            found = [named[name]] if name in named else []
            values = _queried(parameter, pairs) if parameter.place == "query" else found
            is_object = "object" in self._description.resolve(parameter.schema).types
            if not values and parameter.required and not is_object:
                self.wrong.append(f"{where}: {parameter.place} {parameter.name} is missing")
            self._check_values(parameter, values, where)
        self._check_body(operation, request.headers.get("content-type", ""), request.body, where)

    def _check_values(self, parameter: Parameter, values: list[str], where: str) -> None:
        schema = self._description.resolve(parameter.schema)
        if schema.types not in {("integer",), ("boolean",), ("string",), ("number",)}:
            return
        for text in values:
            value: Any = text
            if schema.types != ("string",):
                value = json.loads(text)
            self._validate(parameter.schema.pointer, value, f"{where}: {parameter.name}")

    def _check_body(self, operation: Operation, content_type: str, body: bytes, where: str) -> None:
        media_type = content_type.partition(";")[0].lower()
        if not body:
            if operation.body_required and any(self._fields(each)[1] for each in operation.bodies):
                self.wrong.append(f"{where}: no body")
            return
        content = next((each for each in operation.bodies if _fits(each.media_type, media_type)), None)
        if content is None:
            self.wrong.append(f"{where}: a body of {media_type}")
        elif is_json(media_type) and content.schema is not None:
            self._validate(content.schema.pointer, json.loads(body), f"{where}: body")
        elif media_type == FORM:
            self._check_fields(content, {name for name, _ in parse_qsl(body.decode())}, where)
        elif media_type == MULTIPART:
            self._check_fields(content, _parts(content_type, body), where)

    def _check_fields(self, content: Content, names: set[str], where: str) -> None:
        known, required = self._fields(content)
        if required - names:
            self.wrong.append(f"{where}: the form lacks {required - names}")
        if known and names - known:
            self.wrong.append(f"{where}: the form has {names - known}")

    def _fields(self, content: Content) -> tuple[set[str], set[str]]:
        schemas = [self._description.resolve(content.schema)] if content.schema else []
        known: set[str] = set()
        required: set[str] = set()
        while schemas:
            schema = schemas.pop()
            known, required = known | schema.properties.keys(), required | schema.required
            schemas += [self._description.resolve(each) for each in schema.all_of]
        return known, required

    def _validate(self, pointer: str, value: Any, where: str) -> None:
        document = self._description.document
        around = {key: document.get(key, {}) for key in ("components", "paths")}
        schema = {"allOf": [value_at(document, pointer)], **around}
        for error in self._validator(schema).iter_errors(value):
            self.wrong.append(f"{where}: {error.json_path}: {error.message[:200]}")

    def _result(self, operation: Operation, accept: str) -> tuple[int, str, bytes]:
        results = expected(operation)
        if not results:
            return 204, "text/plain", b""
        result = results[0]
        status = int(result.status.replace("XX", "00").replace("default", "200"))
        if not result.contents or operation.method == "HEAD":
            return status, "text/plain", b""
        content = _chosen(result.contents, accept)
        value = self._samples.value(content.schema)
        if content.media_type == EVENTS:
            data = value if isinstance(value, str) else json.dumps(value)
            return status, EVENTS, f"data: {data}\n\n".encode()
        if is_json(content.media_type):
            return status, "application/json", json.dumps(value).encode()
        if is_stream(content):
            item = value[0] if isinstance(value, list) else value
            return status, content.media_type, json.dumps(item).encode() + b"\n"
        return status, content.media_type.replace("*", "x"), b"content"

    async def _answer(self, send: Send, status: int, media_type: str, body: bytes) -> None:
        headers = [(b"content-type", media_type.encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body if status not in {204, 304} else b""})


def _chosen(contents: tuple[Content, ...], accept: str) -> Content:
    """What is asked for, if it is described; else JSON, if it is; else the first."""
    asked = [each for each in contents if each.media_type == accept]
    return [*asked, *(each for each in contents if is_json(each.media_type)), *contents][0]


def _match(template: str, path: str) -> dict[str, str] | None:
    """The values of the places in a path."""
    names = []
    parts = []
    for piece in template.split("{"):
        name, closed, literal = piece.partition("}")
        if closed:
            names.append(name)
        parts.append(literal if closed else piece)
    values: list[str] = []
    rest = path
    for index, literal in enumerate(parts):
        if index == 0:
            if not rest.startswith(literal):
                return None
            rest = rest[len(literal) :]
            continue
        value, found, rest = rest.partition(literal) if literal else (rest, True, "")
        if not found or not value or "/" in value:
            return None
        values.append(unquote(value))
    return None if rest else dict(zip(names, values, strict=True))


def _queried(parameter: Parameter, pairs: list[tuple[str, str]]) -> list[str]:
    if parameter.style == "deepObject":
        return [value for name, value in pairs if name.startswith(f"{parameter.name}[")]
    return [value for name, value in pairs if name == parameter.name]


def _fits(described: str, sent: str) -> bool:
    return described in {sent, "*/*"} or (described.endswith("/*") and sent.startswith(described[:-1]))


def _parts(content_type: str, body: bytes) -> set[str]:
    head = Message()
    head["Content-Type"] = content_type
    boundary = str(head.get_boundary()).encode()
    names = set()
    for part in body.split(b"--" + boundary)[1:-1]:
        field = Message()
        field["Content-Disposition"] = part.split(b"\r\n")[1].decode().partition(": ")[2]
        names.add(str(field.get_param("name", header="content-disposition")))
    return names
