"""From a Response to the `result` that a call declares."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from clientele.http import redirects
from clientele.http.charsets import json_text
from clientele.http.errors import APIException, JSONDecodeError, ResponseValidationError
from clientele.http.items import adapter_for
from clientele.http.response import Response

Reader = Callable[[Response], Any]


def reader_for(kind: Any) -> Reader:
    """How to read a Response as `kind`.

    `Response`, `str`, `bytes` and `None` mean what they say; any other type is validated by Pydantic from the JSON of
    the body, whatever its Content-Type. An empty body is None where `kind` allows None.
    """
    plain = _PLAIN.get(kind) if isinstance(kind, type) or kind is None else None
    return _json_reader(kind) if plain is None else plain


def _whole(response: Response) -> Response:
    response.raise_for_status()
    return response


def _nothing(response: Response) -> None:
    response.raise_for_status()


def _text(response: Response) -> str:
    _expect_success(response)
    return response.text


def _bytes(response: Response) -> bytes:
    _expect_success(response)
    return response.content


_PLAIN: dict[Any, Reader] = {Response: _whole, None: _nothing, type(None): _nothing, str: _text, bytes: _bytes}


def _json_reader(kind: Any) -> Reader:
    adapter = adapter_for(kind)
    validate = adapter.validate_json
    allows_none = _allows_none(kind)

    def read(response: Response) -> Any:
        _expect_success(response)
        if not response.content and allows_none:
            return None
        try:
            return validate(json_text(response.content))
        except ValidationError as error:
            raise ResponseValidationError(response, _first_problem(error)) from error
        except JSONDecodeError as error:
            raise ResponseValidationError(response, str(error)) from error

    return read


def _allows_none(kind: Any) -> bool:
    try:
        return adapter_for(kind).validate_python(None) is None
    except ValidationError:
        return False


def _expect_success(response: Response) -> None:
    """Refuse 4xx and 5xx, and a 3xx: its body is not the resource."""
    if 200 <= response.status_code < 300:
        return
    response.raise_for_status()
    raise APIException(response, redirects.unfollowed(response.status_code, response.headers.get("location")))


def _first_problem(error: ValidationError) -> str:
    """Where the body differs from the declaration, and how; never what stands there."""
    problem = error.errors(include_input=False, include_url=False, include_context=False)[0]
    place = ".".join(map(str, problem["loc"])) or "the body"
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"the response is not what `result` declares: {place}: {problem['msg']}{more}"
