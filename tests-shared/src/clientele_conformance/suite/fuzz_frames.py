"""Fuzzing over HTTP/2: whatever frames a server sends, there is a Response or one of our errors."""

from __future__ import annotations

import time
from random import Random

import h2.events
import pytest

from clientele.http.errors import TransportError
from clientele_conformance.rules import rule
from clientele_conformance.servers import Certificates
from clientele_conformance.servers.frames import FrameConnection, FrameOrigin
from clientele_conformance.subject import Subject
from clientele_conformance.suite.base import NewSubject, Suite

ANSWERS = 50
"""How many answers there are in a block."""

BLOCKS = 3
"""How many blocks each mode gets."""

_SILENCE = 0.3
"""Seconds, for answers that never end."""
_LIMIT = 15.0
"""For a single call, in seconds."""
_TYPES = 14
"""Of frames; the last ones are unknown to most."""


class FrameFuzzRules(Suite):
    """H2-12."""

    @rule("H2-12")
    @pytest.mark.parametrize("block", range(BLOCKS))
    def test_random_frames(
        self, block: int, *, only_http2: bool, new_subject: NewSubject, certificates: Certificates
    ) -> None:
        """Noise, and responses that are damaged, cut short, or have a frame of any type before them."""
        subject = new_subject(timeout=_SILENCE, verify=False, http2=only_http2)
        with FrameOrigin(certificates, _answer) as server:
            outcomes = [_outcome(subject, server.url(), seed) for seed in range(block * ANSWERS, (block + 1) * ANSWERS)]
        assert ANSWERS // 10 < outcomes.count("response") < 9 * ANSWERS // 10


def _answer(connection: FrameConnection, event: h2.events.Event) -> None:
    """The body is awaited: an answer before its end may be lost when the connection is closed."""
    if isinstance(event, h2.events.DataReceived) and event.data:
        seed = int(event.data)
        connection.state.send_headers(event.stream_id, [(b":status", b"200"), (b"x-a", b"b" * 50)])
        connection.state.send_data(event.stream_id, b"data" * 20, end_stream=True)
        connection.send(_damaged(connection.state.data_to_send(), Random(seed)))
        if seed % 4:
            connection.close()


def _damaged(frames: bytes, random: Random) -> bytes:
    where = random.randrange(len(frames))
    damages = (
        lambda: random.randbytes(200),
        lambda: frames[:where] + bytes([frames[where] ^ 1 << random.randrange(8)]) + frames[where + 1 :],
        lambda: frames[:where],
        lambda: frames[:where] + random.randbytes(5) + frames[where:],
        lambda: _any_frame(random) + frames,
    )
    return random.choice(damages)()


def _any_frame(random: Random) -> bytes:
    """A frame of a random type (RFC 9113, section 4.1), about the connection, this request, or another."""
    content = random.randbytes(random.randrange(40))
    stream = random.choice((0, 1, 2, 3, random.randrange(1 << 31)))
    kind, flags = random.randrange(_TYPES), random.randrange(256)
    return len(content).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + content


def _outcome(subject: Subject, url: str, seed: int) -> str:
    """What became of a call; anything but a response or an error of ours fails the test, with the seed."""
    began = time.monotonic()
    try:
        subject.send("POST", url, content=b"%d" % seed)
    except TransportError:
        return "error"
    except Exception as error:
        raise AssertionError(f"answer {seed} raised {error!r}") from error
    finally:
        assert time.monotonic() - began < _LIMIT, f"answer {seed} took too long"
    return "response"
