"""The httpx backend of Clientele, also in `clientele.http.httpx_backend`; its name is `httpx`."""

from clientele_httpx.backend import HttpxHTTPBackend

__all__ = ["HttpxHTTPBackend"]
