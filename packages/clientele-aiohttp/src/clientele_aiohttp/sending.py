"""A request that is sent once, as it is.

`ClientSession.request` adds headers, cookies and auth, follows redirects, and sends what is idempotent a second time if
the connection breaks. Nothing of that is wanted, and all of it takes time: here the session's connector is asked for a
connection, and the request is sent on that. That a request and a response can be used so is not documented; it is
tested with the lowest and the newest version.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from typing import Any

import aiohttp
from aiohttp import hdrs
from aiohttp.abc import AbstractStreamWriter
from aiohttp.connector import Connection
from multidict import CIMultiDict
from yarl import URL

from clientele.http.wire import WireRequest
from clientele_aiohttp.proxying import proxy_of

_SKIPPED: CIMultiDict[None] = CIMultiDict({hdrs.CONTENT_TYPE: None})


async def send(
    session: aiohttp.ClientSession,
    request: WireRequest,
    data: Any,
    timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp limits each step by it
) -> aiohttp.ClientResponse:
    """Send `request` with the body `data`, and wait for the head of its response.

    Raises:
        aiohttp.ClientError: there is none.
    """
    url = request.url
    native = PlainRequest(
        request.method,
        # Of its parts: reading them out of the text again would take three times as long.
        URL.build(scheme=url.scheme, authority=url.authority, path=url.path, query_string=url.query, encoded=True),
        data=data,
        loop=asyncio.get_running_loop(),
        session=session,
        **_headers_and_proxy(request),
    )
    connector = session.connector
    if connector is None:
        raise aiohttp.ClientConnectionError("the session is closed")
    try:
        connection = await connector.connect(native, [], timeout)
    except TimeoutError as error:
        raise aiohttp.ConnectionTimeoutError("no connection within the limit") from error
    try:
        return await _exchange(native, connection, timeout)
    except OSError as error:
        connection.close()
        if isinstance(error, aiohttp.ClientError):
            raise
        raise aiohttp.ClientOSError(*error.args) from error
    except BaseException:
        connection.close()
        raise


async def _exchange(
    native: PlainRequest,
    connection: Connection,
    timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - as above
) -> aiohttp.ClientResponse:
    if connection.protocol is None:
        raise aiohttp.ClientConnectionError("the connection was closed")
    connection.protocol.set_response_params(
        skip_payload=native.method == hdrs.METH_HEAD,
        read_until_eof=True,
        auto_decompress=False,
        read_timeout=timeout.sock_read,
    )
    response = await native.send(connection)
    try:
        return await response.start(connection)
    except BaseException:
        response.close()
        raise


def _headers_and_proxy(request: WireRequest) -> dict[str, Any]:
    """Who asks a proxy is said outside of a tunnel, of which the origin hears nothing."""
    headers = request.headers
    if not any(name.lower() == "host" for name, _ in headers):
        headers = (("Host", request.url.authority), *headers)
    if request.proxy is None:
        return {"headers": headers}
    proxy, credentials = proxy_of(request.proxy)
    if request.url.scheme == "https":
        return {"headers": headers, "proxy": proxy, "proxy_headers": credentials}
    return {"headers": (*headers, *credentials), "proxy": proxy}


class PlainRequest(aiohttp.ClientRequest):
    """One whose headers mean to aiohttp what they mean to the server, and to which it adds none but for the framing."""

    def update_headers(self, headers: Any) -> None:
        """All of them, Host first: aiohttp's own lacks the dot that a name may end with."""
        self.headers = CIMultiDict(headers)

    def update_auto_headers(self, skip_auto_headers: Iterable[str] | None) -> None:  # noqa: ARG002
        """There are none."""
        self._skip_auto_headers = _SKIPPED  # Private: what else would say of a body that it has no type?

    def update_expect_continue(self, expect: bool = False) -> None:  # noqa: FBT001, FBT002 - the signature is aiohttp's
        """An Expect is for the server: waiting for its consent, aiohttp would wait for ever."""

    async def write_bytes(
        self, writer: AbstractStreamWriter, conn: Connection, content_length: int | None = None
    ) -> None:
        """Send the body. If not even its end can be sent any more, the response will tell, or the lack of one."""
        with contextlib.suppress(aiohttp.ClientConnectionResetError):
            await super().write_bytes(writer, conn, content_length)

    async def send(self, conn: Connection) -> aiohttp.ClientResponse:
        """Send it; after a `Connection: close` no other request goes on the connection."""
        options = self.headers.get(hdrs.CONNECTION)
        closes = options is not None and "close" in map(str.strip, options.lower().split(","))
        if closes and conn.protocol is not None:
            conn.protocol.force_close()
        return await super().send(conn)
