"""Another name for `clientele.http.httpx_backend`."""

from clientele.http.httpx_backend import HttpxHTTPBackend

__all__ = ["HttpxHTTPBackend"]
