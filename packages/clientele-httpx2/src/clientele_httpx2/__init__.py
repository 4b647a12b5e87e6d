"""The httpx2 backend of Clientele, which `clientele.http.httpx2_backend` has, too, and its name: `httpx2`."""

from clientele_httpx2.backend import Httpx2HTTPBackend

__all__ = ["Httpx2HTTPBackend"]
