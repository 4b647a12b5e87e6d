"""What may be stored, used, and validated (RFC 9111): hishel decides it, and does no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from email.utils import formatdate
from typing import NamedTuple, TypeAlias
from uuid import UUID

from hishel import (
    AnyState,
    CacheMiss,
    CacheOptions,
    Entry,
    FromCache,
    Headers,
    IdleClient,
    InvalidateEntries,
    NeedRevalidation,
    NeedToBeUpdated,
    Response,
    StoreAndUse,
)

from clientele.http.caching.asking import METHODS, Asked
from clientele.http.caching.directives import LONGEST, Directives, directives, seconds, written
from clientele.http.caching.entries import born, by_birth, request_for, selected
from clientele.http.message.http_dates import http_date

OPTIONS = CacheOptions(shared=False, supported_methods=sorted(METHODS), allow_stale=False)

Verdict: TypeAlias = CacheMiss | FromCache | NeedRevalidation

_TELLING = ("cache-control", "etag", "expires", "last-modified")
"""The headers without which a response is neither fresh nor can be validated."""


class Found(NamedTuple):
    """What there is for a call.

    Attributes:
        stored: all entries of the URL, the newest first.
        selected: those of them that its request selects.
        verdict: what is to be done; None if there are none.
    """

    stored: Sequence[Entry] = ()
    selected: Sequence[Entry] = ()
    verdict: Verdict | None = None

    @property
    def fresh(self) -> Entry | None:
        """The entry that is used without asking the server."""
        if not isinstance(self.verdict, FromCache):
            return None
        return next(entry for entry in self.selected if entry.id == self.verdict.entry.id)

    @property
    def validators(self) -> dict[str, str]:
        """The headers that ask whether what is stored is still valid; none if nothing is, or there is no way to ask."""
        return _validators(self.verdict)


class Freshened(NamedTuple):
    """What a 304 says of the entries.

    Attributes:
        used: the one that the caller gets, with its new headers; None if the 304 was about none of them.
        updated: those that have new headers.
        removed: the ids of those that are of no use any more.
    """

    used: Entry | None
    updated: Sequence[Entry]
    removed: Sequence[UUID]


def look_up(asked: Asked, lifetime: float | None, now: float, entries: Iterable[Entry]) -> Found:
    """What to do for a call.

    Args:
        asked: what it asks for.
        lifetime: seconds for which a response is fresh that doesn't say; None for what hishel says.
        now: the present.
        entries: those of its URL.
    """
    stored = by_birth(entries)
    selection = selected(asked, stored)
    if not selection:
        return Found(stored)
    known = [replace(entry, response=_weighed(entry.response, asked.directives, lifetime, now)) for entry in selection]
    return Found(stored, selection, IdleClient(OPTIONS).next(request_for(asked), known))


def freshened(found: Found, response: Response) -> Freshened:
    """What a 304, the answer to the validators, says of the entries that were found."""
    if not isinstance(found.verdict, NeedRevalidation):
        return Freshened(None, (), ())
    state: AnyState = replace(found.verdict, revalidating_entries=[*found.selected]).next(response)
    removed = list[UUID]()
    if isinstance(state, InvalidateEntries):
        removed, state = state.entry_ids, state.next()
    if not isinstance(state, NeedToBeUpdated):
        return Freshened(None, (), removed)
    updated = [entry for entry in state.updating_entries if "no-store" not in _said(entry.response)]
    kept = {entry.id for entry in updated}
    removed += [entry.id for entry in state.updating_entries if entry.id not in kept]
    return Freshened(state.next().entry, updated, removed)


def is_telling(headers: Mapping[str, str], lifetime: float | None) -> bool:
    """Whether a response with these headers may be of any use once it is stored."""
    return lifetime is not None or any(name in headers for name in _TELLING)


def to_store(asked: Asked, response: Response, lifetime: float | None, now: float) -> Response | None:
    """What is stored of a response; None if it must not be, or would never be used."""
    said = _said(response)
    request = request_for(asked)
    plain = _with_control(response, [written(said, seconds(said.get("max-age")))])
    state = CacheMiss(request=request, options=OPTIONS).next(plain)
    if not isinstance(state, StoreAndUse) or "*" in response.headers.get("vary", ""):
        return None
    kept = _with_control(state.response, response.headers.get_list("cache-control"))
    bare = asked._replace(headers={}, directives={})
    weighed = _weighed(kept, {}, lifetime, now)
    verdict = IdleClient(OPTIONS).next(request_for(bare), [Entry(UUID(int=0), request_for(bare), weighed)])
    return kept if isinstance(verdict, FromCache) or _validators(verdict) else None


def invalidated(asked: Asked, status: int, entries: list[Entry]) -> Sequence[UUID]:
    """Those of all entries of a URL that a response with `status` to an unsafe method makes invalid (section 4.4)."""
    if not entries:
        return ()
    state = IdleClient(OPTIONS).next(request_for(asked), entries)
    done = state.next(Response(status)) if isinstance(state, CacheMiss) else None
    return done.entry_ids if isinstance(done, InvalidateEntries) else ()


def _validators(verdict: Verdict | None) -> dict[str, str]:
    if not isinstance(verdict, NeedRevalidation):
        return {}
    asks = {name: verdict.request.headers.get(name) for name in ("If-None-Match", "If-Modified-Since")}
    return {name: value for name, value in asks.items() if value and value.isascii() and value.isprintable()}


def _said(response: Response) -> Directives:
    return directives(response.headers.get("cache-control", ""))


def _with_control(response: Response, control: list[str] | None) -> Response:
    """`response` with another Cache-Control, or without one."""
    fields = {name: response.headers.get_list(name) or [] for name in response.headers}
    fields["cache-control"] = control or []
    return replace(response, headers=Headers({name: values for name, values in fields.items() if values}))


def _weighed(kept: Response, wanted: Directives, own_lifetime: float | None, now: float) -> Response:
    """A copy of `kept` that says by what hishel is to decide.

    hishel counts an age from Date alone, knows one directive of requests, and takes the last of those that contradict
    each other.
    """
    said = _said(kept)
    lifetime, oldest = _lifetime(kept, said, own_lifetime), seconds(wanted.get("max-age"))
    is_too_old = oldest is not None and now - born(kept) >= oldest
    if lifetime is not None:
        lifetime += _allowance(said, wanted)
    fields = {name: kept.headers[name] for name in ("etag", "last-modified", "vary") if name in kept.headers}
    fields["date"] = formatdate(born(kept), usegmt=True)
    fields["cache-control"] = written(said, lifetime, revalidates=is_too_old)
    return replace(kept, headers=Headers(fields))


def _lifetime(kept: Response, said: Directives, own: float | None) -> int | None:
    """The seconds for which a response is fresh; None to leave it to hishel (RFC 9111, section 4.2.1)."""
    if "max-age" in said:
        return seconds(said["max-age"])
    if "expires" in kept.headers:
        dates = {*(kept.headers.get_list("expires") or ())}
        until, date = http_date(dates.pop()) if len(dates) == 1 else None, http_date(kept.headers["date"])
        return 0 if until is None or date is None else int((until - date).total_seconds())
    if kept.status_code // 100 != 2:
        return 0
    return None if own is None else int(own)


def _allowance(said: Directives, wanted: Directives) -> int:
    """The seconds by which a caller takes a response that is stale, or doesn't take one that soon will be."""
    stale = LONGEST if "".join(wanted.get("max-stale", ("0",))) == "" else seconds(wanted.get("max-stale")) or 0
    return (0 if "must-revalidate" in said else stale) - (seconds(wanted.get("min-fresh")) or 0)
