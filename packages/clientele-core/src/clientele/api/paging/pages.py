"""What a call with pages returns: its items, page by page."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from typing import Any, Generic, Self, TypeAlias, TypeVar

from clientele.api.paging.strategies import Options
from clientele.api.paging.walking import Page, PagedCall, Walk
from clientele.http.response import Response

P = TypeVar("P")
T = TypeVar("T")

Fetch: TypeAlias = Callable[[str, Options, Callable[[Response], Page[Any, Any]]], Any]
"""Makes the call of a page with a path and options, and reads the response."""


class _Pages(Generic[P, T]):
    """What `Pages` and `AsyncPages` have in common."""

    def __init__(self, call: PagedCall, fetch: Fetch, token: str | None = None) -> None:
        self._call = call
        self._fetch = fetch
        self._token = token

    def resume(self, token: str) -> Self:
        """The pages behind the one that has this `token`.

        ```python
        for user in users(team="a").resume(saved):
            ...
        ```

        Raises:
            ConfigurationError: when the first page is asked for, if it isn't the token of a page.
        """
        return type(self)(self._call, self._fetch, token)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._call.name}>"


class Pages(_Pages[P, T], Iterable[T]):
    """The items of all pages of a list: `for user in users(): ...`. Nothing is sent before the first one is asked for,
    and a page when its first item is. Each loop begins anew.

    `Pages[UserPage, User]`: the body of each page is a UserPage, the items in it are Users. Each page is a call, with
    hooks, retries and time limits of its own.

    An item, or what a page says of the next one, that isn't as declared raises ResponseValidationError; a page that
    names one that was asked for already raises APIException, after its items.
    """

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page.items

    def pages(self, *, max_pages: int | None = None) -> Iterator[Page[P, T]]:
        """The pages themselves, each with its result, items, response, and the token that resumes the list behind it.

        Args:
            max_pages: how many to ask for at most; default None, for all of them.
        """
        walk, count = Walk(self._call, self._token), 0
        while (max_pages is None or count < max_pages) and (asked := walk.request()) is not None:
            yield self._fetch(*asked, walk.read)
            count += 1


class AsyncPages(_Pages[P, T], AsyncIterable[T]):
    """`Pages` for asynchronous calls: `async for user in await users(): ...`."""

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for item in page.items:
                yield item

    async def pages(self, *, max_pages: int | None = None) -> AsyncIterator[Page[P, T]]:
        """The pages themselves; see `Pages.pages`."""
        walk, count = Walk(self._call, self._token), 0
        while (max_pages is None or count < max_pages) and (asked := walk.request()) is not None:
            yield await self._fetch(*asked, walk.read)
            count += 1
