"""The proxy tunnels, forwards, asks for credentials and refuses; and it records what it was asked."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator

import pytest

from clientele_conformance.servers import (
    Close,
    Drip,
    Origin,
    PlainClient,
    Proxy,
    certificates,
    chunked_response,
    echo,
    refusing,
    response,
)

BASIC = "Basic dXNlcjpwYXNz"  # user:pass
ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as origin:
        origin.on("/", response(body=b"ok"))
        yield origin


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with Proxy() as proxy:
        yield proxy


def test_a_tunnel_carries_bytes_both_ways(origin: Origin, proxy: Proxy) -> None:
    """Also more than one exchange."""
    with PlainClient(proxy.address) as client:
        client.ask(f"127.0.0.1:{origin.port}", method="CONNECT")
        assert client.receive() == ESTABLISHED
        for _ in range(2):
            client.ask()
            assert client.receive() == response(body=b"ok")
    assert proxy.tunnels == [f"127.0.0.1:{origin.port}"]
    assert [request.method for request in proxy.requests] == ["CONNECT"]
    assert len(origin.requests) == 2
    proxy.wait_until_open(0)
    origin.wait_until_open(0)


def test_tls_goes_through_a_tunnel(proxy: Proxy) -> None:
    """The proxy sees nothing of it."""
    with Origin(tls=certificates().server_context()) as origin:
        origin.on("/", response(body=b"secret"))
        client = http.client.HTTPSConnection(
            "127.0.0.1", proxy.port, timeout=5, context=certificates().client_context()
        )
        client.set_tunnel("127.0.0.1", origin.port)
        client.request("GET", "/")
        assert client.getresponse().read() == b"secret"
        client.close()
    assert [request.method for request in proxy.requests] == ["CONNECT"]


def test_the_end_of_one_side_is_the_end_of_the_other(origin: Origin, proxy: Proxy) -> None:
    """Each FIN is handed on."""
    origin.on("/bye", [response(body=b"bye"), Close()])
    with PlainClient(proxy.address) as client:
        client.ask(f"127.0.0.1:{origin.port}", method="CONNECT")
        assert client.receive() == ESTABLISHED
        client.ask("/bye")
        assert client.read_to_end() == response(body=b"bye")


def test_a_plain_request_is_forwarded(origin: Origin, proxy: Proxy) -> None:
    """The target becomes a path, fields for the proxy stay with it, the body goes along."""
    origin.on("/a", echo)
    with PlainClient(proxy.address) as client:
        client.ask(
            origin.url("/a?b=c"),
            method="POST",
            headers=[("Proxy-Authorization", "x"), ("Proxy-Connection", "keep-alive"), ("Content-Length", "2")],
            body=b"hi",
        )
        answer = client.read_to_end()
    assert b"\r\nConnection: close\r\n\r\n" in answer
    [seen] = proxy.requests
    assert (seen.target, seen.path, seen.header("proxy-authorization")) == (origin.url("/a?b=c"), "/a", "x")
    [request] = origin.requests
    assert (request.method, request.target, request.body) == ("POST", "/a?b=c", b"hi")
    assert request.headers == (("Host", "test"), ("Content-Length", "2"), ("Connection", "close"))


@pytest.mark.parametrize("drip", [False, True])
def test_an_answer_is_handed_back_as_it_comes(origin: Origin, proxy: Proxy, *, drip: bool) -> None:
    """Whatever its framing."""
    answer = chunked_response(b"a", b"b")
    origin.on("/", Drip(answer, size=20, delay=0.02) if drip else answer)
    with PlainClient(proxy.address) as client:
        client.ask(origin.url("/"))
        assert client.read_to_end() == answer.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)


def test_a_chunked_request_is_forwarded(origin: Origin, proxy: Proxy) -> None:
    """With its framing."""
    with PlainClient(proxy.address) as client:
        client.ask(
            origin.url("/"), method="PUT", headers=[("Transfer-Encoding", "chunked")], body=b"2\r\nhi\r\n0\r\n\r\n"
        )
        client.read_to_end()
    [request] = origin.requests
    assert (request.framing, request.body) == ("chunked", b"hi")


def test_a_url_without_a_path_asks_for_the_root(origin: Origin, proxy: Proxy) -> None:
    """As an origin form has to have one."""
    with PlainClient(proxy.address) as client:
        client.ask(origin.url())
        client.read_to_end()
    assert [request.target for request in origin.requests] == ["/"]


@pytest.mark.parametrize(("method", "target"), [("GET", "http://api.example.test/"), ("CONNECT", "api.example.test:1")])
def test_all_hosts_may_lead_to_one_upstream(origin: Origin, method: str, target: str) -> None:
    """Names that don't exist elsewhere can be used through the proxy."""
    with Proxy(upstream=origin.address) as proxy, PlainClient(proxy.address) as client:
        client.ask(target, method=method)
        if method == "CONNECT":
            assert client.receive() == ESTABLISHED
            client.ask()
        assert b"ok" in client.receive()


