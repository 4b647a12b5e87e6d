"""The httpx backend of Clientele.

`clientele.http.httpx_backend.HttpxHTTPBackend` is the same class; `BaseConfig(http_backend="httpx")` chooses it by
name, and it is the default where it is installed.
"""

from clientele_httpx.backend import HttpxHTTPBackend

__all__ = ["HttpxHTTPBackend"]
