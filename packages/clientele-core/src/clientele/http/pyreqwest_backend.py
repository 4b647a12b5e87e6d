"""`PyreqwestHTTPBackend`, from the distribution `clientele-pyreqwest`."""

from clientele.http._siblings import needs

with needs("pyreqwest"):
    from clientele_pyreqwest import PyreqwestHTTPBackend

__all__ = ["PyreqwestHTTPBackend"]
