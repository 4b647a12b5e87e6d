"""DLV-1: new credentials after a 401, got once for everybody, over real sockets."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from clientele.api import APIClient, Auth, BearerAuth, ConfigurationError, HTTPStatusError, Request, Response
from clientele_conformance.servers import Origin, RecordedRequest, chunked_response, json_response, response

Ask = Callable[..., Any]


@pytest.fixture(params=["sync", "async"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def ask(mode: str) -> Iterator[Ask]:
    """`request` of a client, in either mode, which is closed in the end."""
    clients: list[APIClient] = []
    with asyncio.Runner() as runner:

        def asked(api: APIClient, path: str = "/x", method: str = "GET", **options: Any) -> Any:
            clients.append(api)
            if mode == "sync":
                return api.request(method, path, **options)
            return runner.run(api.arequest(method, path, **options))

        yield asked
        for api in clients:
            runner.run(api.aclose())


class Tokens:
    """What a server takes, and how often it was asked for new ones."""

    def __init__(self) -> None:
        self.count = 0

    def renew(self) -> str:
        self.count += 1
        return f"new{self.count}"

    def answer(self, request: RecordedRequest) -> bytes:
        """200 to the token of a refresh, 401 to all others."""
        token = (request.header("authorization") or "").removeprefix("Bearer ")
        return json_response({"token": token}, 200 if token.startswith("new") else 401)


@pytest.fixture
def tokens(origin: Origin) -> Tokens:
    tokens = Tokens()
    origin.on("/x", tokens.answer)
    return tokens


def client(origin: Origin, auth: Auth, **config: Any) -> APIClient:
    return APIClient(base_url=origin.url(), http_backend="httpx", auth=auth, timeout=10.0, **config)


def sent(origin: Origin) -> list[str | None]:
    return [request.header("authorization") for request in origin.requests]


@pytest.mark.parametrize("options", [{}, {"json": {"a": 1}}, {"content": [b"a", b"b"]}, {"files": {"f": b"a"}}])
def test_a_rejected_call_is_sent_again(options: Any, tokens: Tokens, origin: Origin, ask: Ask) -> None:
    """With the new token and the same body; calls after it begin with that token."""
    api = client(origin, BearerAuth("old", refresh=tokens.renew))
    for _ in range(2):
        assert {"token": "new1"} == ask(api, method="POST", **options).json()
    assert ["Bearer old", "Bearer new1", "Bearer new1"] == sent(origin)
    assert (1, 1) == (tokens.count, len({len(request.body) for request in origin.requests}))


def test_the_second_401_is_the_answer(origin: Origin, ask: Ask) -> None:
    """Two requests at most, whatever the server thinks of the new token."""
    tokens = Tokens()
    origin.on("/x", response(401, body=b"no"))
    api = client(origin, BearerAuth("old", refresh=tokens.renew))
    with pytest.raises(HTTPStatusError) as caught:
        ask(api)
    assert (401, b"no") == (caught.value.response.status_code, caught.value.response.content)
    assert (["Bearer old", "Bearer new1"], 1) == (sent(origin), tokens.count)


@pytest.mark.parametrize(
    "options",
    [
        {"content": io.BytesIO(b"once")},
        {"content": iter([b"once"])},
        {"files": {"f": ("f.txt", io.BytesIO(b"once"))}},
    ],
    ids=["file", "iterator", "form"],
)
def test_a_body_that_can_be_read_once_is_sent_once(options: Any, tokens: Tokens, origin: Origin) -> None:
    """The 401 is the answer; but the next call goes with new credentials, or none would ever get through."""
    with client(origin, BearerAuth("old", refresh=tokens.renew)) as api:
        with pytest.raises(HTTPStatusError, match="401"):
            api.request("POST", "/x", **options)
        assert (["Bearer old"], 1) == (sent(origin), tokens.count)
        api.request("POST", "/x", content=iter([b"again"]))
    assert (["Bearer old", "Bearer new1"], 1) == (sent(origin), tokens.count)
    assert b"once" in origin.requests[0].body


@pytest.mark.parametrize(
    "auth",
    [BearerAuth("old"), BearerAuth(lambda: "old"), ("ada", "pw"), lambda _: None],
    ids=lambda a: type(a).__name__,
)
def test_without_a_refresh_the_401_is_the_answer(auth: Any, origin: Origin, ask: Ask) -> None:
    """One request."""
    origin.on("/x", response(401))
    with pytest.raises(HTTPStatusError, match="401"):
        ask(client(origin, auth))
    assert 1 == len(origin.requests)


def test_an_authorization_of_the_call_is_not_replaced(tokens: Tokens, origin: Origin, ask: Ask) -> None:
    """Its 401 says nothing about the token."""
    with pytest.raises(HTTPStatusError, match="401"):
        ask(client(origin, BearerAuth("old", refresh=tokens.renew)), headers={"Authorization": "mine"})
    assert (["mine"], 0) == (sent(origin), tokens.count)


def test_a_token_function_is_asked_again(tokens: Tokens, origin: Origin, ask: Ask) -> None:
    """It knows where `refresh` has put the new token."""
    store = ["old"]
    auth = BearerAuth(lambda: store[0], refresh=lambda: store.__setitem__(0, tokens.renew()))
    assert {"token": "new1"} == ask(client(origin, auth)).json()
    assert ["Bearer old", "Bearer new1"] == sent(origin)


def test_a_first_token_may_be_rejected(tokens: Tokens, origin: Origin, ask: Ask) -> None:
    """Then it is renewed like any other."""
    origin.on("/x", lambda r: json_response("ok", 200 if r.header("authorization") == "Bearer new2" else 401))
    ask(client(origin, BearerAuth(None, refresh=tokens.renew)))
    assert (["Bearer new1", "Bearer new2"], 2) == (sent(origin), tokens.count)


@pytest.mark.parametrize("renewed", [None, "", b"s3cret", lambda: "s3cret"], ids=lambda value: type(value).__name__)
def test_an_invalid_token_is_not_sent(renewed: Any, origin: Origin, ask: Ask) -> None:
    """The error names where it came from, and doesn't show it."""
    origin.on("/x", response(401))
    message = r"BearerAuth\(refresh=\.\.\.\): a secret is a str, not (NoneType|an empty one|bytes|function)"
    with pytest.raises(ConfigurationError, match=message):
        ask(client(origin, BearerAuth("old", refresh=lambda: renewed)))
    assert ["Bearer old"] == sent(origin)


