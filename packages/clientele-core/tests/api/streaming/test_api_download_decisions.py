"""What a download decides: what it asks for, whether what comes fits, and what is kept of it."""

from __future__ import annotations

from typing import Any

import pytest

from clientele.api import ConfigurationError, ProtocolError, ReadError, Response
from clientele.api.streaming.downloads import BLOCK, Download
from clientele.api.streaming.stream_calls import StreamCall

URL = "https://api.example.com/file?token=secret"
DATE = "Sun, 01 Nov 2026 10:00:00 GMT"


class Server:
    """Takes the calls of a download; its answers are heads."""

    def __init__(self, method: str = "GET", **options: Any) -> None:
        self.asked: list[dict[str, Any]] = []
        self.call = StreamCall(self._make, method, options, is_raw=True)
        self.download = Download(self.call, None)

    def _make(self, options: dict[str, Any]) -> None:
        self.asked.append(options)

    def answers(self, status: int = 200, headers: Any = (), url: str = URL) -> bool:
        """Whether the body that follows is the right one."""
        self.download.items()
        self.asked[-1]["on_head"](Response(status_code=status, headers=headers, request_url=url))
        return self.download.begins()

    def broke_off(self, **headers: str) -> Any:
        """The note of a download that broke off, as it would be read again."""
        names = {"etag": '"v1"', "content_length": "100"} | headers
        assert self.answers(headers={name.replace("_", "-"): value for name, value in names.items() if value})
        self.download.arrived(bytes(10))
        return self.download.note()


def test_the_first_request_asks_for_all_of_it() -> None:
    """Uncoded, whatever the call says; its other headers and options stay."""
    server = Server(headers={"accept-encoding": "gzip", "X-A": "1"}, params={"a": 1})
    server.download.resume(None, 0)
    server.answers()
    asked = server.asked[0]
    assert {"Accept-Encoding": "identity", "X-A": "1"} == asked["headers"]
    assert {"a": 1} == asked["params"]


@pytest.mark.parametrize(
    ("headers", "validator"),
    [
        ({"etag": '"v1"'}, '"v1"'),
        ({"etag": '""'}, '""'),
        ({"etag": 'W/"v1"', "last_modified": DATE, "date": "Mon, 02 Nov 2026 10:00:00 GMT"}, None),
        ({"etag": "v1"}, None),
        ({"etag": '"v"1"'}, None),
        ({"etag": '"é"'}, None),
        ({"etag": "", "last_modified": DATE, "date": "Sun, 01 Nov 2026 10:00:01 GMT"}, DATE),
        ({"etag": "", "last_modified": DATE, "date": DATE}, None),
        ({"etag": "", "last_modified": DATE}, None),
        ({"etag": "", "last_modified": "yesterday", "date": DATE}, None),
        ({"etag": "", "last_modified": DATE, "date": "today"}, None),
        ({"etag": "", "last_modified": DATE, "date": "Sun, 01 Nov 2026 12:00:00"}, None),
        ({"content_encoding": "gzip"}, None),
        ({"content_encoding": "identity"}, '"v1"'),
    ],
    ids=str,
)
def test_only_a_strong_validator_is_noted(headers: dict[str, str], validator: str | None) -> None:
    """RFC 9110, section 8.8.2.2: a date counts only if the file has not changed in the second it was sent."""
    note = Server().broke_off(**headers)
    assert validator == (note and note["validator"])


def test_a_note_holds_no_secret() -> None:
    """The URL may."""
    note = Server().broke_off()
    assert {"resource", "validator", "total"} == note.keys()
    assert "secret" not in str(note)
    assert "example" not in str(note)


@pytest.mark.parametrize("status", [201, 203, 204])
def test_only_a_200_is_noted(status: int) -> None:
    """What else may be a body is none that ranges are about."""
    server = Server()
    assert server.answers(status, {"etag": '"v1"'})
    assert server.download.note() is None


GOOD = Server().broke_off()


@pytest.mark.parametrize(
    ("note", "size", "asks"),
    [
        (GOOD, 10, True),
        (GOOD, 1, True),
        (GOOD, 0, False),
        (None, 10, False),
        ([], 10, False),
        ({}, 10, False),
        (GOOD | {"more": 1}, 10, False),
        (GOOD | {"resource": 1}, 10, False),
        (GOOD | {"validator": 1}, 10, False),
        (GOOD | {"validator": '"v1"\r\nX-Injected: 1'}, 10, False),
        (GOOD | {"validator": 'W/"v1"'}, 10, False),
        (GOOD | {"total": "100"}, 10, False),
        (GOOD | {"total": None}, 10, True),
    ],
    ids=str,
)
def test_a_range_is_asked_for_if_there_is_something_to_go_on_with(note: Any, size: int, asks: bool) -> None:  # noqa: FBT001
    """A note that isn't one, whatever has become of it, is none."""
    server = Server()
    server.download.resume(note, size)
    server.download.items()
    headers = server.asked[0]["headers"]
    expected = {"Range": f"bytes={size - 1}-", "If-Range": '"v1"'} if asks else {}
    assert {"Accept-Encoding": "identity"} | expected == headers


