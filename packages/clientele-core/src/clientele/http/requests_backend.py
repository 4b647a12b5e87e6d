"""`RequestsHTTPBackend`, from the distribution `clientele-requests`."""

from clientele.http._siblings import needs

with needs("requests"):
    from clientele_requests import RequestsHTTPBackend

__all__ = ["RequestsHTTPBackend"]
