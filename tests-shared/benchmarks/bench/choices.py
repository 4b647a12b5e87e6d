"""The rows that answer which backend is for what: each has all of our backends that can do it, and three by hand."""

from __future__ import annotations

from fnmatch import fnmatch

from bench.environments import LIBRARIES
from bench.rows import MODES, ROWS, Contestant, Kind, Row, Server, by_hand

_REFERENCES = ("httpx2", "aiohttp", "pyreqwest")
_WITH_HTTP2 = ("httpx", "httpx2", "niquests", "pyreqwest")


def _choice(
    name: str,
    title: str,
    work: str,
    libraries: tuple[str, ...] = LIBRARIES,
    *,
    at_once: int = 1,
    server: Server = Server.PLAIN,
) -> Row:
    module, function = work.split(":")
    mode = function.split("_")[0]
    able = [library for library in libraries if mode in MODES[library]]
    ours = [Contestant(f"clientele, {library}", library, work, (library,)) for library in able]
    theirs = [by_hand(library, function) for library in _REFERENCES if library in able]
    kind = Kind.STREAM if module == "transfers" else Kind.CALLS
    return Row(f"choice-{name}", title, (), kind, server, at_once, uncompared=(*ours, *theirs))


CHOICES = (
    _choice("calls-sync", "a small call, sync", "loopback:sync_user"),
    _choice("calls-async", "a small call, async", "loopback:async_user"),
    _choice("tasks", "a call of 50 tasks at once", "loopback:async_user", at_once=50),
    _choice(
        "http2",
        "a call of 50 tasks at once, HTTP/2",
        "loopback:async_http2_user",
        _WITH_HTTP2,
        at_once=50,
        server=Server.HTTP2,
    ),
    _choice("down-sync", "100 MB down, sync", "transfers:sync_download"),
    _choice("down-async", "100 MB down, async", "transfers:async_download"),
    _choice("up-sync", "100 MB up, sync", "transfers:sync_upload"),
    _choice("up-async", "100 MB up, async", "transfers:async_upload"),
)
ALL = (*CHOICES, *ROWS)


def chosen(patterns: list[str]) -> list[Row]:
    """The rows whose id fits one of the shell patterns; all, if there are none."""
    return [row for row in ALL if not patterns or any(fnmatch(row.id, pattern) for pattern in patterns)]
