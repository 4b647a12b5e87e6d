"""The client: verbs that decorate functions, direct requests, configuration and closing."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack, overload

from clientele.api.config import BaseConfig, Settings
from clientele.api.decorated import EndpointMethod
from clientele.api.decorator_options import EndpointOptions
from clientele.api.decorators import FunctionDecorator
from clientele.api.execution import aread, asend, read, send
from clientele.api.response_maps import mapped_reader
from clientele.api.results import Reader, reader_for, validatable
from clientele.api.state import BackendHolder, State
from clientele.http.backends import HTTPBackend
from clientele.http.errors import ConfigurationError
from clientele.http.headers import checked_method
from clientele.http.options import RequestOptions
from clientele.http.prepare import checked_options
from clientele.http.response import Response

T = TypeVar("T")
_UNSET: Any = object()


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

    A subclass may have calls as its methods, which the decorators of `clientele.api` make: see
    `clientele.api.endpoint`. A client closes only a backend that it built itself. It may be used by any number of
    threads and event loops.
    """

    state: State
    """The configuration, put to work; `configure` replaces it."""

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        for owner in cls.__mro__:
            for name, value in vars(owner).items():
                if isinstance(value, EndpointMethod) and _is_taken(name):
                    raise ConfigurationError(
                        f"{owner.__qualname__}.{name}: APIClient has `{name}` already, which this would hide; rename it"
                    )

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

    def get(self, path: str, **options: Unpack[EndpointOptions]) -> FunctionDecorator:
        """Decorate a function that GETs `path`; parameters outside the path and `data` are its query."""
        return self._decorator("GET", path, options)

    def post(self, path: str, **options: Unpack[EndpointOptions]) -> FunctionDecorator:
        """Decorate a function that POSTs to `path`; `data` is the body."""
        return self._decorator("POST", path, options)

    def put(self, path: str, **options: Unpack[EndpointOptions]) -> FunctionDecorator:
        """Decorate a function that PUTs `data` at `path`."""
        return self._decorator("PUT", path, options)

    def patch(self, path: str, **options: Unpack[EndpointOptions]) -> FunctionDecorator:
        """Decorate a function that PATCHes `path` with `data`."""
        return self._decorator("PATCH", path, options)

    def delete(self, path: str, **options: Unpack[EndpointOptions]) -> FunctionDecorator:
        """Decorate a function that DELETEs `path`."""
        return self._decorator("DELETE", path, options)

    def head(self, path: str, **options: Unpack[EndpointOptions]) -> FunctionDecorator:
        """Decorate a function that asks for the HEAD of `path`: its headers, without a body."""
        return self._decorator("HEAD", path, options)

    def options(self, path: str, **options: Unpack[EndpointOptions]) -> FunctionDecorator:
        """Decorate a function that asks for the OPTIONS of `path`."""
        return self._decorator("OPTIONS", path, options)

    def endpoint(self, method: str, path: str, **options: Unpack[EndpointOptions]) -> FunctionDecorator:
        """Decorate a function that calls `path` with any request method, such as `"PROPFIND"`."""
        return self._decorator(method, path, options)

    @overload
    def request(self, method: str, path: str, **options: Unpack[RequestOptions]) -> Response: ...

    @overload
    def request(self, method: str, path: str, *, result: None, **options: Unpack[RequestOptions]) -> None: ...

    @overload
    def request(self, method: str, path: str, *, result: type[T], **options: Unpack[RequestOptions]) -> T: ...

    @overload
    def request(self, method: str, path: str, *, result: Any, **options: Unpack[RequestOptions]) -> Any: ...

    @overload
    def request(
        self, method: str, path: str, *, response_map: Mapping[int, type[T]], **options: Unpack[RequestOptions]
    ) -> T: ...

    @overload
    def request(
        self, method: str, path: str, *, response_map: Mapping[int, Any], **options: Unpack[RequestOptions]
    ) -> Any: ...

    def request(
        self,
        method: str,
        path: str,
        *,
        result: Any = _UNSET,
        response_map: Mapping[int, Any] | None = None,
        **options: Unpack[RequestOptions],
    ) -> Any:
        """Make a call without declaring a function.

        Args:
            method: any token.
            path: below the base URL, or an absolute URL. It is sent as it is: escape what goes into it.
            result: what the body is; without it the Response itself is returned.
            response_map: in place of `result`, what the body is for each status that is expected; the others raise.
            options: see `clientele.http.options.RequestOptions`.

        Raises:
            TypeError, ConfigurationError: the call is wrong; nothing was sent.
            NotImplementedError: the backend makes no synchronous calls; nothing was sent.
            TransportError: there was no usable answer.
            HTTPStatusError: the status is 4xx or 5xx, and not in `response_map`.
            APIException: the status is 3xx, and the redirect isn't followed; or it is another not in `response_map`.
            ResponseValidationError: the body is not what `result` says.
        """
        reader, state = _reader("request", result, response_map), self.state
        return read(state, reader, send(state, checked_method(method), path, dict(checked_options(options))))

    @overload
    async def arequest(self, method: str, path: str, **options: Unpack[RequestOptions]) -> Response: ...

    @overload
    async def arequest(self, method: str, path: str, *, result: None, **options: Unpack[RequestOptions]) -> None: ...

    @overload
    async def arequest(self, method: str, path: str, *, result: type[T], **options: Unpack[RequestOptions]) -> T: ...

    @overload
    async def arequest(self, method: str, path: str, *, result: Any, **options: Unpack[RequestOptions]) -> Any: ...

    @overload
    async def arequest(
        self, method: str, path: str, *, response_map: Mapping[int, type[T]], **options: Unpack[RequestOptions]
    ) -> T: ...

    @overload
    async def arequest(
        self, method: str, path: str, *, response_map: Mapping[int, Any], **options: Unpack[RequestOptions]
    ) -> Any: ...

    async def arequest(
        self,
        method: str,
        path: str,
        *,
        result: Any = _UNSET,
        response_map: Mapping[int, Any] | None = None,
        **options: Unpack[RequestOptions],
    ) -> Any:
        """`request`, asynchronously."""
        reader, state = _reader("arequest", result, response_map), self.state
        response = await asend(state, checked_method(method), path, dict(checked_options(options)))
        return await aread(state, reader, response)

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

    def _decorator(self, method: str, path: str, options: EndpointOptions) -> FunctionDecorator:
        return FunctionDecorator(self, method, path, options)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.config!r}>"


def _is_taken(name: str) -> bool:
    return name == "state" or any(name in vars(owner) for owner in APIClient.__mro__)


def _reader(where: str, result: Any, response_map: Mapping[int, Any] | None) -> Reader:
    if response_map is None:
        return validatable(lambda: reader_for(Response if result is _UNSET else result), f"{where}(result=...)")
    if result is not _UNSET:
        raise TypeError(f"{where}: result and response_map both say what the body is; give one of them")
    return validatable(lambda: mapped_reader(response_map, where), f"{where}(response_map=...)")
