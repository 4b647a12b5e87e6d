"""The bookshop itself on a port of this machine, with the standard library. It keeps what it receives."""

import hashlib
import hmac
import json
import threading
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

CLIENT_ID, CLIENT_SECRET = "reader", "s3cret"
BOOKS = [
    {"isbn": "1", "title": "Emma", "cents": 900},
    {"isbn": "2", "title": "Persuasion", "cents": 850},
    {"isbn": "3", "title": "Middlemarch", "cents": 1200},
]
STATES = ["received", "packed", "sent"]


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    is_cut: bool = False
    """Whether the connection breaks before the end of the body."""


@dataclass
class Received:
    """A request, and the status that it was answered with."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    status: int = 0

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.target).query)


class LocalBookshop:
    """The bookshop: `with LocalBookshop() as server`, and its API is at `server.base_url`."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self._covers: dict[str, bytes] = {}
        self._orders: dict[str, dict[str, Any]] = {}
        self._routes: dict[tuple[str, str], Callable[[Received, str], Answer]] = {
            ("POST", "oauth/*"): _token,
            ("GET", "books"): _page,
            ("GET", "books/*"): _book,
            ("GET", "books/*/cover"): self._cover,
            ("PUT", "books/*/cover"): self._set_cover,
            ("GET", "search"): _found,
            ("POST", "orders"): self._order,
            ("GET", "orders/*/events"): _events,
        }
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self.base_url = f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def to(self, method: str, path: str) -> list[Received]:
        """What was received with this method at this path, in order."""
        return [each for each in self.received if (each.method, each.path) == (method, f"/v1{path}")]

    def answer(self, request: Received) -> Answer:
        folder, *below = request.path.split("/")[2:]
        name, *further = below or [""]
        route = self._routes.get((request.method, "/".join([folder, *("*" for _ in below[:1]), *further])))
        if not _is_signed(request):
            return _problem(401, "Not signed")
        if route is not _token and request.headers.get("authorization") != "Bearer t0ken":
            return _problem(401, "No token")
        return _problem(404, "No such thing") if route is None else route(request, name)

    def _set_cover(self, request: Received, isbn: str) -> Answer:
        self._covers[isbn] = request.body
        return Answer(204)

    def _cover(self, request: Received, isbn: str) -> Answer:
        return Answer(200, self._covers[isbn], {"Content-Type": "image/png"})

    def _order(self, request: Received, _: str) -> Answer:
        """The first attempt is stored, and answered with 503 all the same: the second must not order anew."""
        wanted, key = json.loads(request.body), request.headers["idempotency-key"]
        if wanted["copies"] > 10:
            return _problem(422, "Too many copies", f"at most 10 copies, not {wanted['copies']}")
        if key not in self._orders:
            self._orders[key] = {"number": len(self._orders) + 1, **wanted}
            return _problem(503, "Busy", headers={"Retry-After": "0"})
        return _json(201, self._orders[key])


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __init__(self, shop: LocalBookshop, *arguments: Any) -> None:
        self._shop = shop
        super().__init__(*arguments)

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Received(self.command, self.path, headers, body)
        answer = self._shop.answer(request)
        request.status = answer.status
        self._shop.received.append(request)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status not in {204, 304}:
            self.send_header("Content-Length", str(len(answer.body) + answer.is_cut))
        self.end_headers()
        self.wfile.write(answer.body)
        self.close_connection = self.close_connection or answer.is_cut

    do_POST = do_GET  # noqa: N815 - the names are those of http.server
    do_PUT = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Print nothing."""


def _is_signed(request: Received) -> bool:
    text = f"{request.method} {request.target}\n".encode() + hashlib.sha256(request.body).digest()
    right = hmac.digest(CLIENT_SECRET.encode(), text, "sha256").hex()
    return hmac.compare_digest(right, request.headers.get("x-bookshop-signature", ""))


def _token(request: Received, _: str) -> Answer:
    basic = b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
    if request.headers.get("authorization") != f"Basic {basic}":
        return _json(401, {"error": "invalid_client"})
    return _json(200, {"access_token": "t0ken", "token_type": "Bearer", "expires_in": 3600})


def _page(request: Received, _: str) -> Answer:
    """Two books, and a cursor if there are more."""
    start = int(request.query.get("cursor", ["0"])[0])
    after = start + 2
    return _json(200, {"data": BOOKS[start:after], "meta": {"next": str(after) if after < len(BOOKS) else None}})


def _found(request: Received, _: str) -> Answer:
    words = request.query["words"][0]
    return _json(200, [book for book in BOOKS if words in str(book["title"]).lower()])


def _book(request: Received, isbn: str) -> Answer:
    """A book, or 304 to a caller that has it."""
    found = next((book for book in BOOKS if book["isbn"] == isbn), None)
    if found is None:
        return _problem(404, "No such book", f"there is no book {isbn}")
    etag = f'"{isbn}"'
    if request.headers.get("if-none-match") == etag:
        return Answer(304, headers={"ETag": etag})
    return _json(200, found, {"ETag": etag})


def _events(request: Received, _: str) -> Answer:
    """The states after the last one that the caller has; the first connection breaks after two of them."""
    last = request.headers.get("last-event-id")
    states = list(enumerate(STATES))[: 2 if last is None else None]
    new = [(number, state) for number, state in states if last is None or number > int(last)]
    body = "retry: 10\n\n" + "".join(f'event: state\nid: {n}\ndata: {{"state":"{state}"}}\n\n' for n, state in new)
    return Answer(200, body.encode(), {"Content-Type": "text/event-stream"}, is_cut=last is None)


def _json(status: int, value: object, headers: dict[str, str] | None = None) -> Answer:
    return Answer(status, json.dumps(value).encode(), {"Content-Type": "application/json", **(headers or {})})


def _problem(status: int, title: str, detail: str = "", headers: dict[str, str] | None = None) -> Answer:
    document = json.dumps({"title": title, "detail": detail}).encode()
    return Answer(status, document, {"Content-Type": "application/problem+json", **(headers or {})})
