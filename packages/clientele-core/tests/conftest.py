"""Fixtures for many tests; and how Hypothesis draws examples: without time limits and earlier examples."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from clientele.http import FakeHTTPBackend
from clientele_conformance.servers import Origin

settings.register_profile("core", deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("core")


@pytest.fixture
def fake() -> FakeHTTPBackend:
    return FakeHTTPBackend()


@pytest.fixture
def origin() -> Iterator[Origin]:
    """A server on 127.0.0.1."""
    with Origin() as origin:
        yield origin


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """One event loop for a whole test."""
    with asyncio.Runner() as runner:
        yield runner
