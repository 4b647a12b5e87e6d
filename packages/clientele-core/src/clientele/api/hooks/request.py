"""A request before it is sent; hooks and `auth` may change it."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

from clientele.http.message.call import BY_HAND, Call
from clientele.http.message.headers import HeadersInput, RequestHeaders, checked_headers
from clientele.http.message.name_values import checked_pairs, pairs_of
from clientele.http.message.query import Params
from clientele.http.message.redaction import redacted_url, shown_header, without_userinfo


class MutableHeaders(MutableMapping[str, str | None]):
    """The header fields of a request: names ignore case, and the value None removes a header that the backend would
    send.

    A value is checked when it is set; InvalidHeader names the header and never shows the value. The repr shows only
    values of headers that never contain a secret.
    """

    __slots__ = ("_fields",)

    def __init__(self, fields: RequestHeaders) -> None:
        self._fields = fields

    def __getitem__(self, name: str) -> str | None:
        return self._fields[name.lower()][1]

    def __setitem__(self, name: str, value: str | None) -> None:
        self._fields.update(checked_headers({name: value}, "request.headers"))

    def __delitem__(self, name: str) -> None:
        del self._fields[name.lower()]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._fields

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._fields.values())

    def __len__(self) -> int:
        return len(self._fields)

    def put(self, name: str, value: str) -> None:
        """Set a header that has already been checked."""
        self._fields[name.lower()] = name, value

    def copy(self) -> MutableHeaders:
        """A copy with the same fields."""
        return MutableHeaders(dict(self._fields))

    def to_option(self) -> dict[str, str | None]:
        """The fields in the form of the option `headers` of a call."""
        return dict(self._fields.values())

    def __repr__(self) -> str:
        shown = {name: value and shown_header(name, value) for name, value in self._fields.values()}
        return f"MutableHeaders({shown!r})"


class Request:
    """A request that is about to be sent.

    Attributes:
        method: in upper case.
        options: the other options of the call, such as `timeout`, `follow_redirects` or `json`, but not `headers` and
            `params`; see `clientele.http.backends.RequestOptions`. May be changed.
        at_home: whether it is sent to the origin of the base URL. `auth` is added only then; a hook that adds a secret
            should check it too.
        home: the base URL, if the request is sent to another origin: configured headers of the backend are not sent
            there.
        source: the source of `call`.
    """

    __slots__ = ("_headers", "_query", "_url", "at_home", "home", "method", "options", "source")

    def __init__(
        self, method: str, url: str, options: dict[str, Any], headers: RequestHeaders, *, at_home: bool = True
    ) -> None:
        self.method = method
        self._url = url
        self._headers = MutableHeaders(headers)
        self._query: list[tuple[str, Any]] = list(pairs_of(options.get("params") or ()))
        self.options = {name: value for name, value in options.items() if name not in _ELSEWHERE}
        self.at_home = at_home
        self.home = ""
        self.source = BY_HAND

    @property
    def call(self) -> Call:
        """The call that it belongs to, with the declared function; see `clientele.http.Call`."""
        return Call(self.method, self.url, *self.source)

    @property
    def url(self) -> str:
        """The URL: absolute if there is a base URL, without user information, and without `query`."""
        return without_userinfo(self._url)

    @property
    def headers(self) -> MutableHeaders:
        """The headers of the client, the decorator and the call; they override those of the backend.

        They may be changed, or replaced by a mapping or pairs, which are checked.
        """
        return self._headers

    @headers.setter
    def headers(self, headers: HeadersInput) -> None:
        self._headers = MutableHeaders(checked_headers(headers, "request.headers"))

    @property
    def query(self) -> list[tuple[str, Any]]:
        """The parameters that are appended to the URL's own query: names and values, in order.

        They may be changed, or replaced by a mapping or pairs.
        """
        return self._query

    @query.setter
    def query(self, query: Params) -> None:
        self._query = list(checked_pairs(query, "request.query"))

    def to_call(self) -> tuple[str, dict[str, Any]]:
        """The URL and the options that a backend is called with.

        Raises:
            TypeError: `options` has an option that is a separate attribute.
        """
        misplaced = self.options.keys() & _ELSEWHERE.keys()
        if misplaced:
            name = min(misplaced)
            raise TypeError(f"request.options: {name!r} is set elsewhere; use {_ELSEWHERE[name]}")
        options = {**self.options, "home": self.home} if self.home else dict(self.options)
        if self._headers:
            options["headers"] = self._headers.to_option()
        if self._query:
            options["params"] = self._query
        return self._url, options

    def copy(self) -> Request:
        """A copy of the request."""
        copy = object.__new__(type(self))
        copy.method, copy._url, copy.at_home, copy.home = self.method, self._url, self.at_home, self.home
        copy.source = self.source
        copy.become(self)
        return copy

    def become(self, other: Request) -> None:
        """Take over the mutable parts of `other`."""
        self._headers = other.headers.copy()
        self._query = list(other.query)
        self.options = dict(other.options)

    def __repr__(self) -> str:
        return f"<Request {self.method} {redacted_url(self._url)}>"


_ELSEWHERE = {"headers": "request.headers", "params": "request.query"}
