"""Backends that call an application in this process: ASGI (FastAPI, Starlette, Django) and WSGI (Flask, Django).

It imports `clientele.http.transport`. No other package of ours imports it.
"""

from clientele.http.in_process.asgi import ApplicationError, ASGIApplication, ASGIBackend
from clientele.http.in_process.wsgi import WSGIApplication, WSGIBackend

__all__ = ["ASGIApplication", "ASGIBackend", "ApplicationError", "WSGIApplication", "WSGIBackend"]
