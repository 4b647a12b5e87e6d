"""The httpx2 backend of Clientele, also in `clientele.http.httpx2_backend`; its name is `httpx2`."""

from clientele_httpx2.backend import Httpx2HTTPBackend

__all__ = ["Httpx2HTTPBackend"]
