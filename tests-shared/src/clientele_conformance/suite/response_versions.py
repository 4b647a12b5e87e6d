"""HTTP/2, for the backends that have it: spoken where it is asked for, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from clientele_conformance.rules import rule
from clientele_conformance.servers import Certificates, HTTP2Origin, Origin, echo
from clientele_conformance.suite.base import NewSubject, Suite


def offering(*, http2: bool) -> dict[str, bool]:
    """The option of a backend; one without HTTP/2 need not know it."""
    return {"http2": True} if http2 else {}


class ResponseVersionRules(Suite):
    """RSP-1, RSP-5 and RSP-9 over HTTP/1.1, H2-1 and H2-2 over HTTP/2."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Ask for HTTP/2 only where the backend says that it has it."""
        super().pytest_generate_tests(metafunc)
        if "http2" in metafunc.fixturenames:
            metafunc.parametrize("http2", [False, True] if self.has_http2() else [False])

    @pytest.fixture
    def http2_origin(self, certificates: Certificates) -> Iterator[HTTP2Origin]:
        """A server with both versions, which takes what the client prefers."""
        with HTTP2Origin(certificates) as origin:
            yield origin

    @rule("RSP-5", http2=False)
    @rule("H2-1", http2=True)
    def test_http2_is_spoken_when_it_is_asked_for(
        self, *, http2: bool, new_subject: NewSubject, http2_origin: HTTP2Origin
    ) -> None:
        """Else it is HTTP/1.1, although the server has both."""
        subject = new_subject(verify=False, **offering(http2=http2))
        answer = subject.send("POST", http2_origin.url("/a?b=c"), content=b"body")
        version = "2" if http2 else "1.1"
        assert (version, version) == (answer.http_version, http2_origin.requests[0].version)
        told = answer.json()
        assert ("POST", "/a?b=c", "body") == (told["method"], told["target"], told["body"])

    @rule("RSP-5", http2=False)
    @rule("H2-1", http2=True)
    def test_a_server_need_not_have_http2(self, *, http2: bool, new_subject: NewSubject, tls_origin: Origin) -> None:
        """It is an offer."""
        tls_origin.on("/", echo)
        answer = new_subject(verify=False, **offering(http2=http2)).send("GET", tls_origin.url("/"))
        assert ("1.1", "1.1") == (answer.http_version, tls_origin.requests[0].version)

    @rule("RSP-9", http2=False)
    @rule("H2-2", http2=True)
    def test_a_head_of_32_kib_is_read(self, *, http2: bool, new_subject: NewSubject, http2_origin: HTTP2Origin) -> None:
        """In every version."""
        fields = [(f"X-{i:02}", "a" * 500) for i in range(60)]
        http2_origin.on("/", b"ok", headers=fields)
        answer = new_subject(verify=False, **offering(http2=http2)).send("GET", http2_origin.url("/"))
        assert (b"ok", ["a" * 500] * 60) == (answer.content, [answer.headers[name] for name, _ in fields])

    @rule("RSP-1", http2=False)
    @rule("H2-2", http2=True)
    def test_repeated_fields_are_kept(self, *, http2: bool, new_subject: NewSubject, http2_origin: HTTP2Origin) -> None:
        """In every version."""
        http2_origin.on("/", b"ok", headers=[("Set-Cookie", "a=1"), ("X-A", "1"), ("Set-Cookie", "b=2")])
        answer = new_subject(verify=False, **offering(http2=http2)).send("GET", http2_origin.url("/"))
        assert ["a=1", "b=2"] == answer.headers.get_list("Set-Cookie")
