"""`clientele request` against a real server: what it sends, what it prints, and how it ends."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from clientele.commands.main import main
from clientele.http.backends import installed_backends
from clientele_conformance.servers import (
    Close,
    Origin,
    Proxy,
    Stall,
    certificates,
    echo,
    json_response,
    redirect,
    refusing,
    response,
)
from clientele_conformance.servers.http2 import HTTP2Origin

BACKENDS = sorted(installed_backends())


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as origin:
        origin.on("/", echo)
        yield origin


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What bodies are read from."""
    (tmp_path / "file").write_bytes(b"\0of a file")
    (tmp_path / "json").write_text('{ "of": "a file" }')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"of standard input")))


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    """The exit code, and the JSON that was printed."""
    code = main(["--json", "request", *arguments])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("backend", BACKENDS)
def test_each_backend_makes_the_call(backend: str, origin: Origin, capsys: pytest.CaptureFixture[str]) -> None:
    """Synchronous or not; the library shows in the User-Agent."""
    code, answer = printed(capsys, "get", origin.url("/?a=1"), "--backend", backend)
    assert (0, 200, "GET") == (code, answer["status"], answer["request"]["method"])
    assert backend in (origin.requests[0].header("user-agent") or "")


def test_headers_are_sent(origin: Origin, capsys: pytest.CaptureFixture[str]) -> None:
    """Each of them, and a repeated one as one."""
    printed(capsys, "GET", origin.url("/"), "-H", "X-A: 1", "--header", "X-B:two words", "-H", "X-A: 2")
    assert ("1, 2", "two words") == (origin.requests[0].header("x-a"), origin.requests[0].header("x-b"))


@pytest.mark.parametrize(
    ("arguments", "body", "content_type"),
    [
        pytest.param(["--json", '{"a": [1, "é"]}'], '{"a":[1,"é"]}'.encode(), "application/json", id="json"),
        pytest.param(["--data", "as it is"], b"as it is", None, id="data"),
        pytest.param(["--data", "@file"], b"\0of a file", None, id="data of a file"),
        pytest.param(["--json", "@json"], b'{"of":"a file"}', "application/json", id="json of a file"),
        pytest.param(["--data", "@-"], b"of standard input", None, id="data of standard input"),
    ],
)
@pytest.mark.usefixtures("files")
def test_a_body_is_sent(
    arguments: list[str], body: bytes, content_type: str | None, origin: Origin, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the arguments, a file or standard input."""
    assert 0 == printed(capsys, "POST", origin.url("/"), *arguments)[0]
    assert (body, content_type) == (origin.requests[0].body, origin.requests[0].header("content-type"))


def test_an_answer_is_printed_without_secrets(origin: Origin, capsys: pytest.CaptureFixture[str]) -> None:
    """User information becomes Basic authorization, and shows no more than values of the query and of headers do."""
    origin.on("/a", redirect("/b?token=planted", headers=[("Set-Cookie", "planted")]))
    origin.on("/b", response(200, [("Content-Type", "text/plain"), ("X-Token", "planted")], b"hello"))
    url = origin.url("/a?key=planted").replace("//", "//user:planted@")
    assert 0 == main(["request", "GET", url, "--follow", "-H", "X-Api-Key: planted"])
    shown = capsys.readouterr()
    assert ["Basic dXNlcjpwbGFudGVk"] * 2 == [request.header("authorization") for request in origin.requests]
    assert [f"GET {origin.url('/a')}?key=***: 302", f"GET {origin.url('/b')}?token=***"] == shown.out.splitlines()[:2]
    assert {"HTTP/1.1 200 OK", "Content-Type: text/plain", "X-Token: ***", "hello"} <= set(shown.out.splitlines())
    assert "planted" not in shown.out + shown.err


def test_a_binary_body_is_printed_as_its_size(origin: Origin, capsys: pytest.CaptureFixture[str]) -> None:
    """A terminal is spared it."""
    origin.on("/", response(200, [], b"\0\xff\0"))
    _, answer = printed(capsys, "GET", origin.url("/"))
    assert (3, None) == (answer["bytes"], answer["text"])
    assert 0 == main(["request", "GET", origin.url("/")])
    assert "(3 bytes that are not text)" in capsys.readouterr().out


@pytest.mark.parametrize(("status", "code"), [(200, 0), (204, 0), (302, 0), (404, 1), (500, 1)])
def test_the_status_decides_on_the_exit_code(
    status: int, code: int, origin: Origin, capsys: pytest.CaptureFixture[str]
) -> None:
    """An error of the server is printed as any answer, and ends with 1."""
    origin.on("/", json_response({"detail": "x"}, status) if status != 204 else response(204))
    ended, answer = printed(capsys, "GET", origin.url("/"))
    assert (code, status) == (ended, answer["status"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["GET", "ftp://user:planted@h/"], "scheme", id="url"),
        pytest.param(["G T", "http://127.0.0.1/"], "method", id="method"),
        pytest.param(["GET", "http://127.0.0.1/", "-H", "planted"], "--header", id="header"),
        pytest.param(["GET", "http://127.0.0.1/", "-H", "X: plant\u00e9d"], "'X'", id="value"),
        pytest.param(["POST", "http://127.0.0.1/", "--json", "{a"], "--json", id="json"),
        pytest.param(["POST", "http://127.0.0.1/", "--json", "null"], "--data null", id="null"),
        pytest.param(["POST", "http://127.0.0.1/", "--data", "@/no/file"], "/no/file", id="file"),
        pytest.param(["GET", "http://127.0.0.1/", "--timeout", "0"], "timeout", id="limit"),
        pytest.param(["GET", "http://127.0.0.1/", "--ca", "/no/ca.pem"], "/no/ca.pem", id="ca"),
        pytest.param(["GET", "http://127.0.0.1/", "--cert", "/no/cert.pem"], "/no/cert.pem", id="cert"),
        pytest.param(["GET", "http://127.0.0.1/", "--key", "key.pem"], "--cert", id="key"),
        pytest.param(["GET", "http://127.0.0.1/", "--proxy", "ada:planted@host"], "proxy", id="proxy"),
        pytest.param(["GET", "http://127.0.0.1/", "--backend", "nosuch"], "nosuch", id="backend"),
    ],
)
def test_a_mistake_exits_with_2(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is sent; standard error says what it is, and standard output nothing."""
    assert 2 == main(["request", *arguments])
    shown = capsys.readouterr()
    assert said in shown.err
    assert "planted" not in shown.err
    assert shown.out == ""


def test_no_response_exits_with_3(origin: Origin, capsys: pytest.CaptureFixture[str]) -> None:
    """The error says whether a server can have seen the request."""
    origin.on("/", Close())
    origin.on("/silent", Stall())
    with refusing() as (host, port):
        refused = printed(capsys, "GET", f"http://{host}:{port}/?key=planted")
    cut = printed(capsys, "GET", origin.url("/").replace("//", "//user:planted@"))
    silent = printed(capsys, "GET", origin.url("/silent"), "--timeout", "0.3")
    assert [(3, "ConnectError", False), (3, "ReadError", True), (3, "ReadTimeout", True)] == [
        (code, error["error"], error["request_sent"]) for code, error in (refused, cut, silent)
    ]
    assert "planted" not in str((refused, cut, silent))


@pytest.mark.parametrize(("trust", "code"), [([], 3), (["--insecure"], 0), (["--ca", str(certificates().ca_path)], 0)])
def test_certificates_are_verified(trust: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Against the authorities that are named, or not at all."""
    with Origin(tls=certificates().server_context()) as origin:
        origin.on("/", response())
        assert code == printed(capsys, "GET", origin.url("/"), *trust)[0]


def test_a_client_certificate_is_sent(capsys: pytest.CaptureFixture[str]) -> None:
    """With its key in the same file or in another."""
    chain = str(certificates().client_path)
    for cert in (["--cert", chain], ["--cert", chain, "--key", chain]):
        with Origin(tls=certificates().server_context(client_certificate=True)) as origin:
            origin.on("/", response(200))
            assert 3 == main(["request", "GET", origin.url("/"), "--ca", str(certificates().ca_path)])
            assert 0 == main(["request", "GET", origin.url("/"), "--ca", str(certificates().ca_path), *cert])


def test_a_proxy_is_gone_through(capsys: pytest.CaptureFixture[str]) -> None:
    """For any host, and its credentials are shown to it alone."""
    with Proxy() as proxy, Origin() as origin:
        origin.on("/", response(200), response(200))
        assert 0 == main(["request", "GET", origin.url("/"), "--proxy", proxy.url().replace("//", "//ada:planted@")])
        assert proxy.requests
    assert "planted" not in "".join(capsys.readouterr())


def test_http2_is_offered(capsys: pytest.CaptureFixture[str]) -> None:
    """Over TLS."""
    with HTTP2Origin(certificates()) as server:
        server.on("/", b"")
        assert 0 == main(["request", "GET", server.url("/"), "--ca", str(certificates().ca_path), "--http2"])
    assert "HTTP/2 " in capsys.readouterr().out


def test_it_is_a_program(origin: Origin) -> None:
    """`python -m clientele` is the command, its output and its exit code."""
    origin.on("/", response(418, [], b"short and stout"))
    command = [sys.executable, "-m", "clientele", "request", "POST", origin.url("/"), "--data", "tea"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - ourselves
    assert (1, "short and stout", b"tea") == (
        done.returncode,
        done.stdout.splitlines()[-1],
        origin.requests[0].body,
    )


EVIL = "\x1b]0;pwned\x07\x9b31m\x85x\u2028y\u202ez"


@pytest.fixture
def terminal(encoding: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, bytes, bytes]]:
    """Runs the command on a terminal with this encoding; the exit code, and what was written to both outputs."""

    def run(*arguments: str) -> tuple[int, bytes, bytes]:
        out, err = io.BytesIO(), io.BytesIO()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding, write_through=True))
            patch.setattr(sys, "stderr", io.TextIOWrapper(err, encoding, "backslashreplace", write_through=True))
            code = main(arguments)
            return code, out.getvalue(), err.getvalue()

    return run


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1"])
@pytest.mark.parametrize("as_json", [True, False])
def test_escape_sequences_of_a_server_are_not_printed(
    terminal: Callable[..., tuple[int, bytes, bytes]], encoding: str, *, as_json: bool, origin: Origin
) -> None:
    """Nor ends it a line, in a head or in a body; and no terminal is too old for a text."""
    origin.on("/evil", response(200, [("Server", EVIL.encode().decode("latin-1"))], f"é {EVIL}\r\nnext\tcell".encode()))
    code, written, said = terminal(*(["--json"] if as_json else []), "request", "GET", origin.url("/evil"))
    shown = written.decode(encoding)
    assert (0, b"") == (code, said)
    assert [] == [letter for letter in shown if not letter.isprintable() and letter not in "\n\r\t"]
    if as_json:
        assert f"é {EVIL}\r\nnext\tcell" == json.loads(shown)["text"]
    else:
        assert ["next\tcell"] == shown.splitlines()[-1:]
        assert "\\x1b]0;pwned\\x07\\x9b31m\\x85x\\u2028y\\u202ez" in shown


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
@pytest.mark.usefixtures("encoding")
def test_escape_sequences_in_an_error_are_not_printed(
    terminal: Callable[..., tuple[int, bytes, bytes]], origin: Origin
) -> None:
    """A Location that leads nowhere is the server's, too."""
    origin.on("/evil", response(302, [("Location", f"http://{EVIL}/".encode().decode("latin-1"))]))
    code, written, said = terminal("request", "GET", origin.url("/evil"), "--follow")
    assert (3, b"") == (code, written)
    assert b"ProtocolError" in said
    assert [] == [letter for letter in said.decode() if not letter.isprintable() and letter not in "\r\n"]
