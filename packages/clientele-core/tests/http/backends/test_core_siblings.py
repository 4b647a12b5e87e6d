"""The facades: which ImportError becomes advice, and which one shows as it is."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest


def write_sibling(folder: Path, code: str) -> None:
    """A `clientele_niquests` that runs `code` when it is imported."""
    (folder / "clientele_niquests.py").write_text(code)


@pytest.fixture(autouse=True)
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the facade is left from another test, and `tmp_path` is searched first."""
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in ("clientele.http.niquests_backend", "clientele_niquests", "niquests"):
        monkeypatch.delitem(sys.modules, name, raising=False)


def import_facade() -> object:
    return importlib.import_module("clientele.http.niquests_backend").NiquestsHTTPBackend


def test_a_missing_library_is_named_with_what_to_install(tmp_path: Path) -> None:
    """The sibling is there, its library is not."""
    write_sibling(tmp_path, "raise ModuleNotFoundError('No module named niquests', name='niquests')")
    with pytest.raises(ImportError, match=r"needs niquests, .*: pip install 'clientele\[niquests\]'") as caught:
        import_facade()
    assert caught.value.name == "niquests"


@pytest.mark.parametrize(
    ("code", "error", "message"),
    [
        ("import clientele_no_such_helper", ModuleNotFoundError, "clientele_no_such_helper"),
        ("from sys import no_such_name", ImportError, "no_such_name"),
        ("raise RuntimeError('broken')", RuntimeError, "broken"),
    ],
)
def test_a_broken_sibling_shows_its_own_error(code: str, error: type[Exception], message: str, tmp_path: Path) -> None:
    """ "Install it" would be wrong advice."""
    write_sibling(tmp_path, code)
    with pytest.raises(error, match=message) as caught:
        import_facade()
    assert "pip install" not in str(caught.value)


def test_the_facade_hands_over_the_class(tmp_path: Path) -> None:
    """The same object as in the sibling."""
    write_sibling(tmp_path, "class NiquestsHTTPBackend: pass")
    assert importlib.import_module("clientele_niquests").NiquestsHTTPBackend is import_facade()
