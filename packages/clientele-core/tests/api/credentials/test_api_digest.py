"""Digest (RFC 7616): challenges read, hashes as in the RFC, nonces used again, over real sockets too."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clientele.api import APIClient, ConfigurationError, DigestAuth, HTTPStatusError, Response
from clientele.api.credentials.challenges import Challenge, answer, best_challenge
from clientele.http import FakeHTTPBackend
from clientele.http.fake import FakeRequest, Reply
from clientele.http.retrying import RetryBackend
from clientele_conformance.servers import Origin, RecordedRequest, response

BASE = "https://api.example.com"
Ask = Callable[..., int]


@pytest.fixture(params=["sync", "async"])
def ask(request: pytest.FixtureRequest) -> Iterator[Ask]:
    """A call of a client, in either mode; the status."""
    with asyncio.Runner() as runner:

        def asked(api: APIClient, path: str = "/x", method: str = "GET", **options: Any) -> int:
            try:
                if request.param == "sync":
                    answered: Response = api.request(method, path, **options)
                else:
                    answered = runner.run(api.arequest(method, path, **options))
            except HTTPStatusError as error:
                answered = error.response
            return answered.status_code

        yield asked


def fields_of(header: str | None) -> dict[str, str]:
    """The parameters of an Authorization header of Digest."""
    assert header is not None
    assert header.startswith("Digest ")
    pairs = re.findall(r'([\w*]+)=(?:"((?:[^"\\]|\\.)*)"|([^",]+))', header)
    return {name: re.sub(r"\\(.)", r"\1", quoted) or plain for name, quoted, plain in pairs}


RFC_7616 = (
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, '
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)
RFC_2617 = (
    'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", '
    'opaque="5ccc069c403ebaf9f0171e9517f40e41"'
)


@pytest.mark.parametrize(
    ("challenge", "password", "cnonce", "expected"),
    [
        (
            RFC_7616,
            "Circle of Life",
            "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
            "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
        ),
        (
            RFC_7616.replace("SHA-256", "MD5"),
            "Circle of Life",
            "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
            "8ca523f5e9506fed4657c9700eebdbec",
        ),
        (RFC_2617, "Circle Of Life", "0a4f113b", "6629fae49393a05397450978507c4ef1"),
    ],
)
def test_the_vectors_of_the_rfcs(challenge: str, password: str, cnonce: str, expected: str) -> None:
    """RFC 7616, section 3.9.1, and RFC 2617, section 3.5."""
    chosen = best_challenge([challenge])
    assert chosen is not None
    fields = fields_of(
        answer(chosen, "Mufasa", password, method="GET", target="/dir/index.html", cnonce=cnonce, count=1)
    )
    assert expected == fields["response"]
    said = {name: fields[name] for name in ("username", "uri", "qop", "nc", "cnonce", "opaque", "realm", "nonce")}
    assert said == {
        "username": "Mufasa",
        "uri": "/dir/index.html",
        "qop": "auth",
        "nc": "00000001",
        "cnonce": cnonce,
        "opaque": chosen.opaque,
        "realm": chosen.realm,
        "nonce": chosen.nonce,
    }


def hashed(*parts: str, name: str = "sha256") -> str:
    return hashlib.new(name, ":".join(parts).encode()).hexdigest()


@pytest.mark.parametrize(("algorithm", "name"), [("SHA-256-sess", "sha256"), ("MD5-sess", "md5")])
def test_each_session_has_its_own_key(algorithm: str, name: str) -> None:
    """RFC 7616, section 3.4.2."""
    fields = fields_of(answer(_challenge(algorithm=algorithm), "u", "p", method="GET", target="/", cnonce="c", count=2))
    key = hashed(hashed("u", "r", "p", name=name), "n", "c", name=name)
    assert hashed(key, "n", "00000002", "c", "auth", hashed("GET", "/", name=name), name=name) == fields["response"]
    assert algorithm == fields["algorithm"]


def test_a_server_without_qop_gets_the_old_form() -> None:
    """RFC 2069, which some devices know only; the hash of the example of RFC 2617 without qop."""
    old = best_challenge([RFC_2617.replace(' qop="auth,auth-int",', "")])
    assert old is not None
    asked: dict[str, Any] = {"method": "GET", "target": "/dir/index.html", "cnonce": "c", "count": 1}
    assert "670fd8c2df070c60b045671b8b24ff02" == fields_of(answer(old, "Mufasa", "Circle Of Life", **asked))["response"]
    fields = fields_of(answer(_challenge(has_qop=False), "u", "p", method="GET", target="/", cnonce="c", count=1))
    assert hashed(hashed("u", "r", "p"), "n", hashed("GET", "/")) == fields["response"]
    assert fields.keys().isdisjoint({"qop", "nc", "cnonce"})


def test_names_that_are_hashed_encoded_and_quoted() -> None:
    """RFC 7616, sections 3.4 and 3.4.4."""
    asked: dict[str, Any] = {"method": "GET", "target": "/", "cnonce": "c", "count": 1}
    shown = fields_of(answer(_challenge(wants_userhash=True), "Jäsøn Doe", "p", **asked))
    assert (hashed("Jäsøn Doe", "r"), "true") == (shown["username"], shown["userhash"])
    assert "username*=UTF-8''J%C3%A4s%C3%B8n%20Doe," in answer(_challenge(), "Jäsøn Doe", "p", **asked)
    assert r'username="a\"b\\c"' in answer(_challenge(), r'a"b\c', "p", **asked)


def _challenge(**changed: Any) -> Challenge:
    fields = {"opaque": None, "algorithm": "SHA-256", "has_qop": True, "is_stale": False, "wants_userhash": False}
    return Challenge(**{"realm": "r", "nonce": "n", **fields, **changed})


DIGEST = 'Digest realm="r", nonce="{}", qop="auth", algorithm={}'


@pytest.mark.parametrize(
    ("fields", "nonce"),
    [
        ([DIGEST.format("a", "MD5"), DIGEST.format("b", "SHA-256")], "b"),
        ([f"{DIGEST.format('a', 'MD5')}, {DIGEST.format('b', 'SHA-256-sess')}"], "b"),
        ([f'Basic realm="x, Digest y", Negotiate dGVz==, {DIGEST.format("a", "md5")}'], "a"),
        ([f'{DIGEST.format("a", "MD5")}, Bearer error="x"'], "a"),
        ([DIGEST.format("a", "SHA-512-256"), DIGEST.format("b", "MD5")], "b"),
        ([r'dIGEST  realm = "a\"b" ,nonce=plain,, qop=auth'], "plain"),
        (['Digest nonce="a", realm="r", qop="auth-int"'], None),
        (['Digest nonce="a"'], None),
        (['Digest nonce="\x80", realm="r"'], None),
        (['Digest nonce="a, realm="r'], None),
        (['Basic realm="r"', "Negotiate", "", ",", "=", '"'], None),
        ([], None),
    ],
)
def test_the_best_challenge_that_is_known_is_chosen(fields: list[str], nonce: str | None) -> None:
    """Of several fields, and of several challenges in one."""
    chosen = best_challenge(fields)
    assert nonce == (chosen and chosen.nonce)


class Server:
    """A server that knows Ada's password, and makes its nonces old when it is told to."""

    def __init__(self) -> None:
        self.nonce, self.stale, self.password = "n1", "", "s3cret"
        self.seen: list[tuple[str, str]] = []

    def status(self, method: str, target: str, authorization: str | None) -> int:
        if authorization is None:
            self.seen.append(("", ""))
            return 401
        fields = fields_of(authorization)
        self.seen.append((fields["nonce"], fields["nc"]))
        key = hashed("ada", "r", self.password)
        expected = hashed(key, self.nonce, fields["nc"], fields["cnonce"], "auth", hashed(method, target))
        return 200 if (expected, target) == (fields["response"], fields["uri"]) else 401

    @property
    def challenge(self) -> str:
        return DIGEST.format(self.nonce, "SHA-256") + self.stale

    def fake(self, request: FakeRequest) -> Reply:
        status = self.status(request.method, request.wire_url.target, request.headers.get("authorization"))
        return Reply(status, headers={"WWW-Authenticate": self.challenge})

    def wire(self, request: RecordedRequest) -> bytes:
        status = self.status(request.method, request.target, request.header("authorization"))
        return response(status, [("WWW-Authenticate", 'Basic realm="r"'), ("WWW-Authenticate", self.challenge)])


