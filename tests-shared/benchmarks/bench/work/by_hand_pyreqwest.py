"""pyreqwest, used the usual way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from pyreqwest.client import Client, ClientBuilder, SyncClientBuilder

from bench.bodies import ZEROS
from bench.work.model import User


def sync_user(url: str) -> Callable[[int], User]:
    """A small object into a model."""
    client = SyncClientBuilder().build()
    return lambda user_id: User.model_validate(client.get(f"{url}/users/{user_id}").build().send().json())


async def async_user(url: str) -> Callable[[int], Awaitable[User]]:
    """A small object into a model."""
    return _users(url, ClientBuilder().build())


async def async_http2_user(url: str, ca: str) -> Callable[[int], Awaitable[User]]:
    """A small object into a model, over HTTP/2."""
    return _users(url, _http2_client(ca))


def sync_download(url: str) -> Callable[[int], int]:
    """Megabytes in pieces; how many bytes there were."""
    client = SyncClientBuilder().build()

    def read(megabytes: int) -> int:
        count = 0
        with client.get(f"{url}/lines/{megabytes}").build_streamed() as response:
            while (chunk := response.body_reader.read_chunk()) is not None:
                count += len(chunk)
        return count

    return read


async def async_download(url: str) -> Callable[[int], Awaitable[int]]:
    """Megabytes in pieces; how many bytes there were."""
    client = ClientBuilder().build()

    async def read(megabytes: int) -> int:
        count = 0
        async with client.get(f"{url}/lines/{megabytes}").build_streamed() as response:
            while (chunk := await response.body_reader.read_chunk()) is not None:
                count += len(chunk)
        return count

    return read


def sync_upload(url: str) -> Callable[[int], int]:
    """Megabytes at once; how many bytes the server got."""
    client = SyncClientBuilder().build()
    return lambda megabytes: int(client.post(f"{url}/upload").body_bytes(ZEROS * megabytes).build().send().json())


async def async_upload(url: str) -> Callable[[int], Awaitable[int]]:
    """Megabytes at once; how many bytes the server got."""
    client = ClientBuilder().build()

    async def send(megabytes: int) -> int:
        response = await client.post(f"{url}/upload").body_bytes(ZEROS * megabytes).build().send()
        return int(await response.json())

    return send


def _http2_client(ca: str) -> Client:
    return ClientBuilder().http2(enable=True).add_root_certificate_pem(Path(ca).read_bytes()).build()


def _users(url: str, client: Client) -> Callable[[int], Awaitable[User]]:
    async def get_user(user_id: int) -> User:
        response = await client.get(f"{url}/users/{user_id}").build().send()
        return User.model_validate(await response.json())

    return get_user
