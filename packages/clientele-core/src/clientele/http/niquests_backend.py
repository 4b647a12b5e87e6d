"""`NiquestsHTTPBackend`, from the distribution `clientele-niquests`."""

from clientele.http._siblings import needs

with needs("niquests"):
    from clientele_niquests import NiquestsHTTPBackend  # type: ignore[import-not-found]

__all__ = ["NiquestsHTTPBackend"]
