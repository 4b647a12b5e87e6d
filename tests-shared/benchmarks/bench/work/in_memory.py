"""A whole call with a backend that answers at once. Clientele 2.x has the same names: it runs this file, too."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator
from typing import Any

from bench.bodies import USER, USERS
from bench.work.model import User
from clientele.api import APIClient, BaseConfig
from clientele.http import HTTPBackend, Response


class Memory(HTTPBackend):
    """Makes a new Response for each call."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def build_client(self) -> None:
        """There is none."""

    def build_async_client(self) -> None:
        """There is none."""

    def send_sync_request(self, method: str, url: str, **_: Any) -> Response:
        """The answer."""
        return Response(
            status_code=200,
            headers={"content-type": "application/json"},
            content=self._body,
            request_method=method,
            request_url=url,
        )

    async def send_async_request(self, method: str, url: str, **options: Any) -> Response:
        """The answer."""
        return self.send_sync_request(method, url, **options)

    def handle_sync_stream(self, *_: Any, **__: Any) -> Generator[Any, None, None]:
        """It has no streams."""
        raise NotImplementedError

    async def handle_async_stream(self, *_: Any, **__: Any) -> AsyncGenerator[Any, None]:
        """It has no streams."""
        raise NotImplementedError
        yield

    @staticmethod
    def convert_to_response(native_response: Response) -> Response:
        """It is one already."""
        return native_response

    def close(self) -> None:
        """Nothing is open."""

    async def aclose(self) -> None:
        """Nothing is open."""


def client_of(backend: HTTPBackend) -> APIClient:
    """A client as anybody has it."""
    return APIClient(config=BaseConfig(base_url="https://api.example.com/v1", http_backend=backend))


def user_by(client: APIClient) -> Callable[[int], User]:
    """A decorated function."""

    @client.get("/users/{user_id}")
    def get_user(result: User, user_id: int) -> User:
        return result

    return get_user


def user() -> Callable[[int], User]:
    """A small object into a model."""
    return user_by(client_of(Memory(USER)))


def mapping() -> Callable[[int], dict[str, object]]:
    """A small object into a dict."""

    @client_of(Memory(USER)).get("/users/{user_id}")
    def get_user(result: dict[str, object], user_id: int) -> dict[str, object]:
        return result

    return get_user


def users() -> Callable[[int], list[User]]:
    """A list of a thousand objects into models."""

    @client_of(Memory(USERS)).get("/teams/{team_id}/users")
    def get_users(result: list[User], team_id: int) -> list[User]:
        return result

    return get_users
