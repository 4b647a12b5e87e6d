"""The backend that caches."""

from __future__ import annotations

from functools import partial
from secrets import token_hex
from time import time

from hishel import AsyncBaseStorage, BaseStorage, Entry

from clientele.http.backends.interface import HTTPBackend
from clientele.http.backends.kinds import innermost
from clientele.http.caching.asking import METHODS, Asked, asked_for, is_cacheable, passes_by
from clientele.http.caching.decisions import Found, freshened, invalidated, is_telling, look_up, to_store
from clientele.http.caching.entries import completed, received, request_for, restored
from clientele.http.caching.memory import MemoryStorage
from clientele.http.caching.policy import Cache
from clientele.http.caching.storing import Entries, Steps, Storage
from clientele.http.errors import ConfigurationError
from clientele.http.message.call import Call
from clientele.http.message.redirects import STATUSES
from clientele.http.response import Response
from clientele.http.transport.backend import TransportBackend
from clientele.http.wrappers.flows import Flow
from clientele.http.wrappers.places import Place
from clientele.http.wrappers.wrapper import Wrapper

_MOST_PER_URL = 100
"""Entries: a server can have a response vary by what changes with each call."""


class CacheBackend(Wrapper):
    """An HTTP cache (RFC 9111) around a backend, in both modes.

    ```python
    api = APIClient(base_url="https://api.example.com", http_backend=CacheBackend("httpx"))
    ```

    Responses to GET and HEAD are stored, and reused as Cache-Control, Expires, Date, Age and Vary allow. A stale one is
    validated by its ETag or Last-Modified: on a 304, the caller gets the stored response. A successful response to
    an unsafe method removes the stored responses of its URL. `response.from_cache` tells where a response comes from.

    It is a private cache for each caller: two calls share a response only if all their headers are equal, except those
    that can't be credentials, such as Accept, which count if the response varies by them. Headers of constructors and
    cookies of a jar count too. Responses of a backend with `cert`, `client_options`, `verify` other than True or False,
    a wrapper inside that may sign, and of a hand-written backend are reused by this instance only, even if others use
    the same storage: the credentials of these can't be seen. Calls with your own native client aren't cached.

    Streams aren't cached, nor are requests with a body, a Range or a condition such as If-None-Match, redirects, and
    the responses that they lead to.

    Args:
        inner: the backend inside, or the name of an installed one.
        storage: a storage of hishel, such as `hishel.SqliteStorage`, or your own on one of its base classes. A
            `hishel.BaseStorage` serves both modes, a `hishel.AsyncBaseStorage` asynchronous calls only. It isn't
            closed. If it fails, calls continue without it, and a warning is logged to `clientele.cache`. Default None:
            a `MemoryStorage`.
        lifetime: as for `Cache`. Default None: a tenth of the time since Last-Modified, at most a week (section 4.2.2).

    Raises:
        ConfigurationError: an invalid value, or `inner` is a wrapper that belongs outside of this one.
    """

    place = Place.CACHE
    takes = frozenset({Cache.setting})

    def __init__(
        self, inner: HTTPBackend | str, *, storage: Storage | None = None, lifetime: float | None = None
    ) -> None:
        super().__init__(inner)
        if storage is not None and not isinstance(storage, (BaseStorage, AsyncBaseStorage)):
            given = f"the class {storage.__name__}" if isinstance(storage, type) else type(storage).__name__
            raise ConfigurationError(
                f"CacheBackend(storage=...): use a storage such as hishel.SqliteStorage(), not {given}"
            )
        self._lifetime = Cache(lifetime=lifetime).lifetime
        self._entries = Entries(MemoryStorage() if storage is None else storage)
        self._sends = innermost(self)
        self._scope = "" if _shows_credentials(self.inner) else token_hex()
        self._is_blind = _has_own_client(self._sends)

    def flow(self, call: Call) -> Flow:
        """Answer a call from the cache, or send it."""
        if self._is_blind or (call.method in METHODS and not is_cacheable(call)):
            return (yield call)
        cache: Cache | None = call.settings.get(Cache.setting, _BACKENDS_OWN)
        asked = asked_for(self._sends, call, self._scope)
        if call.method not in METHODS:
            response = yield call
            yield from self._invalidate(asked, response)
            return response
        if cache is None or passes_by(asked):
            return (yield call)
        lifetime = self._lifetime if cache.lifetime is None else cache.lifetime
        return (yield from self._answer(call, asked, lifetime))

    def _answer(self, call: Call, asked: Asked, lifetime: float | None) -> Flow:
        found = yield from self._entries.under(asked.key, partial(look_up, asked, lifetime, time()))
        if found.fresh is not None:
            answer = yield from self._restore(asked, found.fresh)
            if answer is not None:
                return answer
            found = found._replace(selected=(), verdict=None)
        if "only-if-cached" in asked.directives:
            return Response(status_code=504, request_method=asked.method, request_url=asked.url, from_cache=True)
        sent, asks = time(), found.validators
        response = yield call.with_(headers=asks) if asks else call
        if asks and response.status_code == 304:
            answer = yield from self._validated(asked, found, response, sent)
            if answer is not None:
                return answer
            sent = time()
            response = yield call
        yield from self._store(asked, response, sent, lifetime, found)
        return response

    def _validated(self, asked: Asked, found: Found, response: Response, sent: float) -> Steps[Response | None]:
        """What is stored, if the 304 says that it is valid; one that a redirect has led to is about something else."""
        if response.history:
            return None
        fresh = freshened(found, received(response, sent))
        answer = None if fresh.used is None else (yield from self._restore(asked, fresh.used))
        if answer is not None:
            answer.elapsed = response.elapsed
            yield from self._entries.update(fresh.updated)
        yield from self._entries.remove(fresh.removed)
        return answer

    def _restore(self, asked: Asked, entry: Entry) -> Steps[Response | None]:
        """The Response of an entry, unless its content is lost, or larger than the caller takes."""
        answer = yield from self._entries.read(entry, lambda content: restored(asked, entry.response, content, time()))
        is_too_large = answer is not None and asked.max_bytes is not None and len(answer.content) > asked.max_bytes
        return None if is_too_large else answer

    def _store(
        self, asked: Asked, response: Response, sent: float, lifetime: float | None, found: Found
    ) -> Steps[None]:
        """Store a response if that is allowed and of use, in place of those for the same requests."""
        is_redirect = response.status_code in STATUSES or bool(response.history)
        may_be_kept = not is_redirect and is_telling(response.headers, lifetime)
        kept = to_store(asked, received(response, sent), lifetime, time()) if may_be_kept else None
        if kept is not None or response.is_success:
            yield from self._entries.remove(entry.id for entry in found.selected)
        if kept is not None:
            yield from self._entries.remove(entry.id for entry in found.stored[_MOST_PER_URL - 1 :])
            yield from self._entries.add(request_for(asked), completed(kept, response), asked.key, response.content)

    def _invalidate(self, asked: Asked, response: Response) -> Steps[None]:
        if response.status_code < 400:
            ids = yield from self._entries.under(asked.key, partial(invalidated, asked, response.status_code))
            yield from self._entries.remove(ids)


_BACKENDS_OWN = Cache()


def _shows_credentials(backend: HTTPBackend) -> bool:
    """Whether all that a server may tell callers apart by is known before a request is sent."""
    while isinstance(backend, Wrapper):
        if backend.place not in {Place.RETRIES, Place.LIMITS}:
            return False
        backend = backend.inner
    if not isinstance(backend, TransportBackend):
        return False
    settings = backend.settings
    return settings.cert is None and isinstance(settings.verify, bool) and not settings.client_options


def _has_own_client(backend: HTTPBackend) -> bool:
    settings = backend.settings if isinstance(backend, TransportBackend) else None
    return settings is not None and (settings.client is not None or settings.async_client is not None)
