"""Is a distribution ready for its release? `hatch run release:check clientele-httpx`, or without a name, all of them.

Version, tag, changelog and ranges are compared; wheels and sdists are built and looked at; and the wheels are installed
in new environments, alone and with each extra, to make calls through each backend that is there.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from release_artifacts import build, contents, foreign, from_sdist, say_nothing
from release_facts import lowest_core_for, needed_by, problems_of, project_of, version_of
from release_parts import write_parts
from users_server import running_users
from wheel_environments import DISTRIBUTIONS, ROOT, Environment, python_blocks

CALLS = """
import asyncio
from importlib.metadata import entry_points
from clientele.api import APIClient
from clientele.http import Capability, FakeHTTPBackend

async def acall(api):
    async with api:
        return (await api.arequest("GET", "/users/7")).json()["name"]

answers = [APIClient(http_backend=FakeHTTPBackend(default_content="Ada")).request("GET", "/").text]
for name in sorted(entry_points(group="clientele.backends").names):
    api = APIClient(base_url="{api}", http_backend=name)
    if Capability.SYNC in api.backend.capabilities:
        answers.append(api.request("GET", "/users/7").json()["name"])
        api.close()
    if Capability.ASYNC in api.backend.capabilities:
        answers.append(asyncio.run(acall(api)))
assert set(answers) == {{"Ada"}}, answers
print(len(answers))
"""


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def check(name: str, tag: str | None, folder: Path, output: Path | None) -> bool:
    """Check a distribution, and say how it went; the wheels are built into `folder`."""
    say(f"\n{name} {version_of(name)}")
    wrong = problems_of(name, tag)
    for problem in wrong:
        say(f"  WRONG   {problem}")
    needed = sorted({name, "clientele-httpx", *needed_by(name, project_of(name).get("optional-dependencies", {}))})
    built = {each: build(each, folder / each) for each in needed if not (folder / each).exists()}
    wheels = {each: next((folder / each).glob("*.whl")) for each in needed}
    wheel, sdist = built.get(name) or (wheels[name], next((folder / name).glob("*.tar.gz")))
    say_nothing(name, wheel, sdist)
    say(f"  wheel   {wheel.name}, {wheel.stat().st_size:,} bytes, {len(contents(wheel))} files")
    with tempfile.TemporaryDirectory() as elsewhere:
        if from_sdist(sdist, Path(elsewhere)).read_bytes() != wheel.read_bytes():
            wrong.append("sdist")
            say("  WRONG   the sdist builds another wheel")
    for file in foreign(wheel):
        wrong.append(file)
        say(f"  WRONG   {file} belongs into no wheel")
    for environment, label in _installed(name, wheels):
        if output is not None and label == name:
            hand_over(name, output, [wheel, sdist], environment)
        say(f"  works   {label}: {_calls(environment)} calls; {_ours(environment)}")
        if name == "clientele-conformance" or label == "clientele[conformance]":
            _prove(environment)
            say("  works   a test of the suite, from its wheel")
    return not wrong


def hand_over(name: str, output: Path, files: list[Path], environment: Environment) -> None:
    """Leave in `output` what is to be published, and the list of what comes along with it."""
    (output / "publish").mkdir(parents=True)
    for file in files:
        shutil.copy(file, output / "publish")
    write_parts(name, environment.python, output / "sbom.cdx.json")


def _installed(name: str, wheels: dict[str, Path]) -> Iterator[tuple[Environment, str]]:
    """New environments: the distribution with what it needs, and with each of its extras."""
    for extra in ["", *project_of(name).get("optional-dependencies", {})]:
        label = f"{name}[{extra}]" if extra else name
        with tempfile.TemporaryDirectory() as folder:
            environment = Environment(Path(folder) / "venv")
            environment.install(f"{wheels[name]}[{extra}]" if extra else wheels[name], *_beside(name, extra, wheels))
            yield environment, label


def _beside(name: str, extra: str, wheels: dict[str, Path]) -> list[str | Path]:
    """The siblings by path, but the core at the lowest version that is claimed, where this tree has a later one."""
    wanted = needed_by(name, [extra] if extra else [])
    if "conformance" in name + extra:
        wanted.add("clientele-httpx")  # So that there is something to prove.
    lowest = lowest_core_for(name)
    return [lowest if lowest and each == "clientele-core" else wheels[each] for each in sorted(wanted)]


def _calls(environment: Environment) -> int:
    with running_users() as api:
        return int(environment.run(CALLS.format(api=api)))


def _ours(environment: Environment) -> str:
    return ", ".join(sorted(name for name in environment.names() if name.startswith("clientele")))


def _prove(environment: Environment) -> None:
    example = python_blocks(ROOT / "tests-shared" / "README.md")[0]
    environment.pytest(example, "-q", "-k", "test_a_path_is_joined")


def main() -> None:
    """Check what the command line names. The exit code is 1 if something is wrong."""
    parser = argparse.ArgumentParser(prog="release:check", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="a distribution; all of them, if none is named")
    parser.add_argument("--tag", help="what the release is tagged, such as clientele-httpx-v3.0.1")
    parser.add_argument("--output", type=Path, metavar="FOLDER", help="for the files, and the list of their parts")
    arguments = parser.parse_args()
    names = arguments.names or list(DISTRIBUTIONS)
    if (arguments.tag or arguments.output) and len(names) != 1:
        parser.error("--tag and --output are for one distribution; name it")
    unknown = [name for name in names if name not in DISTRIBUTIONS]
    if unknown:
        parser.error(f"{unknown[0]}: there is no such distribution; there are {', '.join(DISTRIBUTIONS)}")
    with tempfile.TemporaryDirectory() as folder:
        good = [check(name, arguments.tag, Path(folder), arguments.output) for name in names]
    say(f"\n{sum(good)} of {len(good)} ready")
    sys.exit(not all(good))


if __name__ == "__main__":
    main()
