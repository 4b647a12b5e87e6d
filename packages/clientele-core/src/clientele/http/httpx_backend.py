"""`HttpxHTTPBackend`, from the distribution `clientele-httpx`."""

from clientele.http._siblings import needs

with needs("httpx"):
    from clientele_httpx import HttpxHTTPBackend

__all__ = ["HttpxHTTPBackend"]
