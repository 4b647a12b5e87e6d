"""What a session of the user's own adds to a request: only what is meant for it.

aiohttp adds its default headers, cookies and auth to whatever it sends. A client middleware
(https://docs.aiohttp.org/en/stable/client_advanced.html#client-middleware) has the last word on the headers of a
request. The middlewares that the user has given to the session run as ever, but not for a request that has left home,
whose headers they might add to. A session has them in `_middlewares`, which is private, and tested with the lowest and
the newest version.
"""

from __future__ import annotations

from typing import Any

from aiohttp import ClientHandlerType, ClientRequest, ClientResponse, ClientSession, ClientTimeout, hdrs
from yarl import URL

from clientele.http.headers import Pairs
from clientele.http.wire import ClientDefaults, WireRequest

_FRAMING = (hdrs.HOST, hdrs.TRANSFER_ENCODING)
_MAX_HEAD = 1 << 20
_CREDENTIALS = (hdrs.AUTHORIZATION, hdrs.COOKIE)


def defaults_of(session: ClientSession) -> ClientDefaults:
    """The headers that the user has set on `session`; it has no default parameters."""
    return ClientDefaults(headers=tuple(session.headers.items()))


async def send_on_own(
    session: ClientSession,
    request: WireRequest,
    data: Any,
    timeout: ClientTimeout,  # noqa: ASYNC109 - aiohttp limits each step by it
) -> ClientResponse:
    """Send `request` on `session`, with the headers of `request`, and the session's auth and cookies if they may go.

    Raises:
        aiohttp.ClientError: there is no response.
    """
    at_home = request.client_credentials
    users = session._middlewares if at_home else ()  # noqa: SLF001
    return await session.request(
        request.method,
        URL(str(request.url), encoded=True),
        data=data,
        # aiohttp refuses an Authorization beside its own auth, and mixes cookies; the middleware puts these back.
        headers=[pair for pair in request.headers if pair[0].title() not in _CREDENTIALS],
        middlewares=(_Exactly(request.headers, session if at_home else None), *users),
        timeout=timeout,
        allow_redirects=False,
        auto_decompress=False,
        max_field_size=_MAX_HEAD,
        max_headers=_MAX_HEAD,
        max_line_size=_MAX_HEAD,
        raise_for_status=False,
        skip_auto_headers=(hdrs.CONTENT_TYPE,),
    )


class _Exactly:
    """A middleware.

    Args:
        headers: those that go out.
        session: adds auth and cookies that `headers` lacks; None if nothing may be added.
    """

    def __init__(self, headers: Pairs, session: ClientSession | None) -> None:
        self._headers = headers
        self._session = session

    async def __call__(self, request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
        kept = [(name, request.headers[name]) for name in _FRAMING if name in request.headers]
        added = [(name, request.headers[name]) for name in self._addable() if name in request.headers]
        request.headers.clear()
        request.headers.extend(kept)
        request.headers.extend(self._headers)
        for name, value in added:
            request.headers.setdefault(name, value)
        return await handler(request)

    def _addable(self) -> list[str]:
        """What aiohttp has added that is no default header: those are in `headers` by now, if they may be."""
        return [] if self._session is None else [name for name in _CREDENTIALS if name not in self._session.headers]
