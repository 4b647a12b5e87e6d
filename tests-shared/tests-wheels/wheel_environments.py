"""New virtual environments with wheels in them."""

from __future__ import annotations

import json
import subprocess
import venv
from pathlib import Path

ROOT = Path(__file__).parents[2]
DISTRIBUTIONS = ("clientele", "clientele-conformance", "clientele-core", "clientele-httpx")
COMMAND_SECONDS = 300


class Environment:
    """A new virtual environment with some of the wheels in it, installed by their paths."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        venv.create(folder, with_pip=True)
        self._python = folder / "bin" / "python"

    def install(self, *wheels: Path, with_dependencies: bool = True) -> None:
        """Install wheel files; what they depend on comes from the package index."""
        extra = [] if with_dependencies else ["--no-deps"]
        self._checked("-m", "pip", "install", "--quiet", *extra, *map(str, wheels))

    def names(self) -> set[str]:
        """The distributions that are installed, by normal name."""
        listed = json.loads(self._checked("-m", "pip", "list", "--format=json"))
        return {entry["name"].lower().replace("_", "-") for entry in listed}

    def run(self, code: str) -> str:
        """Run `code` as a user would, away from the tree, and return what it printed."""
        return self._checked("-I", "-c", code)

    def pytest(self, tests: str, *arguments: str) -> str:
        """Run a file of tests as a user would, and return what pytest printed."""
        path = self._folder / "test_mine.py"
        path.write_text(tests)
        return self._checked("-m", "pytest", "-p", "no:cacheprovider", str(path), *arguments)

    def _checked(self, *arguments: str) -> str:
        done = subprocess.run(  # noqa: S603 - the command is this test's own
            [str(self._python), *arguments],
            cwd=self._folder,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout
