"""A response without its secrets, as an error takes it to another process."""

from __future__ import annotations

from typing import Any

from clientele.http.headers import Headers
from clientele.http.recording.redacting import Redactor
from clientele.http.redaction import redacted_url, shown_header
from clientele.http.response import Response

_URLS = frozenset({"location", "content-location"})


class WithoutSecrets:
    """Makes copies of responses: each once, since the redirects that led to one are in the history of the next."""

    def __init__(self) -> None:
        self._made: dict[int, Response] = {}

    def __call__(self, value: Any) -> Any:
        """`value`; or, if it is a Response or a tuple of them, the same without secrets.

        URLs are without the values of their query, and headers that may carry a secret without theirs. In the body it
        is the values under the names that secrets have, as in a cassette.
        """
        if isinstance(value, tuple):
            return tuple(map(self, value))
        if not isinstance(value, Response):
            return value
        if id(value) not in self._made:
            self._made[id(value)] = self._redacted(value)
        return self._made[id(value)]

    def _redacted(self, response: Response) -> Response:
        shown = Response(
            status_code=response.status_code,
            headers=Headers([(name, _header(name, value)) for name, value in response.headers.pairs]),
            content=Redactor().body(response.content, response.headers.get("content-type", "")),
            request_method=response.request_method,
            request_url=redacted_url(response.request_url),
            http_version=response.http_version,
            history=self(response.history),
            elapsed=response.elapsed,
        )
        shown._source = response._source  # noqa: SLF001 - what `call` says of it
        return shown


def _header(name: str, value: str) -> str:
    return redacted_url(value) if name.lower() in _URLS else shown_header(name, value)
