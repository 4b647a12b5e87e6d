"""The decorators that a client has, one for each request method."""

from __future__ import annotations

from typing import Unpack

from clientele.api.calling.state import State
from clientele.api.declaring.decorator_options import EndpointOptions
from clientele.api.decorating.decorators import FunctionDecorator


class Verbs:
    """The decorators of a client. Decorated functions make their calls with its configuration."""

    state: State

    def get(self, path: str, **options: Unpack[EndpointOptions]) -> FunctionDecorator:
        """Decorate a function that GETs `path`, with its other parameters as the query; see `endpoint`."""
        return self._decorator("GET", path, options)

    def post(self, path: str, **options: Unpack[EndpointOptions]) -> FunctionDecorator:
        """Decorate a function that POSTs to `path`; `data` is the body. See `endpoint`."""
        return self._decorator("POST", path, options)

    def put(self, path: str, **options: Unpack[EndpointOptions]) -> FunctionDecorator:
        """Decorate a function that PUTs `data` at `path`; see `endpoint`."""
        return self._decorator("PUT", path, options)

    def patch(self, path: str, **options: Unpack[EndpointOptions]) -> FunctionDecorator:
        """Decorate a function that PATCHes `path` with `data`; see `endpoint`."""
        return self._decorator("PATCH", path, options)

    def delete(self, path: str, **options: Unpack[EndpointOptions]) -> FunctionDecorator:
        """Decorate a function that DELETEs `path`; see `endpoint`."""
        return self._decorator("DELETE", path, options)

    def head(self, path: str, **options: Unpack[EndpointOptions]) -> FunctionDecorator:
        """Decorate a function that sends HEAD to `path`: the response has headers, but no body; see `endpoint`."""
        return self._decorator("HEAD", path, options)

    def options(self, path: str, **options: Unpack[EndpointOptions]) -> FunctionDecorator:
        """Decorate a function that sends OPTIONS to `path`; see `endpoint`."""
        return self._decorator("OPTIONS", path, options)

    def endpoint(self, method: str, path: str, **options: Unpack[EndpointOptions]) -> FunctionDecorator:
        """Decorate a function that calls `path` with any request method.

        Its parameters are sent in the path, the query and the body: see `clientele.api.Path` and the other markers.

        Args:
            method: a token (RFC 9110, section 9.1), such as `"PROPFIND"`.
            path: below the base URL, or an absolute URL, with the names of parameters in braces where values go.
            options: see `EndpointOptions`.

        Raises:
            TypeError, ConfigurationError: an option or the declaration is invalid. Raised when the function is
                decorated; the message says what to change.
        """
        return self._decorator(method, path, options)

    def _decorator(self, method: str, path: str, options: EndpointOptions) -> FunctionDecorator:
        return FunctionDecorator(self, method, path, options)
