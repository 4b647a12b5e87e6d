"""Signatures on every installed backend: a server computes them anew, from nothing but the bytes that have come.

What verifies is written here after the specifications, and uses none of the libraries that sign.
"""

from __future__ import annotations

import asyncio
import hmac
import io
import re
import warnings
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, Self
from urllib.parse import quote, unquote_to_bytes

import pytest

from clientele.http import Capability, HTTPBackend
from clientele.http.errors import ConfigurationError, HTTPStatusError
from clientele.http.signing import EncodedRequest, MessageSigner, SigningBackend, SigV4Signer
from clientele_conformance.servers import HTTP2Origin, Origin, Proxy, RecordedRequest, certificates, redirect, response

INSTALLED: dict[str, Any] = {entry.name: entry.load() for entry in sorted(entry_points(group="clientele.backends"))}
MODES = [(name, mode) for name, kind in INSTALLED.items() for mode in ("sync", "async") if mode in kind.capabilities]
HTTP2 = [(name, mode) for name, mode in MODES if Capability.HTTP2 in INSTALLED[name].capabilities]
SECRET, ACCESS, TOKEN = "wJalrXUtnFEMI/K7MDENG", "AKIDEXAMPLE", "c2Vzc2lvbg=="
SHARED = b"a secret that both know"
OF_CONNECTIONS = {"connection", "keep-alive", "transfer-encoding"}
MAY_CHANGE = {"accept", "accept-encoding", "content-length", "user-agent"}


def everything(request: EncodedRequest) -> list[str]:
    """All components of RFC 9421, section 2.2, that each request has, all headers, and the content."""
    derived = ["@method", "@target-uri", "@authority", "@scheme", "@request-target", "@path", "@query"]
    return [*derived, *request.headers, "content-digest"]


SIGNERS: dict[str, Callable[[], Any]] = {
    "execute-api": lambda: SigV4Signer("execute-api", "eu-west-1", (ACCESS, SECRET, TOKEN)),
    "s3": lambda: SigV4Signer("s3", "eu-west-1", (ACCESS, SECRET)),
    "rfc9421": lambda: MessageSigner("shared", SHARED, algorithm="hmac-sha256", covers=everything),
}


def is_signed_by_aws(request: RecordedRequest, service: str) -> bool:
    """Whether the Authorization is right, and all headers are signed but those that may change."""
    found = re.fullmatch(
        rf"AWS4-HMAC-SHA256 Credential={ACCESS}/(\d{{8}})/eu-west-1/{service}/aws4_request, "
        r"SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})",
        request.header("authorization") or "",
    )
    assert found is not None
    day, signed, signature = found.groups()
    sent = {name.lower() for name, _ in request.headers}
    assert sent - MAY_CHANGE - OF_CONNECTIONS - {"authorization"} == {*signed.split(";")}
    stamp = request.header("x-amz-date") or ""
    assert stamp.startswith(day)
    headers = [
        f"{name}:{','.join(' '.join(value.split()) for value in request.get_list(name))}" for name in signed.split(";")
    ]
    payload = request.header("x-amz-content-sha256") or sha256(request.body).hexdigest()
    assert payload in {sha256(request.body).hexdigest(), "UNSIGNED-PAYLOAD"}
    once = unquote_to_bytes(request.path) if service == "s3" else re.sub("/+", "/", request.path)
    path = quote(once, safe="/-_.~")
    query = "&".join("=".join(pair) for pair in sorted(map(strict, filter(None, request.query.split("&")))))
    canonical = "\n".join([request.method, path, query, *headers, "", signed, payload])
    scope = f"{day}/eu-west-1/{service}/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, sha256(canonical.encode()).hexdigest()])
    key = f"AWS4{SECRET}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex() == signature


def strict(pair: str) -> tuple[str, str]:
    name, _, value = pair.partition("=")
    return quote(unquote_to_bytes(name), safe="-_.~"), quote(unquote_to_bytes(value), safe="-_.~")


def is_signed_as_rfc_9421_says(request: RecordedRequest, scheme: str) -> bool:
    """Whether the signature is right, and everything is signed."""
    label, _, parameters = (request.header("signature-input") or "").partition("=")
    names = re.findall(r'"([^"]+)"', parameters.partition(")")[0])
    sent = {name.lower() for name, _ in request.headers}
    assert sent - OF_CONNECTIONS - {"signature", "signature-input"} == {name for name in names if name[0] != "@"}
    host, target = request.header("host") or "", f"{request.path}?{request.query}".removesuffix("?")
    derived = {
        "@method": request.method,
        "@target-uri": f"{scheme}://{host}{target}",
        "@authority": host,
        "@scheme": scheme,
        "@request-target": target,
        "@path": request.path,
        "@query": f"?{request.query}",
    }
    lines = [f'"{name}": {derived.get(name) or ", ".join(request.get_list(name))}' for name in names]
    base = "\n".join([*lines, f'"@signature-params": {parameters}'])
    digest = b64encode(sha256(request.body).digest()).decode()
    assert request.header("content-digest") == f"sha-256=:{digest}:"
    signature = (request.header("signature") or "").removeprefix(f"{label}=:").removesuffix(":")
    return hmac.digest(SHARED, base.encode(), "sha256") == b64decode(signature)


def is_signed(request: RecordedRequest, kind: str, scheme: str = "http") -> bool:
    return is_signed_as_rfc_9421_says(request, scheme) if kind == "rfc9421" else is_signed_by_aws(request, kind)


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


