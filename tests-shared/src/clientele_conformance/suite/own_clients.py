"""A native client or session of the user's own: what it brings to a call, and what stays with it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

import pytest

from clientele.http.errors import ConfigurationError, UnsafeRedirect
from clientele_conformance.rules import rule
from clientele_conformance.servers import Origin, RecordedRequest, redirect, response
from clientele_conformance.subject import AsyncSubject, Mode, Subject, SyncSubject
from clientele_conformance.suite.base import Suite
from clientele_conformance.suite.life_builds import aclose_native, close_native
from clientele_conformance.suite.request_wire import base_fields, fields

OK = response(body=b"ok")

EVERYTHING: dict[str, Any] = {
    "headers": {"X-Own": "planted", "Accept-Language": "de", "User-Agent": "planted"},
    "params": {"own": "planted 1"},
    "cookies": {"own": "planted"},
    "auth": ("own", "planted"),
}
AUTH = ("authorization", "Basic b3duOnBsYW50ZWQ=")
ADDED = [("accept-language", "de"), ("cookie", "own=planted"), ("user-agent", "planted"), ("x-own", "planted"), AUTH]

_OF_THE_CLIENT: tuple[dict[str, Any], ...] = (
    {"cert": None},
    {"client_options": {"http2": False}},
    {"cookies": False},
    {"http2": False},
    {"max_connections": 7},
    {"proxy": None},
    {"trust_env": False},
    {"verify": True},
)

OnOwnClient = Callable[..., Subject]


class OwnClientRules(Suite):
    """LIF-7, for suites that say how the library's client is made by hand."""

    own_clients_have_params: ClassVar[bool] = True
    """Whether the library's client can have default parameters; if not, `own_client` is asked for none."""

    def own_client(
        self,
        mode: Mode,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        cookies: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> Any:
        """The library's own client or session with these defaults, made as its documentation says.

        The cookies have no domain; the auth is a user name and a password. For the mode "async" a loop is running.
        """
        raise NotImplementedError

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Leave out what can't be tested without `own_client`."""
        super().pytest_generate_tests(metafunc)
        if "make_own" in metafunc.fixturenames:
            given = type(self).own_client is not OwnClientRules.own_client
            metafunc.parametrize("make_own", [self.own_client] if given else [], ids=["by hand"] if given else [])

    @pytest.fixture
    def natives(self) -> list[Any]:
        """The clients that were handed in."""
        return []

    @pytest.fixture
    def on_own_client(self, mode: Mode, make_own: Callable[..., Any], natives: list[Any]) -> Iterator[OnOwnClient]:
        """Makes backends with options, on a client that is made by hand with the defaults it is given."""
        with asyncio.Runner() as runner:

            async def made(**defaults: Any) -> Any:
                return make_own(mode, **defaults)

            def new(everything: Mapping[str, Any], **options: Any) -> Subject:
                lacking = set() if self.own_clients_have_params else {"params"}
                defaults = {name: value for name, value in everything.items() if name not in lacking}
                if mode == "sync":
                    natives.append(make_own(mode, **defaults))
                    return SyncSubject(self.make_backend(client=natives[-1], **options))
                natives.append(runner.run(made(**defaults)))
                return AsyncSubject(self.make_backend(async_client=natives[-1], **options), runner)

            yield new
            for native in natives:
                if mode == "sync":
                    close_native(native)
                else:
                    runner.run(aclose_native(native))

    @rule("LIF-7")
    def test_a_bare_client_adds_nothing(self, on_own_client: OnOwnClient, origin: Origin) -> None:
        """The library's own defaults are not the user's: the request is the same as on every backend."""
        on_own_client({}).send("GET", origin.url("/"))
        assert [base_fields(origin)] == [fields(request) for request in origin.requests]

    @rule("LIF-7")
    @pytest.mark.parametrize("way", ["send", "stream"])
    def test_what_a_client_has_is_added_once(self, way: str, on_own_client: OnOwnClient, origin: Origin) -> None:
        """Its parameters go between those of the URL and those of the call."""
        origin.on("/a", OK)
        subject = on_own_client(EVERYTHING)
        if way == "send":
            subject.send("GET", origin.url("/a?x=1"), params={"y": "2"})
        else:
            with subject.stream("GET", origin.url("/a?x=1"), params={"y": "2"}) as items:
                assert b"ok" == b"".join(items)
        assert [f"/a?x=1{self._own_params}&y=2"] == [request.target for request in origin.requests]
        coding = [("accept-encoding", "identity")] if way == "stream" else []
        assert base_fields(origin, *ADDED, *coding) == fields(origin.requests[0])

    @rule("LIF-7")
    def test_what_is_said_elsewhere_wins(self, on_own_client: OnOwnClient, origin: Origin) -> None:
        """Once by the backend, once by the call."""
        subject = on_own_client(EVERYTHING, headers={"X-Own": "backend", "Authorization": "backend"})
        subject.send("GET", origin.url("/"))
        subject.send("GET", origin.url("/"), headers={"X-OWN": "call", "Authorization": "call", "Cookie": "call=1"})
        first, second = map(fields, origin.requests)
        assert {("x-own", "backend"), ("authorization", "backend"), ("cookie", "own=planted")} <= set(first)
        assert {("x-own", "call"), ("authorization", "call"), ("cookie", "call=1")} <= set(second)
        assert [len(base_fields(origin, *ADDED))] * 2 == [len(first), len(second)]

    @rule("LIF-7")
    def test_a_redirect_within_the_origin_keeps_it(self, on_own_client: OnOwnClient, origin: Origin) -> None:
        """All but the parameters: the Location says which ones it wants."""
        origin.on("/", redirect("/next?a=1"))
        origin.on("/next", OK)
        on_own_client(EVERYTHING, follow_redirects=True).send("GET", origin.url("/?a=0"))
        assert [f"/?a=0{self._own_params}", "/next?a=1"] == [request.target for request in origin.requests]
        assert [base_fields(origin, *ADDED)] * 2 == [fields(request) for request in origin.requests]

    @rule("LIF-7", "RDR-5")
    def test_nothing_goes_along_to_another_origin(
        self, on_own_client: OnOwnClient, origin: Origin, other_origin: Origin
    ) -> None:
        """Not even what is harmless; where the library can't be kept from adding it, the redirect is refused."""
        origin.on("/", redirect(other_origin.url("/next")))
        other_origin.on("/next", OK)
        subject = on_own_client(EVERYTHING, follow_redirects=True)
        with contextlib.suppress(UnsafeRedirect):
            assert b"ok" == subject.send("GET", origin.url("/")).content
        assert base_fields(origin, *ADDED) == fields(origin.requests[0])
        if self._insists:
            assert 0 == other_origin.connections
        else:
            assert [("/next", base_fields(other_origin))] == [received(request) for request in other_origin.requests]

    @rule("LIF-7", "RDR-5")
    def test_nothing_comes_back_from_another_origin(
        self, on_own_client: OnOwnClient, origin: Origin, other_origin: Origin
    ) -> None:
        """It chose where the redirect leads: a request that it has sent home is not one of the user's."""
        origin.on("/", redirect(other_origin.url("/next")))
        other_origin.on("/next", redirect(origin.url("/last")))
        origin.on("/last", OK)
        subject = on_own_client(EVERYTHING, follow_redirects=True)
        with contextlib.suppress(UnsafeRedirect):
            assert b"ok" == subject.send("GET", origin.url("/")).content
        came_back = [] if self._insists else [("/last", base_fields(origin))]
        assert came_back == [received(request) for request in origin.requests[1:]]

    @rule("LIF-7")
    def test_a_client_is_left_as_it_was(
        self, on_own_client: OnOwnClient, origin: Origin, natives: list[Any], other_origin: Origin
    ) -> None:
        """Headers and all, and it is still open: the next backend uses it in the same way."""
        origin.on("/", redirect("/next"))
        origin.on("/next", OK)
        subject = on_own_client(EVERYTHING, follow_redirects=True, headers={"X-Own": "backend"})
        before = defaults_of(natives[0])
        for _ in range(2):
            subject.send("POST", origin.url("/"), headers={"X-Call": "1"}, params={"call": "1"}, json={})
        subject.close()
        assert before == defaults_of(natives[0])
        assert b"ok" == subject.send("GET", origin.url("/next")).content
        assert 1 == origin.connections
        assert 0 == other_origin.connections

    @rule("LIF-7")
    @pytest.mark.parametrize("options", _OF_THE_CLIENT, ids=lambda options: next(iter(options)))
    def test_what_a_client_has_of_its_own_can_not_be_said_beside_it(
        self, options: dict[str, Any], on_own_client: OnOwnClient
    ) -> None:
        """It would be ignored."""
        with pytest.raises(ConfigurationError, match=next(iter(options))):
            on_own_client({}, **options)

    @rule("LIF-7")
    def test_something_else_is_no_client(self, mode: Mode, make_own: Callable[..., Any]) -> None:
        """The error says what is needed."""
        assert make_own is not None
        option: dict[str, Any] = {"client" if mode == "sync" else "async_client": object()}
        with pytest.raises(ConfigurationError, match="client"):
            self.make_backend(**option)

    @property
    def _own_params(self) -> str:
        """The parameters that a client with everything adds to a query."""
        return "&own=planted%201" if self.own_clients_have_params else ""

    @property
    def _insists(self) -> bool:
        """Whether the backend says that its library adds what a client has wherever a request goes."""
        return bool(getattr(self.backend_class, "client_insists", False))


def received(request: RecordedRequest) -> tuple[str, list[tuple[str, str]]]:
    """Where it went, and with which headers."""
    return request.target, fields(request)


def defaults_of(native: Any) -> list[object]:
    """What can be seen of a client, whatever the library calls it."""
    seen = (getattr(native, name, None) for name in ("headers", "params", "auth", "trust_env", "verify", "cert"))
    return [sorted(value.items()) if isinstance(value, Mapping) else repr(value) for value in seen]
