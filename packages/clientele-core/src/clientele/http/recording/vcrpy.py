"""Reads vcrpy cassettes of version 1, which pytest-recording also writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, ValidationError, ValidationInfo

from clientele.http.errors import InvalidURL, RecordingError
from clientele.http.message.body.codings import BodyDecoder, CorruptContent, TooMuchContent
from clientele.http.message.headers import Pairs
from clientele.http.message.printable import excerpt
from clientele.http.message.query import encode_pairs
from clientele.http.message.urls import parse_url
from clientele.http.recording.exchanges import Answer, Exchange, Request
from clientele.http.recording.files import needed
from clientele.http.recording.matching import is_form
from clientele.http.runtime.lazy import json
from clientele.http.runtime.own_files import read_regular

_CODING = "content-encoding"
_OF_THE_LIBRARY = frozenset({"user-agent", "host"})
_VERSION = "of version 1 of vcrpy"
_MOST_EXPANDED = 20


def read_vcrpy(path: Path) -> list[Exchange]:
    """The exchanges of a cassette, decoded, and with their secrets.

    Raises:
        OSError: the file can't be read.
        RecordingError: it is not a vcrpy cassette, or is incomplete; the message says where.
    """
    found = _loaded(path)
    _refuse_others(path, found)
    try:
        interactions = _Cassette.model_validate(found).interactions
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        raise RecordingError(f"{path}: {_place(problem['loc'])}: {excerpt(problem['msg'])}") from error
    return [_exchange(each, f"{path}: interactions[{number}]") for number, each in enumerate(interactions)]


def _loaded(path: Path) -> Any:
    yaml = needed("yaml")
    try:
        text = read_regular(path).decode()
        found = json.loads(text) if text.lstrip().startswith("{") else yaml.load(text, Loader=_loader(yaml))
        _refuse_expansion(found, _MOST_EXPANDED * (len(text) + 1))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise RecordingError(f"{path}: it can't be read: {_problem(error)}") from None
    return found


def _refuse_expansion(found: Any, most: int) -> None:
    """Refuse aliases that expand to more than `most` characters and items; vcrpy writes few of them."""
    waiting = [found]
    while waiting:
        item = waiting.pop()
        most -= 1 + (len(item) if isinstance(item, (str, bytes)) else 0)
        if most < 0:
            raise ValueError(f"its aliases expand to more than {_MOST_EXPANDED} times the file")
        if isinstance(item, dict):
            waiting.extend(item.values())
        elif isinstance(item, (list, tuple)):
            waiting.extend(item)


def _problem(error: Exception) -> str:
    """The message of `error`, without the part of the file that it may contain."""
    mark = getattr(error, "problem_mark", None)
    where = "" if mark is None else f" in line {mark.line + 1}"
    return excerpt(str(getattr(error, "problem", None) or error)) + where


def _loader(yaml: Any) -> Any:
    """A loader for text, numbers, lists and mappings, and the few Python objects that vcrpy writes."""
    loader: Any = type("Loader", (getattr(yaml, "CSafeLoader", yaml.SafeLoader),), {})
    python = "tag:yaml.org,2002:python/"
    for name in ("str", "unicode"):
        loader.add_constructor(python + name, lambda loader, node: loader.construct_scalar(node))
    # In decimal only: PyYAML also reads minutes and hours, in a time that grows with the square of their number.
    for name, kind in (("int", int), ("float", float)):
        loader.add_constructor(f"tag:yaml.org,2002:{name}", partial(_number, kind))
    loader.add_constructor(f"{python}tuple", lambda loader, node: loader.construct_sequence(node))
    loader.add_constructor(f"{python}object/new:_io.BytesIO", lambda loader, node: _part(loader, node, "state"))
    loader.add_constructor(f"{python}object/apply:builtins.iter", lambda loader, node: _part(loader, node, "args"))
    return loader


def _number(kind: type[int | float], loader: Any, node: Any) -> float:
    return kind(loader.construct_scalar(node))


def _part(loader: Any, node: Any, name: str) -> Any:
    """The content of a body that was a file or an iterator."""
    content = (loader.construct_mapping(node, deep=True).get(name) or [b""])[0]
    return b"".join(map(_bytes, content)) if isinstance(content, list) else content


def _refuse_others(path: Path, found: Any) -> None:
    keys = found if isinstance(found, Mapping) else {}
    if "exchanges" in keys:
        raise RecordingError(f"{path}: this is already a cassette of clientele")
    if "http_interactions" in keys:
        raise RecordingError(f"{path}: this is a cassette of betamax, or of VCR for Ruby, not {_VERSION}")
    if isinstance(found, list):
        raise RecordingError(f"{path}: this is not a cassette {_VERSION}; migrate it first: python -m vcr.migration")
    if keys.get("version") != 1:
        shown = excerpt(repr(keys.get("version")))
        raise RecordingError(f"{path}: this is not a cassette {_VERSION}: version is {shown}")


def _place(location: tuple[int | str, ...]) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return "".join(parts).removeprefix(".")


def _bytes(value: Any) -> bytes:
    if value is None or isinstance(value, bytes):
        return value or b""
    if isinstance(value, str):
        return value.encode()
    raise ValueError("use text, binary or nothing")


def _request_body(value: Any, info: ValidationInfo) -> bytes:
    """For aiohttp, vcrpy records the caller's arguments: a JSON value, or the fields of a form."""
    if value is None or isinstance(value, (str, bytes)):
        return _bytes(value)
    kinds = [content for name, content in info.data.get("headers", ()) if name.lower() == "content-type"]
    try:
        return (encode_pairs(value) if any(map(is_form, kinds)) else json.dumps(value)).encode()
    except TypeError as error:
        raise ValueError(f"vcrpy has not recorded the sent body: {error}") from error


