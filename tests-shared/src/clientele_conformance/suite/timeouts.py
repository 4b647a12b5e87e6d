"""Timeouts: each limits its phase, with every library."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest

from clientele.http import Capability, Timeout
from clientele.http.errors import (
    ConfigurationError,
    ConnectTimeout,
    PoolTimeout,
    ReadTimeout,
    TransportTimeout,
    WriteTimeout,
)
from clientele_conformance.rules import rule
from clientele_conformance.servers import (
    STALLED_HANDSHAKE,
    Certificates,
    Drip,
    Origin,
    Pause,
    Stall,
    chunk,
    chunked_head,
    response,
)
from clientele_conformance.subject import Subject
from clientele_conformance.suite.base import NewSubject, Suite, needs
from clientele_conformance.suite.error_scenes import MakeScene, answered, unreachable, uploading
from clientele_conformance.suite.streams_wire import PLENTY

SHORT = 0.25
ENOUGH = 1.0
"""A limit within which a server that answers at once has answered, however busy the machine is with other things."""

LONG = 30.0
SOON = 12.0
"""Far less than LONG, and far more than SHORT on a machine that is busy with other things."""


class Silence(NamedTuple):
    """Which limit ends it, where it happens, and as which error."""

    limit: str
    scene: MakeScene
    error: type[TransportTimeout]


SILENCES: Mapping[str, Silence] = {
    "while connecting": Silence("connect", unreachable, ConnectTimeout),
    "before the response": Silence("read", answered(Stall()), ReadTimeout),
    "within the head": Silence("read", answered([b"HTTP/1.1 200 OK\r\n", Stall()]), ReadTimeout),
    "within the body": Silence("read", answered([chunked_head(), chunk(b"1"), Stall()]), ReadTimeout),
    "of a server that takes no body": Silence("write", uploading(Stall()), WriteTimeout),
    "of a server that takes no pieces": Silence("write", uploading(Stall(), in_pieces=True), WriteTimeout),
}

_UNUSABLE = (0, -1, 0.0, -0.5, float("nan"))


class TimeoutRules(Suite):
    """TMO-1, TMO-3 and TMO-4; for TMO-2 and TMO-5 see `DeadlineRules`."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Leave out the write limit of a backend that says it has none."""
        super().pytest_generate_tests(metafunc)
        if "silence" in metafunc.fixturenames:
            has_write = "write_timeout" in self.backend_class.capabilities
            met = [name for name, silence in SILENCES.items() if has_write or silence.limit != "write"]
            metafunc.parametrize("silence", met)

    @rule("TMO-1")
    def test_a_limit_has_its_error(self, silence: str, new_subject: NewSubject, certificates: Certificates) -> None:
        """However long the others are."""
        limit, scene_of, error = SILENCES[silence]
        limits = {"connect": LONG, "read": LONG, limit: SHORT}
        with scene_of(certificates) as scene:
            subject = new_subject(timeout=Timeout(**limits))
            with raises_soon(error):
                subject.send(scene.method, scene.url, **scene.call)

    @rule("TMO-1")
    def test_the_read_limit_within_a_stream(self, new_subject: NewSubject, origin: Origin) -> None:
        """A stream that falls silent is given up after `read`; what came before is not lost."""
        origin.on("/", [chunked_head(), chunk(b"1\n2\n"), Stall()])
        subject = new_subject(timeout=Timeout(connect=LONG, read=ENOUGH))
        taken: list[int] = []
        with raises_soon(ReadTimeout), subject.stream("GET", origin.url("/"), int) as items:
            taken.extend(next(items) for _ in range(2))
            next(items)
        assert [1, 2] == taken

    @rule("TMO-1")
    @needs(Capability.POOL_TIMEOUT)
    def test_the_pool_limit(self, new_subject: NewSubject, origin: Origin) -> None:
        """A call that gets no connection is given up after `pool`, unsent; one that is given back is used."""
        origin.on("/held", [chunked_head(), chunk(PLENTY), Stall()])
        origin.on("/", response(body=b"ok"))
        subject = new_subject(max_connections=1, timeout=Timeout(connect=LONG, read=LONG, pool=SHORT))
        with subject.stream("GET", origin.url("/held"), str) as items:
            next(items)
            with raises_soon(PoolTimeout):
                subject.send("GET", origin.url("/"))
        assert b"ok" == subject.send("GET", origin.url("/")).content
        assert ["/held", "/"] == [request.path for request in origin.requests]

    @rule("TMO-1")
    @pytest.mark.parametrize("part", ["head", "body"])
    def test_a_slow_drip_is_fine(self, part: str, new_subject: NewSubject, origin: Origin) -> None:
        """No limit but `total` bounds the whole: a response may take longer than `read`, piece by piece."""
        head, body = b"HTTP/1.1 200 OK\r\nX-Slow: drip\r\nContent-Length: 12\r\n\r\n", b"drop by drop"
        origin.on("/", [Drip(head, 9, 0.25), body] if part == "head" else [head, Drip(body, 2, 0.25)])
        answer = new_subject(timeout=ENOUGH).send("GET", origin.url("/"))
        assert b"drop by drop" == answer.content

    @rule("TMO-1")
    def test_a_number_is_every_limit(self, new_subject: NewSubject, origin: Origin) -> None:
        """`timeout=0.3` bounds a silence of the server; a call may say otherwise."""
        origin.on("/", Stall())
        origin.on("/slow", [Pause(2 * SHORT), response(body=b"ok")])
        subject = new_subject(timeout=SHORT)
        # It comes first, so that the other call has a connection: making one may take longer than SHORT.
        assert b"ok" == subject.send("GET", origin.url("/slow"), timeout=LONG).content
        with raises_soon(ReadTimeout):
            subject.send("GET", origin.url("/"))

    @rule("TMO-3")
    @pytest.mark.parametrize("unusable", _UNUSABLE)
    def test_zero_or_less_is_refused(
        self, unusable: float, new_subject: NewSubject, subject: Subject, origin: Origin
    ) -> None:
        """As an option of the backend and of a call; some libraries would take it for no limit."""
        with pytest.raises(ConfigurationError):
            new_subject(timeout=unusable)
        with pytest.raises(ConfigurationError):
            subject.send("GET", origin.url("/"), timeout=unusable)
        with pytest.raises(ConfigurationError), subject.stream("GET", origin.url("/"), timeout=unusable) as items:
            next(items)
        assert 0 == origin.connections

    @rule("TMO-3")
    @pytest.mark.parametrize("limit", ["connect", "read", "write", "pool", "total"])
    @pytest.mark.parametrize("unusable", _UNUSABLE)
    def test_zero_or_less_is_refused_for_each_limit(self, limit: str, unusable: float) -> None:
        """The error names the limit."""
        fields: dict[str, Any] = {limit: unusable}
        with pytest.raises(ConfigurationError, match=limit):
            Timeout(**fields)

    @rule("TMO-3")
    @pytest.mark.parametrize("none", [None, Timeout(connect=None, read=None)], ids=["number", "each"])
    def test_none_is_no_limit(self, none: Any, new_subject: NewSubject, origin: Origin) -> None:
        """It takes a limit of the backend's away."""
        origin.on("/", [Pause(2 * SHORT), response(body=b"ok")])
        assert b"ok" == new_subject(timeout=SHORT).send("GET", origin.url("/"), timeout=none).content

    @rule("TMO-4")
    def test_a_handshake_that_stalls(self, new_subject: NewSubject, certificates: Certificates) -> None:
        """The TCP connection stands, but the `connect` limit goes on."""
        subject = new_subject(timeout=Timeout(connect=SHORT, read=LONG), verify=False)
        with Origin(tls=certificates.server_context(), greeting=STALLED_HANDSHAKE) as origin:
            with raises_soon(ConnectTimeout):
                subject.send("GET", origin.url("/"))
            origin.wait_until_open(0)

    @rule("TMO-4")
    def test_the_connect_limit_ends_with_the_handshake(self, new_subject: NewSubject, tls_origin: Origin) -> None:
        """The wait for the response isn't part of connecting."""
        tls_origin.on("/", [Pause(2 * ENOUGH), response(body=b"ok")])
        subject = new_subject(timeout=Timeout(connect=ENOUGH, read=LONG), verify=False)
        assert b"ok" == subject.send("GET", tls_origin.url("/")).content


@contextlib.contextmanager
def raises_soon(expected: type[TransportTimeout]) -> Iterator[pytest.ExceptionInfo[TransportTimeout]]:
    """`pytest.raises` for `expected`, which has to come long before LONG."""
    began = time.monotonic()
    with pytest.raises(expected) as raised:
        yield raised
    seconds = time.monotonic() - began
    assert seconds < SOON
