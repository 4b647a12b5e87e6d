"""Converts requests and responses to what a storage keeps, and back.

Beside its headers an entry has what only this cache reads, under names that no header can have.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from email.utils import formatdate

import hishel

from clientele.http.caching.asking import Asked
from clientele.http.caching.directives import seconds
from clientele.http.message.http_dates import http_date
from clientele.http.message.redaction import redacted_url
from clientele.http.response import Response

_BORN = ":born"
"""When the server made the response, by the clock of this machine: what its age is counted from."""
_VERSION = ":version"
_DIGEST = ":digest"
_PARTITION = ":partition"
_TEXT = ":text"
_NEVER_DROPPED = frozenset({"age", "cache-control", "date", "etag", "expires", "last-modified", "vary"})
"""What a Connection header must not name: a response would be fresh that says it isn't."""


def request_for(asked: Asked) -> hishel.Request:
    """What is kept of a request: no credentials, and no values of its query."""
    headers = {**asked.headers, _PARTITION: asked.partition}
    return hishel.Request(asked.method, redacted_url(asked.url), hishel.Headers(headers))


def received(response: Response, sent: float) -> hishel.Response:
    """What is kept of the head of a response to a request that was sent at the moment `sent`.

    Its age is counted from the earliest moment that it can be from (RFC 9111, section 4.2.3).
    """
    headers: dict[str, str | list[str]] = {}
    for name in response.headers:
        headers[name] = response.headers.get_list(name)
    for name in response.headers.get("connection", "").lower().split(","):
        if name.strip() not in _NEVER_DROPPED:
            headers.pop(name.strip(), None)
    date = http_date(response.headers.get_list("date")[0]) if "date" in headers else None
    if date is None:
        headers["date"] = formatdate(sent, usegmt=True)
    headers.pop("age", None)
    age = seconds(response.headers.get("age", "0").split(",")[:1]) or 0
    headers[_BORN] = str(max(0.0, min(sent - age, sent if date is None else date.timestamp())))
    return hishel.Response(response.status_code, hishel.Headers(headers))


def completed(kept: hishel.Response, response: Response) -> hishel.Response:
    """`kept` with what else is needed to restore `response`, besides its content."""
    kept.headers[_VERSION] = response.http_version
    kept.headers[_DIGEST] = _digest(response.status_code, response.content)
    if response._text is not None:  # noqa: SLF001 - a hand-written backend may decode it in its own way
        kept.headers[_TEXT] = response._text  # noqa: SLF001
    return kept


def born(kept: hishel.Response) -> float:
    """The moment from which the age of a response is counted."""
    return float(kept.headers[_BORN])


def restored(asked: Asked, kept: hishel.Response, content: bytes, now: float) -> Response:
    """The Response for a caller at the moment `now`.

    Raises:
        ValueError: the status or the content is not what was stored.
    """
    if _digest(kept.status_code, content) != kept.headers[_DIGEST]:
        raise ValueError("the status or the content is not what was stored")
    fields = [(name, value) for name in kept.headers if name[0] != ":" for value in kept.headers.get_list(name) or ()]
    return Response(
        status_code=kept.status_code,
        headers=[*fields, ("age", str(max(0, int(now - born(kept)))))],
        content=content,
        text=kept.headers.get(_TEXT),
        request_method=asked.method,
        request_url=asked.url,
        http_version=kept.headers[_VERSION],
        from_cache=True,
    )


def selected(asked: Asked, entries: Iterable[hishel.Entry]) -> list[hishel.Entry]:
    """Those of the entries of a URL whose request was the same, for all that the response depends on."""
    return [entry for entry in entries if _is_selected(asked, entry)]


def by_birth(entries: Iterable[hishel.Entry]) -> list[hishel.Entry]:
    """The entries, the newest first."""
    return sorted(entries, key=lambda entry: born(entry.response), reverse=True)


def _is_selected(asked: Asked, entry: hishel.Entry) -> bool:
    request = entry.request
    if request.headers.get(_PARTITION) != asked.partition or request.method != asked.method:
        return False
    names = [name.strip().lower() for name in entry.response.headers.get("vary", "").split(",")]
    return "*" not in names and all(request.headers.get(name) == asked.headers.get(name) for name in names)


def _digest(status: int, content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16, salt=b"%d" % status).hexdigest()
