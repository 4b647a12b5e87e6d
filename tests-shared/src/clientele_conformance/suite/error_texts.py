"""The texts of errors: what a server or a proxy has written commands no terminal, and begins no line of a log."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from clientele.http.errors import APIException, ProtocolError, TransportError
from clientele_conformance.rules import rule
from clientele_conformance.servers import Origin, Proxy, redirect
from clientele_conformance.subject import Subject
from clientele_conformance.suite.attempts import read_all
from clientele_conformance.suite.base import NewSubject
from clientele_conformance.suite.proxy_suite import ProxySuite

ODD = "x\x85FORGED an error \x1b[2K\x07\x9b31m"
"""The end of a line, and commands that delete one and change colours; as bytes, in ISO-8859-1."""


class ErrorTextRules(ProxySuite):
    """ERR-6."""

    @pytest.fixture
    def refusing_proxy(self) -> Iterator[Proxy]:
        """One that refuses, and says so at length."""
        with Proxy(refuse=407, reason=ODD + ":" * 20_000) as proxy:
            yield proxy

    @rule("ERR-6")
    @pytest.mark.parametrize("more", [0, 20_000])
    def test_a_location_is_shown_with_escapes(self, more: int, subject: Subject, origin: Origin) -> None:
        """One that can't be followed, and one that may not."""
        origin.on("/", redirect(f"/{ODD}{':' * more}"))
        with pytest.raises(ProtocolError) as followed:
            subject.send("GET", origin.url("/"), follow_redirects=True)
        with pytest.raises(APIException) as left:
            read_all(subject, "GET", origin.url("/"))
        for error in (followed.value, left.value):
            assert "FORGED" in error.reason
            assert error.reason.isprintable()
            assert str(error).isprintable()
            assert len(error.reason) < 500

    @rule("ERR-6")
    def test_the_reason_of_a_proxy_is_shown_with_escapes(self, refusing_proxy: Proxy, new_subject: NewSubject) -> None:
        """As far as it is shown, and however long it is."""
        with pytest.raises(TransportError) as caught:
            new_subject(proxy=refusing_proxy.url()).send("GET", "https://example.test/")
        assert caught.value.reason.isprintable()
        assert len(caught.value.reason) < 500
