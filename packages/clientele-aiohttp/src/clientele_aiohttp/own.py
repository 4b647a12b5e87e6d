"""A request on the user's own session, which always adds its headers, auth and cookies."""

from __future__ import annotations

from typing import Any

from aiohttp import ClientResponse, ClientSession, hdrs

from clientele.http.wire import WireRequest
from clientele_aiohttp.connector import LARGEST
from clientele_aiohttp.exchange import Change, send

_CREDENTIALS = (hdrs.AUTHORIZATION, hdrs.COOKIE)
_OPTIONS = {"auto_decompress": False, "max_field_size": LARGEST, "max_line_size": LARGEST, "raise_for_status": False}


async def send_on_own(session: ClientSession, request: WireRequest) -> ClientResponse:
    """Send `request` on `session`, with the session's auth and cookies if they are allowed and `request` has none.

    The session's middlewares run, unless ours must remove the additions of the session.
    """
    headers, options = request.headers, dict[str, Any](_OPTIONS)
    mine = [pair for pair in headers if pair[0].title() in _CREDENTIALS]
    dropped = {name.title() for name in session.headers} - {name.title() for name, _ in headers}
    if not request.client_credentials:
        dropped.update(_CREDENTIALS)
    elif session.auth is not None or len(session.cookie_jar):
        dropped.update(name.title() for name, _ in mine)
    if dropped:
        # aiohttp refuses an Authorization together with its auth, and mixes cookies: the middleware sets ours.
        options["middlewares"] = (Change(dropped, mine),)
        headers = tuple(pair for pair in headers if pair not in mine)
    return await send(session, request, headers, options)
