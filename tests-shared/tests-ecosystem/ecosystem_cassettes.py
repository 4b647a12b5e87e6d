"""vcrpy: what it records of a real server has to come back when the server is gone."""

from __future__ import annotations

import gzip
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import vcr

from clientele_conformance.servers import Answer, Origin, response
from ecosystem_calls import PIECES, Library, Told, Way
from ecosystem_rows import Calls, Row, World

BODY = b'[{"id": 1}]'
PLAIN = response(200, body=BODY)
COMPRESSED = response(200, [("Content-Encoding", "gzip")], gzip.compress(BODY))
MATCH_ON = ("method", "scheme", "host", "port", "path", "query", "body")


def rows_of(library: Library, recorded_by_hand: Answer = COMPRESSED) -> list[Row]:
    """What has to hold of cassettes."""
    row = Row("vcrpy", library, _record_and_replay)
    return [
        row,
        replace(row, tool="vcrpy, begun after the client", probe=partial(_record_and_replay, calls_before=1)),
        replace(row, tool="vcrpy, with a streamed upload", probe=partial(_record_and_replay, content=PIECES)),
        replace(row, tool="vcrpy, with a compressed answer", probe=partial(_record_and_replay, answer=COMPRESSED)),
        by_hand(library, recorded_by_hand),
    ]


def by_hand(library: Library, answer: Answer) -> Row:
    """What somebody has recorded before moving to ours is of use afterwards."""

    def probe(calls: Calls, world: World) -> None:
        with Origin() as origin, library.calls(Way.BY_HAND) as call, _cassette(world.folder, "once"):
            url = _thing(origin, answer)
            assert call(url, "POST", b"a body") == Told(200, BODY)
        _replay(calls, world, url, b"a body")

    return Row("vcrpy, recorded by hand", library, probe)


def _record_and_replay(
    calls: Calls, world: World, content: Any = b"a body", answer: Answer = PLAIN, calls_before: int = 0
) -> None:
    """Once with the server, once without."""
    with Origin() as origin:
        url = _thing(origin, answer)
        with calls() as call:
            for _ in range(calls_before):
                assert call(origin.url("/other")).status == 200
            with _cassette(world.folder, "once") as cassette:
                assert call(url, "POST", content) == Told(200, BODY)
            assert (len(cassette), cassette.play_count) == (1, 0), "the call was not recorded"
        requests = len(origin.requests)
    _replay(calls, world, url, content)
    assert len(origin.requests) == requests == 1 + calls_before


def _thing(origin: Origin, answer: Answer) -> str:
    origin.on("/thing", answer, method="POST")
    origin.on("/other", response(200), method="GET")
    return origin.url("/thing?a=1&b=%C3%A4")


def _replay(calls: Calls, world: World, url: str, content: Any) -> None:
    with _cassette(world.folder, "none") as cassette, calls() as call:
        assert call(url, "POST", content) == Told(200, BODY)
        assert (len(cassette), cassette.play_count) == (1, 1), "the call was not replayed"


def _cassette(folder: Path, mode: str) -> Any:
    return vcr.VCR(match_on=MATCH_ON).use_cassette(str(folder / "cassette.yaml"), record_mode=mode)
