"""httpx, httpx2 and requests, each as its users use it, and our backends on them."""

from __future__ import annotations

from typing import Any

import httpx
import httpx2
import requests

from clientele.http import httpx_backend, requests_backend
from ecosystem_calls import Library


def _send(client: Any, method: str, url: str, content: Any) -> tuple[int, bytes]:
    response = client.request(method, url, content=content)
    return response.status_code, response.content


async def _asend(client: Any, method: str, url: str, content: Any) -> tuple[int, bytes]:
    response = await client.request(method, url, content=content)
    return response.status_code, response.content


def _send_requests(session: requests.Session, method: str, url: str, content: Any) -> tuple[int, bytes]:
    response = session.request(method, url, data=content)
    return response.status_code, response.content


HTTPX = Library(
    "httpx", False, httpx_backend.HttpxHTTPBackend, lambda: httpx.Client(trust_env=False), _send, httpx.Client.close
)
HTTPX_ASYNC = Library(
    "httpx async",
    True,
    httpx_backend.HttpxHTTPBackend,
    lambda: httpx.AsyncClient(trust_env=False),
    _asend,
    httpx.AsyncClient.aclose,
)
REQUESTS = Library(
    "requests", False, requests_backend.RequestsHTTPBackend, requests.Session, _send_requests, requests.Session.close
)
# No backend of ours is on httpx2 yet: by hand only.
HTTPX2 = Library("httpx2", False, None, lambda: httpx2.Client(trust_env=False), _send, httpx2.Client.close)
HTTPX2_ASYNC = Library(
    "httpx2 async",
    True,
    None,
    lambda: httpx2.AsyncClient(trust_env=False),
    _asend,
    httpx2.AsyncClient.aclose,
)
