"""What pytest collects for the command: the whole contract, on the backend that was asked for."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from clientele.http import HTTPBackend
from clientele_conformance.command import target
from clientele_conformance.command.loading import load, load_function
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


def _by_hand() -> Iterator[tuple[str, Any]]:
    """What the suite asks of a class that says how its library is used by hand."""
    if _target.native_response:
        yield "native_response", staticmethod(load_function(_target.native_response))
    if _target.own_client:
        own_client = load_function(_target.own_client)
        parameters = inspect.signature(own_client).parameters.values()
        yield "own_client", staticmethod(own_client)
        yield (
            "own_clients_have_params",
            any(each.name == "params" or each.kind is each.VAR_KEYWORD for each in parameters),
        )


for _name, _value in _by_hand():
    setattr(TestContract, _name, _value)
