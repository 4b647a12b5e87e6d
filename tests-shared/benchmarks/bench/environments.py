"""The environments that the contestants run in, and what is pinned in them."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]

PINS = {
    "aiohttp": "3.14.5",
    "clientele": "2.3.1",
    "hishel": "2.0.0",
    "httpx": "0.28.1",
    "httpx2": "2.16.2",
    "meatie": "0.1.28",
    "niquests": "3.21.2",
    "opentelemetry-api": "1.45.2",
    "pydantic": "2.14.3",
    "pyreqwest": "0.15.1",
    "requests": "2.34.2",
    "tenacity": "9.2.1",
    "uplink": "0.10.0",
}
"""From the package index: what we are compared with, and what both are built on."""


LIBRARIES = tuple(
    library
    for library in ("httpx", "httpx2", "requests", "niquests", "aiohttp", "pyreqwest")
    if (ROOT / "packages" / f"clientele-{library}").is_dir()
)
"""Those that a backend of ours is on."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What is installed in an environment: some of the pinned distributions, and some folders of `packages`."""

    pinned: tuple[str, ...]
    ours: tuple[str, ...] = ()


ENVIRONMENTS = {
    "core": Environment(("pydantic",), ("clientele-core",)),
    "upstream": Environment(("pydantic", "clientele")),
    "meatie": Environment(("pydantic", "meatie")),
    "uplink": Environment(("pydantic", "uplink")),
    "wrapped": Environment(
        ("pydantic", "httpx", "hishel", "opentelemetry-api", "tenacity"), ("clientele-core", "clientele-httpx")
    ),
    **{
        library: Environment(("pydantic", library), ("clientele-core", f"clientele-{library}")) for library in LIBRARIES
    },
}


class Environments:
    """Makes environments in `folder` as they are asked for, on the Python that runs this."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, Path] = {}
        self._wheels: dict[str, Path] = {}

    def python(self, name: str) -> Path:
        """The interpreter of the environment `name`.

        Raises:
            CalledProcessError: it can't be made; what uv said of it is in `stderr`.
        """
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def versions(self) -> dict[str, dict[str, str]]:
        """What is installed in the environments that were made, by environment and name."""
        listed = {name: _uv("pip", "list", "--format=json", f"--python={path}") for name, path in self._made.items()}
        return {name: {each["name"]: each["version"] for each in json.loads(output)} for name, output in listed.items()}

    def _make(self, name: str) -> Path:
        environment, folder = ENVIRONMENTS[name], self._folder / name
        python = folder / "bin" / "python"
        wanted = [f"{each}=={PINS[each]}" for each in environment.pinned]
        wanted += [str(self._wheel(each)) for each in environment.ours]
        _uv("venv", f"--python={sys.executable}", str(folder))
        _uv("pip", "install", f"--python={python}", *wanted)
        return python

    def _wheel(self, name: str) -> Path:
        """Not installed in editable mode: a longer `sys.path` would make imports slower than they are for users."""
        if name not in self._wheels:
            folder = self._folder / "wheels" / name
            _uv("build", "--wheel", f"--out-dir={folder}", str(ROOT / "packages" / name))
            self._wheels[name] = next(folder.glob("*.whl"))
        return self._wheels[name]


def _uv(*arguments: str) -> str:
    command = [sys.executable, "-m", "uv", "--quiet", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own
