"""Fixtures of the scaffold's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from pets import MODELS, PETS, WritePets, numbers


@pytest.fixture
def write_pets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WritePets:
    """Writes a package, whose files are expected besides those of pets, and gives its name."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)

    def package(base_url: str = "https://api.example.com", **files: str) -> str:
        name = f"clientele_test_pets_{next(numbers)}"
        folder = tmp_path / name
        folder.mkdir()
        own = {"__init__": "", "models": MODELS, "pets": PETS.format(base_url=base_url), **files}
        for file, text in own.items():
            (folder / f"{file}.py").write_text(text)
        return name

    return package
