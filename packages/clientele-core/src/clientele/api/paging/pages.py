"""The result of a call with pages: the items, page by page."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from typing import Any, Generic, Self, TypeAlias, TypeVar

from clientele.api.paging.paging import Options
from clientele.api.paging.walking import Page, PagedCall, Walk
from clientele.http.errors import ConfigurationError
from clientele.http.response import Response

P = TypeVar("P")
T = TypeVar("T")

Fetch: TypeAlias = Callable[[str, Options, Callable[[Response], Page[Any, Any]]], Any]
"""Requests a page with a path and options, and reads the response."""


class _Pages(Generic[P, T]):
    """The common base of `Pages` and `AsyncPages`."""

    def __init__(self, call: PagedCall, fetch: Fetch, token: str | None = None) -> None:
        self._call = call
        self._fetch = fetch
        self._token = token

    def resume(self, token: str) -> Self:
        """The pages after the one with this `token`.

        ```python
        for user in users(team="a").resume(saved):
            ...
        ```

        Raises:
            ConfigurationError: it isn't the token of a page; raised when the first page is requested.
        """
        return type(self)(self._call, self._fetch, token)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._call.name}>"


class Pages(_Pages[P, T], Iterable[T]):
    """The items of all pages of a list: `for user in users(): ...`. Pages are requested lazily, when the loop reaches
    their first item. Each loop starts again.

    `Pages[UserPage, User]`: the body of each page is a UserPage, and its items are Users.

    Each page is a separate call, with its own hooks, retries and timeouts. An item or a cursor that doesn't match its
    declaration raises ResponseValidationError. A page that names a page that was already requested raises APIException,
    after its items.
    """

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page.items

    def pages(self, *, max_pages: int | None = None) -> Iterator[Page[P, T]]:
        """The pages themselves, each with its result, items, response, and the token to resume after it.

        Args:
            max_pages: the maximum number of pages; default None, for all of them.

        Raises:
            ConfigurationError: `max_pages` is not a number of pages; raised when the first page is requested.
        """
        walk, count = Walk(self._call, self._token), _checked_count(max_pages)
        while count > 0 and (asked := walk.request()) is not None:
            yield self._fetch(*asked, walk.read)
            count -= 1


class AsyncPages(_Pages[P, T], AsyncIterable[T]):
    """`Pages` for asynchronous calls: `async for user in await users(): ...`."""

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for item in page.items:
                yield item

    async def pages(self, *, max_pages: int | None = None) -> AsyncIterator[Page[P, T]]:
        """The pages themselves; see `Pages.pages`."""
        walk, count = Walk(self._call, self._token), _checked_count(max_pages)
        while count > 0 and (asked := walk.request()) is not None:
            yield await self._fetch(*asked, walk.read)
            count -= 1


def _checked_count(max_pages: Any) -> float:
    """`max_pages` as the number of pages to request."""
    if max_pages is None:
        return float("inf")
    if isinstance(max_pages, bool) or not isinstance(max_pages, int) or max_pages < 0:
        raise ConfigurationError(f"pages(max_pages={max_pages!r}): use an int, 0 or more, or None for all pages")
    return max_pages
