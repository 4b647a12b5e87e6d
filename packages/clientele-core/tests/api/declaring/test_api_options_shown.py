"""Options where users look for them: on the client, in signatures, in `help()`, in docstrings."""

from __future__ import annotations

import ast
import inspect
import itertools
import pydoc
from pathlib import Path
from typing import Any

import pytest

from clientele.api import APIClient, BaseConfig, ConfigurationError, Response
from clientele.api.config import Settings
from clientele.api.declaring.decorator_options import CallOptions, EndpointOptions
from clientele.http import FakeHTTPBackend
from clientele.http.backends import (
    BACKEND_DEFAULTS,
    BackendOptions,
    BackendSettings,
    RequestOptions,
    backend_class,
    backend_settings,
    checked_option,
    installed_backends,
)
from clientele_conformance.servers import Origin, certificates, response

BUILT: dict[str, Any] = {
    "cert": str(certificates().client_path),
    "cookies": True,
    "max_connections": 7,
    "client_options": {"http1": True},
}
CALLS: dict[str, Any] = {"max_response_bytes": 10, "max_line_bytes": 20, "decode_content": False}


@pytest.mark.parametrize("name", sorted(installed_backends()))
def test_the_signature_of_a_backend_shows_each_option(name: str) -> None:
    """With its default, by keyword; `help` shows it, too."""
    backend = backend_class(name)
    parameters = inspect.signature(backend).parameters
    assert {each: parameter.default for each, parameter in parameters.items()} == BACKEND_DEFAULTS
    assert {parameter.kind for parameter in parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}
    assert "max_connections: 'int' = 100" in pydoc.plain(pydoc.render_doc(backend))


def test_the_defaults_that_are_shown_are_those_that_hold() -> None:
    """Of every option."""
    settings = backend_settings("Backend", {})
    for name, default in BACKEND_DEFAULTS.items():
        shown, holds = checked_option(name, default, "Backend"), getattr(settings, name)
        assert repr(shown) == repr(holds), name
    assert set(BACKEND_DEFAULTS) == set(BackendOptions.__annotations__)
    assert set(BACKEND_DEFAULTS) == {name for name in BackendSettings.__annotations__ if name != "elsewhere"}


def test_parameters_of_a_backends_own_stay() -> None:
    """Before the options."""
    parameters = list(inspect.signature(FakeHTTPBackend).parameters)
    assert parameters == ["default_status", "default_content", "strict", *BACKEND_DEFAULTS]


@pytest.mark.parametrize("shown", [APIClient, APIClient.__init__, BaseConfig, BaseConfig.__init__])
def test_the_signature_of_a_client_shows_each_field(shown: Any) -> None:
    """And so does that of a config."""
    parameters = inspect.signature(shown).parameters
    assert {name: parameters[name].default for name in Settings.__annotations__} == {
        name: field.default for name, field in BaseConfig.model_fields.items()
    }


@pytest.mark.parametrize("kind", [BackendOptions, RequestOptions, EndpointOptions, CallOptions])
def test_each_key_has_its_own_docstring(kind: Any) -> None:
    """As editors and the reference show it."""
    tree = ast.parse(Path(inspect.getfile(kind)).read_text(encoding="utf-8"))
    body = next(node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == kind.__name__)
    documented = {
        node.target.id
        for node, after in itertools.pairwise(body)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) and isinstance(after.value.value, str)
    }
    assert documented == set(kind.__annotations__)


def test_a_client_takes_what_its_backend_is_built_with() -> None:
    """As `BaseConfig` and as keywords."""
    for api in (APIClient(**BUILT), APIClient(config=BaseConfig(**BUILT))):
        settings: BackendSettings = api.backend.settings  # type: ignore[attr-defined]
        assert (settings.cert, settings.cookies, settings.max_connections) == (BUILT["cert"], True, 7)
        assert settings.client_options == {"http1": True}


@pytest.mark.parametrize("name", BUILT)
def test_beside_an_instance_it_says_where_the_option_goes(name: str) -> None:
    """The backend has been built."""
    with pytest.raises(ConfigurationError, match=rf"set it there: FakeHTTPBackend\({name}=\.\.\.\)"):
        APIClient(http_backend=FakeHTTPBackend(), **{name: BUILT[name]})


def test_limits_of_the_client_go_along_with_each_call() -> None:
    """Also on an instance; those of a call win."""
    fake = FakeHTTPBackend()
    api = APIClient(base_url="https://h", http_backend=fake, **CALLS)
    api.request("GET", "/")
    api.request("GET", "/", max_response_bytes=None)
    given = [request["kwargs"] for request in fake.requests]
    assert [CALLS, {**CALLS, "max_response_bytes": None}] == given


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"max_connections": 0}, r"BaseConfig\(max_connections=\.\.\.\): 0 is not a limit"),
        ({"cookies": "yes"}, r"BaseConfig\(cookies=\.\.\.\): use True or False, not str"),
        ({"http2": "yes"}, r"BaseConfig\(http2=\.\.\.\): use True or False, not str"),
        ({"cert": "/no/such.pem"}, r"BaseConfig\(cert=\.\.\.\): no certificate"),
        ({"client_options": ["limits"]}, r"BaseConfig\(client_options=\.\.\.\): use a mapping"),
        ({"timeout": 3, "client_options": {"timeout": 5}}, "'timeout' is set twice, also in client_options"),
    ],
)
def test_a_bad_option_shows_when_the_client_is_made(settings: Any, message: str) -> None:
    """Not at its first call."""
    with pytest.raises(ConfigurationError, match=message):
        APIClient(**settings)


def test_a_jar_of_the_client_keeps_cookies() -> None:
    """Over a real connection."""
    with Origin() as origin, APIClient(base_url=origin.url(), cookies=True) as api:
        origin.on("/", response(200, [("Set-Cookie", "a=1")]), response(200))
        api.request("GET", "/")
        api.request("GET", "/")
    assert [None, "a=1"] == [request.header("cookie") for request in origin.requests]


def test_a_config_with_a_key_is_not_pickled() -> None:
    """`cert` may have a password, and options of a native client anything."""
    import pickle  # noqa: PLC0415

    for name in ("cert", "client_options"):
        with pytest.raises(TypeError, match=name):
            pickle.dumps(BaseConfig(**{name: BUILT[name]}))


def test_the_default_of_result_is_the_response() -> None:
    """As the signature says."""
    assert inspect.signature(APIClient.request).parameters["result"].default is Response