def client(server: Server, auth: DigestAuth) -> APIClient:
    fake = FakeHTTPBackend(strict=True)
    fake.on(None, None).reply_with(server.fake)
    return APIClient(base_url=f"{BASE}/v1", http_backend=fake, auth=auth)


def test_a_challenge_is_answered_once_and_then_beforehand(ask: Ask) -> None:
    """The nonce is used again, with a count; the target is what is sent, query and all."""
    server = Server()
    api = client(server, DigestAuth("ada", "s3cret"))
    assert [200] * 3 == [
        ask(api, "/x?a=b%20c", params={"q": "ä/&", "r": [1, 2]}),
        ask(api, "/%C3%A9", "POST", json={}),
        ask(api),
    ]
    assert [("", ""), ("n1", "00000001"), ("n1", "00000002"), ("n1", "00000003")] == server.seen


@pytest.mark.parametrize("stale", [", stale=true", ", stale=TRUE", ""])
def test_a_new_nonce_is_answered(stale: str, ask: Ask) -> None:
    """One that the server says is stale, and one that it only replaces; the count begins anew."""
    server = Server()
    api = client(server, DigestAuth("ada", "s3cret"))
    ask(api)
    server.nonce, server.stale = "n2", stale
    assert 200 == ask(api)
    assert [("", ""), ("n1", "00000001"), ("n1", "00000002"), ("n2", "00000001")] == server.seen


