"""`APIClient.download` and `adownload`: a file, without declaring a function for it."""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clientele.api import APIClient, BearerAuth, ConfigurationError, HTTPStatusError, ReadError, Response
from clientele_conformance.callers import Caller, calling
from clientele_conformance.installed import MODES, each
from clientele_conformance.servers import Answer, Close, Origin, head, response

BODY = os.urandom(300_001)
ETAG = ("ETag", '"v1"')


@pytest.fixture(params=each(MODES))
def caller(request: pytest.FixtureRequest, origin: Origin) -> Iterator[Caller]:
    name, mode = request.param
    with calling(name, mode, origin.url()) as caller:
        yield caller


def downloaded(caller: Caller, *arguments: Any, **options: Any) -> Response:
    """What the method of the caller's mode returns."""
    if caller.is_async:
        return caller.run(lambda: caller.api.adownload(*arguments, **options))
    return caller.api.download(*arguments, **options)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.bin"


def test_the_body_becomes_a_file(caller: Caller, origin: Origin, path: Path) -> None:
    """The head of the response is returned; the options are those of `request`, and the base URL is the client's."""
    origin.on("/files/7", response(headers=[ETAG], body=BODY))
    told: list[tuple[int, int | None]] = []
    answered = downloaded(
        caller,
        "/files/7",
        path,
        progress=lambda *so_far: told.append(so_far),
        headers={"X-Trace": "1"},
        params={"version": 2, "draft": None},
        timeout=5.0,
    )
    assert (200, '"v1"', b"") == (answered.status_code, answered.headers["etag"], answered.content)
    assert BODY == path.read_bytes()
    assert [path] == list(path.parent.iterdir())
    assert (len(BODY), len(BODY)) == told[-1]
    assert ("GET", "/files/7?version=2", "1") == (
        origin.requests[0].method,
        origin.requests[0].target,
        origin.requests[0].header("x-trace"),
    )


def test_a_download_that_broke_off_goes_on(caller: Caller, origin: Origin, path: Path) -> None:
    """There is no file until all of it is there, and the rest is asked for on the condition that nothing changed."""
    cut: Answer = [head(200, [ETAG, ("Content-Length", str(len(BODY)))]), BODY[:200_000], Close()]
    rest = response(206, [ETAG, ("Content-Range", f"bytes 199999-{len(BODY) - 1}/{len(BODY)}")], BODY[199_999:])
    origin.on("/", cut, rest)
    with pytest.raises(ReadError):
        downloaded(caller, "/", path)
    assert not path.exists()
    assert 206 == downloaded(caller, "/", str(path)).status_code
    assert BODY == path.read_bytes()
    assert ["bytes=199999-", '"v1"'] == [origin.requests[1].header(name) for name in ("range", "if-range")]


def test_an_error_status_raises(caller: Caller, origin: Origin, path: Path) -> None:
    """With the body of the answer, and without a file."""
    origin.on("/", response(404, body=b"no such file"))
    with pytest.raises(HTTPStatusError) as caught:
        downloaded(caller, "/", path)
    assert b"no such file" == caught.value.response.content
    assert [] == list(path.parent.iterdir())


def test_an_existing_file_is_kept_unless_overwrite_is_set(caller: Caller, origin: Origin, path: Path) -> None:
    """Nothing is sent then."""
    origin.on("/", response(body=BODY))
    path.write_bytes(b"old")
    with pytest.raises(FileExistsError, match="overwrite=True"):
        downloaded(caller, "/", path)
    assert ([], b"old") == (origin.requests, path.read_bytes())
    downloaded(caller, "/", path, overwrite=True)
    assert BODY == path.read_bytes()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"retries": 3}, "unknown option 'retries'"),
        ({"headers": {"Range": "bytes=5-"}}, "Range"),
        ({"on_head": print}, "on_head"),
        ({"headers": {"a b": "c"}}, "'a b' is not a header name"),
        ({"timeout": -1}, "-1 is not a time limit"),
        ({"params": {"of": object()}}, "'of'"),
    ],
)
def test_a_wrong_option_raises_before_anything_is_sent(
    options: Any, says: str, caller: Caller, origin: Origin, path: Path
) -> None:
    """Nor is anything written."""
    with pytest.raises((ConfigurationError, TypeError), match=says):
        downloaded(caller, "/", path, **options)
    assert ([], []) == (origin.requests, list(path.parent.iterdir()))


def test_hooks_and_credentials_are_those_of_every_call(caller: Caller, origin: Origin, path: Path) -> None:
    """A 401 is answered with new credentials, once, and each file is one call to the hooks."""
    origin.on("/", response(401), response(body=BODY))
    seen: list[int] = []
    caller.api.configure(
        auth=BearerAuth("old", refresh=lambda: "new"), on_response=lambda response: seen.append(response.status_code)
    )
    downloaded(caller, "/", path)
    assert [200] == seen
    assert ["Bearer old", "Bearer new"] == [request.header("authorization") for request in origin.requests]
    assert BODY == path.read_bytes()


def test_they_are_typed_as_other_calls_are() -> None:
    """Their options are those of `request`, but the result's."""
    for name, other in (("download", "request"), ("adownload", "arequest")):
        mine, theirs = (inspect.signature(getattr(APIClient, method)).parameters for method in (name, other))
        assert ["self", "path", "to", "overwrite", "progress", "options"] == list(mine)
        assert mine["options"] == theirs["options"]
