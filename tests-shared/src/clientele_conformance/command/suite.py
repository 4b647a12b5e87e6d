"""What pytest collects for the command: the whole contract, on the backend that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from clientele.http import HTTPBackend
from clientele_conformance.command import target
from clientele_conformance.command.loading import load
from clientele_conformance.conformance import BackendConformance

_target = target.target()


class TestContract(BackendConformance):
    """The contract."""

    backend_class = load(_target.backend)
    known_gaps = Path(_target.known_gaps) if _target.known_gaps else None

    @pytest.fixture
    def backend_factory(self) -> Callable[..., HTTPBackend]:
        """With the options that the user gave."""
        return target.make

    @classmethod
    def import_path(cls) -> tuple[str, str]:
        """The same for programs."""
        return target.__name__, target.make.__name__
