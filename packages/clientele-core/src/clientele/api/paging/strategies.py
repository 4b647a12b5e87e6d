"""Where the next page is: by a cursor, an offset, a number, or a URL in the body or the Link header."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from clientele.api.paging.paging import Options, Paging, Position
from clientele.api.paging.parts import Part, number_of, part_of
from clientele.http.errors import ConfigurationError
from clientele.http.message.name_values import pairs_of
from clientele.http.response import Response


@dataclass(frozen=True, slots=True)
class Cursor(Paging):
    """Each page has the cursor of the next one: a token, or the id of its last item.

    ```python
    @api.get("/users", pages=Cursor(items="data", next="meta.next", param="cursor"))
    def users(result: Pages[UserPage, User], team: str | None = None) -> Pages[UserPage, User]:
        return result
    ```

    Attributes:
        items: see `Paging`.
        next: where the cursor is in a page, a path or a function of the page. None or an empty str ends the pages, an
            empty page doesn't.
        param: the name under which the cursor is sent.
        place: `"query"`, the default, or `"body"`, for a JSON object that is sent with POST; `param` may then be a path
            such as `"page.after"`.
    """

    next: Part = "next"
    param: str = "cursor"
    place: Literal["query", "body"] = "query"

    parts: ClassVar[tuple[str, ...]] = ("items", "next")
    names: ClassVar[tuple[str, ...]] = ("param",)

    def check(self, kind: Any, name: str) -> None:
        """Refuse another place, too."""
        Paging.check(self, kind, name)
        if self.place not in {"query", "body"}:
            raise ConfigurationError(f"{name}: Cursor(place={self.place!r}): use 'query' or 'body'")

    def following(self, page: Any, count: int, response: Response, here: Position | None) -> Any:  # noqa: ARG002
        """What `next` says."""
        return part_of(page, self.next)

    def turned(self, options: Options, position: Position) -> Options:
        """The cursor as a query value, or in the body."""
        if self.place == "query":
            return with_query(options, self.param, position)
        return {**options, "json": _with_member(options.get("json", {}), self.param.split("."), position)}


@dataclass(frozen=True, slots=True)
class Offset(Paging):
    """The next page is requested with the number of items before it: `?offset=100`.

    The first page is at the offset in the arguments of the call, or at `start`. The pages end at `total`, or with the
    first page without items.

    Attributes:
        items: see `Paging`.
        param: the name of the query value; default `"offset"`.
        total: where the total number of items is in a page, a path or a function; default None if pages don't have it.
        start: the offset of the first item; default 0.
    """

    param: str = "offset"
    total: Part | None = None
    start: int = 0

    parts: ClassVar[tuple[str, ...]] = ("items", "total")
    names: ClassVar[tuple[str, ...]] = ("param",)

    def begin(self, options: Options) -> int:
        """What the query says, or `start`."""
        return _whole(options, self.param, self.start)

    def following(self, page: Any, count: int, response: Response, here: Position | None) -> Any:  # noqa: ARG002
        """The offset after this page."""
        after = _as_int(here, self.start) + count
        total = None if self.total is None else number_of(page, self.total, "the total")
        return None if count == 0 or (total is not None and after - self.start >= total) else after

    def turned(self, options: Options, position: Position) -> Options:
        """The offset as a query value."""
        return with_query(options, self.param, position)


@dataclass(frozen=True, slots=True)
class PageNumber(Paging):
    """The next page is requested by its number: `?page=2`.

    The first page is the one in the arguments of the call, or `start`. The pages end with the page `last`, or with the
    first page without items.

    Attributes:
        items: see `Paging`.
        param: the name of the query value; default `"page"`.
        last: where the number of the last page is in a page, a path or a function; default None if pages don't have it.
        start: the number of the first page; default 1.
    """

    param: str = "page"
    last: Part | None = None
    start: int = 1

    parts: ClassVar[tuple[str, ...]] = ("items", "last")
    names: ClassVar[tuple[str, ...]] = ("param",)

    def begin(self, options: Options) -> int:
        """What the query says, or `start`."""
        return _whole(options, self.param, self.start)

    def following(self, page: Any, count: int, response: Response, here: Position | None) -> Any:  # noqa: ARG002
        """The number of the next page."""
        number = _as_int(here, self.start)
        last = None if self.last is None else number_of(page, self.last, "the last page")
        ends = count == 0 if last is None else number >= last
        return None if ends else number + 1

    def turned(self, options: Options, position: Position) -> Options:
        """The number as a query value."""
        return with_query(options, self.param, position)


@dataclass(frozen=True, slots=True)
class _ByURL(Paging):
    """The base of strategies whose positions are URLs."""

    is_url: ClassVar[bool] = True

    def turned(self, options: Options, position: Position) -> Options:  # noqa: ARG002
        """The options without a query: the URL has its own."""
        return {name: value for name, value in options.items() if name != "params"}


@dataclass(frozen=True, slots=True)
class NextURL(_ByURL):
    """Each page has the URL of the next one, absolute or relative.

    It is requested unchanged, without the query of the call. Credentials are not sent to another origin, only the
    headers that a redirect to another origin would keep.

    Attributes:
        items: see `Paging`.
        next: where the URL is in a page, a path or a function. None or an empty str ends the pages. Default `"next"`.
    """

    next: Part = "next"

    parts: ClassVar[tuple[str, ...]] = ("items", "next")

    def following(self, page: Any, count: int, response: Response, here: Position | None) -> Any:  # noqa: ARG002
        """What `next` says."""
        return part_of(page, self.next)


@dataclass(frozen=True, slots=True)
class LinkHeader(_ByURL):
    """The Link header of each page has the URL of the next one (RFC 8288): `<...>; rel="next"`. See `NextURL`.

    Attributes:
        items: see `Paging`.
        rel: the relation of the next page; default `"next"`.
    """

    rel: str = "next"

    names: ClassVar[tuple[str, ...]] = ("rel",)

    def following(self, page: Any, count: int, response: Response, here: Position | None) -> Any:  # noqa: ARG002
        """The target of the link."""
        return response.links.get(self.rel.lower(), {}).get("url")


def with_query(options: Options, name: str, value: Position) -> Options:
    """`options`, with `value` instead of the query values `name`."""
    others = [pair for pair in pairs_of(options.get("params") or ()) if pair[0] != name]
    return {**options, "params": [*others, (name, value)]}


def _with_member(body: Any, path: list[str], value: Position) -> Any:
    if not isinstance(body, Mapping):
        raise ConfigurationError(
            "Cursor(place='body'): the body of the call isn't a JSON object that the cursor can be added to"
        )
    name, *deeper = path
    return {**body, name: _with_member(body.get(name) or {}, deeper, value) if deeper else value}


def _whole(options: Options, name: str, default: int) -> int:
    """The query value `name` as an int."""
    given = [value for key, value in pairs_of(options.get("params") or ()) if key == name]
    return _as_int(given[-1] if given else None, default)


def _as_int(value: Any, default: int) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() else default
