"""The guard of connections, where the private parts that it looks at are gone or have changed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from clientele_conformance.servers import Origin, response
from clientele_niquests import NiquestsHTTPBackend, connections


@pytest.fixture
def origin() -> Iterator[Origin]:
    """A server."""
    with Origin() as origin:
        origin.on("/", response(body=b"ok"))
        yield origin


@pytest.fixture
def changed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a version in which the state machine is elsewhere."""
    monkeypatch.setattr(connections, "machine_of", lambda _: None)


def test_it_finds_nothing_where_nothing_is() -> None:
    """Neither in what has no such attribute, nor in what has another one."""
    other = SimpleNamespace(_protocol=SimpleNamespace(_connection=SimpleNamespace(trailing_data=(b"", False))))
    assert [None, None] == [connections.machine_of(each) for each in (object(), other)]


@pytest.mark.usefixtures("changed")
def test_a_connection_is_used_once(origin: Origin) -> None:
    """Every call is answered, and no connection is trusted."""
    backend = NiquestsHTTPBackend()
    for _ in range(3):
        assert b"ok" == backend.send_sync_request("GET", origin.url("/")).content
    backend.close()
    assert 3 == origin.connections


@pytest.mark.usefixtures("changed")
def test_a_connection_is_used_once_asynchronously(origin: Origin) -> None:
    """Likewise."""

    async def main() -> None:
        backend = NiquestsHTTPBackend()
        for _ in range(3):
            assert b"ok" == (await backend.send_async_request("GET", origin.url("/"))).content
        await backend.aclose()

    asyncio.run(main())
    assert 3 == origin.connections
