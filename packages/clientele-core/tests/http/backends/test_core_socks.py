"""SOCKS proxies, where what the library needs for them is installed and where it isn't."""

from __future__ import annotations

import os

import pytest

from clientele.http import Capability, FakeHTTPBackend
from clientele.http.backends import AddOn
from clientele.http.errors import ConfigurationError

URL = "http://example.test/"


class WithSocks(FakeHTTPBackend):
    """Its add-on is part of the standard library."""

    capabilities = FakeHTTPBackend.capabilities | {Capability.PROXY}
    proxy_schemes = frozenset({"http"})
    socks = AddOn("json", "never[shown]")


class WithoutSocks(WithSocks):
    """Its add-on doesn't exist."""

    proxy_schemes = frozenset({"http"})
    socks = AddOn("clientele_no_such_module", "clientele-some[socks]")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment names none."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_socks_is_known_where_the_add_on_is(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From an option and from the environment."""
    assert scheme in WithSocks.proxy_schemes
    WithSocks(proxy=f"{scheme}://127.0.0.1:1080")
    monkeypatch.setenv("ALL_PROXY", f"{scheme}://127.0.0.1:1080")
    assert 200 == WithSocks().send_sync_request("GET", URL).status_code


@pytest.mark.parametrize("scheme", ["socks5", "SOCKS5H"])
def test_a_missing_socks_package_names_what_to_install(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By name, and with the variable that asks for it."""
    with pytest.raises(ConfigurationError, match=r"WithoutSocks\(proxy=.*clientele-some\[socks\]"):
        WithoutSocks(proxy=f"{scheme}://127.0.0.1:1080")
    monkeypatch.setenv("ALL_PROXY", f"{scheme}://user:secret@127.0.0.1:1080")
    with pytest.raises(ConfigurationError, match=r"ALL_PROXY: .*clientele-some\[socks\].*trust_env=False") as caught:
        WithoutSocks().send_sync_request("GET", URL)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("backend", [WithSocks, WithoutSocks])
def test_socks4_is_unknown_to_all(backend: type[FakeHTTPBackend]) -> None:
    """There is nothing to install for it."""
    with pytest.raises(ConfigurationError, match="doesn't support 'socks4' proxies") as caught:
        backend(proxy="socks4://127.0.0.1:1080")
    assert "installed" not in str(caught.value)