@pytest.mark.parametrize(("given", "status"), [(None, 407), ("Basic bm86bm8=", 407), (BASIC, 200)])
@pytest.mark.parametrize("method", ["GET", "CONNECT"])
def test_credentials_may_be_required(origin: Origin, method: str, given: str | None, status: int) -> None:
    """Without the right ones the answer says which scheme is wanted."""
    target = origin.url("/") if method == "GET" else f"127.0.0.1:{origin.port}"
    headers = [] if given is None else [("Proxy-Authorization", given)]
    with Proxy(credentials=("user", "pass")) as proxy, PlainClient(proxy.address) as client:
        client.ask(target, method=method, headers=headers)
        answer = client.receive()
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert (b'Proxy-Authenticate: Basic realm="proxy"' in answer) == (status == 407)


@pytest.mark.parametrize("status", [403, 502])
@pytest.mark.parametrize("method", ["GET", "CONNECT"])
def test_a_proxy_may_refuse(origin: Origin, method: str, status: int) -> None:
    """With the status it was given, and without asking the origin."""
    with Proxy(refuse=status) as proxy, PlainClient(proxy.address) as client:
        client.ask(origin.url("/"), method=method)
        assert client.read_to_end().startswith(f"HTTP/1.1 {status} ".encode())
        assert len(proxy.requests) == 1
    assert origin.connections == 0


@pytest.mark.parametrize("target", ["/", "https://127.0.0.1/"])
def test_only_whole_plain_urls_are_forwarded(proxy: Proxy, target: str) -> None:
    """A request for an origin, or for what needs a tunnel, is a mistake of the client."""
    with PlainClient(proxy.address) as client:
        client.ask(target)
        assert client.read_to_end().startswith(b"HTTP/1.1 400 ")


def test_what_is_no_request_is_refused(proxy: Proxy) -> None:
    """As an origin does."""
    with PlainClient(proxy.address) as client:
        client.send(b"\x16\x03\x01")
        assert client.read_to_end().startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("method", ["GET", "CONNECT"])
def test_an_unreachable_host_is_502(proxy: Proxy, method: str) -> None:
    """The proxy says so for it."""
    with refusing() as (host, port), PlainClient(proxy.address) as client:
        client.ask(f"http://{host}:{port}/" if method == "GET" else f"{host}:{port}", method=method)
        assert client.read_to_end().startswith(b"HTTP/1.1 502 ")


def test_stopping_ends_open_tunnels(origin: Origin) -> None:
    """Both of their ends."""
    with Proxy() as proxy, PlainClient(proxy.address) as client:
        client.ask(f"127.0.0.1:{origin.port}", method="CONNECT")
        assert client.receive() == ESTABLISHED
        client.ask()
        assert client.receive()
        proxy.stop()
        assert client.receive() == b""
    origin.wait_until_open(0)


def test_a_client_may_send_its_end_through_a_tunnel(origin: Origin, proxy: Proxy) -> None:
    """And still gets the answer."""
    with PlainClient(proxy.address) as client:
        client.ask(f"127.0.0.1:{origin.port}", method="CONNECT")
        assert client.receive() == ESTABLISHED
        client.ask()
        client.socket.shutdown(socket.SHUT_WR)
        assert client.read_to_end() == response(body=b"ok")
