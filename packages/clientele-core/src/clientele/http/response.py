"""The response, the same on each backend, and the errors that contain a response."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn, Self

from clientele.http.message.body.problem_details import is_problem
from clientele.http.message.body.reading import ReadableBody
from clientele.http.message.call import BY_HAND, Call
from clientele.http.message.errors import ClienteleError, without_secrets
from clientele.http.message.headers import Headers
from clientele.http.message.name_values import Given
from clientele.http.message.printable import printable
from clientele.http.message.redaction import redacted_url
from clientele.http.message.statuses import status_line
from clientele.http.secrets.problems import masked_problem

__all__ = ["APIException", "HTTPStatusError", "Response"]


class Response(ReadableBody):
    """A response, with its body read and decoded.

    Args:
        status_code: the three-digit status.
        headers: the received fields, a mapping or pairs; default none. See `clientele.http.Headers`.
        content: the decoded body; default empty.
        text: the body as text, to override the charset of the Content-Type; None, the default, decodes
            `content`.
        request_method: the method of the request; after a redirect, that of the last request.
        request_url: the URL of that request, without user information.
        http_version: `"1.0"`, `"1.1"` (the default) or `"2"`.
        history: the redirects that led here, oldest first; default none.
        elapsed: seconds from the first request of the call to the end of the body, redirects included; for the head of
            a stream, to the head. Default 0.0.
        native: the HTTP library's own response, for its metadata; its body has been consumed. It is not pickled.
        from_cache: whether the content is from the cache of a `CacheBackend`, even if it was revalidated with the
            server. Default False.
    """

    __slots__ = (
        "_problem",
        "_source",
        "elapsed",
        "from_cache",
        "history",
        "http_version",
        "native",
        "request_method",
        "request_url",
        "status_code",
    )

    status_code: int
    request_method: str
    request_url: str
    http_version: str
    history: tuple[Response, ...]
    elapsed: float
    native: Any
    from_cache: bool

    def __init__(
        self,
        *,
        status_code: int,
        headers: Given[str] = (),
        content: bytes = b"",
        text: str | None = None,
        request_method: str = "GET",
        request_url: str = "",
        http_version: str = "1.1",
        history: Sequence[Response] = (),
        elapsed: float = 0.0,
        native: Any = None,
        from_cache: bool = False,
    ) -> None:
        self._fill(status_code, headers, content, request_method, request_url, http_version, elapsed, native)
        self._text, self.history, self.from_cache = text, tuple(history), from_cache

    def _fill(  # noqa: PLR0917 - keywords take longer
        self,
        status_code: int,
        fields: Given[str],
        content: bytes,
        request_method: str,
        request_url: str,
        http_version: str,
        elapsed: float,
        native: Any,
    ) -> None:
        self.status_code = status_code
        self._fields = fields
        self._headers = None
        self.content = content
        self._text = None
        self._problem: str | None = None
        self._source = BY_HAND
        self.request_method = request_method
        self.request_url = request_url
        self.http_version = http_version
        self.history = ()
        self.elapsed = elapsed
        self.native = native
        self.from_cache = False

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status_code < 300

    @property
    def reason_phrase(self) -> str:
        """The registered name of the status, such as `Not Found` (RFC 9110, section 15); empty if it has none."""
        return status_line(self.status_code).partition(" ")[2]

    @property
    def url(self) -> str:
        """The URL of the request, the last one after redirects: `request_url`."""
        return self.request_url

    @property
    def call(self) -> Call:
        """The call of this response, with the declared function; see `clientele.http.Call`."""
        asked = self.history[0] if self.history else self
        return Call(asked.request_method, asked.request_url, *self._source)

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies that the response sets, without expired ones; the last one if a name is repeated.

        Those of redirects are in the responses of `history`.
        """
        from clientele.http.message.cookies.set_cookie import cookies_of  # noqa: PLC0415 - few look at cookies, and it needs datetime.

        return cookies_of(self.headers.get_list("set-cookie"))

    @property
    def links(self) -> dict[str, dict[str, str]]:
        """The links of the Link header by relation type (RFC 8288): `response.links["next"]["url"]`.

        Each has its absolute target as `url`, and its parameters under lower-case names.
        """
        from clientele.http.message.links import parse_links  # noqa: PLC0415 - few look at links.

        return parse_links(self.headers.get("link", ""), self.request_url)

    def raise_for_status(self) -> Self:
        """Return the response, or raise if its status is an error.

        Raises:
            HTTPStatusError: the status is 4xx or 5xx; the message has the status, the method and the URL, and the title
                and detail of problem details (RFC 9457), up to 200 characters.
        """
        if 400 <= self.status_code < 600:
            said = _problem_details(self) if self._problem is None else self._problem
            line = status_line(self.status_code)
            raise HTTPStatusError(self, f"{line}: {said}" if said else line)
        return self

    if not TYPE_CHECKING:  # Not for type checkers: for them, it has no such attributes.

        def __getattr__(self, name: str) -> NoReturn:
            if name.startswith("_"):  # Tools look these up; no message is shown.
                raise AttributeError(name)
            from clientele.http.message.suggestions import unknown_attribute  # noqa: PLC0415 - only who is mistaken needs it.

            known = [one for one in dir(type(self)) if not one.startswith("_")]
            raise AttributeError(unknown_attribute(name, known))

    def __repr__(self) -> str:
        request = printable(f"{self.request_method} {redacted_url(self.request_url)}".rstrip())
        return f"<Response {self.status_code}: {request}, {len(self.content)} bytes>"

    def __getstate__(self) -> tuple[None, dict[str, Any]]:
        state = {name: getattr(self, name) for name in (*ReadableBody.__slots__, *self.__slots__)}
        source = without_secrets(self._source, {})
        return None, state | {"native": None, "_fields": self.headers, "_headers": None, "_source": source}

    def _without_secrets(self, made: dict[int, Response]) -> Response:
        """A copy for a pickled error; `made` has the existing copies, by identity.

        Query values, the values of headers that may contain a secret, and fields of the body with secret names are
        masked, as in a cassette.
        """
        if id(self) not in made:
            # Imported here because few errors are pickled, and the import is slow.
            from clientele.http.secrets.masking import masked_body, masked_header  # noqa: PLC0415

            copy = Response.__new__(Response)
            copy._fill(  # noqa: SLF001 - a Response, too
                self.status_code,
                Headers([(name, masked_header(name, value)) for name, value in self.headers.pairs]),
                masked_body(self.content, self.headers.get("content-type", "")),
                self.request_method,
                redacted_url(self.request_url),
                self.http_version,
                self.elapsed,
                None,
            )
            copy.history, copy.from_cache = without_secrets(self.history, made), self.from_cache
            copy._source = without_secrets(self._source, made)  # noqa: SLF001 - a Response, too
            made[id(self)] = copy
        return made[id(self)]


