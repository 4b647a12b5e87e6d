"""A client of the user's own, on a library that tells what it is asked for."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from clientele.http import Capability, Timeout
from clientele.http.backends import SyncOnly
from clientele.http.errors import ConfigurationError, UnsafeRedirect
from clientele.http.transport import TransportBackend
from clientele.http.wire import ClientDefaults, SyncWireResponse, WireRequest, WireResponse

HOME = "http://home.example/"
AWAY = "http://away.example/"


class Client(list[WireRequest]):
    """Takes note of requests."""


class SpecialClient(Client):
    """As niquests derives its asynchronous session from the synchronous one."""


class OwnHTTPBackend(SyncOnly, TransportBackend[Client, Any]):
    name = library = "own"
    capabilities = frozenset({Capability.SYNC, Capability.PROXY})
    proxy_schemes = frozenset({"http"})
    faults = ()
    client_types: ClassVar[Any] = (Client, SpecialClient)
    redirects: ClassVar[dict[str, str]] = {}

    def build_client(self, proxy: str | None = None) -> Client:
        return Client()

    @staticmethod
    def close_client(client: Client) -> None:
        client.clear()

    def exchange(self, client: Client, request: WireRequest) -> SyncWireResponse:
        client.append(request)
        location = self.redirects.get(str(request.url))
        headers = (("location", location),) if location else ()
        return WireResponse(302 if location else 200, headers, "1.1", iter(()), lambda: None, None)

    def client_defaults(self, client: Client) -> ClientDefaults:
        return ClientDefaults((("X-Own", "1"), ("User-Agent", "own")), (("own", "1"),))

    @staticmethod
    def convert_to_response(native_response: Any) -> Any:
        return native_response


def headers_of(request: WireRequest) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers}


def test_it_has_its_own_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """PRX-1 those of the environment are not even looked at: one of an unknown kind is not this call's business."""
    monkeypatch.setenv("HTTP_PROXY", "socks5://proxy.example:1080")
    client = Client()
    assert 200 == OwnHTTPBackend(client=client).send_sync_request("GET", HOME).status_code
    assert [None] == [request.proxy for request in client]
    with pytest.raises(ConfigurationError, match="HTTP_PROXY"):
        OwnHTTPBackend().send_sync_request("GET", HOME)


def test_it_has_its_own_proxies_wherever_a_redirect_leads(monkeypatch: pytest.MonkeyPatch) -> None:
    """PRX-1 as for the first request."""

    class Redirected(OwnHTTPBackend):
        redirects: ClassVar = {HOME + "?own=1": AWAY}

    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    client = Client()
    Redirected(client=client, follow_redirects=True).send_sync_request("GET", HOME)
    assert [None, None] == [request.proxy for request in client]


def test_it_has_its_own_pool() -> None:
    """CON-3 there are no slots beside it: two streams at once, though one connection is all that ours would have."""
    client = Client()
    backend = OwnHTTPBackend(client=client)
    streams = [backend.handle_sync_stream("GET", HOME, bytes) for _ in range(101)]
    assert [[]] * 101 == [list(stream) for stream in streams]


def test_its_credentials_are_for_the_origin_of_the_call() -> None:
    """LIF-7 until a redirect has left it."""

    class Redirected(OwnHTTPBackend):
        redirects: ClassVar = {HOME + "?own=1": "/next", HOME + "next": AWAY, AWAY: HOME + "last"}

    client = Client()
    Redirected(client=client, follow_redirects=True).send_sync_request("GET", HOME)
    assert [HOME + "?own=1", HOME + "next", AWAY, HOME + "last"] == [str(request.url) for request in client]
    assert [True, True, False, False] == [request.client_credentials for request in client]
    assert ["1", "1", None, None] == [headers_of(request).get("x-own") for request in client]
    agents = [headers_of(request)["user-agent"] for request in client]
    assert ["own", "own"] == agents[:2]
    assert all(agent.startswith("clientele/") for agent in agents[2:])


def test_a_library_that_insists_is_kept_at_home() -> None:
    """LIF-7 before anything is sent elsewhere."""

    class Insisting(OwnHTTPBackend):
        client_insists = True
        redirects: ClassVar = {HOME + "?own=1": AWAY}

    client = Client()
    with pytest.raises(UnsafeRedirect, match="your client"):
        Insisting(client=client, follow_redirects=True).send_sync_request("GET", HOME)
    assert 1 == len(client)


@pytest.mark.parametrize("options", [{"base_url": HOME}, {}], ids=["backend", "client"])
def test_nothing_is_added_to_a_call_elsewhere(options: dict[str, Any]) -> None:
    """SEC-8 whether the backend or the client has the base URL."""

    class Based(OwnHTTPBackend):
        def client_defaults(self, client: Client) -> ClientDefaults:
            return super().client_defaults(client)._replace(home="" if options else HOME)

    client = Client()
    backend = Based(client=client, **options)
    backend.send_sync_request("GET", HOME)
    backend.send_sync_request("GET", AWAY)
    assert [HOME + "?own=1", AWAY] == [str(request.url) for request in client]
    assert [True, False] == [request.client_credentials for request in client]
    assert ["1", None] == [headers_of(request).get("x-own") for request in client]


