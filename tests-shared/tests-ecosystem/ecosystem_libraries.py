"""httpx, httpx2 and requests, each as its users use it, and our backends on them."""

from __future__ import annotations

from functools import partial
from typing import Any

import httpx
import httpx2
import requests

from clientele.http import httpx2_backend, httpx_backend, requests_backend
from clientele_conformance.servers import certificates
from ecosystem_calls import Library, MakeBackend


def _send(client: Any, method: str, url: str, content: Any) -> tuple[int, bytes]:
    response = client.request(method, url, content=content)
    return response.status_code, response.content


async def _asend(client: Any, method: str, url: str, content: Any) -> tuple[int, bytes]:
    response = await client.request(method, url, content=content)
    return response.status_code, response.content


def _send_requests(session: requests.Session, method: str, url: str, content: Any) -> tuple[int, bytes]:
    response = session.request(method, url, data=content)
    return response.status_code, response.content


def _family(name: str, module: Any, backend: MakeBackend, **options: Any) -> tuple[Library, Library]:
    """httpx, or a relative of it, in both modes."""
    client, async_client = module.Client, module.AsyncClient
    by_hand = {**options, "trust_env": False}
    return (
        Library(name, False, backend, partial(client, **by_hand), _send, client.close, options),
        Library(f"{name} async", True, backend, partial(async_client, **by_hand), _asend, async_client.aclose, options),
    )


HTTPX, HTTPX_ASYNC = _family("httpx", httpx, httpx_backend.HttpxHTTPBackend)
HTTP2, HTTP2_ASYNC = _family(
    "httpx over HTTP/2",
    httpx,
    httpx_backend.HttpxHTTPBackend,
    http2=True,
    verify=certificates().client_context(),
)
HTTPX2, HTTPX2_ASYNC = _family("httpx2", httpx2, httpx2_backend.Httpx2HTTPBackend)
REQUESTS = Library(
    "requests", False, requests_backend.RequestsHTTPBackend, requests.Session, _send_requests, requests.Session.close
)
