"""How a client is authenticated, from the security schemes of a description."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clientele.http import FakeHTTPBackend
from clientele_scaffold.reading import parse_description
from clientele_scaffold.writing.functions import Style
from clientele_scaffold.writing.package import Package, package_for
from drifting import described
from trying import New, new_in

TOKEN = "https://auth.example.com/token"
FLOW = {"tokenUrl": TOKEN, "scopes": {}}
CODE = {"authorizationUrl": "https://auth.example.com/authorize", **FLOW}
SCHEMES: dict[str, Any] = {
    "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "session"},
    "basic": {"type": "http", "scheme": "Basic"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "digest": {"type": "http", "scheme": "digest"},
    "hoba": {"type": "http", "scheme": "hoba"},
    "client": {"type": "oauth2", "flows": {"clientCredentials": FLOW}},
    "user": {"type": "oauth2", "flows": {"clientCredentials": FLOW, "authorizationCode": CODE}},
    "oidc": {"type": "openIdConnect", "openIdConnectUrl": "https://auth.example.com/.well-known/openid-configuration"},
    "tls": {"type": "mutualTLS"},
}


def secured(*security: dict[str, list[str]], **others: list[dict[str, list[str]]]) -> dict[str, Any]:
    """A description with all schemes, and operations that are secured by some."""
    servers = [{"url": "https://api.example.com"}]
    document = described({"operationId": "get", "security": list(security)}, servers=servers)
    document["components"]["securitySchemes"] = SCHEMES
    for name, ways in others.items():
        said = {"operationId": name, "security": ways, "responses": {"204": {"description": ""}}}
        document["paths"][f"/{name}"] = {"get": said}
    return document


def package_of(document: dict[str, Any]) -> Package:
    return package_for(parse_description(document), "shop", Style(), [])


@pytest.fixture
def new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> New:
    return new_in(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("scheme", "secrets", "auth"),
    [
        ("header", ["header"], 'APIKeyAuth("X-Key", '),
        ("query", ["query"], "APIKeyAuth('key', query, location=\"query\")"),
        ("cookie", ["cookie"], 'request.headers["Cookie"]'),
        ("basic", ["username", "password"], "auth=(username, password)"),
        ("bearer", ["token"], "BearerAuth(token)"),
        ("digest", ["username", "password"], "DigestAuth(username, password)"),
        ("client", ["client_id", "client_secret"], f"OAuth2ClientCredentials('{TOKEN}', client_id, client_secret)"),
        ("user", ["token"], "BearerAuth(token)"),
        ("oidc", ["token"], "BearerAuth(token)"),
    ],
)
def test_a_scheme_has_its_auth(scheme: str, secrets: list[str], auth: str, new: New) -> None:
    document = secured({scheme: []})
    written = package_of(document).files["shop/client.py"]
    assert auth.replace('"', "'") in written.replace('"', "'")
    new(document).client.authenticate(*secrets)


def test_two_schemes_at_once_are_both_sent(new: New) -> None:
    fake, client = FakeHTTPBackend(), new(secured({"header": [], "basic": []})).client
    client.api.configure(http_backend=fake)
    client.authenticate("k", "ada", "s3cret")
    client.api.request("GET", "/")
    sent = {name.lower(): value for name, value in fake.requests[0]["kwargs"]["headers"].items()}
    assert ("k", "Basic YWRhOnMzY3JldA==") == (sent["x-key"], sent["authorization"])


@pytest.mark.parametrize("ways", [[{"hoba": []}], [{"tls": []}], [{"digest": [], "header": []}]])
def test_what_nothing_is_written_for_is_named(ways: list[Any]) -> None:
    package = package_of(secured(*ways))
    assert "authenticate" not in package.files["shop/client.py"]
    assert any(next(iter(ways[0])) in note for note in package.notes)


def test_the_scheme_of_most_operations_is_taken_and_those_of_others_are_named() -> None:
    package = package_of(secured({"bearer": []}, a=[{"header": []}], b=[{"bearer": []}, {}], c=[]))
    assert "BearerAuth(token)" in package.files["shop/client.py"]
    assert ["authenticate() has nothing of the security scheme header"] == package.notes


def test_security_that_is_optional_is_no_note() -> None:
    package = package_of(secured({"bearer": []}, a=[{}, {"header": []}], b=[{"bearer": []}]))
    assert [] == package.notes