def test_a_library_that_adds_headers_makes_no_call_to_another_origin() -> None:
    """SEC-8 it would add what the client has."""

    class Insisting(OwnHTTPBackend):
        client_insists = True

    client = Client()
    with pytest.raises(ConfigurationError, match="of another origin than the base URL"):
        Insisting(client=client, base_url=HOME).send_sync_request("GET", AWAY)
    assert [] == client
    assert 200 == Insisting(base_url=HOME).send_sync_request("GET", AWAY).status_code


def test_a_client_that_we_build_adds_nothing() -> None:
    """LIF-7 nobody is asked for its defaults."""
    backend = OwnHTTPBackend()
    assert HOME == backend.send_sync_request("GET", HOME).request_url
    backend.close()


@pytest.mark.parametrize(
    ("handed_in", "client"),
    [("client", object()), ("client", SpecialClient()), ("async_client", Client()), ("async_client", object())],
)
def test_it_is_of_the_right_type(handed_in: str, client: object) -> None:
    """LIF-7 also where one kind of client is derived from the other."""
    option: Any = {handed_in: client}
    with pytest.raises(ConfigurationError, match=rf"OwnHTTPBackend\({handed_in}=\.\.\.\): use a .*Client, not "):
        OwnHTTPBackend(**option)


class OtherClient(list[WireRequest]):
    """Of another class, which the backend can use as well."""


class OnUnionHTTPBackend(OwnHTTPBackend):
    client_types = (Client | OtherClient, None)


class OnTupleHTTPBackend(OwnHTTPBackend):
    client_types = ((Client, OtherClient), SpecialClient)


@pytest.mark.parametrize("backend", [OnUnionHTTPBackend, OnTupleHTTPBackend])
def test_it_is_of_one_of_several_types(backend: type[OwnHTTPBackend]) -> None:
    """LIF-7 each of them is used, and any other is refused by naming them all."""
    for client in (Client(), OtherClient()):
        assert 200 == backend(client=client).send_sync_request("GET", HOME).status_code
        assert 1 == len(client)
    where = rf"^{backend.__name__}\(client=\.\.\.\): use a \w+\.Client or a \w+\.OtherClient, not "
    with pytest.raises(ConfigurationError, match=f"{where}list"):
        backend(client=[])


def test_a_special_client_is_not_one_of_several_plain_ones() -> None:
    """LIF-7 where it is for the other mode; where it isn't, it is as good as what it is derived from."""
    with pytest.raises(ConfigurationError, match="not SpecialClient"):
        OnTupleHTTPBackend(client=SpecialClient())
    assert 200 == OnUnionHTTPBackend(client=SpecialClient()).send_sync_request("GET", HOME).status_code
    with pytest.raises(ConfigurationError, match=r"async_client=\.\.\.\): there is no such mode, not OtherClient"):
        OnUnionHTTPBackend(async_client=OtherClient())


@pytest.mark.parametrize(
    ("configured", "of_call", "told"),
    [({}, {}, None), ({"max_response_bytes": 5}, {}, 5), ({"max_response_bytes": 5}, {"max_response_bytes": 9}, 9)],
)
def test_a_request_tells_how_much_the_caller_takes(configured: Any, of_call: Any, told: int | None) -> None:
    """RSP-10 for a library that reads a body before it hands it out."""
    client = Client()
    OwnHTTPBackend(client=client, **configured).send_sync_request("GET", HOME, **of_call)
    assert [told] == [request.max_response_bytes for request in client]


@pytest.mark.parametrize(("limit", "refused"), [("write", True), ("pool", True), ("connect", False), ("read", False)])
def test_an_unsupported_limit_raises(limit: str, refused: bool) -> None:  # noqa: FBT001
    """TMO-1 by the constructor and by the call; None is no limit, which every library has."""
    fields: Any = {limit: 1.0}
    backend = OwnHTTPBackend(timeout=Timeout(**{limit: None}))
    if refused:
        with pytest.raises(ConfigurationError, match=f"timeout.{limit}: own doesn't support this limit"):
            OwnHTTPBackend(timeout=Timeout(**fields))
        with pytest.raises(ConfigurationError, match=f"timeout.{limit}: own doesn't support this limit"):
            backend.send_sync_request("GET", HOME, timeout=Timeout(**fields))
    else:
        assert 200 == backend.send_sync_request("GET", HOME, timeout=Timeout(**fields)).status_code


@pytest.mark.parametrize("timeout", [1.0, None, Timeout(), Timeout(connect=1.0, total=2.0)])
def test_a_limit_that_is_not_asked_for_is_not_missed(timeout: Any) -> None:
    """TMO-1 a number is every limit that there is."""
    assert 200 == OwnHTTPBackend(timeout=timeout).send_sync_request("GET", HOME, timeout=timeout).status_code
