"""The iteration over pages: which page is requested next, and what it contains. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import ValidationError

from clientele.api.paging.paging import Options, Paging, Position
from clientele.api.paging.parts import part_of
from clientele.api.types.adapters import adapter_for
from clientele.http.errors import APIException, ConfigurationError, InvalidURL, ResponseValidationError
from clientele.http.message.errors import raise_from
from clientele.http.message.headers import checked_headers
from clientele.http.message.links import absolute
from clientele.http.message.redaction import without_userinfo
from clientele.http.message.redirects import CROSS_ORIGIN_HEADERS
from clientele.http.message.urls import URL, parse_url
from clientele.http.response import Response
from clientele.http.runtime.lazy import json
from clientele.http.streams.validation_messages import first_problem, without_values
from clientele.http.transport.request_headers import headers_for_elsewhere

P = TypeVar("P")
T = TypeVar("T")

_BODIES = ("json", "data", "content", "files")


class Page(NamedTuple, Generic[P, T]):
    """One page of a list.

    Attributes:
        result: the body, as the first type of `Pages`.
        items: its items.
        response: its response.
        token: resumes after this page, `users().resume(token)`, also in another process; None on the last page. For
            NextURL and LinkHeader it is a URL, which may have secrets in its query.
    """

    result: P
    items: list[T]
    response: Response
    token: str | None


class PagedCall(NamedTuple):
    """A call that requests pages.

    Attributes:
        name: the name of the function in errors.
        paging: where the next page is.
        item: the type of the items.
        url: the declared URL, whose origin is home.
        path: the path of the call.
        options: the options of the call.
        reads: converts a response to a page.
        configured: the names of the client's headers.
    """

    name: str
    paging: Paging
    item: Any
    url: str
    path: str
    options: Options
    reads: Callable[[Response], Any]
    configured: tuple[str, ...]


class Walk:
    """One iteration over the pages, from the first one or after that of `token`.

    Raises:
        ConfigurationError: the token isn't the token of a page.
    """

    def __init__(self, call: PagedCall, token: str | None) -> None:
        self._call = call
        self._home = parse_url(call.url)[0]
        self._seen: set[Position] = set()
        self._last: Response | None = None
        self._is_over = False
        self._position = call.paging.begin(call.options) if token is None else _position_in(token, call)
        self._is_first = token is None

    def request(self) -> tuple[str, Options] | None:
        """The path and the options of the next call; None after the last page.

        Raises:
            APIException: the next page can't be requested; the message says why.
        """
        call = self._call
        if self._is_over:
            return None
        if self._is_first or self._position is None:
            return call.path, call.options
        if self._position in self._seen:
            raise self._refused("names a next page that was already requested, so the loop would never end")
        self._seen.add(self._position)
        options = call.paging.turned(call.options, self._position)
        return self._at_url(str(self._position), options) if call.paging.is_url else (call.path, options)

    def read(self, response: Response) -> Page[Any, Any]:
        """The page in a response.

        Raises:
            APIException: its status is an error.
            ResponseValidationError: the page, its items or the position of the next page don't match their declaration.
        """
        call, paging = self._call, self._call.paging
        result = call.reads(response)
        try:
            given = result if paging.items is None else part_of(result, paging.items)
            items = self._items(given, response)
            following = self._checked(paging.following(result, len(items), response, self._position), response)
        except (LookupError, TypeError, AttributeError) as error:
            raise ResponseValidationError(response, f"{call.name}: the page: {error}") from error
        self._position = following
        self._is_over, self._is_first, self._last = self._position is None, False, response
        token = None if self._position is None else json.dumps(self._position)
        return Page(result, items, response, token)

    def _items(self, given: Any, response: Response) -> list[Any]:
        if given is None:
            return []
        if isinstance(given, (str, bytes, Mapping)) or not isinstance(given, Iterable):
            raise TypeError(f"the items are {type(given).__name__}, not a list")
        adapter = adapter_for(list[self._call.item])  # type: ignore[name-defined]
        try:
            items: list[Any] = adapter.validate_python(list(given))
        except ValidationError as error:
            reason = f"{self._call.name}: item {first_problem(error, adapter.core_schema)}"
            raise_from(ResponseValidationError(response, reason), without_values(error))
        return items

    def _checked(self, following: Any, response: Response) -> Position | None:
        if following is None or following == "":
            return None
        is_url = self._call.paging.is_url
        if isinstance(following, bool) or not isinstance(following, str if is_url else (int, str)):
            what, kinds = ("URL", "a str") if is_url else ("cursor", "a str or an int")
            raise TypeError(f"the {what} of the next page is {type(following).__name__}, not {kinds}")
        if not is_url:
            return following
        # A relative URL is resolved against the request. User information is removed: the server must not choose
        # credentials.
        return without_userinfo(absolute(response.request_url, str(following)))

    def _at_url(self, text: str, options: Options) -> tuple[str, Options]:
        call = self._call
        try:
            url = parse_url(text)[0]
        except InvalidURL as error:
            raise self._refused(f"names a next page that isn't a URL: {error}") from error
        if url.origin == self._home.origin:
            return text, options
        if self._home.scheme == "https" and url.scheme != "https":
            raise self._refused("names a next page without TLS, while this page has TLS")
        if any(options.get(kind) is not None for kind in _BODIES):
            raise self._refused(
                f"names a next page at {_shown(url)}, and the body of the call must not be sent to another origin"
            )
        # Also without a base URL, when configured headers go to all origins: the server chose this one.
        withheld = {name: None for name in call.configured if name.lower() not in CROSS_ORIGIN_HEADERS}
        own = headers_for_elsewhere(checked_headers(options.get("headers") or {}))
        return text, {**options, "headers": withheld | dict(own.values()), "home": call.url}

    def _refused(self, why: str) -> Exception:
        if self._last is None:
            return ConfigurationError(f"{self._call.name}: the token {why}")
        return APIException(self._last, f"{self._call.name}: the page {why}")


def _position_in(token: str, call: PagedCall) -> Position:
    try:
        position = json.loads(token)
    except ValueError:
        position = None
    if isinstance(position, bool) or not isinstance(position, (int, str)):
        raise ConfigurationError(f"{call.name}: resume(token): the token isn't the `token` of a page")
    return position


def _shown(url: URL) -> str:
    return f"{url.scheme}://{url.authority}"
