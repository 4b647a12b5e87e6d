"""The server of the calls over HTTP/2 and TLS, in a process of its own. It prints its port and ends with its input.

`/connections/NAME` is answered with the number of connections on which requests for `/NAME/...` have come, these with a
small JSON object. Its argument is where it writes the certificate that it is trusted by.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import trustme
from hypercorn.asyncio import serve as serve_with_hypercorn
from hypercorn.config import Config

from bench.bodies import USER

_HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(USER))]
_clients: defaultdict[str, set[Any]] = defaultdict(set)


async def _application(scope: Any, receive: Any, send: Any) -> None:
    """Answer."""
    if scope["type"] != "http":
        return
    name, _, rest = scope["path"].lstrip("/").partition("/")
    if name == "connections":
        headers, body = [], str(len(_clients[rest])).encode()
    else:
        _clients[name].add(tuple(scope["client"]))
        headers, body = _HEADERS, USER
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def serve(ca_path: Path) -> None:
    """Answer until the input ends."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(ca_path)
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        config = Config()
        config.certfile = config.keyfile = str(Path(folder) / "server.pem")
        authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(config.certfile)
        config.bind = [f"fd://{listening.detach()}"]
        config.alpn_protocols = ["h2", "http/1.1"]
        config.errorlog = config.accesslog = None
        config.keep_alive_timeout = 3600.0
        config.keep_alive_max_requests = sys.maxsize
        serving = asyncio.create_task(serve_with_hypercorn(_application, config, shutdown_trigger=_for_ever))
        print(port, flush=True)  # noqa: T201 - it is what the controller waits for
        await asyncio.to_thread(sys.stdin.read)
        serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving


async def _for_ever() -> None:
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
