"""Messages about responses that aren't what was declared, and about options that don't exist."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from clientele.api import APIClient, ConfigurationError, ResponseValidationError, Stream
from clientele.http import FakeHTTPBackend, HTTPBackend
from clientele.http.fake import Reply


class User(BaseModel):
    id: int


@pytest.fixture
def api(fake: FakeHTTPBackend) -> APIClient:
    return APIClient(base_url="https://api.example.com", http_backend=fake)


@pytest.mark.parametrize(
    ("status", "message"),
    [(200, "the response is not what `result` declares"), (404, "the 404 Not Found response is not what `result`")],
)
def test_the_status_of_an_unfit_answer_is_named(
    status: int, message: str, api: APIClient, fake: FakeHTTPBackend
) -> None:
    """Unless it is a success: an error that doesn't fit has its status for a reason."""

    @api.get("/users", response_map={200: User, 404: User})
    def get_user(result: User) -> User:
        return result

    fake.queue_response(status=status, content={"id": "x"})
    with pytest.raises(ResponseValidationError, match=message):
        get_user()


def test_a_stream_that_is_no_json_names_the_content_type_that_came(api: APIClient, fake: FakeHTTPBackend) -> None:
    """A page of HTML instead of lines of JSON."""

    @api.get("/users", streaming_response=True)
    def list_users(result: Stream[User]) -> Stream[User]:
        return result

    fake.on("GET", "/users").reply_with(Reply(200, "<html>", headers={"Content-Type": "text/html"}))
    with pytest.raises(ResponseValidationError, match="text/html"), list_users() as users:
        next(iter(users))


@pytest.mark.parametrize(
    ("option", "advice"),
    [("form", "'data'"), ("user_agent", r'send it as a header: headers=\{"User-Agent": \.\.\.\}')],
)
def test_an_option_of_another_library_names_ours(option: str, advice: str, api: APIClient) -> None:
    """The message says what to write."""
    options: dict[str, Any] = {option: "x"}
    with pytest.raises((TypeError, ConfigurationError), match=advice):
        api.request("POST", "/users", **options)


def test_options_of_wrappers_are_not_suggested() -> None:
    """They aren't for callers."""
    backend: HTTPBackend = FakeHTTPBackend()
    with pytest.raises((TypeError, ConfigurationError)) as caught:
        backend.send_sync_request("GET", "https://api.example.com/", qqqq=1)
    message = str(caught.value)
    assert "timeout" in message
    assert not any(f"{name}," in message for name in ("home", "on_head", "signers"))
