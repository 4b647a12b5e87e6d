"""The requests backend of Clientele.

`clientele.http.requests_backend.RequestsHTTPBackend` is the same class, and `BaseConfig(http_backend="requests")`
chooses it by name.
"""

from clientele_requests.backend import RequestsHTTPBackend

__all__ = ["RequestsHTTPBackend"]
