"""From `clientele` 2.x, which has the same package folder, to what is built here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from wheel_environments import ROOT, Environment, python_blocks

API = "https://api.example.com"
LAST_OF_2 = "clientele==2.3.1"


def test_the_upgrade_that_the_docs_give_works(
    wheels: dict[str, Path], new_environment: Callable[[], Environment], users_api: str
) -> None:
    """Uninstalled first, the old distribution can't take files of the new one with it."""
    environment = new_environment()
    environment.install("pip")
    environment.pip("install", "--quiet", "--no-deps", LAST_OF_2)
    assert "2" == environment.run("from importlib import metadata; print(metadata.version('clientele')[0], end='')")
    environment.pip("uninstall", "--yes", "--quiet", "clientele")
    ours = (str(wheels[name]) for name in ("clientele-core", "clientele-httpx", "clientele"))
    environment.pip("install", "--quiet", *ours)
    assert {"clientele", "clientele-core", "clientele-httpx", "httpx"} <= environment.names()
    example = python_blocks(ROOT / "README.md")[0].replace(API, users_api)
    assert "Ada\n" == environment.run(example)


def test_the_docs_say_so() -> None:
    """Wherever they tell how to install, they tell who has the old one what to do first."""
    for page in ("README.md", "docs/start.md", "docs/how-to/moving.md", "packages/clientele/README.md"):
        assert "pip uninstall" in (ROOT / page).read_text(encoding="utf-8"), page
