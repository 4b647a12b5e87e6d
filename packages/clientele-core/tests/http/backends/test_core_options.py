"""The options of a backend: which there are, which values are good, and what is said of the others."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme

from clientele.http.backends import BackendSettings, backend_settings
from clientele.http.backends.tls import tls_verification
from clientele.http.errors import ConfigurationError, InvalidHeader, InvalidURL
from clientele.http.timeouts import Timeout, checked_timeout


def settings_of(**options: Any) -> BackendSettings:
    given: Any = options
    return backend_settings("Backend", given)


def test_the_defaults() -> None:
    """TMO-1 five seconds, no redirects, certificates checked, 100 connections."""
    settings = settings_of()
    assert ("", {}, Timeout(5.0, 5.0, 5.0, 5.0)) == (settings.base_url, settings.headers, settings.timeout)
    assert (settings.follow_redirects, settings.verify, settings.http2) == (False, True, False)
    assert (
        settings.max_connections, settings.max_response_bytes, settings.max_line_bytes,
    ) == (100, None, 16 * 1024 * 1024)  # fmt: skip
    assert (settings.decode_content, settings.client_options) == (True, {})
    assert (settings.client, settings.async_client, settings.cert, settings.proxy) == (None, None, None, None)
    assert (settings.trust_env, settings.cookies) == (True, False)


@pytest.mark.parametrize(
    ("given", "limits"),
    [
        (None, Timeout(None, None, None, None)),
        (3, Timeout(3.0, 3.0, 3.0, 3.0)),
        (0.5, Timeout(0.5, 0.5, 0.5, 0.5)),
        (Timeout(connect=1, read=None), Timeout(1, None, 5.0, 5.0)),
    ],
)
def test_a_number_sets_every_limit(given: Any, limits: Timeout) -> None:
    """TMO-3 a number is all limits, None is no limit, and a Timeout is taken as it is."""
    assert limits == checked_timeout(given)


BAD_SECONDS = [0, 0.0, -1, -0.001, float("nan"), float("inf"), True, False, "5", (1, 2), 10**400]


@pytest.mark.parametrize("seconds", BAD_SECONDS, ids=lambda value: repr(value)[:8])
def test_an_invalid_timeout_raises(seconds: Any) -> None:
    """TMO-3 zero, negative and infinite limits, and what is not a number, are refused by name."""
    with pytest.raises(ConfigurationError, match=r"^timeout: "):
        checked_timeout(seconds)
    for name in ("connect", "read", "write", "pool"):
        with pytest.raises(ConfigurationError, match=rf"^timeout\.{name}: "):
            Timeout(**{name: seconds})


@pytest.mark.parametrize(
    ("option", "value", "problem"),
    [
        ("base_url", "h/v2", InvalidURL),
        ("base_url", "ftp://h", InvalidURL),
        ("headers", {"a b": "x"}, InvalidHeader),
        ("headers", {"a": "x\n"}, InvalidHeader),
        ("headers", {"Transfer-Encoding": "chunked"}, InvalidHeader),
        ("timeout", 0, ConfigurationError),
        ("follow_redirects", "yes", ConfigurationError),
        ("follow_redirects", 1, ConfigurationError),
        ("http2", None, ConfigurationError),
        ("decode_content", 0, ConfigurationError),
        ("verify", None, ConfigurationError),
        ("verify", 1, ConfigurationError),
        ("verify", "/no/such/file.pem", ConfigurationError),
        ("cert", "/no/such/file.pem", ConfigurationError),
        ("cert", 1, ConfigurationError),
        ("proxy", "no-url", ConfigurationError),
        ("proxy", 3128, ConfigurationError),
        ("trust_env", "no", ConfigurationError),
        ("cookies", None, ConfigurationError),
        ("max_connections", 0, ConfigurationError),
        ("max_connections", None, ConfigurationError),
        ("max_connections", True, ConfigurationError),
        ("max_response_bytes", 0, ConfigurationError),
        ("max_response_bytes", 1.5, ConfigurationError),
        ("max_line_bytes", -1, ConfigurationError),
    ],
)
def test_a_bad_value_raises_when_it_is_configured(option: str, value: Any, problem: type[Exception]) -> None:
    """TMO-3 the message begins with the backend and the option, wherever the value was given."""
    with pytest.raises(problem, match=rf"^Backend\({option}=\.\.\.\)"):
        settings_of(**{option: value})


@pytest.mark.parametrize("option", ["max_response_bytes", "max_line_bytes"])
def test_no_limit_on_bytes(option: str) -> None:
    """RSP-10 None is no limit."""
    assert None is getattr(settings_of(**{option: None}), option)
    assert getattr(settings_of(**{option: 1}), option) == 1


def test_an_unknown_option_is_a_type_error() -> None:
    """CAP-1 it is named, and so are those that there are."""
    with pytest.raises(TypeError, match=r"^Backend: unknown option 'base_uri', 'zeal'; did you mean 'base_url'\?"):
        settings_of(zeal=1, base_uri="http://h")


def test_generic_keys_of_client_options_are_options() -> None:
    """CAP-1 what every library has is taken over, checked as ever; the rest is the library's."""
    settings = settings_of(client_options={"timeout": 30.0, "http2": True, "headers": {"A": "b"}, "own": 1})
    assert (Timeout(30.0, 30.0, 30.0, 30.0), True) == (settings.timeout, settings.http2)
    assert (settings.headers, settings.client_options) == ({"a": ("A", "b")}, {"own": 1})
    with pytest.raises(ConfigurationError, match="timeout"):
        settings_of(client_options={"timeout": 0})


def test_client_options_are_not_changed() -> None:
    """CAP-1 the caller's mapping stays as it is."""
    given = {"timeout": 1, "own": 2}
    settings_of(client_options=given)
    assert given == {"timeout": 1, "own": 2}


def test_an_option_given_twice_raises() -> None:
    """CAP-1 core and `client_options` can't both say."""
    with pytest.raises(ConfigurationError, match="'timeout' is set twice"):
        settings_of(timeout=5, client_options={"timeout": 5})


def test_a_repr_of_the_settings_shows_no_secret() -> None:
    """SEC-3 neither a header nor the user information of the base URL is in it."""
    secret = "http://user:planted@h"
    settings = settings_of(base_url=secret, headers={"X-Key": "planted"}, proxy=secret)
    assert "planted" not in repr(settings) + str(settings)


@pytest.mark.parametrize("client", [object(), None])
def test_native_clients_are_taken_as_they_are(client: object) -> None:
    """LIF-4 nothing is asked of them, and each is for its own kind of call."""
    settings = settings_of(client=client, async_client=[client])
    assert client is settings.client
    assert [client] == settings.async_client


@pytest.mark.parametrize("verify", [True, False])
def test_verify_is_passed_on_unchanged(verify: bool) -> None:  # noqa: FBT001
    """CAP-1 the library knows what it means."""
    assert verify is settings_of(verify=verify).verify


def test_a_context_is_lent() -> None:
    """CAP-1 it is used through something that can't change it, wherever it was given."""
    context = ssl.create_default_context()
    for settings in (settings_of(verify=context), settings_of(client_options={"verify": context})):
        assert not isinstance(settings.verify, bool)
        settings.verify.check_hostname = False
        assert settings.verify.check_hostname
        assert context.get_ca_certs() == settings.verify.get_ca_certs()


@pytest.mark.parametrize("where", [{"verify"}, {"cert"}, {"verify", "cert"}, set()])
def test_a_certificate_beside_a_context_raises(where: set[str], tmp_path: Path) -> None:
    """CAP-1 it can't be loaded into a context that is left as it is, so it would never be shown."""
    path = tmp_path / "client.pem"
    leaf = trustme.CA().issue_cert("client.example")
    path.write_bytes(leaf.private_key_and_cert_chain_pem.bytes())
    options: dict[str, Any] = {"verify": ssl.create_default_context(), "cert": str(path)}
    assert str(path) == settings_of(cert=str(path)).cert
    with pytest.raises(ConfigurationError, match="load the certificate of cert into it yourself"):
        settings_of(
            **{name: value for name, value in options.items() if name not in where},
            client_options={name: value for name, value in options.items() if name in where},
        )


@pytest.mark.parametrize("as_type", [str, Path])
def test_a_file_without_certificates_raises(tmp_path: Path, as_type: type) -> None:
    """CAP-1 a CA path is read when it is configured, and never silently ignored."""
    path = tmp_path / "ca.pem"
    path.write_text("no certificate")
    with pytest.raises(ConfigurationError, match=r"ca\.pem"):
        tls_verification(as_type(path))


def test_a_folder_of_certificates_is_trusted_alone(tmp_path: Path) -> None:
    """CAP-1 a CA path makes a context that checks certificates and host names, and has no public CAs."""
    context = tls_verification(tmp_path)
    assert isinstance(context, ssl.SSLContext)
    assert (context.verify_mode, context.check_hostname, context.get_ca_certs()) == (ssl.CERT_REQUIRED, True, [])


def test_each_limit_within_another_stays_its_own() -> None:
    """What is left of the total bounds each of them."""
    assert Timeout(1, 2, 3, 4, 5) == Timeout(1, 2, 3, 4, 5).within(lambda seconds: seconds or 0.0)
    assert Timeout(1, 2, 2.5, 2.5, 5) == Timeout(1, 2, 3, 4, 5).within(lambda seconds: min(seconds or 2.5, 2.5))
