"""The wheels as a user has them: installed by path in a new environment, used from outside the tree."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from wheel_environments import ROOT, Environment, python_blocks

API = "https://api.example.com"
OTHER_LIBRARIES = {
    *("httpx2", "requests", "aiohttp", "niquests", "pyreqwest"),
    *("clientele-httpx2", "clientele-requests", "clientele-aiohttp", "clientele-niquests", "clientele-pyreqwest"),
}

SEED_DEFAULT = """
from clientele.api import client, config

cfg = config.BaseConfig(base_url="https://api.example.com")
api_client = client.APIClient(config=cfg)

@api_client.get("/users/{user_id}")
async def get_user(result: dict, user_id: int) -> dict:
    return result

import asyncio
print(asyncio.run(get_user(7))["name"], type(api_client.backend).__name__)
"""

IMPORT_ERROR = """
try:
    from clientele.http.{module} import {name}
except ImportError as error:
    print(error)
"""


def test_core_and_httpx_bring_no_other_library(with_httpx: Environment) -> None:
    """One backend depends on its own library only."""
    names = with_httpx.names()
    assert {"clientele-core", "clientele-httpx", "httpx", "h2", "pydantic"} <= names
    assert not names & OTHER_LIBRARIES


def test_the_default_of_the_specification_runs(with_httpx: Environment, users_api: str) -> None:
    """No backend is named: it is httpx."""
    assert "Ada HttpxHTTPBackend\n" == with_httpx.run(SEED_DEFAULT.replace(API, users_api))


@pytest.mark.parametrize("readme", ["README.md", "packages/clientele/README.md"])
def test_the_first_example_of_a_readme_runs(readme: str, with_httpx: Environment, users_api: str) -> None:
    """A newcomer copies it, changes the host, and it prints the name."""
    example = python_blocks(ROOT / readme)[0]
    assert with_httpx.run(example.replace(API, users_api)) == "Ada\n"


def test_importing_the_client_imports_no_http_library(with_httpx: Environment) -> None:
    """`import clientele.api` costs Pydantic, and nothing that may never be used, as asyncio and ssl."""
    loaded = with_httpx.run("import sys, clientele.api; print(*sys.modules)").split()
    libraries = {
        "asyncio",
        "ssl",
        "httpx",
        "httpcore",
        "httpcore2",
        "httpx2",
        "h11",
        "h2",
        "anyio",
        "requests",
        "urllib3",
        "aiohttp",
        "niquests",
        "pyreqwest",
        "clientele_httpx",
        "clientele_httpx2",
    }
    assert "clientele.api" in loaded
    assert not libraries & {name.split(".")[0] for name in loaded}


@pytest.mark.parametrize("library", ["httpx2", "requests", "aiohttp", "niquests", "pyreqwest"])
def test_a_missing_sibling_is_an_import_error_that_says_what_to_install(library: str, with_httpx: Environment) -> None:
    """The facade names the extra."""
    code = IMPORT_ERROR.format(module=f"{library}_backend", name=f"{library.capitalize()}HTTPBackend")
    assert f"pip install 'clientele[{library}]'" in with_httpx.run(code)


def test_without_a_backend_the_first_call_says_what_to_install(core_only: Environment) -> None:
    """A client can be declared with core alone; the error comes when a backend is needed."""
    code = """
from clientele.api import APIClient, ConfigurationError
api = APIClient(base_url="http://127.0.0.1:1")
try:
    api.request("GET", "/")
except ConfigurationError as error:
    print(error)
"""
    assert core_only.run(code).startswith("no backend installed; pip install clientele-httpx")


def test_a_sibling_without_its_library_is_an_import_error_that_names_it(
    wheels: dict[str, Path], new_environment: Callable[[], Environment]
) -> None:
    """The sibling is there, httpx is not: the message says httpx."""
    environment = new_environment()
    environment.install(wheels["clientele-core"])
    environment.install(wheels["clientele-httpx"], with_dependencies=False)
    for module in ("httpx_backend", "httpx"):
        said = environment.run(IMPORT_ERROR.format(module=module, name="HttpxHTTPBackend"))
        assert "needs httpx, which is not installed: pip install 'clientele[httpx]'" in said


def test_the_meta_distribution_gives_the_client_and_httpx(
    wheels: dict[str, Path], new_environment: Callable[[], Environment], users_api: str
) -> None:
    """`pip install clientele` is enough for the first call."""
    environment = new_environment()
    environment.install(wheels["clientele"], wheels["clientele-core"], wheels["clientele-httpx"])
    assert environment.run(SEED_DEFAULT.replace(API, users_api)) == "Ada HttpxHTTPBackend\n"
    assert not environment.names() & OTHER_LIBRARIES


def test_the_contract_runs_from_its_wheel(wheels: dict[str, Path], new_environment: Callable[[], Environment]) -> None:
    """The first example of its README is a whole test file; a few of its rules are enough here."""
    environment = new_environment()
    environment.install(wheels["clientele-core"], wheels["clientele-httpx"], wheels["clientele-conformance"])
    example = python_blocks(ROOT / "tests-shared/README.md")[0]
    said = environment.pytest(example, "-q", "-k", "test_a_path_is_joined or test_codings_are_undone")
    assert re.search(r"\n\d+ passed", said)
    assert "The contract" in said
    assert "httpx was not put to all of" in environment.conformance("httpx", "-k", "QRY-3", "--html=report.html")
    assert "<title>The contract: httpx</title>" in environment.read("report.html")


def test_the_scaffold_brings_its_commands(wheels: dict[str, Path], new_environment: Callable[[], Environment]) -> None:
    """They are in the help of `clientele`, and start."""
    environment = new_environment()
    environment.install(*(wheels[f"clientele-{name}"] for name in ("core", "httpx", "scaffold")))
    for command in ("new", "drift"):
        said = environment.run(f"from clientele.commands.main import main; main(['{command}', '--help'])")
        assert f"clientele {command}" in said
