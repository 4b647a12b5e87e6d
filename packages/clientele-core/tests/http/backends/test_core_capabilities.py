"""Capabilities: what core has for every library, and what is refused when a backend is configured."""

from __future__ import annotations

from typing import Any

import pytest

from clientele.http import Capability, Response, TransportBackend
from clientele.http.backends import SyncOnly
from clientele.http.errors import ConfigurationError
from clientele.http.wire import WireRequest, WireResponse


class Plain(SyncOnly, TransportBackend[None, Any]):
    """A backend that says nothing of cookies, and answers with the Cookie header that it was given."""

    name = library = "plain"
    capabilities = frozenset({Capability.SYNC})
    faults = ()

    def build_client(self, proxy: str | None = None) -> None:
        return None

    @staticmethod
    def close_client(client: None) -> None:  # noqa: ARG004
        return None

    def exchange(self, client: None, request: WireRequest) -> Any:
        cookie = dict(request.headers).get("Cookie", "")
        return WireResponse(200, (("Set-Cookie", "a=1"),), "1.1", iter([cookie.encode()]), lambda: None, None)

    @staticmethod
    def convert_to_response(native_response: Any) -> Response:  # noqa: ARG004
        raise TypeError


class WithoutCookies(Plain):
    """A library that can't send a Cookie header."""

    core_capabilities = frozenset()


class FullButForCookies(SyncOnly, TransportBackend[None, Any]):
    capabilities = frozenset(Capability)
    core_capabilities = frozenset()


def test_core_keeps_the_cookies_of_every_transport() -> None:
    """CAP-1 COK-2 a subclass needn't say so, nor its subclass, and what they say of the rest stays as it is."""

    class Further(Plain):
        pass

    for backend in (Plain, Further):
        assert {Capability.SYNC, Capability.COOKIES} == backend.capabilities
        made = backend(cookies=True)
        assert [b"", b"a=1"] == [made.send_sync_request("GET", "http://h.example/").content for _ in range(2)]


@pytest.mark.parametrize(("backend", "rest"), [(WithoutCookies, {"sync"}), (FullButForCookies, set(Capability))])
def test_a_backend_may_lack_what_core_has(backend: type[TransportBackend[Any, Any]], rest: set[str]) -> None:
    """CAP-1 whatever its capabilities say or inherit."""
    assert rest - {"cookies"} == backend.capabilities


@pytest.mark.parametrize("given", [{"cookies": True}, {"client_options": {"cookies": True}}])
def test_cookies_are_refused_without_the_capability(given: Any) -> None:
    """CAP-1 when the backend is configured, which the message names."""
    with pytest.raises(ConfigurationError, match=r"^WithoutCookies\(cookies=\.\.\.\): plain doesn't support it"):
        WithoutCookies(**given)


def test_without_the_capability_calls_are_made_all_the_same() -> None:
    """COK-1 without cookies."""
    backend = WithoutCookies(cookies=False)
    assert [b"", b""] == [backend.send_sync_request("GET", "http://h.example/").content for _ in range(2)]
