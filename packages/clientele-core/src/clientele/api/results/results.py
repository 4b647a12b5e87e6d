"""Converts a Response to the declared `result`."""

from __future__ import annotations

from collections.abc import Callable
from types import NoneType
from typing import Any, TypeVar

from pydantic import PydanticUserError, TypeAdapter, ValidationError

from clientele.api.types.adapters import adapter_for
from clientele.api.types.annotations import members, shown
from clientele.api.types.as_json import says_json
from clientele.http.errors import APIException, ConfigurationError, JSONDecodeError, ResponseValidationError
from clientele.http.message import redirects
from clientele.http.message.body.charsets import json_text
from clientele.http.message.errors import raise_from
from clientele.http.message.statuses import status_line
from clientele.http.response import Response
from clientele.http.streams.validation_messages import came_as, first_problem, without_values

T = TypeVar("T")

Reader = Callable[[Response], Any]
"""A function that converts a Response to the result, or raises."""


def reader_for(kind: Any) -> Reader:
    """A function that checks the status of a Response, and reads its body as `kind`, like `body_reader`.

    Expected statuses are 2xx, and for Response and None also 3xx.

    Raises:
        PydanticUserError: Pydantic can't validate `kind`.
        NameError: `kind` refers to something that isn't defined yet.
    """
    read_body = body_reader(kind)
    if all(member in (Response, NoneType) for member in members(kind)):

        def read_whole(response: Response) -> Any:
            response.raise_for_status()
            return read_body(response)

        return read_whole

    def read(response: Response) -> Any:
        if not 200 <= response.status_code < 300:
            _refuse(response)
        return read_body(response)

    return read


def parser_reader(parser: Callable[[Response], Any]) -> Reader:
    """A function that checks the status of a Response, and calls the user's `parser`."""

    def read(response: Response) -> Any:
        if not 200 <= response.status_code < 300:
            _refuse(response)
        try:
            return parser(response)
        except ValidationError as error:
            raise_from(_invalid(response, f"the parser: {first_problem(error)}"), without_values(error))
        except JSONDecodeError as error:
            raise _invalid(response, f"the parser: {error}") from error

    return read


def body_reader(kind: Any) -> Reader:
    """A function that reads a body as `kind`, whatever the status is.

    `Response` returns the response, `bytes` the body, `str` alone its text, and `None` None. Any other type, and one
    that is marked `AsJSON`, is validated by Pydantic from the JSON of the body, whatever its Content-Type. For a union
    with `str` without the mark, the Content-Type decides whether the body is JSON or text. An empty body is None if
    `kind` allows None.
    """
    kinds = [member for member in members(kind) if member is not NoneType]
    if not kinds:
        return lambda _: None
    if kinds == [Response]:
        return lambda response: response
    if says_json(kind):
        return _json_reader(kind)
    if kind in (str, bytes):
        return _PLAIN[kind]
    if kinds == [bytes] or (kinds == [str] and NoneType not in members(kind)):
        return _validated(kind, _PLAIN[kinds[0]])
    return _text_or_json_reader(kind) if str in kinds else _json_reader(kind)


def validatable(make: Callable[[], T], where: str) -> T:
    """The result of `make` for a type. Raises:
    ConfigurationError: Pydantic can't validate the type; the message starts with `where`.
    """
    try:
        return make()
    except PydanticUserError as error:
        raise ConfigurationError(f"{where}: {error.message}") from error


def allows_none(kind: Any) -> bool:
    """Whether an empty body can be `kind`."""
    if kind in (str, bytes, Response) or _is_none(kind):
        return True
    try:
        return adapter_for(kind).validate_python(None) is None
    except ValidationError:
        return False


def _is_none(kind: Any) -> bool:
    return members(kind) == [NoneType]


def _text(response: Response) -> str:
    return response.text


def _content(response: Response) -> bytes:
    return response.content


_PLAIN: dict[Any, Reader] = {str: _text, bytes: _content}


def _validated(kind: Any, read: Reader) -> Reader:
    """For text or bytes with constraints, or with None for an empty body."""
    adapter = adapter_for(kind)
    none_allowed = NoneType in members(kind)

    def read_validated(response: Response) -> Any:
        if none_allowed and not response.content:
            return None
        try:
            return adapter.validate_python(read(response))
        except ValidationError as error:
            raise_from(_invalid(response, first_problem(error)), without_values(error))

    return read_validated


def _text_or_json_reader(kind: Any) -> Reader:
    read_text, read_json = _validated(kind, _text), _json_reader(kind)

    def read(response: Response) -> Any:
        return (read_json if "json" in _media_type(response) else read_text)(response)

    return read


def _media_type(response: Response) -> str:
    content_type: str = response.headers.get("content-type", "")
    return content_type.partition(";")[0].strip().lower()


def _json_reader(kind: Any) -> Reader:
    adapter = adapter_for(kind)
    # The same as the adapter's own method, without the arguments that aren't used here.
    validate = adapter.validator.validate_json

    def read(response: Response) -> Any:
        try:
            return validate(response.content)
        except ValidationError as error:
            problem = error  # It shows values, and would be the context of what is raised here.
        return _otherwise(response, adapter, kind, problem)

    return read


def _otherwise(response: Response, adapter: TypeAdapter[Any], kind: Any, error: ValidationError) -> Any:
    """The value of a body that isn't JSON in UTF-8: an empty body, or one in an older encoding (RFC 8259)."""
    content = response.content
    try:
        if not content:
            return adapter.validate_python(None)
        text = json_text(content)
        if text is not content:
            return adapter.validate_json(text)
    except ValidationError as another:
        error = another
    except JSONDecodeError as wrong:
        raise _invalid(response, f"{wrong}{came_as(response.headers.get('content-type'))}") from wrong
    if not content:
        raise _invalid(response, f"the body is empty, which is not {shown(kind)}") from without_values(error)
    schema = adapter.core_schema
    problem = first_problem(error, schema, response.headers.get("content-type"))
    raise _invalid(response, problem) from without_values(error, schema)


def _invalid(response: Response, problem: str) -> ResponseValidationError:
    of = "" if response.is_success else f" {status_line(response.status_code)}"
    return ResponseValidationError(response, f"the{of} response is not what `result` declares: {problem}")


def _refuse(response: Response) -> None:
    """Raise for 4xx and 5xx, and for 3xx, whose body is not the resource."""
    response.raise_for_status()
    raise APIException(response, redirects.unfollowed(response.status_code, response.headers.get("location")))
