"""`Httpx2HTTPBackend`, from the distribution `clientele-httpx2`."""

from clientele.http._siblings import needs

with needs("httpx2"):
    from clientele_httpx2 import Httpx2HTTPBackend

__all__ = ["Httpx2HTTPBackend"]
