"""Configuration: what is refused, which value wins, who closes the backend."""

from __future__ import annotations

import asyncio
import os
import ssl
import threading
from typing import Any

import pytest

from clientele.api import APIClient, BaseConfig
from clientele.api.config import Settings
from clientele.api.exceptions import ConfigurationError, InvalidHeader, InvalidURL
from clientele.http import FakeHTTPBackend, Response, Timeout
from clientele.http.options import BackendOptions

BASE = "https://api.example.com"


@pytest.mark.parametrize(
    ("field", "value", "error", "message"),
    [
        ("base_url", "ftp://api.example.com", InvalidURL, r"BaseConfig\(base_url=\.\.\.\): .* scheme other than http"),
        ("base_url", "api.example.com", InvalidURL, "is not absolute"),
        ("base_url", "https://", InvalidURL, "has no host"),
        ("base_url", "https://api.example.com/?key=s3cret", InvalidURL, "has a query or a fragment"),
        ("base_url", 7, InvalidURL, "a URL is a str, not int"),
        (
            "headers",
            {"X-Key": "s3cret\nX-Other: 1"},
            InvalidHeader,
            r"BaseConfig\(headers=\.\.\.\)\['X-Key'\]: .*line break",
        ),
        ("headers", {"X Key": "s3cret"}, InvalidHeader, "'X Key' is not a header name"),
        ("headers", {"X-Key": 5}, InvalidHeader, "a header value is a str, not int"),
        ("timeout", 0, ConfigurationError, r"BaseConfig\(timeout=\.\.\.\): 0 is not a time limit"),
        ("timeout", -1.5, ConfigurationError, "is not a time limit"),
        ("timeout", float("nan"), ConfigurationError, "is not a time limit"),
        ("timeout", True, ConfigurationError, "is not a time limit"),
        ("timeout", "5", ConfigurationError, "is not a time limit"),
        ("verify", "/no/such/file.pem", ConfigurationError, "no CA certificates could be read"),
        ("verify", None, ConfigurationError, r"BaseConfig\(verify=\.\.\.\): use True, False, a path"),
        ("follow_redirects", "no", ConfigurationError, r"BaseConfig\(follow_redirects=\.\.\.\)"),
        ("http2", 1, ConfigurationError, r"BaseConfig\(http2=\.\.\.\)"),
        ("http_backend", 7, ConfigurationError, r"BaseConfig\(http_backend=\.\.\.\)"),
        ("retries", 3, ConfigurationError, r"BaseConfig\(retries=\.\.\.\)"),
    ],
)
def test_a_bad_field_is_named_and_its_value_is_not_shown(
    field: str, value: Any, error: type[Exception], message: str
) -> None:
    """The error comes from the constructor, before any I/O, and shows no secret."""
    with pytest.raises(error, match=message) as caught:
        BaseConfig(**{field: value})
    assert "s3cret" not in f"{caught.value!s}{caught.value!r}"
    assert isinstance(caught.value, ValueError)


def test_a_repr_shows_no_secret() -> None:
    """Neither the headers nor the user information of the base URL."""
    config = BaseConfig(base_url="https://ada:s3cret@api.example.com", headers={"X-Key": "s3cret"})
    assert "BaseConfig(base_url='https://api.example.com')" == repr(config) == str(config)
    assert "s3cret" not in repr(APIClient(config=config))


def test_nothing_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables that happen to have the name of a field, in any case, change nothing."""
    for name in BaseConfig.model_fields:
        monkeypatch.setitem(os.environ, name.upper(), "0")
        monkeypatch.setitem(os.environ, name, "0")
    config = BaseConfig()
    assert (
        config.base_url,
        config.timeout,
        config.follow_redirects,
        config.verify,
        config.http2,
    ) == ("", 5.0, False, True, False)
    assert config.fields_set() == {}


def test_the_keywords_of_the_client_are_the_fields_of_the_config() -> None:
    """The TypedDict that types them has the same names."""
    assert set(BaseConfig.model_fields) == set(Settings.__annotations__)


def test_headers_may_be_pairs_from_a_generator() -> None:
    """They are checked and kept, though a generator can be read only once."""
    fake = FakeHTTPBackend()
    api = APIClient(base_url=BASE, http_backend=fake, headers=(pair for pair in [("X-A", "1"), ("x-a", "2")]))
    api.request("GET", "/")
    assert {name.lower(): value for name, value in fake.requests[0]["kwargs"]["headers"].items()} == {"x-a": "1, 2"}


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
        with pytest.raises(ConfigurationError, match="of different origins"):
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
    monkeypatch.setattr("clientele.api.state.backend_class", lambda name: Closing if name == "closing" else None)
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


def test_every_option_of_a_backend_is_documented() -> None:
    """The TypedDict that types the constructor names each in its docstring."""
    assert all(f"{name}:" in (BackendOptions.__doc__ or "") for name in BackendOptions.__annotations__)
