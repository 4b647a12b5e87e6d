"""TLS: by which name a server is asked for, and checked."""

from __future__ import annotations

import contextlib
import socket
from typing import Any

import pytest

from clientele.http import Capability
from clientele_conformance.rules import rule
from clientele_conformance.servers import Certificates, Origin, Proxy, response
from clientele_conformance.suite.base import NewSubject, Suite, needs


class SecurityNameRules(Suite):
    """SEC-6."""

    @rule("SEC-6")
    @pytest.mark.parametrize("way", ["straight", pytest.param("tunnel", marks=needs(Capability.PROXY))])
    def test_the_name_that_a_server_is_told_has_no_dot_at_its_end(
        self,
        way: str,
        certificates: Certificates,
        new_subject: NewSubject,
        trusted: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """A dot makes a name absolute for the resolver; handshakes (RFC 6066, section 3) and certificates have none."""
        resolve = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", lambda _host, *rest, **more: resolve("127.0.0.1", *rest, **more))
        context, told = certificates.server_context(), list[str | None]()
        context.sni_callback = lambda _connection, name, _context: told.append(name)
        with Origin(tls=context) as origin, contextlib.ExitStack() as stack:
            origin.on("/", response(body=b"ok"))
            tunnel = stack.enter_context(Proxy(upstream=origin.address)) if way == "tunnel" else None
            subject = new_subject(verify=trusted, proxy=tunnel and tunnel.url(), trust_env=False)
            assert b"ok" == subject.send("GET", f"https://example.test.:{origin.port}/").content
        assert ["example.test"] == told