def test_a_wrong_password_is_sent_once(ask: Ask) -> None:
    """The answer to it has the same nonce, and isn't stale."""
    server = Server()
    api = client(server, DigestAuth("ada", "wrong"))
    assert [401, 401] == [ask(api), ask(api)]
    assert [("", ""), ("n1", "00000001"), ("n1", "00000002")] == server.seen


def test_a_401_without_a_challenge_is_the_answer(ask: Ask) -> None:
    """There is nothing to answer."""
    fake = FakeHTTPBackend(default_status=401)
    assert 401 == ask(APIClient(base_url=BASE, http_backend=fake, auth=DigestAuth("ada", "s3cret")))
    assert 1 == len(fake.requests)


def test_each_attempt_has_its_own_count(ask: Ask) -> None:
    """A server refuses one that it has seen."""
    server, fake = Server(), FakeHTTPBackend(strict=True)
    flaky = [Reply(401, headers={"WWW-Authenticate": server.challenge}), Reply(503)]
    fake.on(None, None).reply_with(*flaky, server.fake)
    backend = RetryBackend(fake, attempts=2, backoff=0.001)
    assert 200 == ask(APIClient(base_url=BASE, http_backend=backend, auth=DigestAuth("ada", "s3cret")))
    assert [("n1", "00000002")] == server.seen


@pytest.mark.parametrize("name", ["httpx", "requests", "aiohttp", "niquests"])
def test_digest_over_real_sockets(name: str) -> None:
    """What is hashed is what a library puts on the wire."""
    server = Server()
    with Origin() as origin:
        origin.on("/a%20b", server.wire)
        auth = DigestAuth("ada", "s3cret")

        async def acall() -> int:
            async with APIClient(base_url=origin.url(), http_backend=name, auth=auth, timeout=20.0) as api:
                return (await api.arequest("GET", "/a%20b", params={"q": "ä +"})).status_code

        if name == "requests":
            with APIClient(base_url=origin.url(), http_backend=name, auth=auth, timeout=20.0) as api:
                assert 200 == api.request("GET", "/a%20b", params={"q": "ä +"}).status_code
        else:
            assert 200 == asyncio.run(acall())
    assert [("", ""), ("n1", "00000001")] == server.seen


@pytest.mark.parametrize(
    ("username", "password", "message"),
    [
        ("a:b", "s3cret", r"DigestAuth\(username=\.\.\.\): it must not contain a colon"),
        ("ada", "s3cret\n", r"DigestAuth\(password=\.\.\.\): use a str without control"),
        ("ada", b"s3cret", r"DigestAuth\(password=\.\.\.\): use a str"),
    ],
)
def test_what_cannot_be_hashed_raises(username: Any, password: Any, message: str) -> None:
    """When the object is built, without showing it."""
    with pytest.raises(ConfigurationError, match=message) as caught:
        DigestAuth(username, password)
    assert "s3cret" not in str(caught.value)
    assert "DigestAuth(***)" == repr(DigestAuth("ada", "s3cret"))
