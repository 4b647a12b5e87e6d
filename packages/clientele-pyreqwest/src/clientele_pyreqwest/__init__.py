"""The experimental pyreqwest backend of Clientele; `clientele.http.pyreqwest_backend` has the same class."""

from clientele_pyreqwest.backend import PyreqwestHTTPBackend

__all__ = ["PyreqwestHTTPBackend"]
