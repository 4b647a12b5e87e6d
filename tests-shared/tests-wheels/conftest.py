"""The built wheels, environments to try them in, and a server to call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from users_server import running_users
from wheel_environments import DISTRIBUTIONS, ROOT, Environment


@pytest.fixture(scope="session")
def wheels() -> dict[str, Path]:
    """The wheel of each distribution. `hatch run wheels` builds them."""
    found = {path.name.split("-")[0].replace("_", "-"): path for path in (ROOT / "dist").glob("*.whl")}
    assert sorted(found) == sorted(DISTRIBUTIONS), "run `hatch run wheels`"
    return found


@pytest.fixture(scope="session")
def new_environment(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Environment]:
    """Makes environments that nothing else uses."""
    return lambda: Environment(tmp_path_factory.mktemp("environment") / "venv")


@pytest.fixture(scope="session")
def with_httpx(wheels: dict[str, Path], new_environment: Callable[[], Environment]) -> Environment:
    """Core and the httpx backend, nothing else."""
    environment = new_environment()
    environment.install(wheels["clientele-core"], wheels["clientele-httpx"])
    return environment


@pytest.fixture(scope="session")
def core_only(wheels: dict[str, Path], new_environment: Callable[[], Environment]) -> Environment:
    """Core without any backend."""
    environment = new_environment()
    environment.install(wheels["clientele-core"])
    return environment


@pytest.fixture(scope="session")
def alone(
    wheels: dict[str, Path], new_environment: Callable[[], Environment], with_httpx: Environment
) -> Callable[[str], Environment]:
    """Environments with one backend each, made when they are first asked for."""
    made = {"httpx": with_httpx}

    def get(name: str) -> Environment:
        if name not in made:
            made[name] = new_environment()
            made[name].install(wheels["clientele-core"], wheels[f"clientele-{name}"])
        return made[name]

    return get


@pytest.fixture(scope="session")
def users_api() -> Iterator[str]:
    """The URL of a local server with users at `/users/{id}`."""
    with running_users() as url:
        yield url
