"""The examples of the specification, each where its backend is the only one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from wheel_environments import BACKENDS, ROOT, Environment, python_blocks

API = "https://api.example.com"

HTTPX = """
from clientele.http import httpx_backend
from clientele.api import config, client

http_backend = httpx_backend.HttpxHTTPBackend(
    client_options={
        "timeout": 30.0,
        "http2": True,
    }
)
cfg = config.BaseConfig(
    base_url="https://api.example.com",
    http_backend=http_backend,
)
api = client.APIClient(config=cfg)

@api.get("/users/{user_id}")
def get_user(result: dict, user_id: int) -> dict:
    return result

print(get_user(7)["name"])
"""

OTHER = """
from clientele.http.{name}_backend import {cls}
from clientele.api import config, client

http_backend = {cls}(
    base_url="https://api.example.com",
    headers={{"Authorization": "Bearer my-token"}},
    timeout=30.0,
    follow_redirects=True,
    verify=True,
)

cfg = config.BaseConfig(
    base_url="https://api.example.com",
    http_backend=http_backend,
)
api = client.APIClient(config=cfg)
"""

SYNC = """
@api.get("/users/{user_id}")
def get_user(result: dict, user_id: int) -> dict:
    return result

print(get_user(7)["name"])
"""

ASYNC = """
@api.get("/users/{user_id}")
async def get_user_async(result: dict, user_id: int) -> dict:
    return result

import asyncio
print(asyncio.run(get_user_async(7))["name"])
"""


def other(name: str) -> str:
    """The example for a library other than httpx, without its functions."""
    return OTHER.format(name=name, cls=f"{name.capitalize()}HTTPBackend")


@pytest.mark.parametrize(
    ("name", "example"),
    [
        ("httpx", HTTPX),
        ("requests", other("requests") + SYNC),
        ("aiohttp", other("aiohttp") + ASYNC),
        ("niquests", other("niquests") + SYNC + ASYNC),
        ("pyreqwest", other("pyreqwest") + SYNC + ASYNC),
    ],
)
def test_the_examples_of_the_specification_run(
    name: str, example: str, alone: Callable[[str], Environment], users_api: str
) -> None:
    """They work as written, but for the host."""
    assert {"Ada"} == set(alone(name).run(example.replace(API, users_api)).split())


@pytest.mark.parametrize("name", BACKENDS)
def test_every_example_of_a_readme_runs(name: str, alone: Callable[[str], Environment], users_api: str) -> None:
    """Not one block of the READMEs of the backends has gone stale."""
    examples = python_blocks(ROOT / f"packages/clientele-{name}/README.md")
    assert [] != examples
    for example in examples:
        alone(name).run(example.replace(API, users_api))


@pytest.mark.parametrize("name", BACKENDS)
def test_the_options_have_the_defaults_of_the_specification(name: str, alone: Callable[[str], Environment]) -> None:
    """The same five on each."""
    code = f"""
from clientele.http.{name}_backend import {name.capitalize()}HTTPBackend
settings = {name.capitalize()}HTTPBackend().settings
print([settings.base_url, settings.headers, settings.timeout.read, settings.follow_redirects, settings.verify])
{name.capitalize()}HTTPBackend(timeout=None, verify=False, headers={{}}, base_url="", follow_redirects=False)
"""
    assert "['', {}, 5.0, False, True]\n" == alone(name).run(code)
