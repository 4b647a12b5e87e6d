"""How a proxy is told who asks."""

from __future__ import annotations

import base64
import functools

from yarl import URL

from clientele.http.urls import parse_url


@functools.lru_cache(maxsize=16)
def proxy_of(proxy: str) -> tuple[URL, tuple[tuple[str, str], ...]]:
    """The proxy without its credentials, which aiohttp would show in errors; and the header with them (RFC 7617)."""
    url, credentials = parse_url(proxy, "proxy")
    if credentials is None:
        return URL(str(url), encoded=True), ()
    pair = f"{credentials.username}:{credentials.password}".encode()
    basic = f"Basic {base64.b64encode(pair).decode()}"
    return URL(str(url), encoded=True), (("Proxy-Authorization", basic),)
