"""How tests look at the sending side: what a request was on the wire, and that there was none."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from clientele_conformance.servers import Origin, PlainClient, RecordedRequest


@contextmanager
def refused(
    origin: Origin, error: type[Exception] | tuple[type[Exception], ...], match: str | None = None
) -> Generator[pytest.ExceptionInfo[Exception], None, None]:
    """Expects `error`, and no connection to `origin` before it."""
    with pytest.raises(error, match=match) as caught:
        yield caught
    assert_untouched(origin)


def assert_untouched(origin: Origin) -> None:
    """Check that `origin` has no connections.

    Connections are accepted in order: when the one made here is, all earlier ones have been.
    """
    with PlainClient(origin.address) as probe:
        probe.ask()
        probe.receive()
    assert "connections: 0" == f"connections: {origin.connections - 1}"


def type_name(value: object) -> str:
    """What to call a value in the name of a test: its repr may have an address, which is another in each run."""
    return value.encode("unicode_escape").decode() if isinstance(value, str) else type(value).__name__


@dataclass(frozen=True, slots=True)
class Canonical:
    """A request without what may differ from library to library."""

    method: str
    target: str
    fields: Sequence[tuple[str, str]]
    body: bytes


def canonical(request: RecordedRequest) -> Canonical:
    """`request` without the order and case of its names, Connection, chunks, and User-Agent."""
    own = [pair for pair in fields(request) if pair[0] != "user-agent"]
    return Canonical(request.method, request.target, own, request.body)


def fields(request: RecordedRequest) -> list[tuple[str, str]]:
    """The header fields, names in lower case, sorted; without Connection and versions."""
    own = ((name.lower(), value) for name, value in request.headers)
    return sorted((name, _without_versions(value)) for name, value in own if name != "connection")


def about_body(request: RecordedRequest) -> list[tuple[str, str]]:
    """Those of `fields` that frame and describe a body."""
    return [pair for pair in fields(request) if pair[0].startswith("content-") or pair[0] == "transfer-encoding"]


def _without_versions(value: str) -> str:
    return re.sub(r"^clientele/[0-9][^ ]* \([^()/ ]+/[0-9][^()]*\)$", "clientele/VERSION (LIBRARY/VERSION)", value)


def base_fields(origin: Origin, *more: tuple[str, str], without: str = "") -> list[tuple[str, str]]:
    """What `fields` are if the caller gives no headers, and `more`; `without` is a default that is left out."""
    defaults = {
        "accept": "*/*",
        "accept-encoding": "gzip, deflate",
        "host": f"{origin.host}:{origin.port}",
        "user-agent": "clientele/VERSION (LIBRARY/VERSION)",
    }
    defaults.pop(without, None)
    return sorted([*(pair for pair in defaults.items() if pair[0] not in dict(more)), *more])
