"""The client: verbs that decorate functions, direct requests, configuration and closing."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self, TypeVar, Unpack, overload

from clientele.api.config import BaseConfig, Settings
from clientele.api.decorated import EndpointDecorator
from clientele.api.endpoint import EndpointOptions
from clientele.api.execution import asend, send
from clientele.api.results import reader_for
from clientele.api.state import BackendHolder, State
from clientele.http.backends import HTTPBackend
from clientele.http.headers import checked_method
from clientele.http.options import RequestOptions
from clientele.http.prepare import checked_options
from clientele.http.response import Response

T = TypeVar("T")


class APIClient:
    """Calls one API.

    Args:
        config: how to call it; or else
        settings: the fields of a `BaseConfig`, as keywords.

    Raises:
        TypeError: both a config and keywords.
        ConfigurationError: a field is unknown or its value can't be used.

    Example:
        ```python
        api = APIClient(base_url="https://api.example.com")

        @api.get("/users/{user_id}")
        def get_user(result: User, user_id: int) -> User:
            return result
        ```

    A client closes only a backend that it built itself. It may be used by any number of threads and event loops.
    """

    def __init__(self, config: BaseConfig | None = None, **settings: Unpack[Settings]) -> None:
        if config is not None and settings:
            raise TypeError(f"{type(self).__name__}: give a config or its fields as keywords, not both")
        used = BaseConfig(**settings) if config is None else config
        if not isinstance(used, BaseConfig):
            raise TypeError(f"{type(self).__name__}: config is a BaseConfig, not {type(used).__name__}")
        self.state = State(used, BackendHolder(used))

    @property
    def config(self) -> BaseConfig:
        """The configuration in force."""
        return self.state.config

    @property
    def backend(self) -> HTTPBackend:
        """The backend that calls go through, built now if none was given and none was needed yet."""
        return self.state.holder.backend

    def configure(self, config: BaseConfig | None = None, **settings: Unpack[Settings]) -> None:
        """Replace the configuration, or change fields of it, for all later calls of functions already decorated too.

        The backend stays, with its connections, unless `http_backend`, `verify` or `http2` change; then the old one is
        closed if the client built it.

        Raises:
            TypeError: both a config and keywords.
            ConfigurationError: as for `APIClient`; the old configuration stays.
        """
        if config is not None and settings:
            raise TypeError("configure: give a config or its fields as keywords, not both")
        before = self.state
        if config is None:
            fields: dict[str, Any] = {name: getattr(before.config, name) for name in before.config.model_fields_set}
            fields.update(settings)
            config = type(before.config)(**fields)
        stays = before.holder.serves(config)
        self.state = State(config, before.holder if stays else BackendHolder(config))
        if not stays:
            before.holder.close()

    def get(self, path: str, **options: Unpack[EndpointOptions]) -> EndpointDecorator:
        """Decorate a function that GETs `path`; parameters outside the path and `data` are its query."""
        return self._decorator("GET", path, options)

    def post(self, path: str, **options: Unpack[EndpointOptions]) -> EndpointDecorator:
        """Decorate a function that POSTs to `path`; `data` is the body."""
        return self._decorator("POST", path, options)

    def put(self, path: str, **options: Unpack[EndpointOptions]) -> EndpointDecorator:
        """Decorate a function that PUTs `data` at `path`."""
        return self._decorator("PUT", path, options)

    def patch(self, path: str, **options: Unpack[EndpointOptions]) -> EndpointDecorator:
        """Decorate a function that PATCHes `path` with `data`."""
        return self._decorator("PATCH", path, options)

    def delete(self, path: str, **options: Unpack[EndpointOptions]) -> EndpointDecorator:
        """Decorate a function that DELETEs `path`."""
        return self._decorator("DELETE", path, options)

    @overload
    def request(self, method: str, path: str, **options: Unpack[RequestOptions]) -> Response: ...

    @overload
    def request(self, method: str, path: str, *, result: type[T], **options: Unpack[RequestOptions]) -> T: ...

    @overload
    def request(self, method: str, path: str, *, result: Any, **options: Unpack[RequestOptions]) -> Any: ...

    def request(self, method: str, path: str, *, result: Any = Response, **options: Unpack[RequestOptions]) -> Any:
        """Make a call without declaring a function.

        Args:
            method: any token.
            path: below the base URL, or an absolute URL. It is sent as it is: escape what goes into it.
            result: what the body is; without it the Response itself is returned.
            options: see `clientele.http.options.RequestOptions`.

        Raises:
            TypeError, ConfigurationError: the call is wrong; nothing was sent.
            TransportError: there was no usable answer.
            HTTPStatusError: the status is 4xx or 5xx.
            APIException: the status is 3xx, and the redirect isn't followed.
            ResponseValidationError: the body is not what `result` says.
        """
        read = reader_for(result)
        return read(send(self.state, checked_method(method), path, dict(checked_options(options))))

    @overload
    async def arequest(self, method: str, path: str, **options: Unpack[RequestOptions]) -> Response: ...

    @overload
    async def arequest(self, method: str, path: str, *, result: type[T], **options: Unpack[RequestOptions]) -> T: ...

    @overload
    async def arequest(self, method: str, path: str, *, result: Any, **options: Unpack[RequestOptions]) -> Any: ...

    async def arequest(
        self, method: str, path: str, *, result: Any = Response, **options: Unpack[RequestOptions]
    ) -> Any:
        """`request`, asynchronously."""
        read = reader_for(result)
        return read(await asend(self.state, checked_method(method), path, dict(checked_options(options))))

    def close(self) -> None:
        """Close the backend if the client built it; the next call opens it anew."""
        self.state.holder.close()

    async def aclose(self) -> None:
        """`close`, and wait until this event loop's connections are closed."""
        await self.state.holder.aclose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    def _decorator(self, method: str, path: str, options: EndpointOptions) -> EndpointDecorator:
        return EndpointDecorator(self, method, path, options)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.config!r}>"
