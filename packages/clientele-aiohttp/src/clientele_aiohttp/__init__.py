"""The aiohttp backend of Clientele.

`clientele.http.aiohttp_backend.AiohttpHTTPBackend` is the same class; `BaseConfig(http_backend="aiohttp")` selects it
by name.
"""

from clientele_aiohttp.backend import AiohttpHTTPBackend

__all__ = ["AiohttpHTTPBackend"]
