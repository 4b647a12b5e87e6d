"""Which value wins, and where configured headers go."""

from __future__ import annotations

from typing import Any

import pytest

from clientele.api import APIClient
from clientele.http import FakeHTTPBackend, Timeout
from clientele.http.errors import ConfigurationError

BASE = "https://api.example.com"


class TestPrecedence:
    """Library default, constructor, config, call: the weakest first, and only what was set counts."""

    def test_a_field_that_is_not_set_leaves_the_backends_in_force(self) -> None:
        """The seed's own example: a backend with options beside a config that has only a base URL."""
        fake = FakeHTTPBackend(base_url=BASE, timeout=30.0, follow_redirects=True)
        APIClient(base_url=BASE, http_backend=fake).request("GET", "/")
        assert fake.requests[0]["kwargs"] == {}
        assert (Timeout(30.0, 30.0, 30.0, 30.0), True) == (fake.settings.timeout, fake.settings.follow_redirects)

    def test_a_field_that_is_set_wins_even_if_it_has_its_default_value(self) -> None:
        """5.0 is what `timeout` is anyway, but here somebody has said so."""
        fake = FakeHTTPBackend(timeout=30.0)
        APIClient(base_url=BASE, http_backend=fake, timeout=5.0).request("GET", "/")
        assert fake.requests[0]["kwargs"] == {"timeout": 5.0}

    def test_the_call_wins(self) -> None:
        """What a call says about itself is the strongest."""
        fake = FakeHTTPBackend()
        api = APIClient(base_url=BASE, http_backend=fake, timeout=9.0, headers={"X-A": "1", "X-B": "1"})
        api.request("GET", "/", timeout=None, headers={"x-a": "2"})
        assert fake.requests[0]["kwargs"] == {"timeout": None, "headers": {"x-a": "2", "X-B": "1"}}

    def test_the_base_url_of_the_config_wins_over_the_backends(self) -> None:
        """On the same origin."""
        fake = FakeHTTPBackend(base_url=f"{BASE}/v1")
        APIClient(base_url=f"{BASE}/v2/", http_backend=fake).request("GET", "/users")
        assert f"{BASE}/v2/users" == fake.requests[0]["url"]

    def test_the_base_url_of_the_backend_serves_where_the_config_has_none(self) -> None:
        """Relative paths are below it."""
        fake = FakeHTTPBackend(base_url=f"{BASE}/v1")
        APIClient(http_backend=fake).request("GET", "users")
        assert f"{BASE}/v1/users" == fake.requests[0]["url"]

    def test_base_urls_of_two_origins_are_refused(self) -> None:
        """Which of them would the configured headers belong to?"""
        with pytest.raises(ConfigurationError, match="have different origins"):
            APIClient(base_url=BASE, http_backend=FakeHTTPBackend(base_url="https://other.example.com"))

    @pytest.mark.parametrize("field", ["verify", "http2"])
    def test_what_only_a_constructor_can_do_is_refused_beside_a_ready_backend(self, field: str) -> None:
        """The error says where to set it."""
        settings: Any = {field: True}
        with pytest.raises(ConfigurationError, match=rf"set it there: FakeHTTPBackend\({field}=\.\.\.\)"):
            APIClient(base_url=BASE, http_backend=FakeHTTPBackend(), **settings)


class TestWhereConfiguredHeadersGo:
    """A configured header belongs to the origin of the base URL."""

    @pytest.mark.parametrize("own", [None, {"X-Own": "mine"}])
    def test_to_another_origin_only_harmless_ones_go(self, own: dict[str, str] | None) -> None:
        """A call may still give a header of its own."""
        fake = FakeHTTPBackend()
        api = APIClient(base_url=BASE, http_backend=fake, headers={"X-Key": "s3cret", "Accept": "text/plain"})
        api.request("GET", "https://other.example.com/x", headers=own or {})
        assert {"Accept": "text/plain", **(own or {})} == fake.requests[0]["kwargs"]["headers"]

    def test_an_absolute_url_of_the_same_origin_gets_them(self) -> None:
        """Scheme, host and port are the same, however they are written."""
        fake = FakeHTTPBackend()
        api = APIClient(base_url=BASE, http_backend=fake, headers={"X-Key": "s3cret"})
        api.request("GET", "HTTPS://API.example.com:443/x")
        assert fake.requests[0]["kwargs"]["headers"] == {"X-Key": "s3cret"}

    def test_without_a_base_url_they_go_everywhere(self) -> None:
        """There is no origin that they could belong to."""
        fake = FakeHTTPBackend()
        APIClient(http_backend=fake, headers={"X-Key": "1"}).request("GET", "https://other.example.com/x")
        assert fake.requests[0]["kwargs"]["headers"] == {"X-Key": "1"}
