"""The life of native clients: built once, and closed for good."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from clientele.http.errors import TransportError
from clientele_conformance.rules import rule
from clientele_conformance.servers import Origin, Stall, chunk, chunked_head, echo, head, response
from clientele_conformance.subject import Mode, Subject
from clientele_conformance.suite.attempts import attempt, raised
from clientele_conformance.suite.base import NewSubject, Suite, needs_system, only
from clientele_conformance.suite.concurrency_together import Job, contents, descriptors_left_by, meeting, together
from clientele_conformance.suite.life_builds import Builds

OK = response(body=b"ok")
LINES = (b"x" * 1023 + b"\n") * 128
"""More than a client may gather before it hands over the first; STM-1 says that it shouldn't."""
UNFINISHED = {
    "chunked": [chunked_head(), chunk(LINES)],
    "length": [head(200, [("Content-Length", str(2 * len(LINES)))]), LINES],
    "closing": [head(200), LINES],
}
RACING = 50
AT_ONCE = 5
PATIENT = 40.0
"""In seconds: no call waits for that long, on whatever machine."""


class LifeRules(Suite):
    """LIF-1 and LIF-3, as far as they are the same in both modes."""

    @pytest.fixture
    def native_builds(self, monkeypatch: pytest.MonkeyPatch, mode: Mode) -> Builds:
        """The native clients of the test's mode that are built from now on."""
        return Builds(monkeypatch, "build_client" if mode == "sync" else "build_async_client")

    @rule("LIF-1")
    def test_a_backend_that_is_not_used_builds_nothing(self, native_builds: Builds, new_subject: NewSubject) -> None:
        """Making one and closing it needs no native client."""
        new_subject().close()
        assert [] == native_builds.clients

    @rule("LIF-1")
    def test_racing_first_calls_build_one_native_client(
        self, native_builds: Builds, new_subject: NewSubject, origin: Origin
    ) -> None:
        """Fifty threads or tasks start at once on a backend that has made no call yet."""
        origin.on("/", meeting(RACING))
        outcomes = together(new_subject(timeout=30.0), [Job(origin.url("/?ok"))] * RACING, RACING)
        assert [b"ok"] * RACING == contents(outcomes)
        assert 1 == len(native_builds.clients)

    @rule("LIF-1")
    def test_later_calls_use_the_same_native_client(
        self, native_builds: Builds, new_subject: NewSubject, origin: Origin
    ) -> None:
        """Calls and streams share it."""
        origin.on("/", OK)
        subject = new_subject()
        for _ in range(3):
            subject.send("GET", origin.url("/"))
            with subject.stream("GET", origin.url("/")) as items:
                assert b"ok" == b"".join(items)
        assert 1 == len(native_builds.clients)

    @rule("LIF-3")
    def test_closing_may_be_repeated(self, new_subject: NewSubject, origin: Origin) -> None:
        """Before the first call, after it, and again."""
        origin.on("/", OK)
        subject = new_subject()
        subject.close()
        assert b"ok" == subject.send("GET", origin.url("/")).content
        subject.close()
        subject.close()

    @needs_system("descriptors")
    @rule("LIF-3")
    def test_closing_frees_every_socket(self, subject: Subject, origin: Origin) -> None:
        """The server sees all its connections closed, and no descriptor stays open."""

        def fill_and_close() -> None:
            fill_the_pool(subject, origin)
            subject.close()
            origin.wait_until_open(0)

        assert 0 == descriptors_left_by(fill_and_close)

    @rule("LIF-3")
    def test_closing_frees_sockets_over_tls(self, new_subject: NewSubject, tls_origin: Origin) -> None:
        """Also those that TLS is spoken on."""
        tls_origin.on("/", OK)
        subject = new_subject(verify=False)
        assert b"ok" == subject.send("GET", tls_origin.url("/")).content
        subject.close()
        tls_origin.wait_until_open(0)

    @pytest.mark.parametrize("framing", UNFINISHED)
    @rule("LIF-3")
    def test_closing_frees_the_socket_of_an_open_stream(self, framing: str, subject: Subject, origin: Origin) -> None:
        """The stream that was cut off this way says so; it doesn't hang, and doesn't end as if it were complete."""
        origin.on("/", [*UNFINISHED[framing], Stall()])
        with subject.stream("GET", origin.url("/"), str) as items:
            next(items)
            subject.close()
            origin.wait_until_open(0)
            assert "an error" == raised(attempt(list, items))

    @only("sync")
    @pytest.mark.parametrize("body", [b"", b"x" * (1 << 25)], ids=["an answer", "its body to be taken"])
    @rule("LIF-3")
    def test_closing_ends_a_call_of_another_thread(self, body: bytes, new_subject: NewSubject, origin: Origin) -> None:
        """It waits for this of a server, for as long as its limits allow, and its socket is closed as well."""
        origin.on("/", Stall(), read_body=False)
        subject = new_subject(timeout=PATIENT)
        with ThreadPoolExecutor(1) as aside:
            waiting = aside.submit(attempt, subject.send, "POST", origin.url("/"), content=body)
            origin.wait_for_requests(1)
            subject.close()
            assert isinstance(waiting.result(PATIENT / 2), TransportError)

    @rule("LIF-3")
    def test_the_next_call_builds_anew(self, native_builds: Builds, new_subject: NewSubject, origin: Origin) -> None:
        """A closed backend is as good as new, as often as it is closed."""
        origin.on("/", echo)
        subject = new_subject()
        for count in (1, 2, 3):
            assert 200 == subject.send("GET", origin.url("/")).status_code
            subject.close()
            assert count == len(native_builds.clients)
            origin.wait_until_open(0)


def fill_the_pool(subject: Subject, origin: Origin) -> None:
    """Have `AT_ONCE` connections open at the same time, each of which carries a whole response and may then be kept."""
    origin.on("/pool", meeting(AT_ONCE))
    answers = subject.send_at_once([origin.url("/pool?ok")] * AT_ONCE)
    assert [b"ok"] * AT_ONCE == [answer.content for answer in answers]
