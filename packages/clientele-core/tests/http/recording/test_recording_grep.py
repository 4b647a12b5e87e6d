"""No planted secret is in a cassette. A second run, with nothing taken out, shows that each of them would be."""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from clientele.http import HTTPBackend
from clientele.http.errors import APIException, TransportError
from clientele.http.recording import RecordingBackend
from clientele.http.recording.files import read as read_cassette
from clientele.http.recording.redacting import Redactor
from clientele_conformance.servers import (
    LAST_CHUNK,
    Answer,
    Origin,
    Pause,
    Reset,
    chunk,
    chunked_head,
    redirect,
    response,
)
from clientele_httpx import HttpxHTTPBackend

JSON = [("Content-Type", "application/json")]
FORM = [("Content-Type", "application/x-www-form-urlencoded")]
EVENTS = [("Content-Type", "text/event-stream")]
NDJSON = [("Content-Type", "application/x-ndjson")]
GZIP = [*JSON, ("Content-Encoding", "gzip")]
OK = response(200, [], b"ok")


@dataclass(frozen=True)
class Place:
    """Where a secret is: in the call, or in the answer to it."""

    name: str
    options: Callable[[str], dict[str, Any]] = lambda s: {}  # noqa: ARG005
    answer: Callable[[str], Answer] = lambda s: OK  # noqa: ARG005
    url: str = "http://HOST/"
    stream: bool = False


def asked(name: str, options: Callable[[str], dict[str, Any]]) -> Place:
    return Place(name, options)


def told(name: str, answer: Callable[[str], Answer], *, stream: bool = False) -> Place:
    return Place(name, answer=answer, stream=stream)


def cut(headers: list[tuple[str, str]], text: str) -> Answer:
    """`text` in chunks, each of which is sent by itself: they end at the bars."""
    pieces = (step for piece in text.split("|") for step in (chunk(piece.encode()), Pause(0.02)))
    return [chunked_head(200, headers), *pieces, LAST_CHUNK]


def pem(secret: str) -> str:
    """A private key, in lines that end as those of a form do."""
    return f"-----BEGIN PRIVATE KEY-----\r\n{secret}\r\n-----END PRIVATE KEY-----\r\n"


def token(secret: str) -> bytes:
    return json.dumps({"token": secret}).encode()


