"""TLS: a client trusts only the configured authorities."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clientele.http import Capability
from clientele_conformance.rules import rule
from clientele_conformance.servers import Certificates, HTTP2Origin, Identity, Origin, response
from clientele_conformance.suite.attempts import attempt, raised
from clientele_conformance.suite.base import NewSubject, Suite, needs

OK = response(body=b"ok")


def settings_of(context: ssl.SSLContext) -> list[object]:
    """What can be seen of a context."""
    return [
        sorted(context.get_ca_certs(binary_form=True)),
        context.cert_store_stats(),
        context.verify_mode,
        context.verify_flags,
        context.check_hostname,
        context.options,
        context.minimum_version,
        context.maximum_version,
        [cipher["name"] for cipher in context.get_ciphers()],
        context.keylog_filename,
    ]


class SecurityVerificationRules(Suite):
    """SEC-6 and H2-17."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Ask for HTTP/2 only where the backend says that it has it."""
        super().pytest_generate_tests(metafunc)
        if "offered" in metafunc.fixturenames:
            metafunc.parametrize("offered", [{}, {"http2": True}] if self.has_http2() else [{}], ids=str)

    @pytest.fixture
    def both_versions(self, certificates: Certificates) -> Iterator[HTTP2Origin]:
        """A server with HTTP/2 and HTTP/1.1, which takes what the client prefers."""
        with HTTP2Origin(certificates) as origin:
            yield origin

    @rule("SEC-6")
    @pytest.mark.parametrize("options", [{}, {"verify": True}])
    def test_an_unknown_authority_is_refused(
        self, options: dict[str, Any], new_subject: NewSubject, tls_origin: Origin
    ) -> None:
        """By default; nothing was sent."""
        error = attempt(new_subject(**options).send, "POST", tls_origin.url("/"), content=b"planted")
        assert ("an error", []) == (raised(error), tls_origin.requests)

    @rule("SEC-6")
    @needs(Capability.CA_PATH)
    @pytest.mark.parametrize("kind", [str, Path])
    def test_a_file_of_authorities_is_trusted(
        self, kind: type[Any], new_subject: NewSubject, tls_origin: Origin, certificates: Certificates
    ) -> None:
        """And it alone."""
        tls_origin.on("/", OK)
        subject = new_subject(verify=kind(certificates.ca_path))
        assert b"ok" == subject.send("GET", tls_origin.url("/")).content
        error = attempt(new_subject(verify=kind(certificates.other_ca_path)).send, "GET", tls_origin.url("/"))
        assert ("an error", 1) == (raised(error), len(tls_origin.requests))

    @rule("SEC-6")
    @pytest.mark.parametrize("identity", ["wrong-host", "expired", "unknown-ca"])
    @pytest.mark.parametrize(
        "form", [pytest.param("path", marks=needs(Capability.CA_PATH)), "context", "no verification"]
    )
    def test_a_bad_certificate_is_refused_unless_nothing_is_verified(
        self, form: str, identity: Identity, new_subject: NewSubject, certificates: Certificates
    ) -> None:
        """Each for its own reason."""
        verify: dict[str, Any] = {
            "path": str(certificates.ca_path),
            "context": certificates.client_context(),
            "no verification": False,
        }
        with Origin(tls=certificates.server_context(identity)) as origin:
            origin.on("/", OK)
            subject = new_subject(verify=verify[form])
            if form == "no verification":
                assert b"ok" == subject.send("GET", origin.url("/")).content
            else:
                error = attempt(subject.send, "GET", origin.url("/"))
                assert ("an error", []) == (raised(error), origin.requests)

    @rule("SEC-6")
    def test_a_context_is_followed(
        self, new_subject: NewSubject, tls_origin: Origin, certificates: Certificates
    ) -> None:
        """Whom it trusts, is trusted; whom it doesn't, isn't, whatever authorities the system has."""
        tls_origin.on("/", OK)
        trusting, lax = certificates.client_context(), ssl.create_default_context()
        lax.check_hostname = False
        lax.verify_mode = ssl.CERT_NONE
        for context in (trusting, lax):
            assert b"ok" == new_subject(verify=context).send("GET", tls_origin.url("/")).content
        for context in (ssl.create_default_context(), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)):
            error = attempt(new_subject(verify=context).send, "GET", tls_origin.url("/"))
            assert ("an error", 2) == (raised(error), len(tls_origin.requests))

    @rule("SEC-6")
    def test_a_context_limits_the_protocol(
        self, new_subject: NewSubject, tls_origin: Origin, certificates: Certificates
    ) -> None:
        """It is not only about certificates."""
        tls_origin.on("/", OK)
        context = certificates.client_context()
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        new_subject(verify=context).send("GET", tls_origin.url("/"))
        only_new = certificates.server_context()
        only_new.minimum_version = ssl.TLSVersion.TLSv1_3
        with Origin(tls=only_new) as origin:
            error = attempt(new_subject(verify=context).send, "GET", origin.url("/"))
            assert ("an error", []) == (raised(error), origin.requests)

    @rule("SEC-6", offered={})
    @rule("H2-17", offered={"http2": True})
    def test_a_context_is_left_as_it_was(
        self,
        offered: dict[str, Any],
        new_subject: NewSubject,
        both_versions: HTTP2Origin,
        certificates: Certificates,
    ) -> None:
        """In all that can be read of it; a library may set the protocols that it offers."""
        context = certificates.client_context()
        before = settings_of(context)
        subject = new_subject(verify=context, **offered)
        for _ in range(2):
            assert 200 == subject.send("GET", both_versions.url("/")).status_code
        subject.close()
        assert before == settings_of(context)

    @rule("SEC-6", offered={})
    @rule("H2-17", offered={"http2": True})
    def test_a_context_is_left_as_it_was_by_a_refusal(
        self, offered: dict[str, Any], new_subject: NewSubject, both_versions: HTTP2Origin
    ) -> None:
        """No authorities are added to make up for those that it lacks."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        before = settings_of(context)
        error = attempt(new_subject(verify=context, **offered).send, "GET", both_versions.url("/"))
        assert ("an error", before) == (raised(error), settings_of(context))

    @rule("SEC-6")
    @pytest.mark.parametrize("verify", ["missing", "empty", "folder", "number"])
    def test_what_can_not_be_trusted_is_a_mistake(
        self, verify: str, new_subject: NewSubject, tmp_path: Path, origin: Origin
    ) -> None:
        """Immediately: a file without authorities would trust no server, or be ignored."""
        (tmp_path / "empty").write_text("")
        given: dict[str, Any] = {"missing": "missing", "empty": "empty", "folder": "no/such/folder"}
        value = 7 if verify == "number" else str(tmp_path / given[verify])
        error = attempt(lambda: new_subject(verify=value).send("GET", origin.url("/")))
        assert ("an error", 0) == (raised(error), origin.connections)