class Signed:
    """Calls over a backend that signs."""

    def __init__(self, name: str, mode: str, kind: str, **options: Any) -> None:
        self.backend: HTTPBackend = SigningBackend(INSTALLED[name](trust_env=False, **options), SIGNERS[kind]())
        self._runner = asyncio.Runner() if mode == "async" else None

    def send(self, *arguments: Any, **options: Any) -> Any:
        if self._runner is None:
            return self.backend.send_sync_request(*arguments, **options)
        return self._runner.run(self._awaited(*arguments, **options))

    async def _awaited(self, *arguments: Any, **options: Any) -> Any:
        return await self.backend.send_async_request(*arguments, **options)

    def stream(self, method: str, path: str, **options: Any) -> list[bytes]:
        if self._runner is None:
            return list(self.backend.handle_sync_stream(method, path, bytes, **options))

        async def items() -> list[bytes]:
            return [item async for item in self.backend.handle_async_stream(method, path, bytes, **options)]

        return self._runner.run(items())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._runner is None:
            self.backend.close()
        else:
            self._runner.run(self.backend.aclose())
            self._runner.close()


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
def test_so_it_is_with_a_stream(name: str, mode: str, kind: str) -> None:
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
def test_a_redirect_is_signed_anew_at_home_and_not_elsewhere(name: str, mode: str, kind: str) -> None:
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
def test_so_it_is_over_http2(name: str, mode: str, kind: str) -> None:
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
def test_what_a_library_would_change_is_refused(mode: str, kind: str) -> None:
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


def own_client(name: str, mode: str) -> Any:
    """A client as its library has it, with headers, a cookie and a user."""
    headers, cookies, auth = {"X-Own": "1", "User-Agent": "mine"}, {"own": "1"}, ("user", "password")
    if name == "aiohttp":
        import aiohttp  # noqa: PLC0415

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            jar = aiohttp.CookieJar(unsafe=True)
            return aiohttp.ClientSession(
                headers=headers, cookies=cookies, auth=aiohttp.BasicAuth(*auth), cookie_jar=jar
            )
    library = import_module(name)
    if name.startswith("httpx"):
        kind = library.Client if mode == "sync" else library.AsyncClient
        return kind(headers=headers, cookies=cookies, auth=auth, trust_env=False)
    session = library.Session() if mode == "sync" else library.AsyncSession()
    session.headers.update(headers)
    session.cookies.update(cookies)
    session.auth, session.trust_env = auth, False
    return session


@pytest.mark.parametrize(("name", "mode"), [(name, mode) for name, mode in MODES if name != "pyreqwest"])
def test_headers_of_a_client_of_the_users_are_signed_and_its_auth_gives_way(name: str, mode: str) -> None:
    """Its cookies are added behind the signature: that one holds, or refuses to cover them."""

    def signing(client: Any) -> HTTPBackend:
        option = "client" if mode == "sync" else "async_client"
        return SigningBackend(INSTALLED[name](**{option: client}), SIGNERS["s3"]())

    async def sent(url: str) -> None:
        client = own_client(name, mode)
        try:
            await signing(client).send_async_request("POST", url, content=b"x")
        finally:
            await (client.aclose() if name.startswith("httpx") else client.close())

    with Origin() as origin:
        if mode == "async":
            asyncio.run(sent(origin.url("/a")))
        else:
            with own_client(name, mode) as client:
                signing(client).send_sync_request("POST", origin.url("/a"), content=b"x")
        request = origin.requests[-1]
    assert request.header("x-own") == "1"
    assert request.header("user-agent") == "mine"
    assert request.header("cookie") == "own=1"
    request.headers = tuple(pair for pair in request.headers if pair[0].lower() != "cookie")
    assert is_signed(request, "s3")


def test_the_server_would_notice_a_change() -> None:
    """The verification can fail: of each part that is signed, another one isn't verified."""
    with Origin() as origin:
        for kind in SIGNERS:
            with Signed("httpx", "sync", kind, base_url=origin.url("")) as client:
                client.send("POST", "/a?b=1", content=b"x", headers={"X-More": "1"})
            request = origin.requests[-1]
            assert is_signed(request, kind)
            for field, value in (("method", "PUT"), ("target", "/a?b=2"), ("target", "/A?b=1")):
                before = getattr(request, field)
                setattr(request, field, value)
                assert not is_signed(request, kind)
                setattr(request, field, before)
            request.headers = tuple((name, "2" if name == "X-More" else value) for name, value in request.headers)
            assert not is_signed(request, kind)


def test_an_unsigned_payload_streams() -> None:
    with Origin() as origin, Signed("httpx", "sync", "s3", base_url=origin.url("")) as client:
        content = iter([b"one", b"two"])
        client.send("PUT", "/big", content=content, headers={"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"})
        assert origin.requests[-1].body == b"onetwo"
        assert origin.requests[-1].header("x-amz-content-sha256") == "UNSIGNED-PAYLOAD"
        assert is_signed(origin.requests[-1], "s3")


def test_a_refusal_of_a_stream_is_an_error_of_it() -> None:
    with Origin() as origin, Signed("httpx", "sync", "s3", base_url=origin.url("")) as client:
        origin.on("/", response(403))
        with pytest.raises(HTTPStatusError):
            client.stream("GET", "/")