PLACES = [
    asked("Authorization", lambda s: {"headers": {"Authorization": f"Bearer {s}"}}),
    asked("Proxy-Authorization", lambda s: {"headers": {"Proxy-Authorization": s}}),
    asked("Cookie", lambda s: {"headers": {"Cookie": f"theme=dark; sid={s}"}}),
    asked("X-Api-Key", lambda s: {"headers": {"X-Api-Key": s}}),
    asked("Ocp-Apim-Subscription-Key", lambda s: {"headers": {"Ocp-Apim-Subscription-Key": s}}),
    asked("a URL in a request header", lambda s: {"headers": {"Referer": f"http://a/?token={s}"}}),
    Place("user information of the URL", url="http://user:SECRET@HOST/"),
    Place("query of the URL", url="http://HOST/?a=1&access_token=SECRET"),
    asked("params", lambda s: {"params": {"api_key": s}}),
    asked("JSON request", lambda s: {"json": {"user": "ada", "password": s}}),
    asked("nested JSON request", lambda s: {"json": {"a": [{"client": {"secret": {"value": s}}}]}}),
    asked("JSON in strings of JSON", lambda s: {"json": {"a": json.dumps({"b": json.dumps({"token": s})})}}),
    asked("form", lambda s: {"data": {"grant_type": "password", "password": s}}),
    asked("form with an escaped name", lambda s: {"content": f"user%5Bpassword%5D={s}", "headers": dict(FORM)}),
    asked("multipart form", lambda s: {"data": {"password": s}, "files": {"f": b"\x00\xff"}}),
    asked("body sent in pieces", lambda s: {"content": iter(bytes([byte]) for byte in token(s))}),
    told("Set-Cookie", lambda s: response(200, [("Set-Cookie", f"sid={s}; Path=/; HttpOnly")])),
    told("response header", lambda s: response(200, [("X-Auth-Token", s)])),
    told("query in Location", lambda s: redirect(f"/x?a=1&code_verifier={s}")),
    told("fragment in Location", lambda s: redirect(f"http://app/#access_token={s}&token_type=bearer")),
    told("user information in Location", lambda s: redirect(f"http://u:{s}@h/")),
    told("JSON response", lambda s: response(200, JSON, json.dumps({"access_token": s}).encode())),
    told("list in a JSON response", lambda s: response(200, JSON, json.dumps({"secrets": [1, s]}).encode())),
    told("JSON without a type", lambda s: response(200, [], json.dumps({"accessToken": s}, indent=2).encode())),
    told("UTF-16", lambda s: response(200, JSON, token(s).decode().encode("utf-16"))),
    told("form response", lambda s: response(200, FORM, f"oauth_token_secret={s}&x=1".encode())),
    told("a message as text", lambda s: response(200, [], f"GET / HTTP/1.1\r\nX-Secret: {s}\r\n".encode())),
    told("HTML with a link", lambda s: response(200, [], f"<a href='/?a=1&amp;token={s}'>".encode())),
    told("gzip", lambda s: response(200, GZIP, gzip.compress(token(s)))),
    told("gzip without its end", lambda s: response(200, GZIP, gzip.compress(token(s))[:-9])),
    told("a body that breaks off", lambda s: [chunked_head(200, JSON), chunk(token(s)[:-2]), Pause(0.05), Reset()]),
    told("an error's body", lambda s: response(401, JSON, f'{{"password": "{s}"}}'.encode())),
    told("lines of JSON, across chunks", lambda s: cut(NDJSON, f'{{"tok|en":"{s[:9]}|{s[9:]}"}}\n'), stream=True),
    told("events, across chunks", lambda s: cut(EVENTS, f'data: {{"token": "{s[:9]}|{s[9:]}"}}\n\n'), stream=True),
    told("events, across lines", lambda s: cut(EVENTS, f'data: {{"token":\ndata: "{s}"}}\n\n'), stream=True),
    told("lines of text, across chunks", lambda s: cut([], f"password={s[:9]}|{s[9:]}\n"), stream=True),
    asked("key", lambda s: {"params": {"key": s}}),
    asked("code of a form", lambda s: {"data": {"grant_type": "authorization_code", "code": s}}),
    asked("a header of CSRF", lambda s: {"headers": {"X-CSRF": s}}),
    asked("a cookie without a name", lambda s: {"headers": {"Cookie": s}}),
    asked("PEM in a multipart field", lambda s: {"data": {"private_key": pem(s)}, "files": {"f": b"x"}}),
    asked("PEM in a multipart file", lambda s: {"files": {"private_key": ("k.pem", pem(s).encode())}}),
    asked("JSON in a form", lambda s: {"data": {"payload": json.dumps({"password": s})}}),
    asked("JSON in a query", lambda s: {"params": {"filter": json.dumps({"password": s})}}),
    asked("a URL in a query", lambda s: {"params": {"next": f"https://h/?token={s}"}}),
    asked(
        "a URL in a URL in a query", lambda s: {"params": {"next": f"https://h/?to=https%3A%2F%2Fa%2F%3Ftoken%3D{s}"}}
    ),
    asked("user information in a query", lambda s: {"params": {"next": f"https://u:{s}@h/"}}),
    asked("GraphQL", lambda s: {"json": {"query": f'mutation {{ login(password: "{s}") {{ id }} }}'}}),
    told("XML", lambda s: response(200, [], f"<r><a:password kind='x'>{s}</a:password></r>".encode())),
    told("an attribute", lambda s: response(200, [], f'<user password="{s}"/>'.encode())),
    told("single quotes", lambda s: response(200, [], f"{{'password': '{s}'}}".encode())),
    told("a name and a value", lambda s: response(200, JSON, json.dumps([{"name": "token", "value": s}]).encode())),
    told("a name with an escape", lambda s: response(200, JSON, json.dumps({"password\t": s}).encode())),
    told("keys of an object", lambda s: response(200, JSON, json.dumps({"tokens": {s: 1}}).encode())),
    told("a cookie that has no name", lambda s: response(200, [("Set-Cookie", f"{s}; HttpOnly")])),
    told("a quoted cookie", lambda s: response(200, [("Set-Cookie", f'sid="a;{s}"; Path=/')])),
    told("Authentication-Info", lambda s: response(200, [("Authentication-Info", f'nextnonce="n", secret="{s}"')])),
    told("an error's head of a stream", lambda s: response(500, [("X-Secret", s)]), stream=True),
]
SECRETS = {place.name: f"planted{number:02}hunter2" for number, place in enumerate(PLACES)}


def visit(backend: HTTPBackend, origin: Origin, place: Place) -> None:
    """Make the call."""
    secret = SECRETS[place.name]
    origin.on("/", place.answer(secret))
    url = place.url.replace("HOST", origin.url().split("/")[2]).replace("SECRET", secret)
    # Some answers are errors; what is written down of them counts here.
    with suppress(APIException, TransportError):
        if place.stream:
            list(backend.handle_sync_stream("GET", url, bytes))
        else:
            backend.send_sync_request("POST", url, **place.options(secret))


def readable(cassette: Path) -> str:
    """All that can be read in the file, base64 undone, and the pieces of streams put together."""
    read = [cassette.read_bytes()]
    for coded in re.findall(r"[A-Za-z0-9+/]{16,}={0,2}", cassette.read_text()):
        with suppress(binascii.Error):
            read.append(base64.b64decode(coded).replace(b"\x00", b""))
    read += [b"".join(exchange.answer.chunks) for exchange in read_cassette(cassette) if exchange.answer]
    return b"".join(read).decode("latin-1")


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """What can be read in the cassette, and in one from which nothing was taken out."""
    cassettes = []
    for changed in (False, True):
        cassette = tmp_path_factory.mktemp("cassettes") / "cassette.yaml"
        with pytest.MonkeyPatch.context() as patch, Origin() as origin:
            if changed:
                patch.setattr(Redactor, "exchange", lambda _, exchange, __: exchange)
            backend = RecordingBackend(HttpxHTTPBackend(), cassette)
            for place in PLACES:
                visit(backend, origin, place)
            backend.close()
        cassettes.append(readable(cassette))
    return cassettes[0], cassettes[1]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_the_secret_is_not_in_the_file(recorded: tuple[str, str], place: Place) -> None:
    """And it would be, had it not been taken out."""
    clean, unchanged = recorded
    secret = SECRETS[place.name]
    assert secret in unchanged
    assert secret not in clean
    assert secret[:9] not in clean


def test_there_are_enough_places() -> None:
    """At least fifteen, each with a secret of its own."""
    assert 15 <= len(set(SECRETS.values())) == len(PLACES)
