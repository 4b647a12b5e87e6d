"""The libraries that live with urllib3 as it is: each as its users use it, and our backend on it."""

from __future__ import annotations

from typing import Any

import aiohttp
import httpx
import httpx2
import requests

from clientele.http import aiohttp_backend, httpx_backend, requests_backend
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


async def _send_aiohttp(session: aiohttp.ClientSession, method: str, url: str, content: Any) -> tuple[int, bytes]:
    async with session.request(method, url, data=content) as response:
        return response.status, await response.read()


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
AIOHTTP = Library(
    "aiohttp",
    True,
    aiohttp_backend.AiohttpHTTPBackend,
    aiohttp.ClientSession,
    _send_aiohttp,
    aiohttp.ClientSession.close,
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
