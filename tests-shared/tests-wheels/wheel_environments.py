"""New virtual environments with wheels in them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
BACKENDS = ("httpx", "httpx2", "requests", "aiohttp", "niquests", "pyreqwest")
DISTRIBUTIONS = (
    *("clientele", "clientele-conformance", "clientele-core", "clientele-scaffold"),
    *(f"clientele-{name}" for name in BACKENDS),
)
UV = (sys.executable, "-m", "uv", "--quiet")
COMMAND_SECONDS = 300
TESTS_SECONDS = 1800


class Environment:
    """A new virtual environment with some of the wheels in it, installed by their paths."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._python = folder / "bin" / "python"
        run_checked([*UV, "venv", "--python", sys.executable, str(folder)], folder.parent)

    def install(self, *wheels: Path | str, with_dependencies: bool = True) -> None:
        """Install wheel files, with their extras if a path says so; what they need besides comes from the index."""
        extra = [] if with_dependencies else ["--no-deps"]
        self._uv("install", *extra, *map(str, wheels))

    def pip(self, *arguments: str) -> None:
        """Run pip, as a user does; it has to be installed."""
        self._checked("-m", "pip", *arguments)

    def names(self) -> set[str]:
        """The distributions that are installed, by normal name."""
        return {entry["name"].lower().replace("_", "-") for entry in json.loads(self._uv("list", "--format=json"))}

    def run(self, code: str) -> str:
        """Run `code` as a user would, away from the tree, and return what it printed."""
        return self._checked("-I", "-c", code)

    def pytest_of(self, project: Path) -> str:
        """Run the tests of a copy of `project` as a user would, and return what pytest printed."""
        copy = shutil.copytree(project, self._folder / project.name, ignore=shutil.ignore_patterns("__pycache__"))
        return self._checked("-m", "pytest", "-p", "no:cacheprovider", "--strict-markers", "-W", "error", str(copy))

    def pytest(self, tests: str, *arguments: str) -> str:
        """Run a file of tests as a user would, and return what pytest printed."""
        path = self._folder / "test_mine.py"
        path.write_text(tests)
        return self.tests(str(path), *arguments)

    def tests(self, *arguments: str) -> str:
        """Run pytest, and return what it printed."""
        return self._checked("-m", "pytest", "-p", "no:cacheprovider", *arguments, seconds=TESTS_SECONDS)

    @property
    def python(self) -> Path:
        """The interpreter."""
        return self._python

    def conformance(self, *arguments: str) -> str:
        """Run the command of the contract, and return what it printed."""
        return self._checked("-m", "clientele_conformance", *arguments)

    def read(self, name: str) -> str:
        """A file that a command has written."""
        return (self._folder / name).read_text(encoding="utf-8")

    def _checked(self, *arguments: str, seconds: int = COMMAND_SECONDS) -> str:
        return run_checked([str(self._python), *arguments], self._folder, seconds)

    def _uv(self, command: str, *arguments: str) -> str:
        """What pip does, in a tenth of the time."""
        return run_checked([*UV, "pip", command, "--python", str(self._python), *arguments], self._folder)


def run_checked(command: list[str], folder: Path, seconds: int = COMMAND_SECONDS) -> str:
    """Run a command of this test's own in `folder`, and return what it printed."""
    done = subprocess.run(  # noqa: S603
        command, cwd=folder, capture_output=True, text=True, timeout=seconds, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def write_wheel(folder: Path, name: str, modules: dict[str, str], entry_points: str = "") -> Path:
    """The wheel of a third party's distribution, as https://packaging.python.org/specifications/ has it."""
    normal = name.replace("-", "_")
    wheel, info = folder / f"{normal}-1.0-py3-none-any.whl", f"{normal}-1.0.dist-info"
    files = {
        **modules,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": entry_points,
    }
    record = "".join(f"{path},,\n" for path in (*files, f"{info}/RECORD"))
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, content in {**files, f"{info}/RECORD": record}.items():
            archive.writestr(path, content)
    return wheel


def python_blocks(readme: Path) -> list[str]:
    """The Python examples of a README."""
    blocks = re.findall(r"^```python\n(.*?)^```", readme.read_text(), re.DOTALL | re.MULTILINE)
    assert blocks
    return list(blocks)
