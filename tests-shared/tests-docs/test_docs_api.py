"""The public API: it changes only where somebody has meant it to, and every name of it is explained."""

from __future__ import annotations

import pytest

from api_record import PUBLIC, ROOT, names_of, record, undocumented


@pytest.mark.parametrize("folder", PUBLIC)
def test_the_public_names_are_those_that_are_recorded(folder: str) -> None:
    """Meant to change them? `hatch run docs:api` writes the record, and the change shows in review."""
    assert record(PUBLIC[folder]) == (ROOT / folder / "api.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", PUBLIC)
def test_every_public_name_has_a_docstring(folder: str) -> None:
    """Classes, functions and methods alike."""
    assert any(names_of(module) for module in PUBLIC[folder])
    assert not undocumented(PUBLIC[folder])


def test_a_parameter_that_changes_shows_in_the_record() -> None:
    """The record has what callers depend on: parameters, their defaults, and what is keyword-only."""
    text = record(PUBLIC["packages/clientele-core"])
    assert "        connect: float | None\n" in text
    assert "def get(self, path: str, **options: Unpack[EndpointOptions]) -> FunctionDecorator" in text
    assert "[keyword] overwrite: bool = False" in text
