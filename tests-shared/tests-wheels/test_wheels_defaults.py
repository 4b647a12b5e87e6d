"""Which backend a client gets, in environments with one, some or none of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from wheel_environments import BACKENDS, Environment, write_wheel

LIBRARIES = {"httpx", "httpx2", "requests", "aiohttp", "niquests", "pyreqwest"}

DEFAULT = """
import asyncio
from clientele.api import APIClient, ConfigurationError
from clientele.http import Capability

api = APIClient(base_url="{api}"{options})

@api.get("/users/{{user_id}}")
def get_user(result: dict, user_id: int) -> dict:
    return result

@api.get("/users/{{user_id}}")
async def aget_user(result: dict, user_id: int) -> dict:
    return result

async def main():
    async with api:
        return await aget_user(7)

try:
    backend = api.backend
except ConfigurationError as error:
    print(error)
else:
    names = [asyncio.run(main())["name"]] if Capability.ASYNC in backend.capabilities else []
    names += [get_user(7)["name"]] if Capability.SYNC in backend.capabilities else []
    api.close()
    print(type(backend).__name__, *names)
"""

THIRD_PARTY = """
from clientele.http import FakeHTTPBackend

class TheirHTTPBackend(FakeHTTPBackend):
    def __init__(self, **options):
        super().__init__(default_content={"name": "Theirs"}, **options)
"""

OTHER_HALF = """
import asyncio
from clientele.http.{name}_backend import {cls}
try:
    {call}
except NotImplementedError as error:
    print(error)
"""


def default_in(environment: Environment, api: str, **options: str) -> str:
    """What a program prints that names no backend, or says how it chooses one."""
    given = "".join(f", {name}={value}" for name, value in options.items())
    return environment.run(DEFAULT.format(api=api, options=given)).strip()


def class_of(name: str) -> str:
    """The class of one of ours."""
    return f"{name.capitalize()}HTTPBackend"


@pytest.fixture(scope="module")
def together(wheels: dict[str, Path], new_environment: Callable[[], Environment]) -> Environment:
    """requests and aiohttp, but not httpx."""
    environment = new_environment()
    environment.install(*(wheels[name] for name in ("clientele-core", "clientele-requests", "clientele-aiohttp")))
    return environment


@pytest.fixture
def theirs(tmp_path: Path) -> Callable[[str, str], Path]:
    """Makes the wheel of a third party, with a backend of some name."""

    def make(distribution: str, name: str) -> Path:
        module = distribution.replace("-", "_")
        entry_points = f"[clientele.backends]\n{name} = {module}:TheirHTTPBackend\n"
        return write_wheel(tmp_path, distribution, {f"{module}.py": THIRD_PARTY}, entry_points)

    return make


@pytest.mark.parametrize("name", BACKENDS)
def test_one_alone_is_the_default_and_brings_no_other_library(
    name: str, alone: Callable[[str], Environment], users_api: str
) -> None:
    """That is how an SDK depends on the core plus one backend."""
    environment, cls = alone(name), class_of(name)
    modes = 1 if name in {"requests", "aiohttp"} else 2
    assert " ".join([cls, *["Ada"] * modes]) == default_in(environment, users_api)
    assert {name} == environment.names() & LIBRARIES
    assert {"clientele-core", f"clientele-{name}"} == {
        each for each in environment.names() if each.startswith("clientele")
    }


@pytest.mark.parametrize(
    ("name", "call", "says"),
    [
        ("requests", "RequestsHTTPBackend().build_async_client()", "asynchronous"),
        ("requests", "asyncio.run(RequestsHTTPBackend().send_async_request('GET', 'http://h/'))", "asynchronous"),
        ("requests", "RequestsHTTPBackend().handle_async_stream('GET', 'http://h/', str)", "asynchronous"),
        ("aiohttp", "AiohttpHTTPBackend().build_client()", "synchronous"),
        ("aiohttp", "AiohttpHTTPBackend().send_sync_request('GET', 'http://h/')", "synchronous"),
        ("aiohttp", "AiohttpHTTPBackend().handle_sync_stream('GET', 'http://h/', str)", "synchronous"),
    ],
)
def test_the_mode_that_is_missing_is_named_and_who_has_it(
    name: str, call: str, says: str, alone: Callable[[str], Environment], together: Environment
) -> None:
    """Alone: what to install. Beside one that has it: which one to choose."""
    code = OTHER_HALF.format(name=name, cls=class_of(name), call=call)
    said = alone(name).run(code)
    assert said.startswith(class_of(name))
    assert f"makes no {says} calls" in said
    assert "pip install clientele-httpx" in said
    other = "aiohttp" if name == "requests" else "requests"
    assert f"installed are '{other}'" in together.run(code)


def test_two_without_httpx_have_to_be_chosen_from(together: Environment, users_api: str) -> None:
    """None of them is guessed; by name and by instance each can be had."""
    said = default_in(together, users_api)
    assert "several backends are installed" in said
    assert "http_backend='aiohttp' or 'requests'" in said
    assert "RequestsHTTPBackend Ada" == default_in(together, users_api, http_backend="'requests'")
    assert "AiohttpHTTPBackend Ada" == default_in(together, users_api, http_backend="'aiohttp'")
    by_instance = "__import__('clientele.http.aiohttp_backend', fromlist=['x']).AiohttpHTTPBackend(timeout=30.0)"
    assert "AiohttpHTTPBackend Ada" == default_in(together, users_api, http_backend=by_instance)
    assert "'niquests': no such backend" in default_in(together, users_api, http_backend="'niquests'")


def test_a_third_party_is_chosen_by_name_only(
    theirs: Callable[[str, str], Path],
    wheels: dict[str, Path],
    new_environment: Callable[[], Environment],
    users_api: str,
) -> None:
    """Being the only one that is installed is not being asked for; a name that two claim is nobody's."""
    environment = new_environment()
    environment.install(wheels["clientele-core"], theirs("their-backend", "theirs"))
    assert "no default backend is installed; choose one with http_backend='theirs'" in default_in(
        environment, users_api
    )
    assert "TheirHTTPBackend Theirs Theirs" == default_in(environment, users_api, http_backend="'theirs'")
    environment.install(theirs("another-backend", "theirs"))
    said = default_in(environment, users_api, http_backend="'theirs'")
    assert "claimed by another-backend" in said
    assert "their-backend" in said


