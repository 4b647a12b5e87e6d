"""Cassettes of vcrpy: what vcrpy 9.4.2 and 4.2.1 have recorded is replayed by a RecordingBackend."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from clientele.commands.main import main
from clientele.http import Response
from clientele.http.errors import RecordingError
from clientele.http.recording import RecordingBackend
from clientele.http.recording.importing import import_vcrpy
from clientele.http.recording.vcrpy import read_vcrpy

CASSETTES = Path(__file__).parent / "vcrpy_cassettes"
PICTURE = b"\x89PNG\r\n\x1a\n\x00\xff\xfe binary"
USER = {"id": 7, "name": "Adä", "access_token": "***"}
SECRETS = ("s3cr3t-token", "hunter2", "abcdef123456")


def answers(request: Callable[..., Response], lacks: str) -> None:
    """What the server of the cassettes has said, in its order."""
    moved = request("GET", "/old", follow_redirects=True)
    assert ([step.status_code for step in moved.history], moved.json()) == ([302], USER)
    user = request("GET", "/users/7")
    assert user.json() == USER
    assert user.headers.get_list("set-cookie") == ["session=***; Path=/", "theme=***"]
    if "/picture" not in lacks:
        assert request("GET", "/picture").content == PICTURE
    if "/packed" not in lacks:
        assert request("GET", "/packed").json() == {"packed": [*range(50)]}
    found = request("GET", "/search", params={"q": ["a b", "ä"], "empty": ""})
    assert found.text == "/search?q=a+b&q=%C3%A4&empty="
    assert (request("GET", "/gone").status_code, request("GET", "/empty").content) == (404, b"")
    created = request("POST", "/users", json={"name": "Ada", "password": "another one"})
    assert (created.status_code, created.json()["length"]) in {(201, 42), (201, 45)}  # With and without spaces.
    head = request("HEAD", "/users/7")
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", "59")


@pytest.mark.parametrize(
    ("name", "lacks"),
    [
        ("requests.yaml", ""),
        ("requests.json", "/picture /packed"),  # The serializer for JSON has no binary bodies.
        ("httpx.yaml", ""),
        ("aiohttp.yaml", ""),
        ("httpx_by_vcrpy_4.yaml", "/picture"),  # It has kept what was text in it.
    ],
)
@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_what_was_recorded_is_replayed(name: str, lacks: str, is_async: bool, tmp_path: Path) -> None:  # noqa: FBT001
    """Redirects, binary and compressed bodies, repeated headers and queries; with no secret in the file."""
    target = tmp_path / "new" / "cassette.yaml"
    assert import_vcrpy(CASSETTES / name, target) == (8 if name.endswith("json") else 10)
    assert not [secret for secret in SECRETS if secret in target.read_text()]
    backend = RecordingBackend("httpx", target, "none")

    def request(method: str, path: str, **options: Any) -> Response:
        asked = (method, f"http://api.example.com{path}")
        if is_async:
            return runner.run(backend.send_async_request(*asked, **options))
        return backend.send_sync_request(*asked, **options)

    with asyncio.Runner() as runner:
        answers(request, lacks)
        runner.run(backend.aclose())


def cassette(**request: Any) -> dict[str, Any]:
    """A cassette with one interaction, like those of vcrpy."""
    response = {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"string": "ok"}}
    asked = {"method": "GET", "uri": "https://api.example.com/", "body": None, "headers": {}, **request}
    return {"version": 1, "interactions": [{"request": asked, "response": response}]}


def imported(tmp_path: Path, content: Any, kind: str = "yaml") -> Any:
    """The only exchange of a cassette."""
    path = tmp_path / f"theirs.{kind}"
    path.write_text(content if isinstance(content, str) else (yaml.dump if kind == "yaml" else json.dumps)(content))
    (exchange,) = read_vcrpy(path)
    return exchange


@pytest.mark.parametrize("kind", ["yaml", "json"])
@pytest.mark.parametrize(
    ("body", "kept"),
    [(None, b""), ("text", b"text"), ("ä\n", "ä\n".encode()), (["a", "b"], b'["a", "b"]'), ({"a": 1}, b'{"a": 1}')],
)
def test_bodies_of_requests(body: Any, kept: bytes, kind: str, tmp_path: Path) -> None:
    """As vcrpy writes them, also the JSON that aiohttp was given."""
    assert imported(tmp_path, cassette(body=body), kind).request.body == kept


def test_a_form_that_aiohttp_was_given(tmp_path: Path) -> None:
    """Its recorded headers say so."""
    headers = {"Content-Type": ["application/x-www-form-urlencoded"]}
    assert imported(tmp_path, cassette(body={"a": "b c"}, headers=headers)).request.body == b"a=b%20c"


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("!!binary AP8=", b"\x00\xff"),
        ("!!python/object/new:_io.BytesIO\n      state: !!python/tuple\n      - !!binary AP8=\n      - 0", b"\x00\xff"),
        ("!!python/object/apply:builtins.iter\n      args:\n      - - a\n        - !!binary AP8=", b"a\x00\xff"),
        ("!!python/unicode 'text'", b"text"),
    ],
)
def test_bodies_with_tags_of_python(body: str, kept: bytes, tmp_path: Path) -> None:
    """Of files, iterators, and of vcrpy on Python 2; nothing else is made."""
    text = yaml.dump(cassette(body="BODY")).replace("body: BODY", f"body: {body}")
    assert imported(tmp_path, text).request.body == kept


def test_an_object_of_another_kind_is_never_made(tmp_path: Path) -> None:
    """A cassette isn't a program."""
    text = yaml.dump(cassette(body="BODY")).replace("BODY", "!!python/object/apply:os.getcwd []")
    with pytest.raises(RecordingError, match="could not determine a constructor"):
        imported(tmp_path, text)


