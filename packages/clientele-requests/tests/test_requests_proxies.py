"""Proxies that are asked over TLS themselves, also for tunnels to servers with TLS; and one that takes its time."""

from __future__ import annotations

import ssl
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
import urllib3

from clientele.http import Timeout
from clientele.http.errors import DeadlineExceeded, ProxyError, TLSError
from clientele_conformance.servers import (
    Answer,
    Certificates,
    Drip,
    Origin,
    Proxy,
    Receive,
    certificates,
    chunk,
    chunked_head,
    response,
)
from clientele_requests import RequestsHTTPBackend


class TLSProxy(Proxy):
    """A proxy that is asked over TLS."""

    def __init__(
        self, context: ssl.SSLContext, upstream: tuple[str, int], credentials: tuple[str, str] | None = None
    ) -> None:
        super().__init__(upstream=upstream, credentials=credentials)
        self._tls = context
        self.scheme = "https"


@pytest.fixture
def certs() -> Certificates:
    """What all servers here show, and the client trusts."""
    return certificates()


@pytest.fixture(params=["http", "https"])
def origin(request: pytest.FixtureRequest, certs: Certificates) -> Iterator[Origin]:
    """A server, with and without TLS."""
    with Origin(tls=certs.server_context() if request.param == "https" else None) as origin:
        yield origin


@pytest.fixture
def proxy(origin: Origin, certs: Certificates) -> Iterator[Proxy]:
    """A proxy to it, over TLS."""
    with TLSProxy(certs.server_context(), origin.address) as proxy:
        yield proxy


@pytest.fixture
def backend(proxy: Proxy, certs: Certificates) -> Iterator[RequestsHTTPBackend]:
    """A backend that goes through the proxy."""
    backend = RequestsHTTPBackend(proxy=proxy.url(), verify=certs.ca_path)
    yield backend
    backend.close()


def test_a_proxy_is_asked_over_tls(origin: Origin, proxy: Proxy, backend: RequestsHTTPBackend) -> None:
    """Requests with and without a body, one after the other."""
    origin.on("/a", response(body=b"x" * 100_000))
    for method, body in (("GET", None), ("POST", b"y" * 100_000)):
        answer = backend.send_sync_request(method, origin.url("/a", host="localhost"), content=body)
        assert b"x" * 100_000 == answer.content
    assert ["/a", "/a"] == [request.target for request in origin.requests]
    assert b"y" * 100_000 == origin.requests[1].body
    assert ({f"localhost:{origin.port}"} if "https" == origin.scheme else set()) == set(proxy.tunnels)


@pytest.mark.skipif(hasattr(urllib3, "HttpVersion"), reason="on urllib3-future each connection is used once")
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_tunnel_is_used_again(host: str, certs: Certificates) -> None:
    """As any connection; what comes behind a response is no answer."""
    with (
        Origin(host=host, tls=certs.server_context()) as origin,
        TLSProxy(certs.server_context(), origin.address) as proxy,
    ):
        origin.on("/", response(body=b"ok"))
        origin.on("/more", response(body=b"ok") + response(body=b"planted"))
        backend = RequestsHTTPBackend(proxy=proxy.url(), verify=certs.ca_path)
        for path in ("/", "/", "/more"):
            assert b"ok" == backend.send_sync_request("GET", origin.url(path)).content
        # http.client, on which older versions of urllib3 rely here, left out the brackets of an IPv6 address.
        assert [f"{host}:{origin.port}"] == [each.replace("[", "").replace("]", "") for each in proxy.tunnels]
        assert b"ok" == backend.send_sync_request("GET", origin.url("/")).content
        backend.close()


@pytest.mark.parametrize("identity", ["unknown-ca", "wrong-host"])
def test_a_proxy_has_to_be_who_it_is(identity: str, origin: Origin, certs: Certificates) -> None:
    """Else it gets no request, and no credentials."""
    with TLSProxy(certs.server_context(identity), origin.address) as proxy:  # type: ignore[arg-type]
        backend = RequestsHTTPBackend(proxy=proxy.url().replace("//", "//user:secret@"), verify=certs.ca_path)
        with pytest.raises(ProxyError):
            backend.send_sync_request("GET", origin.url("/"))
        assert [] == proxy.requests
        backend.close()


def test_a_server_behind_a_proxy_has_to_be_who_it_is(certs: Certificates) -> None:
    """That is not the proxy's fault."""
    with Origin(tls=certs.server_context("unknown-ca")) as origin:
        with TLSProxy(certs.server_context(), origin.address) as proxy:
            backend = RequestsHTTPBackend(proxy=proxy.url(), verify=certs.ca_path)
            with pytest.raises(TLSError):
                backend.send_sync_request("GET", origin.url("/"))
            backend.close()
        assert [] == origin.requests


def test_a_proxy_gets_its_credentials(origin: Origin, certs: Certificates) -> None:
    """And the server doesn't."""
    origin.on("/", response(body=b"ok"))
    with TLSProxy(certs.server_context(), origin.address, ("us er", "pass")) as proxy:
        url = proxy.url().replace("//", "//us%20er:pass@")
        backend = RequestsHTTPBackend(proxy=url, verify=certs.ca_path)
        assert b"ok" == backend.send_sync_request("GET", origin.url("/")).content
        backend.close()
    assert None is origin.requests[0].header("proxy-authorization")


def test_an_exchange_through_a_proxy_ends_in_time(origin: Origin, backend: RequestsHTTPBackend) -> None:
    """What cuts a connection cuts one with TLS in TLS, too."""
    origin.on("/", [chunked_head(), Drip(chunk(b"slow") * 1000, 4, 0.05)])
    began = time.monotonic()
    with pytest.raises(DeadlineExceeded):
        backend.send_sync_request("GET", origin.url("/"), timeout=Timeout(total=0.3))
    assert time.monotonic() - began < 15


def test_a_tunnel_is_there_in_time() -> None:
    """A proxy that is never silent for long may take for ever to open one."""
    greeting: Answer = [Receive(), b"HTTP/1.1 200 OK\r\n", Drip(b"X-Slow: 1\r\n" * 1000, 4, 0.05)]
    with Origin(greeting=greeting) as slow:
        backend = RequestsHTTPBackend(proxy=slow.url())
        began = time.monotonic()
        with pytest.raises(DeadlineExceeded):
            backend.send_sync_request("GET", "https://example.test/", timeout=Timeout(total=0.3))
        assert time.monotonic() - began < 15
        slow.wait_until_open(0)
        backend.close()


WITHOUT_ADD_ON = """
import sys
sys.modules["socks"] = sys.modules["python_socks"] = None
import requests
from clientele.http.errors import ConfigurationError
from clientele.http.requests_backend import RequestsHTTPBackend
session = requests.Session()
session.trust_env, session.proxies = False, {"http": "socks5h://user:secret@127.0.0.1:1"}
try:
    RequestsHTTPBackend(client=session).send_sync_request("GET", "http://example.test/?key=secret")
except ConfigurationError as error:
    print(error)
"""


def test_a_session_that_lacks_the_add_on_for_its_proxy_is_a_mistake() -> None:
    """ERR-1 nothing was sent, and the error says what to install."""
    ended = subprocess.run([sys.executable, "-c", WITHOUT_ADD_ON], capture_output=True, text=True, check=True)  # noqa: S603
    assert "add-on" in ended.stdout
    assert "secret" not in ended.stdout
