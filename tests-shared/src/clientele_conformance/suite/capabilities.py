"""Capabilities: what a backend declares works, and what it doesn't is refused."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from clientele.http import Capability, HTTPBackend, Timeout
from clientele.http.errors import ConfigurationError, PoolTimeout, WriteTimeout
from clientele_conformance.rules import rule
from clientele_conformance.servers import Certificates, HTTP2Origin, Origin, Proxy, Stall, chunk, chunked_head, response
from clientele_conformance.suite.attempts import attempt, raised
from clientele_conformance.suite.base import NewSubject, Suite
from clientele_conformance.suite.request_wire import refused
from clientele_conformance.suite.streams_wire import PLENTY

BIG = bytes(32 << 20)
"""More than the buffers of a connection hold."""


class CapabilityRules(Suite):
    """CAP-1. Each test asks for what the backend declares, and is refused where it doesn't declare it."""

    def declares(self, capability: str) -> bool:
        """Whether the backend says it can."""
        return capability in self.backend_class.capabilities

    @rule("CAP-1")
    def test_it_has_a_mode(self) -> None:
        """A backend that has neither can't be called; and what it declares are capabilities, not just strings."""
        assert [] != self.modes()
        assert [] == [each for each in self.backend_class.capabilities if not isinstance(each, Capability)]

    @rule("CAP-1")
    def test_each_backend_is_of_the_class(self) -> None:
        """Or says that it can do the same: what decides which tests there are is what the class declares."""
        backend = self.make_backend()
        assert (self.backend_class.capabilities, True) == (backend.capabilities, isinstance(backend, HTTPBackend))

    @rule("CAP-1")
    def test_synchronous_calls(self, origin: Origin) -> None:
        """They work, or NotImplementedError says that they don't."""
        origin.on("/", response(body=b"ok"))
        backend = self.make_backend()
        if self.declares("sync"):
            backend.send_sync_request("GET", origin.url())
            assert b"ok" == b"".join(backend.handle_sync_stream("GET", origin.url(), bytes))
            backend.close()
        else:
            with refused(origin, NotImplementedError):
                backend.send_sync_request("GET", origin.url())
            with pytest.raises(NotImplementedError):
                list(backend.handle_sync_stream("GET", origin.url(), bytes))

    @rule("CAP-1")
    def test_asynchronous_calls(self, origin: Origin) -> None:
        """They work, or NotImplementedError says that they don't."""
        origin.on("/", response(body=b"ok"))
        backend = self.make_backend()
        if self.declares("async"):
            assert b"ok" == asyncio.run(_used(backend, origin))
        else:
            with refused(origin, NotImplementedError):
                asyncio.run(_sent(backend, origin))
            with pytest.raises(NotImplementedError):
                asyncio.run(_streamed(backend, origin))

    @rule("CAP-1")
    def test_http2(self, new_subject: NewSubject, certificates: Certificates) -> None:
        """It is spoken where it is asked for, and only there."""
        with HTTP2Origin(certificates) as server:
            if self.declares("http2"):
                for http2 in (True, False):
                    new_subject(http2=http2, verify=False).send("GET", server.url("/"))
                assert ["2", "1.1"] == [request.version for request in server.requests]
            else:
                self._assert_refused("http2", new_subject, server.url("/"), http2=True)
                assert [] == server.requests

    @rule("CAP-1")
    def test_a_proxy(self, new_subject: NewSubject) -> None:
        """It is asked."""
        with Origin() as origin, Proxy(upstream=origin.address) as proxy:
            if self.declares("proxy"):
                new_subject(proxy=proxy.url()).send("GET", "http://example.test/a")
                assert ["http://example.test/a"] == [request.target for request in proxy.requests]
            else:
                self._assert_refused("proxy", new_subject, origin.url(), proxy=proxy.url())
                assert 0 == proxy.connections

    @rule("CAP-1")
    def test_a_client_certificate(self, new_subject: NewSubject, certificates: Certificates) -> None:
        """It is presented to a server that requires one; without it, there is no response."""
        with Origin(tls=certificates.server_context(client_certificate=True)) as server:
            server.on("/", response())
            cert = str(certificates.client_path)
            if self.declares("client_cert"):
                assert 200 == new_subject(verify=False, cert=cert).send("GET", server.url()).status_code
                error = attempt(new_subject(verify=False).send, "GET", server.url())
                assert ("an error", 1) == (raised(error), len(server.requests))
            else:
                self._assert_refused("cert", new_subject, server.url(), verify=False, cert=cert)
                assert 0 == server.connections

    @rule("CAP-1")
    def test_a_path_to_certificates(
        self, new_subject: NewSubject, certificates: Certificates, tls_origin: Origin
    ) -> None:
        """Those in the file are trusted, and no others; it is never passed over in silence."""
        tls_origin.on("/", response())
        if self.declares("ca_path"):
            for verify in (certificates.ca_path, str(certificates.ca_path)):
                assert 200 == new_subject(verify=verify).send("GET", tls_origin.url()).status_code
            error = attempt(new_subject(verify=certificates.other_ca_path).send, "GET", tls_origin.url())
            assert ("an error", 2) == (raised(error), len(tls_origin.requests))
        else:
            self._assert_refused("verify", new_subject, tls_origin.url(), verify=str(certificates.ca_path))
            assert 0 == tls_origin.connections

    @rule("CAP-1")
    def test_a_path_to_no_certificates(self, new_subject: NewSubject, tls_origin: Origin) -> None:
        """It is refused by every backend, before anything is connected to."""
        self._assert_refused("verify", new_subject, tls_origin.url(), verify="/nowhere/ca.pem")
        assert 0 == tls_origin.connections

    @rule("CAP-1")
    def test_a_write_limit(self, new_subject: NewSubject, origin: Origin) -> None:
        """It ends an upload that the server doesn't take, or is refused by name."""
        origin.on("/", Stall(), read_body=False)
        timeout = Timeout(write=0.3)
        if self.declares("write_timeout"):
            with pytest.raises(WriteTimeout):
                new_subject(timeout=timeout).send("POST", origin.url(), content=BIG)
        else:
            self._assert_refused("write", new_subject, origin.url(), timeout=timeout)
            assert 0 == origin.connections

    @rule("CAP-1")
    def test_a_pool_limit(self, new_subject: NewSubject, origin: Origin) -> None:
        """It ends the wait for a connection that isn't given back, or is refused by name."""
        origin.on("/", [chunked_head(), chunk(PLENTY), Stall()])
        timeout = Timeout(pool=0.3)
        if self.declares("pool_timeout"):
            subject = new_subject(max_connections=1, timeout=timeout)
            with subject.stream("GET", origin.url()) as items:
                next(items)
                with pytest.raises(PoolTimeout):
                    subject.send("GET", origin.url())
        else:
            self._assert_refused("pool", new_subject, origin.url(), timeout=timeout)
            assert 0 == origin.connections

    @rule("CAP-1")
    def test_cookies(self, new_subject: NewSubject, origin: Origin) -> None:
        """They are kept where that is asked for, or refused by name."""
        origin.on("/", response(headers=[("Set-Cookie", "a=1")]))
        if self.declares("cookies"):
            subject = new_subject(cookies=True)
            for _ in range(2):
                subject.send("GET", origin.url())
            assert [None, "a=1"] == [request.header("cookie") for request in origin.requests]
        else:
            self._assert_refused("cookies", new_subject, origin.url(), cookies=True)
            assert 0 == origin.connections

    def _assert_refused(self, name: str, new_subject: NewSubject, url: str, **options: Any) -> None:
        """Whether the constructor or the call refuses, it names the option."""
        with pytest.raises(ConfigurationError, match=name):
            new_subject(**options).send("GET", url)


async def _used(backend: HTTPBackend, origin: Origin) -> bytes:
    try:
        await _sent(backend, origin)
        return await _streamed(backend, origin)
    finally:
        await backend.aclose()


async def _sent(backend: HTTPBackend, origin: Origin) -> None:
    await backend.send_async_request("GET", origin.url())


async def _streamed(backend: HTTPBackend, origin: Origin) -> bytes:
    return b"".join([piece async for piece in backend.handle_async_stream("GET", origin.url(), bytes)])
