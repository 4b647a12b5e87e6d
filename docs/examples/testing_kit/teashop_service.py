"""The shop itself, once as an ASGI and once as a WSGI application. Yours would be FastAPI's or Flask's `app`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

PRODUCTS = {7: {"id": 7, "name": "Teapot", "cents": 1900}}


def answer(method: str, path: str, body: bytes) -> tuple[int, Any]:
    """What the shop answers: a status, and a JSON value."""
    parts = path.strip("/").split("/")
    if method == "GET" and parts[:2] == ["v1", "products"] and int(parts[2]) in PRODUCTS:
        return 200, PRODUCTS[int(parts[2])]
    if method == "POST" and parts == ["v1", "orders"]:
        product_id = json.loads(body)["product_id"]
        if product_id not in PRODUCTS:
            return 409, {"detail": "sold out"}
        return 201, {"id": 1, "product_id": product_id}
    return 404, {"detail": "no such thing"}


async def asgi_app(scope: Any, receive: Callable[[], Any], send: Callable[[Any], Any]) -> None:
    if scope["type"] != "http":
        raise NotImplementedError(scope["type"])
    if scope["path"].endswith("/events"):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for state in ("packed", "sent"):
            await send({"type": "http.response.body", "body": b'{"state":"%b"}\n' % state.encode(), "more_body": True})
        await send({"type": "http.response.body"})
        return
    status, value = answer(scope["method"], scope["path"], (await receive())["body"])
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(value).encode()})


def wsgi_app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    status, value = answer(environ["REQUEST_METHOD"], environ["PATH_INFO"], body)
    content = json.dumps(value).encode()
    start_response(f"{status} ", [("Content-Type", "application/json"), ("Content-Length", str(len(content)))])
    return [content]