def test_a_stream_is_refreshed_before_its_first_item(mode: str, tokens: Tokens, origin: Origin) -> None:
    """It begins anew, and its caller never sees the 401."""
    lines = chunked_response(b"a\n", b"b\n")
    origin.on("/lines", lambda r: lines if r.header("authorization") == "Bearer new1" else response(401))
    api = client(origin, BearerAuth("old", refresh=tokens.renew))

    @api.get("/lines", streaming_response=True)
    def items(result: Iterator[str]) -> Iterator[str]:
        return result

    assert ["a", "b"] == (list(items()) if mode == "sync" else asyncio.run(alines(api)))
    assert ["Bearer old", "Bearer new1"] == sent(origin)
    api.close()


async def alines(api: APIClient) -> list[str]:
    @api.get("/lines", streaming_response=True)
    async def items(result: AsyncIterator[str]) -> AsyncIterator[str]:
        return result

    async with api:
        return [line async for line in await items()]


class Mine(Auth):
    """An `auth` of a user's own, which tells what it was asked."""

    def __init__(self, *, renews: bool = True) -> None:
        self.key = "old"
        self.renews = renews
        self.rejections: list[int] = []

    def apply(self, request: Request) -> None:
        assert "X-Key" not in request.headers
        request.headers["X-Key"] = self.key
        request.query.append(("key", self.key))

    def refresh(self, response: Response | None) -> bool:
        assert response is not None
        self.rejections.append(response.status_code)
        self.key = "new"
        return self.renews


def test_a_custom_auth_refreshes(origin: Origin, ask: Ask) -> None:
    """It gets the rejection, and a request without what it has added before."""
    auth = Mine()
    origin.on("/x", lambda r: response(200 if r.header("x-key") == "new" else 401))
    ask(client(origin, auth))
    assert ([401], ["key=old", "key=new"]) == (auth.rejections, [request.query for request in origin.requests])


def test_an_auth_may_have_nothing_new(origin: Origin, ask: Ask) -> None:
    """Then the 401 is the answer, at once."""
    auth = Mine(renews=False)
    origin.on("/x", response(401))
    with pytest.raises(HTTPStatusError, match="401"):
        ask(client(origin, auth))
    assert ([401], 1) == (auth.rejections, len(origin.requests))


def test_a_refresh_may_call_the_same_client(origin: Origin, ask: Ask, mode: str) -> None:
    """Without the token that is being renewed, and without waiting for itself."""
    origin.on("/token", lambda r: json_response("new1", 200 if r.header("authorization") is None else 401))
    origin.on("/x", Tokens().answer)

    def renew() -> str:
        return str(api.request("POST", "/token", result=str)).strip('"')

    async def arenew() -> str:
        return str(await api.arequest("POST", "/token", result=str)).strip('"')

    api = client(origin, BearerAuth("old", refresh=renew if mode == "sync" else arenew))
    assert {"token": "new1"} == ask(api).json()
    assert ["Bearer old", None, "Bearer new1"] == sent(origin)
