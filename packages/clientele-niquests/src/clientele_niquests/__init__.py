"""The niquests backend of Clientele: `clientele.http.niquests_backend.NiquestsHTTPBackend` is the same class."""

from clientele_niquests.backend import NiquestsHTTPBackend

__all__ = ["NiquestsHTTPBackend"]
