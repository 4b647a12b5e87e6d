"""Signatures on every installed backend: a server computes them anew, from nothing but the bytes that have come.

What verifies is written here after the specifications, and uses none of the libraries that sign.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clientele.http import Capability
from clientele.http.errors import ConfigurationError, HTTPStatusError
from clientele_conformance.servers import HTTP2Origin, Origin, Proxy, certificates, redirect, response
from verified_signatures import INSTALLED, MODES, SIGNERS, Signed, is_signed

HTTP2 = [(name, mode) for name, mode in MODES if Capability.HTTP2 in INSTALLED[name].capabilities]


CALLS: dict[str, tuple[str, str, Callable[[], dict[str, Any]]]] = {
    "a plain GET": ("GET", "/plain", dict),
    "all that a path may have": ("GET", "/a%20b/%2F/!$&'()*+,;=:@-._~/ü//x", dict),
    "a query": (
        "GET",
        "/query?b=2&a=1&&c&a=0&e=x+y/z:@!$()*,;~%7E",
        lambda: {"params": [("a", "ü&= +%"), ("b", ""), ("b", "1")]},
    ),
    "headers": (
        "GET",
        "/headers",
        lambda: {
            "headers": [
                *(("x-LOWER", "a"), ("X-Spaces", "  a   b\t c "), ("X-Twice", "1"), ("X-Twice", "2"), ("X-Empty", "")),
                *(("Cookie", "b=2; a=1"), ("Idempotency-Key", "7"), ("Date", "Tue, 20 Apr 2021 02:07:55 GMT")),
            ]
        },
    ),
    "a Host": ("GET", "/host", lambda: {"headers": {"Host": "virtual.example.test:8080"}}),
    "JSON": ("POST", "/json", lambda: {"json": {"n": 1.0, "text": "ü"}, "headers": {"X-Amz-Target": "Do.Thing"}}),
    "a form": ("POST", "/form", lambda: {"data": {"a": "ü &=", "b": ["1", "2"]}}),
    "a form with files": ("POST", "/files", lambda: {"data": {"a": "1"}, "files": {"f": io.BytesIO(b"x" * 200_000)}}),
    "a file from its position on": ("PUT", "/file", lambda: {"content": moved(io.BytesIO(b"--" + b"y" * 200_000))}),
    "a list": ("PATCH", "/list", lambda: {"content": [b"one", b"", b"two"]}),
    "no content": ("POST", "/none", dict),
    "DELETE with content": ("DELETE", "/delete", lambda: {"content": b"gone"}),
    "OPTIONS": ("OPTIONS", "/options", dict),
    "HEAD": ("HEAD", "/head", dict),
    "another method": ("REPORT", "/report", lambda: {"content": "ü"}),
}


def moved(file: io.BytesIO) -> io.BytesIO:
    file.seek(2)
    return file


@pytest.fixture(params=SIGNERS)
def kind(request: Any) -> Iterator[str]:
    return request.param  # type: ignore[no-any-return]


@pytest.mark.parametrize(("name", "mode"), MODES)
def test_what_is_signed_is_what_is_sent(name: str, mode: str, kind: str) -> None:
    """Path, query, headers, content: the library changes none of it, and adds nothing."""
    with Origin() as origin, Signed(name, mode, kind, base_url=origin.url("")) as client:
        origin.on("/head", response(200))
        for call, (method, path, options) in CALLS.items():
            client.send(method, path, **options())
            assert is_signed(origin.requests[-1], kind), call
        assert len(origin.requests) == len(CALLS)


@pytest.mark.parametrize(("name", "mode"), MODES)
def test_a_stream_is_signed_as_sent(name: str, mode: str, kind: str) -> None:
    with Origin() as origin, Signed(name, mode, kind, base_url=origin.url("")) as client:
        origin.on("/events", response(200, body=b"one\ntwo\n"))
        assert b"".join(client.stream("POST", "/events", json={"a": 1})) == b"one\ntwo\n"
        assert is_signed(origin.requests[-1], kind)


@pytest.mark.parametrize(("name", "mode"), MODES)
def test_cookies_of_the_jar_are_signed(name: str, mode: str, kind: str) -> None:
    with Origin() as origin, Signed(name, mode, kind, base_url=origin.url(""), cookies=True) as client:
        origin.on("/", response(200, headers=[("Set-Cookie", "a=1; Path=/")]))
        client.send("GET", "/")
        client.send("GET", "/")
        assert origin.requests[-1].header("cookie") == "a=1"
        assert is_signed(origin.requests[-1], kind)


@pytest.mark.parametrize(("name", "mode"), MODES)
def test_a_redirect_is_signed_only_within_the_origin(name: str, mode: str, kind: str) -> None:
    with Origin() as origin, Origin() as other:
        origin.on("/first", redirect("/second", 307))
        origin.on("/second", redirect("/get", 303))
        origin.on("/get", redirect(other.url("/third")))
        other.on("/third", redirect(origin.url("/fourth")))
        with Signed(name, mode, kind, base_url=origin.url(""), follow_redirects=True) as client:
            client.send("POST", "/first?a=1", content=b"x")
        *signed, back = origin.requests
        assert [each.path for each in signed] == ["/first", "/second", "/get"]
        assert [each.body for each in signed] == [b"x", b"x", b""]
        assert all(is_signed(each, kind) for each in signed)
        for unsigned in (*other.requests, back):
            names = {field.lower() for field, _ in unsigned.headers}
            assert not names & {"authorization", "signature", "signature-input", "x-amz-date", "x-amz-security-token"}


@pytest.mark.parametrize(("name", "mode"), MODES)
def test_another_origin_gets_no_signature(name: str, mode: str, kind: str) -> None:
    with Origin() as origin, Origin() as other, Signed(name, mode, kind, base_url=origin.url("")) as client:
        client.send("GET", other.url("/"))
        assert other.requests[-1].header("authorization") is None
        assert other.requests[-1].header("signature") is None


@pytest.mark.parametrize(("name", "mode"), MODES)
def test_a_proxy_gets_what_the_server_verifies(name: str, mode: str, kind: str) -> None:
    if Capability.PROXY not in INSTALLED[name].capabilities:
        pytest.skip("the library knows no proxies")
    with Origin() as origin, Proxy() as proxy:
        with Signed(name, mode, kind, base_url=origin.url(""), proxy=proxy.url()) as client:
            client.send("POST", "/a%20b?x=1", content=b"x")
        assert is_signed(origin.requests[-1], kind)


@pytest.mark.parametrize(("name", "mode"), HTTP2)
def test_a_signature_verifies_over_http2(name: str, mode: str, kind: str) -> None:
    authority = certificates()
    with HTTP2Origin(authority) as origin:
        trust: dict[str, Any] = {"verify": str(authority.ca_path)}
        if name == "pyreqwest":
            trust = {"client_options": {"add_root_certificate_pem": authority.ca_path.read_bytes()}}
        with Signed(name, mode, kind, base_url=origin.url(), http2=True, **trust) as client:
            for call in ("all that a path may have", "a query", "headers", "JSON", "a form with files", "no content"):
                method, path, of_call = CALLS[call]
                client.send(method, path, **of_call())
                assert origin.requests[-1].version == "2"
                assert is_signed(origin.requests[-1], kind, "https"), call


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_a_url_that_the_library_would_change_raises(mode: str, kind: str) -> None:
    """pyreqwest sends `'` in a query as %27; all other libraries don't."""
    with Origin() as origin, Signed("pyreqwest", mode, kind, base_url=origin.url("")) as client:
        with pytest.raises(ConfigurationError, match="write %27"):
            client.send("GET", "/?a=it's")
        assert not origin.requests
        client.send("GET", "/?a=it%27s", params={"b": "it's"})
        assert is_signed(origin.requests[-1], kind)


@pytest.mark.parametrize(("name", "mode"), [(name, mode) for name, mode in MODES if name != "pyreqwest"])
def test_an_apostrophe_in_a_query_is_signed(name: str, mode: str, kind: str) -> None:
    with Origin() as origin, Signed(name, mode, kind, base_url=origin.url("")) as client:
        client.send("GET", "/?a=it's")
        assert is_signed(origin.requests[-1], kind)


def test_an_unsigned_payload_streams() -> None:
    with Origin() as origin, Signed("httpx", "sync", "s3", base_url=origin.url("")) as client:
        content = iter([b"one", b"two"])
        client.send("PUT", "/big", content=content, headers={"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"})
        assert origin.requests[-1].body == b"onetwo"
        assert origin.requests[-1].header("x-amz-content-sha256") == "UNSIGNED-PAYLOAD"
        assert is_signed(origin.requests[-1], "s3")


def test_a_rejected_stream_raises() -> None:
    with Origin() as origin, Signed("httpx", "sync", "s3", base_url=origin.url("")) as client:
        origin.on("/", response(403))
        with pytest.raises(HTTPStatusError):
            client.stream("GET", "/")