class APIException(ClienteleError):
    """The server responded, but not as the call declares.

    Attributes:
        response: the response, including its body.
        reason: what is wrong with it, in one line.
    """

    def __init__(self, response: Response, reason: str) -> None:
        reason = printable(reason)
        super().__init__(response, reason)
        self.response = response
        self.reason = reason

    _read_problem: Callable[[], Any] | None = None

    @property
    def problem(self) -> Any:
        """The body, validated on first access as the type that `errors` declares for the status.

        None if there is no type, if the body doesn't match it, and in an error that was pickled.
        """
        return None if self._read_problem is None else self._read_problem()

    @property
    def retry_after(self) -> float | None:
        """The seconds from now that the server asks to wait (RFC 9110, section 10.2.3); None if it doesn't.

        A past date is 0.0. The maximum is 2**31 seconds.
        """
        from clientele.http.message.retry_after import retry_after  # noqa: PLC0415 - which needs the package `email`

        return retry_after(self.response.headers.get("retry-after"))

    @property
    def call(self) -> Call:
        """The call of the response, with the declared function; see `clientele.http.Call`."""
        return self.response.call

    @property
    def elapsed(self) -> float:
        """Seconds from the first request of the call to the end of the body."""
        return self.response.elapsed

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NoReturn:
            if name.startswith("_") or "response" not in vars(self):
                raise AttributeError(name)
            instead = f"response.{name}" if hasattr(self.response, name) else "response: it has what the server sent"
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}; use {instead}")

    def __str__(self) -> str:
        response = self.response
        return printable(f"{self.reason}: {response.request_method} {redacted_url(response.request_url)}")


class HTTPStatusError(APIException):
    """The status of the response is 4xx or 5xx (RFC 9110, sections 15.5 and 15.6)."""


def mask_problem(response: Response, quiet: Callable[[str], str]) -> None:
    """Set how errors about `response` mask secrets in texts of the server."""
    response._problem = _problem_details(response, quiet)  # noqa: SLF001 - not for its users


def _problem_details(response: Response, quiet: Callable[[str], str] = str) -> str:
    """The problem details of the body (RFC 9457), without secrets; empty if there are none."""
    if not is_problem(response.headers.get("content-type")):
        return ""
    return masked_problem(response.content, lambda: response.text, quiet)
