"""Errors for bodies and items that don't match the declaration, or report an error.

`clientele.http.errors` has every error, these among them.
"""

from __future__ import annotations

from clientele.http.response import APIException


class EventError(APIException):
    """The server has sent an event that reports an error; see `clientele.api.Events`.

    Attributes:
        response: the head of the stream, with the data of the event as its content.
        event: the name of the event.
        problem: the data, as the type that `Events` declares for the name.
    """

    event: str = ""


class ResponseValidationError(APIException):
    """The body of the response doesn't match the type of `result`. Pydantic's error is the `__cause__`."""
