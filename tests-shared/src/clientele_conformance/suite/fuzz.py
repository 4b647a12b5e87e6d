"""Fuzzing: whatever a server sends, there is a Response or one of our errors."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from clientele.http import Response
from clientele.http.errors import APIException, TransportError
from clientele_conformance.rules import rule
from clientele_conformance.servers import Answer, Certificates, Close, Origin, Receive, RecordedRequest, Reset
from clientele_conformance.subject import Subject
from clientele_conformance.suite.base import NewSubject, Suite
from clientele_conformance.suite.fuzz_answers import answer, noise

ANSWERS = 250
"""How many answers there are in a block."""

BLOCKS = 10
"""How many blocks each mode gets."""

HANDSHAKES = 50

_KINDS = (bytes, str, dict)
_LIMIT = 15.0
"""For a single call, in seconds; each answer is sent at once, and ends with its connection."""


class FuzzRules(Suite):
    """ERR-2."""

    @rule("ERR-2")
    @pytest.mark.parametrize("block", range(BLOCKS))
    def test_random_answers(
        self, block: int, new_subject: NewSubject, origin: Origin, record_property: Callable[[str, object], None]
    ) -> None:
        """Noise, and responses that are damaged, cut short or sent in odd pieces; some as streams, some to HEAD."""
        origin.on("/", _answer)
        subject = new_subject(timeout=2.0, max_response_bytes=1 << 20, headers={"Connection": "close"})
        counts = {"responses": 0, "errors": 0}
        for seed in range(block * ANSWERS, (block + 1) * ANSWERS):
            began = time.monotonic()
            counts[_outcome(subject, f"{origin.url('/')}?{seed}", seed)] += 1
            assert time.monotonic() - began < _LIMIT, f"answer {seed} took too long"
        for name, count in counts.items():
            record_property(name, count)
        assert ANSWERS == len({request.query for request in origin.requests})
        assert ANSWERS // 10 < counts["responses"] < 9 * ANSWERS // 10

    @rule("ERR-2")
    def test_random_handshakes(self, new_subject: NewSubject, certificates: Certificates) -> None:
        """Noise where TLS is expected."""
        for seed in range(HANDSHAKES):
            subject = new_subject(timeout=2.0, verify=False)
            greeting: Answer = [Receive(), noise(seed), Close()]
            with Origin(tls=certificates.server_context(), greeting=greeting) as origin, pytest.raises(TransportError):
                subject.send("GET", origin.url("/"))


def _answer(request: RecordedRequest) -> Answer:
    seed = int(request.query)
    return [*answer(seed), Close() if seed % 8 else Reset()]


def _outcome(subject: Subject, url: str, seed: int) -> str:
    """What became of a call; anything but a response or an error of ours fails the test, with the seed."""
    try:
        if seed % 3:
            _use(subject.send("HEAD" if seed % 10 == 0 else "GET", url))
        else:
            with subject.stream("GET", url, _KINDS[seed % len(_KINDS)]) as items:
                list(items)
    except (TransportError, APIException):
        return "errors"
    except Exception as error:
        raise AssertionError(f"answer {seed} raised {error!r}") from error
    return "responses"


def _use(response: Response) -> None:
    """Read all that a response says."""
    assert 200 <= response.status_code <= 999
    assert isinstance(response.text, str)
    assert isinstance(dict(response.headers), dict)
