"""Secrets that are sent, and shown nowhere: not in logs, errors, reprs or recordings."""

from __future__ import annotations

import contextlib
import logging
import pickle
from pathlib import Path as File
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, SecretStr

from clientele.api import APIClient, Form, Header, HTTPStatusError, Path, Query, TransportError
from clientele.http.httpx_backend import HttpxHTTPBackend
from clientele.http.recording import RecordingBackend
from clientele_conformance.servers import Origin, response

SECRET = 'correct "horse" battery'
FORMS = (SECRET, "correct%20%22horse%22%20battery", r"correct \"horse\" battery", "battery")


class Login(BaseModel):
    user: str
    pin: SecretStr


def refuse_secrets(text: str) -> None:
    for form in FORMS:
        assert form not in text


def declared(api: APIClient) -> list[Any]:
    """A call for each place, all of them with the secret."""

    @api.post("/bot{token}/login")
    def in_path(result: Any, token: Annotated[SecretStr, Path()]) -> Any:
        return result

    @api.post("/login")
    def in_body(result: Any, data: Login) -> Any:
        return result

    @api.post("/login")
    def in_dict(result: Any, data: dict[str, Any]) -> Any:
        return result

    @api.post("/login")
    def in_form(result: Any, data: Annotated[Login, Form()]) -> Any:
        return result

    @api.post("/login")
    def in_query(result: Any, pin: Annotated[SecretStr, Query()]) -> Any:
        return result

    @api.post("/login")
    def in_header(result: Any, x_pin: Annotated[SecretStr, Header()], cookie: Annotated[SecretStr, Header()]) -> Any:
        return result

    secret = SecretStr(SECRET)
    return [
        lambda: in_path(secret),
        lambda: in_body(Login(user="ada", pin=secret)),
        lambda: in_dict({"a": [secret]}),
        lambda: in_form(Login(user="ada", pin=secret)),
        lambda: in_query(secret),
        lambda: in_header(secret, secret),
        lambda: api.request("POST", "/login", json={"a": secret}),
    ]


@pytest.mark.parametrize("number", range(7))
def test_a_secret_is_in_no_log_and_no_error(number: int, caplog: pytest.LogCaptureFixture) -> None:
    """SEC-3 with the logs of the client and of the library at DEBUG, and bodies that are logged."""
    caplog.set_level(logging.DEBUG)
    with Origin() as origin, APIClient(base_url=origin.url(), http_backend="httpx", log_bodies=True) as api:
        origin.on("/login", response(status=500, body=SECRET.encode()))
        with pytest.raises(HTTPStatusError) as caught:
            declared(api)[number]()
        request = origin.requests[-1]
        assert any(form in f"{request.target}{request.headers}{request.body.decode()}" for form in FORMS)
    refuse_secrets(f"{caught.value}{caught.value!r}")
    refuse_secrets(str(pickle.loads(pickle.dumps(caught.value))))  # noqa: S301 - our own
    refuse_secrets("\n".join(caplog.messages))


def test_a_secret_is_in_no_error_of_a_connection() -> None:
    """Whose URL is one that was sent to, or would have been."""
    with Origin() as origin:
        url = origin.url()
    with APIClient(base_url=url, http_backend="httpx") as api, pytest.raises(TransportError) as caught:
        declared(api)[0]()
    refuse_secrets(f"{caught.value}{caught.value!r}{caught.value.request_url}")


@pytest.mark.parametrize("number", range(7))
def test_a_secret_is_in_no_recording(number: int, tmp_path: File) -> None:
    """Under a name that isn't that of a secret, in the request and in what the server says of it."""
    with Origin() as origin:
        origin.on("/login", response(body=b'{"echo":"correct \\"horse\\" battery"}'))
        backend = RecordingBackend(HttpxHTTPBackend(), tmp_path / "tape.yaml", mode="all")
        with APIClient(base_url=origin.url(), http_backend=backend) as api, contextlib.suppress(HTTPStatusError):
            declared(api)[number]()  # Of the path there is no such thing.
        backend.close()
    text = (tmp_path / "tape.yaml").read_text()
    assert "POST" in text
    refuse_secrets(text)