def test_what_vcrpy_kept_of_httpx_before_its_version_6(tmp_path: Path) -> None:
    """The status stood by itself, and the body was decoded."""
    content = cassette()
    headers = {"content-encoding": ["gzip"], "content-type": "text/plain"}
    response = {"http_version": "HTTP/1.1", "status_code": 203, "headers": headers, "content": "decoded"}
    content["interactions"][0]["response"] = response
    answer = imported(tmp_path, content).answer
    assert (answer.status, answer.chunks) == (203, (b"decoded",))
    assert answer.headers == (("content-encoding", "gzip"), ("content-type", "text/plain"))


def test_a_coding_that_is_not_known(tmp_path: Path) -> None:
    """A body that was decoded before is text; the coding is no longer that of its body."""
    content = cassette()
    response = content["interactions"][0]["response"]
    response["headers"] = {"Content-Encoding": ["br"], "X-A": ["1", "2"]}
    assert imported(tmp_path, content).answer.headers == (("X-A", "1"), ("X-A", "2"))
    response["body"]["string"] = b"\x0b\x02\x80\xff"
    with pytest.raises(RecordingError, match=r"interactions\[0\]\.response: the content coding 'br' is unknown"):
        imported(tmp_path, content)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda it: it["request"].pop("uri"), r"interactions[0].request.uri: Field required"),
        (lambda it: it["request"].update(uri="/users"), r"interactions[0].request.uri: url: '/users' is not absolute"),
        (lambda it: it["request"].update(headers={"A": [1]}), r"interactions[0].request.headers: "),
        (lambda it: it["request"].update(headers="A: 1"), r"interactions[0].request.headers: "),
        (lambda it: it["request"].update(body={"a": b"\xff"}), r"interactions[0].request.body: "),
        (lambda it: it.pop("response"), r"interactions[0].response: Field required"),
        (lambda it: it["response"].pop("status"), r"interactions[0].response.status: Field required"),
        (lambda it: it["response"]["status"].pop("code"), r"interactions[0].response.status.code: Field required"),
        (lambda it: it["response"]["status"].update(code=99), r"interactions[0].response.status.code: "),
        (lambda it: it["response"].update(body="text"), r"interactions[0].response.body: "),
    ],
)
def test_errors_in_a_cassette_have_their_position(change: Any, message: str, tmp_path: Path) -> None:
    """Counted as in the file, from 0."""
    content = cassette()
    change(content["interactions"][0])
    with pytest.raises(RecordingError) as raised:
        imported(tmp_path, content)
    assert f"theirs.yaml: {message}" in str(raised.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "version is None"),
        ("version: 2\ninteractions: []", "version is 2"),
        ("- request: {}\n", "python -m vcr.migration"),
        ("version: 1\nexchanges: []", "already a cassette of clientele"),
        ('{"http_interactions": [], "recorded_with": "betamax/0.9.0"}', "a cassette of betamax"),
        ('{"version": 1,', "it can't be read"),
        ("version: [", "it can't be read: .* in line [12]"),
        ("a: 's3cr3t\n", "it can't be read: .* in line [12]"),
        ("version: 1\n", "interactions: Field required"),
    ],
)
def test_a_file_that_is_not_a_vcrpy_cassette_raises(text: str, message: str, tmp_path: Path) -> None:
    """The message says what it is, if that is known."""
    with pytest.raises(RecordingError, match=message) as raised:
        imported(tmp_path, text)
    assert "s3cr3t" not in str(raised.value)


