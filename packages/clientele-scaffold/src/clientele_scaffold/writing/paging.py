"""Where the next page of a list is, of operations whose descriptions show a known pattern."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from clientele_scaffold.reading import Content, Operation, Parameter, Result, Schema
from clientele_scaffold.writing.bodies import is_json
from clientele_scaffold.writing.literals import literal
from clientele_scaffold.writing.names import plain, words
from clientele_scaffold.writing.results import expected
from clientele_scaffold.writing.scopes import Scope
from clientele_scaffold.writing.types import Types

API = "clientele.api"
_CURSORS = {"cursor", "pagetoken", "nexttoken", "pagecursor", "after", "startingafter", "startcursor", "pageafter"}
_CURSORS |= {"continuationtoken", "continuation", "marker", "nextmarker", "nextcursor", "nextpagetoken", "from"}
_NEXT_CURSORS = {"nextcursor", "nextpagetoken", "nexttoken", "nextmarker", "nextpagecursor", "next", "endcursor"}
_NEXT_CURSORS |= {"continuationtoken", "continuation", "nextcontinuationtoken", "cursor", "after"}
_NEXT_URLS = {"next", "nexturl", "nexturi", "nextpage", "nextpageurl", "nextpageuri", "nextlink", "nexthref"}
_NUMBERS = {"page", "pagenumber", "pagenum", "pageno"}
_LAST = {"totalpages", "pagecount", "pages", "lastpage", "pagetotal", "numpages", "numberofpages"}
_OFFSETS = {"offset", "skip", "startat", "startindex", "pageoffset"}
_TOTALS = {"total", "totalcount", "totalitems", "totalresults", "totalelements", "totalrecords"}
_AROUND = {"meta", "metadata", "pagination", "paging", "pageinfo", "links", "responsemetadata", "cursors", "resultinfo"}
_LINKS = {"links", "next"}
_ITEMS = ("data", "items", "results", "entries", "values", "records", "content", "value", "objects", "resources")
_DEPTH = 3


@dataclass(frozen=True, slots=True)
class Paging:
    """Where the next page is, as it is written.

    Attributes:
        strategy: the value of `pages`: `Cursor(items="data", next="next", param="cursor")`.
        item: the type of the items.
    """

    strategy: str
    item: str


@dataclass(frozen=True, slots=True)
class _Page:
    """The body of a page: the path of the items in it, `""` if it is the list of these, and all other paths."""

    items: str
    schema: Schema
    parts: Mapping[tuple[str, ...], Schema]

    def one_of(self, names: set[str], *kinds: str) -> str:
        """The path of the part that has one of some names, and one of some types; `""` if there is none."""
        found = [
            path
            for path, schema in self.parts.items()
            if plain(path[-1]) in names and set(schema.types) & set(kinds) and "." not in "".join(path)
        ]
        shortest = min(found, key=len, default=None)
        return ".".join(shortest or ())


class _Strategy(NamedTuple):
    name: str
    arguments: list[str]


class Pagination:
    """Finds where next pages are."""

    def __init__(self, types: Types) -> None:
        self._types = types

    def of(self, operation: Operation, body: Content | None, scope: Scope, wanted: str) -> Paging | None:
        """Where the next page is.

        Args:
            operation: the operation, with one type of results.
            body: what it sends.
            scope: collects what is imported.
            wanted: what the items are called if they have no name.
        """
        result = next(iter(expected(operation)), None)
        content = None if result is None else next((each for each in result.contents if is_json(each.media_type)), None)
        page = None if content is None or content.schema is None else self._page(content.schema, operation)
        if page is None or result is None or operation.method not in {"GET", "POST"}:
            return None
        said = self._by_cursor(page, operation, body)
        if not said and operation.method == "GET":
            said = self._by_url(page, result) or self._by_number(page, operation)
        item = self._types.inner(page.schema, scope, f"{wanted} Item") if said else ""
        if said is None or not item:
            return None
        items = [f"items={literal(page.items)}"] if page.items else []
        return Paging(f"{scope.use(API, said.name)}({', '.join([*items, *said.arguments])})", item)

    def _page(self, schema: Schema, operation: Operation) -> _Page | None:
        found = self._types.description.resolve(schema)
        if found.types == ("array",):
            return _Page("", self._types.items(found), {})
        parts = dict(self._parts(schema, (), _DEPTH))
        lists = {path[0]: self._types.items(part) for path, part in parts.items() if len(path) == 1 and _is_list(part)}
        known = [name for name in (*_ITEMS, _last_segment(operation.path)) if name in lists]
        chosen = [*known, *(lists if len(lists) == 1 else ())]
        return _Page(chosen[0], lists[chosen[0]], parts) if chosen and "." not in chosen[0] else None

    def _parts(self, schema: Schema, above: tuple[str, ...], depth: int) -> Iterator[tuple[tuple[str, ...], Schema]]:
        """The properties of a page, and those of the objects in it that say where the next one is."""
        for name, each in self._types.fields(schema)[0].items():
            path = (*above, name)
            yield path, self._types.whole(each)
            if depth > 1 and (plain(name) in _AROUND or (above and plain(name) in _LINKS)):
                yield from self._parts(self._types.whole(each), path, depth - 1)

    def _by_cursor(self, page: _Page, operation: Operation, body: Content | None) -> _Strategy | None:
        names = {each.name for each in operation.parameters if each.place == "query" and plain(each.name) in _CURSORS}
        place: list[str] = []
        if operation.method == "POST":
            fields = self._types.fields(body.schema)[0] if body is not None and body.schema else {}
            names, place = {name for name in fields if plain(name) in _CURSORS and "." not in name}, ['place="body"']
        for name in sorted(names):
            following = page.one_of(_NEXT_CURSORS, "string", "integer")
            after = self._after(page) if plain(name) in {"after", "startingafter"} else ""
            if following and not self._is_url(page, following):
                after = literal(following)
            if after:
                return _Strategy("Cursor", [f"next={after}", f"param={literal(name)}", *place])
        return None

    def _after(self, page: _Page) -> str:
        """The id of the last item, if the page says that there are more."""
        more = page.one_of({"hasmore"}, "boolean")
        if not more.isidentifier() or not page.items.isidentifier():
            return ""
        if (last := page.one_of({"lastid"}, "string", "integer")).isidentifier():
            return f"lambda page: page.{last} if page.{more} else None"
        fields, required = self._types.fields(page.schema)
        if "id" in fields.keys() & required:
            return f"lambda page: page.{page.items}[-1].id if page.{more} and page.{page.items} else None"
        return ""

    def _is_url(self, page: _Page, path: str) -> bool:
        names = tuple(path.split("."))
        schema = page.parts[names]
        told = {"url", "uri", "link", "links", "href"} & {word.lower() for name in names for word in words(name)}
        shown = any(str(each).startswith(("http", "/", "?")) for each in schema.examples)
        return "string" in schema.types and (shown or bool(told) or schema.format.startswith(("uri", "url", "iri")))

    def _by_url(self, page: _Page, result: Result) -> _Strategy | None:
        following = page.one_of(_NEXT_URLS, "string") or page.one_of({"href"}, "string")
        if following and self._is_url(page, following):
            return _Strategy("NextURL", [f"next={literal(following)}"])
        return _Strategy("LinkHeader", []) if "link" in map(str.lower, result.headers) else None

    def _by_number(self, page: _Page, operation: Operation) -> _Strategy | None:
        queries = [each for each in operation.parameters if each.place == "query"]
        counting = {plain(each.name): each for each in queries if self._is_number(each)}
        has_cursor = any(plain(each.name) in _CURSORS for each in queries)
        for name, parameter in [] if has_cursor else counting.items():
            if name in _NUMBERS:
                start = self._start(parameter, 1)
                last = page.one_of(_LAST, "integer") if start == 1 else ""
                return _said("PageNumber", parameter, "page", last=last, start="" if start == 1 else str(start))
            if name in _OFFSETS:
                start = self._start(parameter, 0)
                total = page.one_of(_TOTALS, "integer")
                return _said("Offset", parameter, "offset", total=total, start="" if start == 0 else str(start))
        return None

    def _is_number(self, parameter: Parameter) -> bool:
        return bool({"integer", "number"} & set(self._types.whole(parameter.schema).types))

    def _start(self, parameter: Parameter, otherwise: int) -> int:
        """The number of the first page, or of the first item: what is sent by default, or the least that may be."""
        schema = self._types.whole(parameter.schema)
        said = schema.default if schema.has_default else schema.limits.get("minimum")
        return int(said) if said in (0, 1) and not isinstance(said, bool) else otherwise


def _said(strategy: str, parameter: Parameter, usual: str, *, start: str, **paths: str) -> _Strategy:
    told = [] if parameter.name == usual else [f"param={literal(parameter.name)}"]
    told += [f"{name}={literal(path)}" for name, path in paths.items() if path]
    return _Strategy(strategy, [*told, *([f"start={start}"] if start else [])])


def _is_list(schema: Schema) -> bool:
    return schema.types == ("array",)


def _last_segment(path: str) -> str:
    """The last part of a path that is no place, without what looks like the ending of a file."""
    names = [part for part in path.split("/") if part and "{" not in part]
    return names[-1].partition(".")[0].lower() if names else ""
