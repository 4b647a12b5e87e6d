"""`NiquestsHTTPBackend`, from the distribution `clientele-niquests`."""

from clientele.http._siblings import needs

with needs("niquests"):
    from clientele_niquests import NiquestsHTTPBackend

__all__ = ["NiquestsHTTPBackend"]
