"""Downloads over real sockets: a file is there whole or not at all, and one that broke off is gone on with."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clientele.api import ConfigurationError, HTTPStatusError, ReadError, Stream
from clientele_conformance.callers import Caller, calling
from clientele_conformance.installed import MODES, each
from clientele_conformance.servers import Answer, Close, Origin, RecordedRequest, Reset, head, json_response, redirect
from clientele_conformance.servers import response as whole

BODY = os.urandom(300_001)
ETAG = ("ETag", '"v1"')
MODIFIED = ("Last-Modified", "Sun, 01 Nov 2026 10:00:00 GMT")
DATED = (MODIFIED, ("Date", "Sun, 01 Nov 2026 10:00:01 GMT"))


@pytest.fixture(params=each(MODES))
def caller(request: pytest.FixtureRequest, origin: Origin) -> Iterator[Caller]:
    name, mode = request.param
    with calling(name, mode, origin.url()) as caller:
        yield caller


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.bin"


def cut(*headers: tuple[str, str], after: int = 200_000) -> Answer:
    """A response that breaks off."""
    return [head(200, [*headers, ("Content-Length", str(len(BODY)))]), BODY[:after], Close()]


def part(start: int, *headers: tuple[str, str], end: int = len(BODY), total: object = len(BODY)) -> bytes:
    """A part of the body."""
    return whole(206, [*headers, ("Content-Range", f"bytes {start}-{end - 1}/{total}")], BODY[start:end])


def rest(*headers: tuple[str, str]) -> Any:
    """Answers what a request asks for."""

    def answer(request: RecordedRequest) -> bytes:
        asked = request.header("range")
        assert asked is not None
        return part(int(asked.removeprefix("bytes=").removesuffix("-")), *headers)

    return answer


def break_off(caller: Caller, path: Path, **options: Any) -> None:
    with pytest.raises(ReadError):
        caller.declared(bytes)().download(path, **options)
    assert not path.exists()


def test_a_file_is_there_when_all_of_it_is(caller: Caller, origin: Origin, path: Path) -> None:
    """Nothing else stays in the folder, and the head of the response is returned."""
    origin.on("/", whole(headers=[ETAG], body=BODY))
    head = caller.declared(bytes, headers={"Accept-Encoding": "gzip"})().download(path)
    assert BODY == path.read_bytes()
    assert [path] == list(path.parent.iterdir())
    assert (200, '"v1"', b"") == (head.status_code, head.headers["etag"], head.content)
    assert (["identity"], None) == (origin.requests[0].get_list("accept-encoding"), origin.requests[0].header("range"))
    plain = path.with_name("plain")
    plain.touch()
    assert plain.stat().st_mode == path.stat().st_mode


@pytest.mark.parametrize("body", [b"", b"x"])
def test_a_short_file_is_a_file(body: bytes, caller: Caller, origin: Origin, path: Path) -> None:
    """An empty one, too."""
    origin.on("/", whole(body=body))
    told: list[tuple[int, int | None]] = []
    caller.declared(bytes)().download(str(path), progress=lambda *so_far: told.append(so_far))
    assert body == path.read_bytes()
    assert [(1, 1)] * len(body) == told


@pytest.mark.parametrize(("headers", "validator"), [([ETAG], '"v1"'), ([ETAG, *DATED], '"v1"'), (DATED, MODIFIED[1])])
def test_a_download_goes_on(headers: Any, validator: str, caller: Caller, origin: Origin, path: Path) -> None:
    """It asks for the rest, with the last byte that it has, if nothing has changed."""
    origin.on("/", cut(*headers), rest(*headers))
    break_off(caller, path)
    assert 200_000 == Path(f"{path}.clientele-part").stat().st_size
    told: list[tuple[int, int | None]] = []
    response = caller.declared(bytes)().download(path, progress=lambda *so_far: told.append(so_far))
    assert (206, BODY) == (response.status_code, path.read_bytes())
    assert ["bytes=199999-", validator] == [origin.requests[1].header(name) for name in ("range", "if-range")]
    assert [path] == list(path.parent.iterdir())
    assert all(200_000 <= so_far and total == len(BODY) for so_far, total in told)
    assert sorted(told) == told
    assert told[-1] == (len(BODY), len(BODY))


def test_a_download_goes_on_more_than_once(caller: Caller, origin: Origin, path: Path) -> None:
    """Each time with what has come so far, until nothing is missing."""
    short = head(
        206, [ETAG, ("Content-Range", f"bytes 99999-{len(BODY) - 1}/{len(BODY)}"), ("Content-Length", "200002")]
    )
    origin.on("/", cut(ETAG, after=100_000), [short, BODY[99_999:250_000], Close()], rest(ETAG))
    break_off(caller, path)
    break_off(caller, path)
    caller.declared(bytes)().download(path)
    assert BODY == path.read_bytes()
    assert [None, "bytes=99999-", "bytes=249999-"] == [request.header("range") for request in origin.requests]


CODED = ("Content-Encoding", "gzip")
OTHER = ("ETag", '"v2"')
UNFIT: dict[str, tuple[list[Answer], int]] = {
    "changed": ([whole(200, [OTHER], BODY)], 2),
    "no ranges": ([whole(200, [ETAG], BODY)], 2),
    "not satisfiable": ([whole(416, [("Content-Range", "bytes */5")]), whole(200, [ETAG], BODY)], 3),
    "changed, and If-Range unknown": ([part(199_999, OTHER), whole(200, [OTHER], BODY)], 3),
    "no ETag any more": ([part(199_999), whole(200, body=BODY)], 3),
    "another start": ([part(0, ETAG), whole(200, [ETAG], BODY)], 3),
    "another size": ([part(199_999, ETAG, total=999_999), whole(200, [ETAG], BODY)], 3),
    "no Content-Range": ([whole(206, [ETAG], BODY[199_999:]), whole(200, [ETAG], BODY)], 3),
    "a bad Content-Range": ([whole(206, [ETAG, ("Content-Range", "bytes */5")], b""), whole(200, [ETAG], BODY)], 3),
    "coded": ([whole(206, [ETAG, CODED, ("Content-Range", "bytes 199999-300000/300001")]), whole(200, body=BODY)], 3),
}


@pytest.mark.parametrize("answers", UNFIT)
def test_a_mismatched_range_restarts_the_download(answers: str, caller: Caller, origin: Origin, path: Path) -> None:
    """Within the same call, with at most one more request, which asks for all of it."""
    after, requests = UNFIT[answers]
    origin.on("/", cut(ETAG), *after)
    break_off(caller, path)
    caller.declared(bytes)().download(path)
    assert BODY == path.read_bytes()
    ranges = [request.header("range") for request in origin.requests]
    assert [None, "bytes=199999-", None][:requests] == ranges
    assert [path] == list(path.parent.iterdir())


@pytest.mark.parametrize(
    "headers",
    [[], [("ETag", 'W/"v1"'), *DATED], [("ETag", "v1")], [MODIFIED], [MODIFIED, ("Date", MODIFIED[1])], [ETAG, CODED]],
    ids=["nothing", "weak ETag", "bad ETag", "no Date", "modified just now", "coded"],
)
def test_without_a_strong_validator_nothing_is_kept(headers: Any, caller: Caller, origin: Origin, path: Path) -> None:
    """It could be a part of anything: the next download begins anew."""
    body = gzip.compress(BODY) if CODED in headers else BODY
    origin.on("/", [head(200, [*headers, ("Content-Length", "999999")]), body, Reset()], whole(body=BODY))
    break_off(caller, path)
    assert [] == list(path.parent.iterdir())
    caller.declared(bytes)().download(path)
    assert (BODY, None) == (path.read_bytes(), origin.requests[1].header("range"))


def test_a_part_that_ends_early_is_not_the_file(caller: Caller, origin: Origin, path: Path) -> None:
    """Although the server has sent all that it announced; the next download goes on from there."""
    origin.on("/", cut(ETAG), part(199_999, ETAG, end=250_000), rest(ETAG))
    break_off(caller, path)
    with pytest.raises(ReadError, match=r"GET .*: 250000 bytes of 300001 were received"):
        caller.declared(bytes)().download(path)
    caller.declared(bytes)().download(path)
    assert BODY == path.read_bytes()


def test_another_resource_does_not_go_on(caller: Caller, origin: Origin, path: Path) -> None:
    """Its ETag may be the same."""
    origin.on("/", cut(ETAG), rest(ETAG))
    origin.on("/users/8", part(199_999, ETAG), whole(body=b"other"))
    break_off(caller, path)
    caller.declared(bytes, "/users/{user_id}")(user_id=8).download(path)
    assert b"other" == path.read_bytes()


def test_only_a_get_goes_on(caller: Caller, origin: Origin, path: Path) -> None:
    """What a POST answers is of this one request."""
    origin.on("/", cut(ETAG), whole(body=BODY))
    with pytest.raises(ReadError):
        caller.declared(bytes, verb="post")(data={"report": 1}).download(path)
    assert [] == list(path.parent.iterdir())
    caller.declared(bytes, verb="post")(data={"report": 1}).download(path)
    assert [b'{"report":1}'] * 2 == [request.body for request in origin.requests]
    assert BODY == path.read_bytes()


def test_a_redirect_takes_the_range_along(caller: Caller, origin: Origin, path: Path) -> None:
    """What is gone on with is what the first URL leads to."""
    origin.on("/", redirect("/one"), redirect("/two"))
    origin.on("/one", cut(ETAG))
    origin.on("/two", rest(ETAG))
    declared = caller.declared(bytes, follow_redirects=True)
    with pytest.raises(ReadError):
        declared().download(path)
    assert 206 == declared().download(path).status_code
    assert BODY == path.read_bytes()


def test_what_is_coded_all_the_same_is_decoded(caller: Caller, origin: Origin, path: Path) -> None:
    """The length that is announced is another one then."""
    origin.on("/", whole(headers=[ETAG, CODED], body=gzip.compress(BODY)))
    told: list[tuple[int, int | None]] = []
    caller.declared(bytes)().download(path, progress=lambda *so_far: told.append(so_far))
    assert (BODY, (len(BODY), None)) == (path.read_bytes(), told[-1])


def test_an_error_status_writes_no_file(caller: Caller, origin: Origin, path: Path) -> None:
    """Nor does it cost what has come before."""
    origin.on("/", json_response({"detail": "no"}, 404), cut(ETAG), whole(503), rest(ETAG))
    for status, left in ((404, 0), (None, 2), (503, 2)):
        with pytest.raises(ReadError if status is None else HTTPStatusError):
            caller.declared(bytes)().download(path)
        assert left == len(list(path.parent.iterdir()))
    caller.declared(bytes)().download(path)
    assert BODY == path.read_bytes()


def test_a_part_that_was_not_asked_for_raises(caller: Caller, origin: Origin, path: Path) -> None:
    """The same when the caller asks for one behind the download's back."""
    origin.on("/", part(0, ETAG, end=10))
    with pytest.raises(Exception, match="a part of the requested range"):
        caller.declared(bytes)().download(path)
    with pytest.raises(ConfigurationError, match="Range"):
        caller.declared(bytes, headers={"range": "bytes=5-"})().download(path)
    assert ([], 1) == (list(path.parent.iterdir()), len(origin.requests))


@pytest.mark.parametrize("kind", [str, int])
def test_only_bytes_can_be_downloaded(kind: Any, caller: Caller, origin: Origin, path: Path) -> None:
    """Of a call: nothing else can be asked for again."""
    with pytest.raises(TypeError, match=r"Stream\[bytes\]"):
        caller.declared(kind)().download(path)
    with pytest.raises(TypeError, match=r"Stream\[bytes\]"):
        caller.declared(bytes, response_parser=str.encode)().download(path)
    with pytest.raises(TypeError, match=r"Stream\[bytes\]"):
        Stream(chunk for chunk in [b"x"]).download(path)
    assert [] == origin.requests
