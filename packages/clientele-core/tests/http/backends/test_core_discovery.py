"""Which backend is meant, over distributions that are really installed: folders with metadata on `sys.path`."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clientele.http.backends import HTTPBackend, backend_class, installed_backends
from clientele.http.backends.discovery import default_name
from clientele.http.errors import ConfigurationError
from clientele.http.fake import FakeHTTPBackend

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Installs distributions with an entry point each, on a path that has no others."""
    monkeypatch.setattr(sys, "path", [str(tmp_path)])

    def install(distribution: str, name: str, target: str = "clientele.http.fake:FakeHTTPBackend") -> None:
        metadata = tmp_path / f"{distribution.replace('-', '_')}-1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n")
        (metadata / "entry_points.txt").write_text(f"[clientele.backends]\n{name} = {target}\n")
        importlib.invalidate_caches()

    yield install
    importlib.invalidate_caches()


def test_httpx_is_the_default_where_it_is_installed(install: Install) -> None:
    """Whatever else is there."""
    install("clientele-requests", "requests")
    install("clientele-httpx", "httpx")
    install("somebodys-own", "aaa")
    assert default_name(installed_backends()) == "httpx"
    assert FakeHTTPBackend is backend_class()


def test_httpx2_is_the_default_where_httpx_is_missing(install: Install) -> None:
    """Whatever else is there, but httpx."""
    install("clientele-aiohttp", "aiohttp")
    install("clientele-httpx2", "httpx2")
    assert "httpx2" == default_name(installed_backends())
    install("clientele-httpx", "httpx")
    assert "httpx" == default_name(installed_backends())


def test_the_only_one_of_ours_is_the_default_where_httpx_is_missing(install: Install) -> None:
    """An SDK that depends on core and one backend needs no configuration."""
    install("clientele-aiohttp", "aiohttp")
    install("somebodys-own", "aaa")
    assert default_name(installed_backends()) == "aiohttp"


def test_two_of_ours_without_httpx_are_a_choice(install: Install) -> None:
    """The error says between which."""
    install("clientele-requests", "requests")
    install("clientele-aiohttp", "aiohttp")
    with pytest.raises(ConfigurationError, match="http_backend='aiohttp' or 'requests'"):
        backend_class()


def test_a_third_partys_backend_is_never_the_default(install: Install) -> None:
    """Being there is not being chosen."""
    install("somebodys-own", "aaa")
    with pytest.raises(ConfigurationError, match="http_backend='aaa', or pip install clientele-httpx"):
        backend_class()


@pytest.mark.parametrize("name", ["httpx", "httpx2", "requests", "aiohttp", "niquests", "pyreqwest"])
def test_a_third_partys_backend_is_not_the_default_by_taking_a_name_of_ours(name: str, install: Install) -> None:
    """Alone it has to be chosen, and beside one of ours that one is the default."""
    install("somebodys-own", name)
    with pytest.raises(ConfigurationError, match=f"no default backend is installed; choose one with .*'{name}'"):
        backend_class()
    assert FakeHTTPBackend is backend_class(name)
    ours = "aiohttp" if name == "httpx" else "httpx"
    install(f"Clientele_{ours}", ours)
    assert ours == default_name(installed_backends())


def test_a_third_party_that_claims_the_name_of_the_default_is_an_error(install: Install) -> None:
    """One of the two has to go."""
    install("clientele-httpx", "httpx")
    install("somebodys-own", "httpx", "clientele.http.fake.backend:FakeHTTPBackend")
    with pytest.raises(ConfigurationError, match=r"claimed by clientele-httpx .* and somebodys-own"):
        backend_class()


def test_nothing_installed_is_an_error_that_says_what_to_install(install: Install) -> None:
    """The core alone has no backend."""
    with pytest.raises(ConfigurationError, match="no backend installed; pip install clientele-httpx"):
        backend_class()


def test_a_third_partys_backend_is_chosen_by_name(install: Install) -> None:
    """Exactly as ours are."""
    install("somebodys-own", "aaa")
    assert FakeHTTPBackend is backend_class("aaa")


@pytest.mark.parametrize(("name", "hint"), [("aiohttp", "; pip install clientele-aiohttp"), ("bbb", "")])
def test_an_unknown_name_is_an_error_that_lists_the_known_ones(name: str, hint: str, install: Install) -> None:
    """And names the distribution, if it is one of ours."""
    install("somebodys-own", "aaa")
    with pytest.raises(ConfigurationError) as caught:
        backend_class(name)
    assert f"http_backend={name!r}: no such backend; installed are 'aaa'{hint}" == str(caught.value)


def test_two_distributions_with_one_name_are_an_error_that_names_both(install: Install) -> None:
    """Neither wins by chance."""
    install("somebodys-own", "aaa")
    install("somebody-elses", "aaa", "elsewhere:Backend")
    with pytest.raises(ConfigurationError, match=r"claimed by somebody-elses \(.*\) and somebodys-own \(.*\)"):
        backend_class("aaa")


def test_an_entry_point_that_is_not_a_backend_raises(install: Install) -> None:
    """Not an AttributeError at the first call."""
    install("somebodys-own", "aaa", "clientele.http.response:Response")
    with pytest.raises(
        ConfigurationError, match=r"somebodys-own \(clientele.http.response:Response\) is not an HTTPBackend"
    ):
        backend_class("aaa")


def test_a_backend_that_fails_to_import_says_why(install: Install) -> None:
    """Its own error shows untouched."""
    install("somebodys-own", "aaa", "no_such_module_at_all:Backend")
    with pytest.raises(ModuleNotFoundError, match="no_such_module_at_all"):
        backend_class("aaa")


def test_the_interface_is_the_nine_methods_of_the_specification() -> None:
    """A backend that implements these is complete."""
    assert {
        "build_client",
        "build_async_client",
        "send_sync_request",
        "send_async_request",
        "handle_sync_stream",
        "handle_async_stream",
        "convert_to_response",
        "close",
        "aclose",
    } == HTTPBackend.__abstractmethods__
