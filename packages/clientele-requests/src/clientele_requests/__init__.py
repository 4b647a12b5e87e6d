"""The requests backend of Clientele: `clientele.http.requests_backend.RequestsHTTPBackend` is the same class."""

from clientele_requests.backend import RequestsHTTPBackend

__all__ = ["RequestsHTTPBackend"]
