"""Clients that have an add-on, each made as the add-on's documentation says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aiohttp
import aiohttp_socks
import hishel
import hishel.httpx
import hishel.httpx2
import hishel.requests
import httpx
import httpx2
import requests

from ecosystem_calls import MakeClient

# Given the URL of a SOCKS proxy.


def socks(client: Callable[..., Any]) -> Callable[[str], MakeClient]:
    """`httpx[socks]`, and `httpx2[socks]`."""
    return lambda proxy: lambda: client(proxy=proxy, trust_env=False)


def socks_in_requests(proxy: str) -> MakeClient:
    """`requests[socks]`."""

    def make() -> requests.Session:
        session = requests.Session()
        session.proxies = {"http": proxy, "https": proxy}
        return session

    return make


def socks_in_aiohttp(proxy: str) -> MakeClient:
    """aiohttp-socks."""
    url = proxy.replace("socks5h", "socks5")  # It leaves names to the proxy unless it is told not to.
    return lambda: aiohttp.ClientSession(connector=aiohttp_socks.ProxyConnector.from_url(url))


# Given the path of a database.


def cache(client: Callable[..., Any]) -> Callable[[str], MakeClient]:
    """hishel's client."""
    return lambda path: lambda: client(storage=hishel.SqliteStorage(database_path=path), rfc=True, trust_env=False)


def async_cache(client: Callable[..., Any]) -> Callable[[str], MakeClient]:
    """hishel's asynchronous client."""
    return lambda path: lambda: client(storage=hishel.AsyncSqliteStorage(database_path=path), rfc=True, trust_env=False)


def cache_in_requests(path: str) -> MakeClient:
    """hishel's adapter."""

    def make() -> requests.Session:
        session = requests.Session()
        storage = hishel.SqliteStorage(database_path=path)
        session.mount("http://", hishel.requests.CacheAdapter(storage=storage, rfc=True))
        return session

    return make


HTTPX_CACHE = cache(hishel.httpx.CacheClient)
HTTPX_ASYNC_CACHE = async_cache(hishel.httpx.AsyncCacheClient)
HTTPX2_CACHE = cache(hishel.httpx2.CacheClient)
HTTPX2_ASYNC_CACHE = async_cache(hishel.httpx2.AsyncCacheClient)
HTTPX_SOCKS, HTTPX_ASYNC_SOCKS = socks(httpx.Client), socks(httpx.AsyncClient)
HTTPX2_SOCKS, HTTPX2_ASYNC_SOCKS = socks(httpx2.Client), socks(httpx2.AsyncClient)
