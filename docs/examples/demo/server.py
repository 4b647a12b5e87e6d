"""httpbin, served on a free port of 127.0.0.1 for as long as standard input stays open. Its port is printed first."""

import logging
import sys
from collections.abc import Callable, Iterable
from pkgutil import resolve_name
from threading import Thread
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

HOST = "127.0.0.1"


def main() -> None:
    # Hides the request log, and what httpbin says at import about pages that the demo doesn't use.
    logging.disable(logging.WARNING)
    # By name, so that type checkers need neither of them installed.
    httpbin: WSGIApplication = resolve_name("httpbin:app")
    make_server: Callable[..., Any] = resolve_name("werkzeug.serving:make_server")
    server = make_server(HOST, 0, with_request_target(httpbin), threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    # Ends with the process that started this one, however that ends.
    sys.stdin.read()


def with_request_target(app: WSGIApplication) -> WSGIApplication:
    """`app`, with the request target as it was sent in a response header: WSGI tells applications only the decoded."""

    def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Callable[[bytes], object]:
            return start_response(status, [*headers, ("X-Request-Target", environ["REQUEST_URI"])], *more)

        return app(environ, start)

    return wrapped


if __name__ == "__main__":
    main()
