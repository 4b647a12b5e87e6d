"""`AiohttpHTTPBackend`, from the distribution `clientele-aiohttp`."""

from clientele.http._siblings import needs

with needs("aiohttp"):
    from clientele_aiohttp import AiohttpHTTPBackend

__all__ = ["AiohttpHTTPBackend"]
