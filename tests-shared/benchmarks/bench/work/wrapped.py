"""Whole calls over loopback on httpx, with a wrapper around it that has nothing to do."""

from __future__ import annotations

from collections.abc import Callable

from bench.work.model import User
from clientele.api import APIClient
from clientele.http import HTTPBackend, Wrapper
from clientele.http.caching import CacheBackend
from clientele.http.limiting import LimitBackend, Rate
from clientele.http.retrying import RetryBackend
from clientele.http.signing import EncodedRequest, Signer, SigningBackend
from clientele.http.tracing import TracingBackend
from clientele_httpx import HttpxHTTPBackend


class _Nothing(Signer):
    def sign(self, request: EncodedRequest) -> dict[str, str]:
        return {}


_WRAPPERS: dict[str, Callable[[HTTPBackend], HTTPBackend]] = {
    "nothing": lambda backend: backend,
    "Wrapper": Wrapper,
    "TracingBackend": TracingBackend,
    "CacheBackend": CacheBackend,
    "RetryBackend": RetryBackend,
    "LimitBackend": lambda backend: LimitBackend(backend, rate=Rate(1_000_000), concurrent=1_000),
    "SigningBackend": lambda backend: SigningBackend(backend, _Nothing()),
}


def sync_user(url: str, wrapper: str) -> Callable[[int], User]:
    """A small object into a model. There is no SDK for tracing, and the response can't be cached."""
    api = APIClient(base_url=url, http_backend=_WRAPPERS[wrapper](HttpxHTTPBackend()))

    @api.get("/users/{user_id}")
    def get_user(result: User, user_id: int) -> User:
        return result

    return get_user
