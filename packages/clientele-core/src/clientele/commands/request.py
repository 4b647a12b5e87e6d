"""`clientele request METHOD URL`: one call, and its response."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from clientele.commands.answers import answer_as_json, answer_as_text, error_as_json
from clientele.commands.tables import print_json, print_text
from clientele.http.backends import Capability, HTTPBackend, backend_class
from clientele.http.errors import ConfigurationError, TransportError
from clientele.http.message.printable import printable
from clientele.http.response import Response

ANSWERED, REFUSED, WRONG, FAILED = 0, 1, 2, 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("method", metavar="METHOD", help="GET, POST, or any other")
    parser.add_argument("url", metavar="URL", help="an absolute URL; user:password@ is sent as Basic authorization")
    parser.add_argument("-b", "--backend", metavar="NAME", help="a backend that `clientele backends` lists")
    parser.add_argument("-H", "--header", metavar="NAME: VALUE", action="append", default=[], help="can be repeated")
    body = parser.add_mutually_exclusive_group()
    body.add_argument("--json", dest="body", metavar="JSON", help="a JSON body; @FILE reads it, @- from standard input")
    body.add_argument("--data", metavar="TEXT", help="a body; @FILE reads it, @- from standard input")
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="the longest inactivity of the server (5)")
    parser.add_argument("--follow", action="store_true", help="follow redirects")
    trust = parser.add_mutually_exclusive_group()
    trust.add_argument("--ca", metavar="PATH", help="trust only the authorities in this file or folder")
    trust.add_argument("--insecure", action="store_true", help="don't verify certificates")
    parser.add_argument("--cert", metavar="PATH", help="the client certificate: a PEM file with chain and key")
    parser.add_argument("--key", metavar="PATH", help="its key, if it is in another PEM file")
    parser.add_argument("--proxy", metavar="URL", help="use this proxy, and ignore those of the environment")
    parser.add_argument("--http2", action="store_true", help="offer HTTP/2 over TLS")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Make the call; returns 0 for a status below 400, 1 for 400 and above, 2 for invalid arguments, 3 if there is no
    response.
    """
    try:
        options = _options(given)
        backend = backend_class(given.backend)(**_settings(given))
        answer = _sent(backend, given.method, given.url, options)
    except TransportError as error:
        return _report(error, FAILED, as_json=given.as_json)
    except (ImportError, OSError, ValueError) as error:
        return _report(error, WRONG, as_json=given.as_json)
    if given.as_json:
        print_json(answer_as_json(answer))
    else:
        print_text(*answer_as_text(answer))
    return REFUSED if answer.status_code >= 400 else ANSWERED


def _report(error: Exception, code: int, *, as_json: bool) -> int:
    if as_json:
        print_json(error_as_json(error))
    else:
        text = printable(f"clientele request: {type(error).__name__}: {error}")
        print(text, file=sys.stderr)  # noqa: T201 - a command's output
    return code


def _settings(given: argparse.Namespace) -> dict[str, Any]:
    """Only the given options: a third-party backend may not support all of them."""
    if given.key is not None and given.cert is None:
        raise ConfigurationError("--key: it needs --cert; also pass --cert")
    said = {
        "verify": False if given.insecure else given.ca,
        "cert": given.cert if given.key is None else (given.cert, given.key),
        "proxy": given.proxy,
        "http2": given.http2 or None,
    }
    return {name: value for name, value in said.items() if value is not None}


def _options(given: argparse.Namespace) -> dict[str, Any]:
    options: dict[str, Any] = {
        "headers": [_header(text) for text in given.header],
        "follow_redirects": given.follow,
    }
    if given.timeout is not None:
        options["timeout"] = given.timeout
    if given.body is not None:
        options["json"] = _json(_content(given.body))
    if given.data is not None:
        options["content"] = _content(given.data)
    return options


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon:
        raise ConfigurationError("--header: write 'Name: value'")
    return name.strip(), value.strip()


def _json(text: bytes) -> Any:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise ConfigurationError(f"--json: {error}; quote it for your shell") from error
    if value is None:
        raise ConfigurationError("--json: null means no body; use --data null -H 'Content-Type: application/json'")
    return value


def _content(text: str) -> bytes:
    if text == "@-":
        return sys.stdin.buffer.read()
    return Path(text[1:]).read_bytes() if text.startswith("@") else text.encode()


def _sent(backend: HTTPBackend, method: str, url: str, options: dict[str, Any]) -> Response:
    if Capability.SYNC not in backend.capabilities:
        return asyncio.run(_asent(backend, method, url, options))
    try:
        answer = backend.send_sync_request(method, url, **options)
        return answer if isinstance(answer, Response) else backend.convert_to_response(answer)
    finally:
        backend.close()


async def _asent(backend: HTTPBackend, method: str, url: str, options: dict[str, Any]) -> Response:
    try:
        answer = await backend.send_async_request(method, url, **options)
        return answer if isinstance(answer, Response) else backend.convert_to_response(answer)
    finally:
        await backend.aclose()
