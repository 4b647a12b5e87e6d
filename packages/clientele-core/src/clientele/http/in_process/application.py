"""Shared by the backends that call an application in this process: one call of an application, and its errors."""

from __future__ import annotations

import math
from typing import ClassVar

from clientele.http.message.headers import Pairs
from clientele.http.transport.errors import TransportError
from clientele.http.transport.memory import Silence, patience
from clientele.http.wire import WireRequest

FAILED: tuple[int, Pairs] = (500, (("content-type", "text/plain"),))
"""The head of the response if an application raised an exception that isn't propagated."""


class ApplicationError(TransportError):
    """The application in this process raised an exception, the `__cause__`, or violated the protocol."""

    passing = False


class ApplicationCall:
    """One call of an application.

    Args:
        request: the request.
        content: its whole body.
        raises: whether exceptions of the application are propagated.
    """

    backend: ClassVar[str]
    """The name of the backend in errors."""

    def __init__(self, request: WireRequest, content: bytes | None, *, raises: bool) -> None:
        self._request = request
        self._content = content
        self._raises = raises

    @property
    def _patience(self) -> float | None:
        """The seconds to wait for the application; None for no limit."""
        seconds = patience(self._request)
        return None if math.isinf(seconds) else seconds

    def _error(self, reason: str) -> ApplicationError:
        return application_error(reason, self._request, self.backend)


def application_error(reason: str, request: WireRequest, backend: str) -> ApplicationError:
    """The ApplicationError for `request`."""
    return ApplicationError(reason, request_method=request.method, request_url=str(request.url), backend=backend)


def said(error: BaseException) -> str:
    """The exception of an application, in one line."""
    text = str(error).partition("\n")[0]
    return f"the application raised {type(error).__name__}{f': {text}' if text else ''}"


def silent() -> Silence:
    """The error for an application that sends nothing within the read limit."""
    return Silence("the application sent nothing within the read limit")
