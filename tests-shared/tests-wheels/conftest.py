"""The built wheels, environments to try them in, and a server to call."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

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


class _Users(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps({"id": int(self.path.rpartition("/")[2]), "name": "Ada"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture(scope="session")
def users_api() -> Iterator[str]:
    """The URL of a local server with users at `/users/{id}`."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Users) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
