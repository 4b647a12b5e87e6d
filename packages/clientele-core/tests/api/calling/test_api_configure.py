"""Configuring a client anew, and who closes the backend."""

from __future__ import annotations

import asyncio
import ssl
import threading
from typing import Any

import pytest

from clientele.api import APIClient, BaseConfig
from clientele.http import FakeHTTPBackend, Response
from clientele.http.errors import ConfigurationError

BASE = "https://api.example.com"


class TestConfigure:
    """`configure` changes what later calls do, those of decorated functions too."""

    def test_fields_change_and_others_stay(self) -> None:
        """Keywords are changes to the configuration in force."""
        fake = FakeHTTPBackend()
        api = APIClient(base_url=BASE, http_backend=fake, headers={"X-A": "1"})

        @api.get("/x")
        def call(result: Response) -> Response:
            return result

        api.configure(base_url="https://other.example.com")
        call()
        assert (fake.requests[0]) == {
            "method": "GET",
            "url": "https://other.example.com/x",
            "kwargs": {"headers": {"X-A": "1"}},
        }

    def test_a_config_replaces_all(self) -> None:
        """Nothing of the old one is left."""
        fake, api = FakeHTTPBackend(), APIClient(base_url=BASE, headers={"X-A": "1"})
        api.configure(BaseConfig(base_url=BASE, http_backend=fake))
        api.request("GET", "/x")
        assert fake.requests[0]["kwargs"] == {}

    def test_a_mistake_changes_nothing(self) -> None:
        """The old configuration stays in force."""
        api = APIClient(base_url=BASE)
        with pytest.raises(ConfigurationError):
            api.configure(timeout=0)
        assert api.config.base_url == BASE

    def test_a_config_and_keywords_are_too_much(self) -> None:
        """Which one would win?"""
        with pytest.raises(TypeError, match="not both"):
            APIClient(BaseConfig(), base_url=BASE)
        with pytest.raises(TypeError, match="not both"):
            APIClient().configure(BaseConfig(), base_url=BASE)

    def test_a_config_of_another_type_is_refused(self) -> None:
        """A dict is no config; the message says what is."""
        with pytest.raises(TypeError, match="config is a BaseConfig, not dict"):
            APIClient({"base_url": BASE})  # type: ignore[arg-type]


class Closing(FakeHTTPBackend):
    """A fake that tells when it is closed."""

    closed = 0
    built = 0

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        type(self).built += 1

    def close(self) -> None:
        type(self).closed += 1

    async def aclose(self) -> None:
        type(self).closed += 1


@pytest.fixture
def closing(monkeypatch: pytest.MonkeyPatch) -> type[Closing]:
    """A backend class that `http_backend="closing"` finds."""
    monkeypatch.setattr(
        "clientele.api.calling.state.backend_class", lambda name: Closing if name == "closing" else None
    )
    Closing.closed = Closing.built = 0
    return Closing


class TestOwnership:
    """A client closes what it built, and nothing else."""

    def test_a_backend_that_was_handed_in_stays_open(self, closing: type[Closing]) -> None:
        """Its owner may have other uses for it."""
        backend = closing()
        with APIClient(base_url=BASE, http_backend=backend) as api:
            api.request("GET", "/")
        asyncio.run(api.aclose())
        assert closing.closed == 0

    def test_a_backend_that_the_client_built_is_closed(self, closing: type[Closing]) -> None:
        """By the context managers of both kinds."""

        async def use() -> None:
            async with APIClient(base_url=BASE, http_backend="closing") as api:
                await api.arequest("GET", "/")

        with APIClient(base_url=BASE, http_backend="closing") as api:
            api.request("GET", "/")
        assert closing.closed == 1
        asyncio.run(use())
        assert closing.closed == 2

    def test_a_backend_that_was_never_needed_is_not_built_to_be_closed(self, closing: type[Closing]) -> None:
        """Closing an unused client does nothing."""
        APIClient(base_url=BASE, http_backend="closing").close()
        assert (closing.built, closing.closed) == (0, 0)

    def test_it_is_built_once_however_many_threads_race_for_it(self, closing: type[Closing]) -> None:
        """LIF-1, one level up."""
        api = APIClient(base_url=BASE, http_backend="closing")
        barrier = threading.Barrier(20)

        def call() -> None:
            barrier.wait(10)
            api.request("GET", "/")

        threads = [threading.Thread(target=call) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        assert closing.built == 1

    def test_configure_keeps_the_backend_while_its_choice_stays(self, closing: type[Closing]) -> None:
        """New headers must not cost the open connections; another `verify` must."""
        api = APIClient(base_url=BASE, http_backend="closing")
        before = api.backend
        api.configure(headers={"X-A": "1"})
        assert before is api.backend
        api.configure(verify=False)
        assert before is not api.backend
        assert (closing.built, closing.closed) == (2, 1)


def test_a_context_of_the_user_is_lent_to_the_library(closing: type[Closing]) -> None:
    """It decides whom to trust, and the library can't change it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    api = APIClient(base_url=BASE, http_backend="closing", verify=context)
    assert isinstance(api.backend, FakeHTTPBackend)
    lent = api.backend.settings.verify
    assert not isinstance(lent, bool)
    lent.load_default_certs()
    lent.check_hostname = False
    assert context.check_hostname
    assert [] == context.get_ca_certs()
