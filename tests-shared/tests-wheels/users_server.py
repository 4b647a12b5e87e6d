"""A server with users, for programs in other processes."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Users(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps({"id": int(self.path.rpartition("/")[2]), "name": "Ada"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def running_users() -> Iterator[str]:
    """The URL of a local server with users at `/users/{id}`."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Users) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