@pytest.mark.parametrize("call", [{"method": "POST"}, {"json": {}}, {"content": b""}, {"data": {}}, {"files": {}}])
def test_only_a_get_without_a_body_is_gone_on_with(call: dict[str, Any]) -> None:
    """RFC 9110, section 14.2: ranges are defined for GET, and what a body means to one is not."""
    server = Server(**call)
    server.download.resume(GOOD, 10)
    server.download.items()
    assert "Range" not in server.asked[0]["headers"]


@pytest.mark.parametrize("name", ["Range", "range", "If-Range"])
def test_a_range_header_of_the_caller_raises(name: str) -> None:
    """A part under the name of the whole."""
    with pytest.raises(ConfigurationError, match="Range"):
        Server(headers={name: "bytes=0-1"})


@pytest.mark.parametrize(
    ("content_range", "more", "total"),
    [
        ("bytes 9-99/100", {"etag": '"v1"'}, 100),
        ("bytes 9-99/*", {"etag": '"v1"'}, 100),
        ("BYTES  9-50/100", {"etag": '"v1"'}, 100),
        ("bytes 8-99/100", {"etag": '"v1"'}, None),
        ("bytes 9-98/99", {"etag": '"v1"'}, None),
        ("bytes 9-99/100", {"etag": '"v2"'}, None),
        ("bytes 9-99/100", {"etag": 'W/"v1"'}, None),
        ("bytes 9-99/100", {}, None),
        ("bytes 9-99/100", {"last-modified": DATE}, None),
        ("bytes 9-99/100", {"etag": '"v1"', "content-encoding": "gzip"}, None),
        ("bytes */100", {"etag": '"v1"'}, None),
        ("lines 9-99/100", {"etag": '"v1"'}, None),
        ("", {"etag": '"v1"'}, None),
    ],
)
def test_a_part_fits_or_all_of_it_is_asked_for(content_range: str, more: Any, total: int | None) -> None:
    """Once: the second request has no range."""
    server = Server()
    server.download.resume(GOOD, 10)
    fits = server.answers(206, {"content-range": content_range, **more})
    assert (fits, server.download.position) == ((True, 9) if total else (False, 0))
    if fits:
        assert (total, None) == (server.download.total, server.download.note())
    else:
        server.download.items()
        assert {"Accept-Encoding": "identity"} == server.asked[1]["headers"]


@pytest.mark.parametrize(("headers", "fits"), [({}, True), ({"last-modified": DATE}, True), ({"etag": '"v1"'}, False)])
def test_a_part_may_leave_out_its_date(headers: dict[str, str], fits: bool) -> None:  # noqa: FBT001
    """RFC 9110, section 15.3.7: not its ETag; and one that has a new kind of validator is another."""
    server = Server()
    server.download.resume(GOOD | {"validator": DATE}, 10)
    assert fits == server.answers(206, {"content-range": "bytes 9-99/100", **headers})


def test_a_part_of_another_resource_does_not_fit() -> None:
    """Even if it has the same ETag."""
    server = Server()
    server.download.resume(GOOD, 10)
    assert not server.answers(206, {"content-range": "bytes 9-99/100", "etag": '"v1"'}, url=f"{URL}2")


def test_a_rejected_range_is_not_requested_again() -> None:
    """416 means that what was kept is of no use; without a range it is an error like any other."""
    server = Server()
    server.download.resume(GOOD, 10)
    response = Response(status_code=416)
    assert not server.download.refused(Response(status_code=404))
    assert server.download.refused(response)
    assert not server.download.refused(response)


def test_what_arrives_is_written_in_blocks() -> None:
    """Of a MiB or a bit more."""
    server = Server()
    assert server.answers(headers={"content-length": str(2 * BLOCK)})
    written = [len(server.download.arrived(bytes(BLOCK // 2 + 1))) for _ in range(5)]
    assert [0, BLOCK + 2, 0, BLOCK + 2, 0] == written
    assert [BLOCK // 2 + 1, 0] == [len(server.download.rest()) for _ in range(2)]


@pytest.mark.parametrize(
    ("length", "received", "error"),
    [("5", 5, None), ("5", 4, ReadError), ("5", 6, ProtocolError), ("", 4, None), ("x", 4, None), ("0", 0, None)],
)
def test_all_of_it_has_to_come(length: str, received: int, error: type[Exception] | None) -> None:
    """As far as anybody knows how much that is; the error has the request."""
    server = Server()
    assert server.answers(headers={"content-length": length})
    server.download.arrived(bytes(received))
    if error is None:
        server.download.check()
    else:
        with pytest.raises(
            error, match=rf"^GET https://api\.example\.com/file\?token=\*\*\*: {received} bytes"
        ) as raised:
            server.download.check()
        assert isinstance(raised.value, ReadError | ProtocolError)


def test_a_backend_has_to_tell_the_head() -> None:
    """One that knows nothing of the option can't be downloaded with."""
    download = Server().download
    download.items()
    with pytest.raises(NotImplementedError, match="on_head"):
        download.begins()