def test_the_command_writes_beside_it_and_overwrites_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit code says what came of it."""
    theirs = tmp_path / "users.yaml"
    theirs.write_bytes((CASSETTES / "requests.yaml").read_bytes())
    before = theirs.read_bytes()
    assert main(["recording", "import", str(theirs)]) == 0
    assert "users.clientele.yaml: 10 exchanges of" in capsys.readouterr().out
    ours = tmp_path / "users.clientele.yaml"
    written = ours.read_bytes()
    assert main(["recording", "import", str(theirs)]) == 1
    assert "it is there already" in capsys.readouterr().err
    assert (theirs.read_bytes(), ours.read_bytes()) == (before, written)
    assert main(["recording", "import", str(theirs), "-o", str(theirs)]) == 1
    assert main(["recording", "import", str(ours), "-o", str(tmp_path / "other.yaml")]) == 2
    assert "already a cassette of clientele" in capsys.readouterr().err
    assert main(["recording", "import", str(tmp_path / "none.yaml")]) == 2
    assert not (tmp_path / "other.yaml").exists()


def test_the_command_masks_further_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Those of the API itself."""
    ours = tmp_path / "ours.yaml"
    arguments = ["import", str(CASSETTES / "httpx.yaml"), "--output", str(ours), "--secret-name", "x-tenant", "--json"]
    assert main(["recording", *arguments]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == {"from": str(CASSETTES / "httpx.yaml"), "to": str(ours), "exchanges": 10}
    assert "acme" not in ours.read_text()


ALIASES = "l0: &l0 [a,a,a,a,a,a,a,a,a]\n" + "".join(
    f"l{n}: &l{n} [{','.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 10)
)
INTERACTION = """\
interactions:
- request: {method: POST, uri: 'http://h/', headers: %s, body: %s}
  response: {status: {code: 200}, headers: {}, body: {string: ''}}
"""


@pytest.mark.parametrize(
    "text",
    [
        ALIASES + INTERACTION % ("{}", "*l9"),
        ALIASES + INTERACTION % ("*l9", "''"),
        INTERACTION % ("{}", "&b [*b]"),
        f"large: &large {'x' * 100_000}\nall: [{','.join(['*large'] * 100)}]\n" + INTERACTION % ("{}", "''"),
    ],
    ids=["a body", "headers", "a list in itself", "many of one"],
)
def test_aliases_that_expand_without_end_raise(text: str, tmp_path: Path) -> None:
    """A file of a kilobyte that means a gigabyte."""
    path = tmp_path / "bomb.yaml"
    path.write_text(f"version: 1\n{text}")
    with pytest.raises(RecordingError, match="its aliases expand to more than 20 times the file"):
        read_vcrpy(path)


def test_the_few_aliases_that_vcrpy_writes_are_read(tmp_path: Path) -> None:
    """The headers of two requests were one object."""
    path = tmp_path / "aliases.yaml"
    one = INTERACTION % ("&h {accept: ['*/*']}", "''")
    path.write_text(f"version: 1\n{one}{(INTERACTION % ('*h', '12')).partition(chr(10))[2]}")
    assert [(each.request.headers, each.request.body) for each in read_vcrpy(path)] == [
        ((("accept", "*/*"),), b""),
        ((("accept", "*/*"),), b"12"),
    ]


def test_numbers_are_read_in_time_that_grows_with_their_length(tmp_path: Path) -> None:
    """PyYAML takes `1:59:59` for a number of seconds, and took ten seconds for one of 300 KB."""
    path = tmp_path / "numbers.yaml"
    path.write_text("version: 1\n" + INTERACTION % ("{}", "1" + ":59" * 100_000))
    with pytest.raises(RecordingError, match="it can't be read: invalid literal for int"):
        read_vcrpy(path)
