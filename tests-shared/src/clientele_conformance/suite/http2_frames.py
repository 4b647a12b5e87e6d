"""A server that speaks HTTP/2 frame by frame, for the tests that need one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from clientele_conformance.servers import Certificates
from clientele_conformance.servers.frames import FrameOrigin, Reaction
from clientele_conformance.suite.base import Suite

Serve = Callable[..., FrameOrigin]

SHORT = 0.3
"""A limit, in seconds, that is bound to be reached."""

A_MOMENT = 0.05
"""In seconds: what a client needs to notice what has arrived."""


class FrameSuite(Suite):
    """A group of rules about HTTP/2."""

    @pytest.fixture
    def serve(self, certificates: Certificates) -> Iterator[Serve]:
        """Starts a server that reacts to each event as specified."""
        started: list[FrameOrigin] = []

        def start(react: Reaction, *, window: int = 65_535) -> FrameOrigin:
            started.append(FrameOrigin(certificates, react, window=window).__enter__())
            return started[-1]

        yield start
        for server in started:
            server.__exit__(None, None, None)
