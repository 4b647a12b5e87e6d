"""The tests of a distribution, run on its built wheel: `hatch run release:prove clientele-httpx --wheels FOLDER`.

The wheel is the one that `release_check --output FOLDER` has left there. Its siblings are built from the tree, but the
core is the lowest that a backend claims, where the tree has a later one.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import tomllib
from pathlib import Path

from release_artifacts import build
from release_facts import folder_of, lowest_core_for
from wheel_environments import BACKENDS, DISTRIBUTIONS, ROOT, Environment


def tools() -> list[str]:
    """What the tests need besides, as in the environment of the tree's own tests."""
    environments = tomllib.loads((ROOT / "hatch.toml").read_text(encoding="utf-8"))["envs"]
    return list(environments["default"]["dependencies"])


def needed_for(name: str) -> list[str]:
    """The distributions that the tests of one use: for a backend the core and the contract, else all."""
    if name.removeprefix("clientele-") in BACKENDS:
        return ["clientele-core", "clientele-conformance", name]
    return [each for each in DISTRIBUTIONS if each != "clientele"]


def wheel_in(folder: Path) -> Path:
    """The wheel that is to be published; its path holds in any folder, since pip is run in another one."""
    (wheel,) = (folder.absolute() / "publish").glob("*.whl")
    return wheel


def prove(name: str, wheel: Path, arguments: list[str]) -> str:
    """Run the tests of a distribution in a new environment, and return what pytest printed."""
    with tempfile.TemporaryDirectory() as folder:
        environment = Environment(Path(folder) / "venv")
        lowest = lowest_core_for(name)
        siblings = [
            lowest if lowest and each == "clientele-core" else build(each, Path(folder) / each)[0]
            for each in needed_for(name)
            if each != name
        ]
        environment.install(wheel, *siblings, *tools())
        tests = str(folder_of(name) / "tests")
        return environment.tests("-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT), tests, *arguments)


def main() -> None:
    """Prove what the command line names; further arguments go to pytest."""
    parser = argparse.ArgumentParser(prog="release:prove", description=__doc__)
    parser.add_argument("name", choices=list(DISTRIBUTIONS))
    parser.add_argument("--wheels", type=Path, required=True, metavar="FOLDER")
    arguments, rest = parser.parse_known_args()
    if arguments.name == "clientele":
        sys.stdout.write("clientele has no code; that it installs what it should, release:check has tried\n")
        return
    sys.stdout.write(prove(arguments.name, wheel_in(arguments.wheels), rest))


if __name__ == "__main__":
    main()
