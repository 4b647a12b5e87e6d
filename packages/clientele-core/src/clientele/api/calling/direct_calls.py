"""Calls without a decorated function: one request, or one download."""

from __future__ import annotations

from os import PathLike
from typing import Any, TypeVar, Unpack, overload

from clientele.api.arguments.bodies import json_option
from clientele.api.calling.execution import aread, asend, read, send
from clientele.api.calling.state import State
from clientele.api.calling.streaming import RAW, stream_call
from clientele.api.results.response_maps import mapped_reader
from clientele.api.results.results import Reader, reader_for, validatable
from clientele.api.results.statuses import ByStatus
from clientele.api.types.annotations import refuse_open
from clientele.http.backends.options import RequestOptions, checked_options
from clientele.http.errors import ConfigurationError, InvalidURL
from clientele.http.message.body.files import ProgressCallback
from clientele.http.message.headers import checked_method
from clientele.http.response import Response

T = TypeVar("T")


class DirectCalls:
    """The calls of a client that need no declaration: `request` and `download`."""

    state: State

    @overload
    def request(self, method: str, path: str, *, result: None, **options: Unpack[RequestOptions]) -> None: ...

    @overload
    def request(self, method: str, path: str, *, result: type[T], **options: Unpack[RequestOptions]) -> T: ...

    @overload
    def request(self, method: str, path: str, *, result: Any, **options: Unpack[RequestOptions]) -> Any: ...

    @overload
    def request(
        self, method: str, path: str, *, response_map: ByStatus[type[T]], **options: Unpack[RequestOptions]
    ) -> T: ...

    @overload
    def request(
        self, method: str, path: str, *, response_map: ByStatus[Any], **options: Unpack[RequestOptions]
    ) -> Any: ...

    @overload
    def request(self, method: str, path: str, **options: Unpack[RequestOptions]) -> Response: ...

    def request(
        self,
        method: str,
        path: str,
        *,
        result: Any = Response,
        response_map: ByStatus[Any] | None = None,
        **options: Unpack[RequestOptions],
    ) -> Any:
        """Make a call without declaring a function.

        Args:
            method: any token.
            path: below the base URL, or an absolute URL. It is sent unchanged: escape its values.
            result: the type of the body; by default, the Response is returned.
            response_map: instead of `result`, the type of the body for each expected status, such as 404, "4XX" or
                "default"; other statuses raise.
            options: see `clientele.http.backends.RequestOptions`.

        Raises:
            TypeError, ConfigurationError: the call is wrong; nothing was sent.
            NotImplementedError: the backend makes no synchronous calls; nothing was sent.
            TransportError: there was no usable response.
            HTTPStatusError: the status is 4xx or 5xx, and not in `response_map`.
            APIException: the status is 3xx, and the redirect isn't followed; or another status is not in
                `response_map`.
            ResponseValidationError: the body doesn't match `result`.
        """
        reader, state = _reader("request", result, response_map), self.state
        return read(state, reader, send(state, *_checked("request", method, path, options)))

    @overload
    async def arequest(self, method: str, path: str, *, result: None, **options: Unpack[RequestOptions]) -> None: ...

    @overload
    async def arequest(self, method: str, path: str, *, result: type[T], **options: Unpack[RequestOptions]) -> T: ...

    @overload
    async def arequest(self, method: str, path: str, *, result: Any, **options: Unpack[RequestOptions]) -> Any: ...

    @overload
    async def arequest(
        self, method: str, path: str, *, response_map: ByStatus[type[T]], **options: Unpack[RequestOptions]
    ) -> T: ...

    @overload
    async def arequest(
        self, method: str, path: str, *, response_map: ByStatus[Any], **options: Unpack[RequestOptions]
    ) -> Any: ...

    @overload
    async def arequest(self, method: str, path: str, **options: Unpack[RequestOptions]) -> Response: ...

    async def arequest(
        self,
        method: str,
        path: str,
        *,
        result: Any = Response,
        response_map: ByStatus[Any] | None = None,
        **options: Unpack[RequestOptions],
    ) -> Any:
        """`request`, asynchronously."""
        reader, state = _reader("arequest", result, response_map), self.state
        return await aread(state, reader, await asend(state, *_checked("arequest", method, path, options)))

    def download(
        self,
        path: str,
        to: str | PathLike[str],
        *,
        overwrite: bool = False,
        progress: ProgressCallback | None = None,
        **options: Unpack[RequestOptions],
    ) -> Response:
        """GET `path`, and save the body to a file, which appears when it is complete; see `Stream.download`.

        ```python
        api.download("/exports/2026.csv", "2026.csv", progress=lambda received, total: print(received, total))
        ```

        Args:
            path: below the base URL, or an absolute URL. It is sent unchanged: escape its values.
            to: the file; its folder must exist.
            overwrite: replace an existing file; default False.
            progress: called with the bytes so far, and the total, or None if it is unknown.
            options: see `clientele.http.backends.RequestOptions`.

        Returns:
            The head of the response; its status is 206 if an interrupted download was resumed. The content is in the
            file.

        Raises:
            TypeError, ConfigurationError: the call is wrong; nothing was sent.
            FileExistsError: the file exists, and `overwrite` is False.
            OSError: the file can't be written, or another download to it is in progress (BlockingIOError).
            ReadError: the body is shorter than announced, or the connection broke.
            TransportError, APIException: as for `request`.
        """
        from clientele.api.streaming.saving import save  # noqa: PLC0415 - only who downloads needs it.

        call = stream_call(self.state, *_checked("download", "GET", path, options), RAW, is_async=False)
        return save(call, to, overwrite=overwrite, progress=progress)

    async def adownload(
        self,
        path: str,
        to: str | PathLike[str],
        *,
        overwrite: bool = False,
        progress: ProgressCallback | None = None,
        **options: Unpack[RequestOptions],
    ) -> Response:
        """`download`, asynchronously. The file is written in a thread; `progress` is called on the loop."""
        from clientele.api.streaming.saving import asave  # noqa: PLC0415 - only who downloads needs it.

        call = stream_call(self.state, *_checked("adownload", "GET", path, options), RAW, is_async=True)
        return await asave(call, to, overwrite=overwrite, progress=progress)


def _checked(where: str, method: str, path: str, options: RequestOptions) -> tuple[str, str, dict[str, Any]]:
    if not isinstance(path, str):
        raise InvalidURL(f"{where}: the path is a str, not {type(path).__name__}")
    checked, complete = checked_method(method), dict(checked_options(options))
    if complete.get("json") is not None:
        complete["json"] = json_option(complete["json"], checked, f"{where}(json=...)")
    return checked, path, complete


def _reader(where: str, result: Any, response_map: ByStatus[Any] | None) -> Reader:
    refuse_open(result, f"{where}: `result`")
    try:
        if response_map is None:
            return validatable(lambda: reader_for(result), f"{where}(result=...)")
        if result is not Response:
            raise TypeError(f"{where}: result and response_map both declare the type of the body; pass one of them")
        return validatable(lambda: mapped_reader(response_map, where), f"{where}(response_map=...)")
    except NameError as error:
        raise ConfigurationError(
            f"{where}: the type of the result names {error.name}, which isn't defined; pass types, not their names"
        ) from error
