"""TLS: the authorities in a file are trusted alone.

No test can have a certificate from an authority that everybody knows. So a program is told that the suite's second
authority is one: by OpenSSL's environment variable, and by a module in the place of certifi.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from cryptography import x509

from clientele.http import Capability
from clientele_conformance.rules import rule
from clientele_conformance.servers import Certificates, Origin, response
from clientele_conformance.subject import Mode
from clientele_conformance.suite.base import Suite, needs
from clientele_conformance.suite.life_ends import PROGRAMS, python

CERTIFI = """\
def where():
    return {path!r}

def contents():
    with open(where(), encoding="ascii") as file:
        return file.read()
"""


class SecurityAuthorityRules(Suite):
    """SEC-6, in a process of its own."""

    @rule("SEC-6")
    @needs(Capability.CA_PATH)
    def test_the_authorities_in_a_file_are_trusted_alone(
        self, mode: Mode, certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """They take the place of the public ones: a certificate from one of those is refused."""
        public = str(certificates.other_ca_path)
        (tmp_path / "certifi.py").write_text(CERTIFI.format(path=public), encoding="utf-8")
        monkeypatch.setenv("SSL_CERT_FILE", public)
        program = "still_referenced" if mode == "sync" else "run"
        with Origin(tls=certificates.server_context("unknown-ca")) as origin:
            origin.on("/answer", response(body=b"answer"))
            told = (program, *self.import_path(), "path", str(certificates.ca_path), origin.url())
            ended = python("-m", PROGRAMS, *told, path=[str(tmp_path)])
            assert ("", []) == (ended.stdout, origin.requests)
        assert "certificate" in ended.stderr.lower()

    @rule("SEC-6")
    @pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
    def test_the_environment_names_no_authority(
        self, variable: str, mode: Mode, certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whoever starts a program must not decide with that whom it sends its credentials to."""
        authority = certificates.ca_path
        if variable == "SSL_CERT_DIR":
            (tmp_path / hashed_name(authority)).write_bytes(authority.read_bytes())
            authority = tmp_path
        monkeypatch.setenv(variable, str(authority))
        program = "still_referenced" if mode == "sync" else "run"
        with Origin(tls=certificates.server_context()) as origin:
            origin.on("/answer", response(body=b"answer"))
            ended = python("-m", PROGRAMS, program, *self.import_path(), "default", str(authority), origin.url())
            assert ("", []) == (ended.stdout, origin.requests)
        assert "certificate" in ended.stderr.lower()


def hashed_name(authority: Path) -> str:
    """The name by which OpenSSL looks for an authority in a folder: a digest of its subject in lower case."""
    subject = x509.load_pem_x509_certificate(authority.read_bytes()).subject
    folded = x509.Name([x509.NameAttribute(each.oid, " ".join(str(each.value).lower().split())) for each in subject])
    digest = hashlib.sha1(folded.public_bytes()[2:], usedforsecurity=False).digest()
    return f"{int.from_bytes(digest[:4], 'little'):08x}.0"
