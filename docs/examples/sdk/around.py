"""What the SDK puts around a backend: the one place that knows the order."""

import hmac
from collections.abc import Mapping

from opentelemetry.trace import TracerProvider

from clientele.http import HTTPBackend
from clientele.http.caching import CacheBackend
from clientele.http.limiting import LimitBackend
from clientele.http.retrying import RetryBackend
from clientele.http.signing import EncodedRequest, Signer, SigningBackend
from clientele.http.tracing import TracingBackend


class BookshopSigner(Signer):
    """The bookshop's signature: an HMAC of the method, the target and the hash of the body."""

    def __init__(self, secret: str) -> None:
        self._key = secret.encode()

    def sign(self, request: EncodedRequest) -> Mapping[str, str]:
        text = f"{request.method} {request.target}\n".encode() + request.digest("sha256")
        return {"X-Bookshop-Signature": hmac.digest(self._key, text, "sha256").hex()}


def wrapped(backend: str, secret: str, tracer_provider: TracerProvider | None) -> HTTPBackend:
    """The backend of that name with everything around it, from the inside to the outside."""
    signed = SigningBackend(backend, BookshopSigner(secret))
    limited = LimitBackend(signed, concurrent=20)
    retried = RetryBackend(limited, idempotency_keys=True, total=30.0)
    return TracingBackend(CacheBackend(retried), tracer_provider=tracer_provider)
