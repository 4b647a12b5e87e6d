"""TLS: by which name a server is asked for, and checked."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from clientele.http import Capability
from clientele_conformance.rules import rule
from clientele_conformance.servers import Certificates, Origin, Proxy, response
from clientele_conformance.suite.base import NewSubject, Suite, needs


class SecurityNameRules(Suite):
    """SEC-6, and PRX-1 of tunnels."""

    @rule("SEC-6")
    def test_the_name_that_a_server_is_told_has_no_dot_at_its_end(
        self, certificates: Certificates, new_subject: NewSubject, trusted: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A dot makes a name absolute for the resolver; handshakes (RFC 6066, section 3) and certificates have none."""
        with _absolute(certificates, monkeypatch) as (origin, told):
            subject = new_subject(verify=trusted, trust_env=False)
            assert b"ok" == subject.send("GET", f"https://example.test.:{origin.port}/").content
        assert ["example.test"] == told

    @rule("PRX-1")
    @needs(Capability.PROXY)
    def test_the_name_that_a_server_is_told_in_a_tunnel_has_no_dot_at_its_end(
        self, certificates: Certificates, new_subject: NewSubject, trusted: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Likewise."""
        with _absolute(certificates, monkeypatch) as (origin, told), Proxy(upstream=origin.address) as proxy:
            subject = new_subject(verify=trusted, proxy=proxy.url(), trust_env=False)
            assert b"ok" == subject.send("GET", f"https://example.test.:{origin.port}/").content
        assert ["example.test"] == told


@contextlib.contextmanager
def _absolute(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Origin, list[str | None]]]:
    """A server that every host name resolves to, and the names that it receives."""
    resolve = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _host, *rest, **more: resolve("127.0.0.1", *rest, **more))
    context, told = certificates.server_context(), list[str | None]()
    context.sni_callback = lambda _connection, name, _context: told.append(name)
    with Origin(tls=context) as origin:
        origin.on("/", response(body=b"ok"))
        yield origin, told
