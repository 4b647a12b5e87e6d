"""What pyreqwest would do otherwise, and what it has no means for."""

from __future__ import annotations

import asyncio
import ssl
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from pyreqwest.client import ClientBuilder, SyncClientBuilder

from clientele.api import ConfigurationError, ConnectError, DeadlineExceeded, DNSError, ProtocolError, TLSError
from clientele.http import Timeout
from clientele_conformance.servers import Certificates, Origin, Stall, certificates, refusing, response
from clientele_pyreqwest import PyreqwestHTTPBackend

OK = response(body=b"ok")


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as origin:
        origin.on("/", OK)
        yield origin


@pytest.fixture
def backend() -> Iterator[PyreqwestHTTPBackend]:
    backend = PyreqwestHTTPBackend()
    yield backend
    backend.close()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("verify", ssl.create_default_context()),
        ("verify", str(certificates().ca_path)),
        ("client", SyncClientBuilder().build()),
        ("async_client", ClientBuilder().build()),
    ],
    ids=["a context", "a path", "a client", "an asynchronous client"],
)
def test_what_it_has_no_means_for_is_refused(option: str, value: Any) -> None:
    """When the backend is made, with what to write instead."""
    with pytest.raises(ConfigurationError, match=rf"PyreqwestHTTPBackend\({option}=...\).*client_options"):
        PyreqwestHTTPBackend(**{option: value})


@pytest.mark.parametrize("options", [{"min_tls_version": "TLSv9"}, {"tcp_keepalive": 5}, {"local_address": "nowhere"}])
def test_a_native_option_that_can_not_be_used_is_a_mistake(options: dict[str, Any], origin: Origin) -> None:
    """Before anything is sent."""
    with pytest.raises(ConfigurationError, match="pyreqwest can't build a client"):
        PyreqwestHTTPBackend(client_options=options).send_sync_request("GET", origin.url("/"))
    assert 0 == origin.connections


def test_an_authority_is_trusted_beside_the_others() -> None:
    """One of the user's own, by pyreqwest's name for it."""
    trusted: Certificates = certificates()
    options = {"add_root_certificate_pem": trusted.ca_path.read_bytes()}
    with Origin(tls=trusted.server_context()) as server, Origin(tls=trusted.server_context("unknown-ca")) as other:
        server.on("/", OK)
        backend = PyreqwestHTTPBackend(client_options=options)
        assert b"ok" == backend.send_sync_request("GET", server.url("/")).content
        with pytest.raises(TLSError, match="UnknownIssuer"):
            backend.send_sync_request("GET", other.url("/"))
        backend.close()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the operating system is asked, and not the environment")
@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_the_environment_is_refused_where_it_would_be_trusted(
    variable: str, origin: Origin, backend: PyreqwestHTTPBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only over TLS, only where certificates are checked, and not where it names what the system trusts anyway."""
    for each in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.setenv(each, "/etc/ssl/certs")
    monkeypatch.setenv(variable, "/home/somebody/ca")
    assert b"ok" == backend.send_sync_request("GET", origin.url("/")).content
    with pytest.raises(ConfigurationError, match=variable):
        backend.send_sync_request("GET", "https://127.0.0.1:1/")
    monkeypatch.setenv(variable, "/etc/ssl/certs")
    with pytest.raises(ConnectError):
        backend.send_sync_request("GET", "https://127.0.0.1:1/")


def test_a_deadline_needs_no_connection_of_its_own(origin: Origin, backend: PyreqwestHTTPBackend) -> None:
    """pyreqwest settles limits for each client: those that come from what is left of a call would make one each."""
    for total in (60.0, 61.0, 62.0, 20.0, 21.0):
        backend.send_sync_request("GET", origin.url("/"), timeout=Timeout(connect=30.0, read=30.0, total=total))
    assert 2 == origin.connections  # One with the limits for connecting and reading, and one without, for 20 and 21 s.


def test_limits_that_differ_leave_no_clients_behind(origin: Origin, backend: PyreqwestHTTPBackend) -> None:
    """The oldest ones go, with their connections."""
    for number in range(30):
        backend.send_sync_request("GET", origin.url("/"), timeout=10.0 + number)
    assert 30 == origin.connections
    origin.wait_until_open(8)


@pytest.mark.parametrize("streamed", [True, False])
def test_a_deadline_ends_an_exchange(streamed: bool, origin: Origin, backend: PyreqwestHTTPBackend) -> None:  # noqa: FBT001
    """Also in pyreqwest, whose thread would go on otherwise."""
    origin.on("/silent", Stall())
    send: Any = backend.handle_sync_stream if streamed else backend.send_sync_request
    options: dict[str, Any] = {"inner_type": str} if streamed else {}
    with pytest.raises(DeadlineExceeded):
        list(send("GET", origin.url("/silent"), timeout=Timeout(total=0.3), **options))
    origin.wait_until_open(0)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_a_body_of_unknown_length_is_sent_whatever_the_method(
    method: str, origin: Origin, backend: PyreqwestHTTPBackend
) -> None:
    """hyper would leave that of a GET out."""
    backend.send_sync_request(method, origin.url("/"), content=iter([b"one", b"two"]))
    assert [b"onetwo"] == [request.body for request in origin.requests]


def test_a_word_in_a_url_is_no_reason(backend: PyreqwestHTTPBackend) -> None:
    """pyreqwest tells what has failed in words, of which the first ones hold the URL."""
    with refusing() as (host, port), pytest.raises(ConnectError, match="Connection refused") as caught:
        backend.send_sync_request("GET", f"http://{host}:{port}/proxy/tunnel/certificate/dns%20error")
    assert ConnectError is type(caught.value)


def test_a_name_that_does_not_exist(backend: PyreqwestHTTPBackend) -> None:
    """By what the resolver says."""
    with pytest.raises(DNSError):
        backend.send_sync_request("GET", "http://no-such-name.invalid/", timeout=20.0)


def test_a_head_that_is_not_ascii_is_no_answer(origin: Origin, backend: PyreqwestHTTPBackend) -> None:
    """pyreqwest gives none of it; a response without one of its fields would be a wrong one."""
    origin.on("/odd", response(headers=[("X-Odd", "caf\xe9"), ("X-Plain", "1")]))
    with pytest.raises(ProtocolError, match="ASCII"):
        backend.send_sync_request("GET", origin.url("/odd"))
    assert b"ok" == backend.send_sync_request("GET", origin.url("/")).content


def test_a_task_that_is_cancelled_ends() -> None:
    """Even if pyreqwest is done at that moment, and goes on as if nothing had happened."""

    async def cancelled_at(backend: PyreqwestHTTPBackend, url: str, turns: int) -> bool:
        task = asyncio.create_task(backend.send_async_request("GET", url))
        for _ in range(turns):
            await asyncio.sleep(0)
        was_done = not task.cancel()
        await asyncio.wait([task], timeout=20)
        return was_done or task.cancelled()

    async def main(url: str) -> None:
        backend = PyreqwestHTTPBackend()
        assert [True] * 300 == [await cancelled_at(backend, url, number) for number in range(300)]
        assert b"ok" == (await backend.send_async_request("GET", url)).content
        await backend.aclose()

    with Origin() as server:
        server.on("/", OK)
        asyncio.run(main(server.url("/")))
