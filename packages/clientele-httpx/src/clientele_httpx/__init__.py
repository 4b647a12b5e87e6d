"""The httpx backend of Clientele, which `clientele.http.httpx_backend` has, too, and its name: `httpx`."""

from clientele_httpx.backend import HttpxHTTPBackend

__all__ = ["HttpxHTTPBackend"]
