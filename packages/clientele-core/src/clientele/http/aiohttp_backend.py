"""`AiohttpHTTPBackend`, from the distribution `clientele-aiohttp`."""

from clientele.http._siblings import needs

with needs("aiohttp"):
    from clientele_aiohttp import AiohttpHTTPBackend  # type: ignore[import-not-found]

__all__ = ["AiohttpHTTPBackend"]