def _pairs(value: Any) -> Pairs:
    """A list of values for each name; older cassettes have a single value."""
    pairs = value.items() if isinstance(value, Mapping) else value or ()
    each = [(name, values if isinstance(values, list) else [values]) for name, values in pairs]
    return tuple((_text(name), _text(value)) for name, values in each for value in values)


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if not isinstance(value, str):
        raise ValueError("names and values of headers are text")  # noqa: TRY004 - Pydantic knows no other
    return value


_Bytes = Annotated[bytes, BeforeValidator(_bytes)]
_Headers = Annotated[Pairs, BeforeValidator(_pairs)]


class _Request(BaseModel):
    method: str
    uri: str
    headers: _Headers = ()
    body: Annotated[bytes, BeforeValidator(_request_body)] = b""


class _Body(BaseModel):
    string: _Bytes = b""


class _Status(BaseModel):
    code: Annotated[int, Field(ge=100, le=599)]


def _as_now(response: Any) -> Any:
    """A response of httpx from vcrpy before version 6, converted to the current format."""
    if isinstance(response, dict) and "status_code" in response and "status" not in response:
        status, body = {"code": response["status_code"]}, {"string": response.get("content")}
        return {**response, "status": status, "body": body}
    return response


class _Response(BaseModel):
    status: _Status
    headers: _Headers = ()
    body: Annotated[_Body, BeforeValidator(lambda body: {} if body is None else body)] = _Body()


class _Interaction(BaseModel):
    request: _Request
    response: Annotated[_Response, BeforeValidator(_as_now)]


class _Cassette(BaseModel):
    interactions: list[_Interaction]


def _exchange(interaction: _Interaction, where: str) -> Exchange:
    asked, response = interaction.request, interaction.response
    try:
        url = parse_url(asked.uri)[0]
    except InvalidURL as error:
        raise RecordingError(f"{where}.request.uri: {error}") from error
    headers = tuple(pair for pair in asked.headers if pair[0].lower() not in _OF_THE_LIBRARY)
    request = Request(asked.method.upper(), str(url), headers, asked.body)
    chunks = (response.body.string,) if response.body.string else ()
    return Exchange(request, _decoded(Answer(response.status.code, response.headers, "1.1", chunks), where))


def _decoded(answer: Answer, where: str) -> Answer:
    """`answer`, decoded, unless the library decoded it before vcrpy."""
    coding = ",".join(value for name, value in answer.headers if name.lower() == _CODING)
    if not coding or not answer.chunks:
        return answer
    try:
        decoder = BodyDecoder(coding)
    except CorruptContent as error:
        return _without_coding(answer, f"{where}.response: {error}")
    try:
        content = b"".join(decoder.feed(answer.chunks[0]))
        decoder.finish()
    except (CorruptContent, TooMuchContent):
        return answer
    return replace(answer, chunks=(content,) if content else ())


def _without_coding(answer: Answer, problem: str) -> Answer:
    """`answer` without an unknown coding, if its body is text, which means that it is already decoded."""
    try:
        answer.chunks[0].decode()
    except UnicodeDecodeError:
        raise RecordingError(f"{problem}; record it again, without it") from None
    return replace(answer, headers=tuple(pair for pair in answer.headers if pair[0].lower() != _CODING))
