"""On every backend that is installed, over a real connection: an SDK that leaves the choice to its users wants this."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

import teashop
import teashop_service


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class RequestSecrets(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def local_shop() -> Iterator[str]:
    """The shop on a port of this machine; the client calls it there for the length of a test."""
    before = teashop.api.config
    with make_server("127.0.0.1", 0, teashop_service.wsgi_app, Server, RequestSecrets) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        teashop.api.configure(base_url=f"http://127.0.0.1:{server.server_port}/v1")
        yield f"http://127.0.0.1:{server.server_port}"
        teashop.api.configure(before)
        server.shutdown()
        thread.join()


@pytest.mark.clientele_every_backend
def test_a_product(local_shop: str) -> None:
    """Once for each backend that makes synchronous calls."""
    assert teashop.get_product(7) == teashop.Product(id=7, name="Teapot", cents=1900)


@pytest.mark.clientele_every_backend(mode="async")
def test_a_product_asynchronously(local_shop: str) -> None:
    """Once for each that makes asynchronous ones; an `async def` with pytest-asyncio would say so by itself."""
    assert asyncio.run(teashop.aget_product(7)).name == "Teapot"
