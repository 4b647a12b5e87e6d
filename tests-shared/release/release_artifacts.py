"""Wheel and sdist: how they are built, and what tools say of them."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from release_facts import folder_of
from wheel_environments import ROOT

SECONDS = 300
_BUILD = (sys.executable, "-m", "build", "--installer", "uv")
_FOREIGN = ("tests/", "docs/", "test_", "conftest.py")


class CommandFailed(Exception):
    """A command ended with an error; the message has what it printed."""


def run(*command: str, cwd: Path = ROOT) -> str:
    """Run a command, and return what it printed.

    Raises:
        CommandFailed: it ended with an error.
    """
    done = subprocess.run(  # noqa: S603 - the commands are this module's own
        command, cwd=cwd, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    if done.returncode:
        raise CommandFailed(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def build(name: str, output: Path) -> tuple[Path, Path]:
    """The wheel and the sdist of a distribution, built anew into `output`."""
    run(*_BUILD, "--wheel", "--sdist", "-o", str(output), str(folder_of(name)))
    normal = name.replace("-", "_")
    (wheel,), (sdist,) = (list(output.glob(f"{normal}-[0-9]*{end}")) for end in (".whl", ".tar.gz"))
    return wheel, sdist


def from_sdist(sdist: Path, output: Path) -> Path:
    """The wheel that an sdist builds, away from the tree."""
    unpacked = output / "unpacked"
    shutil.unpack_archive(sdist, unpacked, filter="data")
    (folder,) = unpacked.iterdir()
    run(*_BUILD, "--wheel", "-o", str(output), str(folder), cwd=output)
    (wheel,) = output.glob("*.whl")
    return wheel


def say_nothing(name: str, wheel: Path, sdist: Path) -> None:
    """Have the tools look at metadata and contents.

    Raises:
        CommandFailed: one of them has something to say.
    """
    run("validate-pyproject", str(folder_of(name) / "pyproject.toml"))
    run("twine", "check", "--strict", str(wheel), str(sdist))
    # W007, W008: the distribution `clientele` has no modules, on purpose.
    run("check-wheel-contents", *(["--ignore", "W007,W008"] if name == "clientele" else []), str(wheel))


def contents(wheel: Path) -> list[str]:
    """The names of the files in a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def foreign(wheel: Path) -> list[str]:
    """The files in a wheel that belong into no wheel: tests and documentation."""
    return [name for name in contents(wheel) if any(f"/{part}" in f"/{name}" for part in _FOREIGN)]