def test_a_third_party_can_not_take_the_name_of_one_of_ours(
    theirs: Callable[[str, str], Path],
    wheels: dict[str, Path],
    new_environment: Callable[[], Environment],
    users_api: str,
) -> None:
    """Not even where it is the default: the error names both."""
    environment = new_environment()
    environment.install(wheels["clientele-core"], wheels["clientele-requests"], theirs("not-ours", "requests"))
    said = default_in(environment, users_api)
    assert "http_backend='requests': claimed by clientele-requests" in said
    assert "not-ours" in said


@pytest.mark.parametrize(
    ("extra", "more"),
    [
        ("httpx", set[str]()),
        ("httpx2", {"httpx2"}),
        ("requests", {"requests"}),
        ("aiohttp", {"aiohttp"}),
        ("niquests", {"niquests"}),
        ("pyreqwest", {"pyreqwest"}),
        ("all", {"httpx2", "requests", "aiohttp", "niquests", "pyreqwest"}),
    ],
)
def test_an_extra_adds_a_backend_beside_the_default(
    extra: str, more: set[str], wheels: dict[str, Path], new_environment: Callable[[], Environment], users_api: str
) -> None:
    """httpx stays the default; the others are there by their names, also with niquests beside requests."""
    environment = new_environment()
    ours = ["clientele-core", "clientele-httpx", *(f"clientele-{name}" for name in more)]
    environment.install(f"{wheels['clientele']}[{extra}]", *(wheels[name] for name in ours))
    assert {"httpx", *more} == environment.names() & LIBRARIES
    assert "HttpxHTTPBackend Ada Ada" == default_in(environment, users_api)
    for name in more:
        assert default_in(environment, users_api, http_backend=repr(name)).startswith(f"{class_of(name)} Ada")
