"""The httpx backend of Clientele, also in `clientele.http.httpx_backend`, and by name in `BaseConfig(http_backend=)`."""

from clientele_httpx.backend import HttpxHTTPBackend

__all__ = ["HttpxHTTPBackend"]
