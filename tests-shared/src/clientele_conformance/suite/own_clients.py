"""A native client or session of the user's own: what it brings to a call, and what stays with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from clientele.http.errors import ConfigurationError
from clientele_conformance.rules import rule
from clientele_conformance.servers import Origin, RecordedRequest, redirect, response
from clientele_conformance.subject import Mode
from clientele_conformance.suite.attempts import attempt
from clientele_conformance.suite.base import NewSubject
from clientele_conformance.suite.own_clients_suite import MakeOwn, OnOwnClient, OwnClientSuite
from clientele_conformance.suite.request_wire import fields

OK = response(body=b"ok")

EVERYTHING: dict[str, Any] = {
    "headers": {"X-Own": "planted", "Accept-Language": "de", "User-Agent": "planted"},
    "params": {"own": "planted 1"},
    "cookies": {"own": "planted"},
    "auth": ("own", "planted"),
}
ADDED = [
    ("accept-language", "de"),
    ("authorization", "Basic b3duOnBsYW50ZWQ="),
    ("cookie", "own=planted"),
    ("user-agent", "planted"),
    ("x-own", "planted"),
]
NAMES = {name for name, _ in ADDED if name != "user-agent"}
"""Of headers that no request has by itself."""

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


class OwnClientRules(OwnClientSuite):
    """LIF-7, for suites that say how the library's client is made by hand."""

    @rule("LIF-7")
    def test_a_bare_client_adds_nothing(
        self, on_own_client: OnOwnClient, new_subject: NewSubject, origin: Origin
    ) -> None:
        """The library's own defaults are not the user's: the request is the same as without such a client."""
        for subject in (new_subject(), on_own_client({})):
            subject.send("GET", origin.url("/"))
        without, bare = map(fields, origin.requests)
        assert without == bare

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
        assert ADDED == added(origin.requests[0])

    @rule("LIF-7")
    def test_what_is_said_elsewhere_wins(self, on_own_client: OnOwnClient, origin: Origin) -> None:
        """Once by the backend, once by the call."""
        subject = on_own_client(EVERYTHING, headers={"X-Own": "backend", "Authorization": "backend"})
        subject.send("GET", origin.url("/"))
        subject.send("GET", origin.url("/"), headers={"X-OWN": "call", "Authorization": "call", "Cookie": "call=1"})
        of_backend = {"x-own": "backend", "authorization": "backend"}
        of_call = {"x-own": "call", "authorization": "call", "cookie": "call=1"}
        expected = [sorted({**dict(ADDED), **winning}.items()) for winning in (of_backend, of_call)]
        assert expected == [added(request) for request in origin.requests]

    @rule("LIF-7")
    def test_a_redirect_within_the_origin_keeps_it(self, on_own_client: OnOwnClient, origin: Origin) -> None:
        """All but the parameters: the Location says which ones it wants."""
        origin.on("/", redirect("/next?a=1"))
        origin.on("/next", OK)
        on_own_client(EVERYTHING, follow_redirects=True).send("GET", origin.url("/?a=0"))
        assert [f"/?a=0{self._own_params}", "/next?a=1"] == [request.target for request in origin.requests]
        assert [ADDED, ADDED] == [added(request) for request in origin.requests]

    @rule("LIF-7")
    def test_nothing_goes_along_to_another_origin(
        self, on_own_client: OnOwnClient, new_subject: NewSubject, origin: Origin, other_origin: Origin
    ) -> None:
        """Not even what is harmless: the request is the same as without such a client. Where the library can't be kept
        from adding it, the redirect is refused.
        """
        origin.on("/", redirect(other_origin.url("/next")))
        other_origin.on("/next", OK)
        subject = on_own_client(EVERYTHING, follow_redirects=True)
        attempt(subject.send, "GET", origin.url("/"))
        assert ADDED == added(origin.requests[0])
        if self._insists:
            assert 0 == other_origin.connections
        else:
            new_subject().send("GET", other_origin.url("/next"))
            redirected, without = other_origin.requests
            assert ("/next", fields(without)) == (redirected.target, fields(redirected))

    @rule("LIF-7")
    @pytest.mark.parametrize("case", [str.lower, str.upper, str.title], ids=["lower", "upper", "title"])
    def test_the_case_of_a_header_makes_no_difference(
        self, case: Callable[[str], str], on_own_client: OnOwnClient, origin: Origin, other_origin: Origin
    ) -> None:
        """It is sent once at home, gives way to the call's, and stays behind when the origin changes."""
        headers = {case("x-own"): "planted", case("accept-language"): "planted", case("x-api-key"): "planted"}
        origin.on("/", redirect(other_origin.url("/next")))
        subject = on_own_client({"headers": headers}, follow_redirects=True)
        attempt(subject.send, "GET", origin.url("/"), headers={"X-Api-Key": "call"})
        told = [origin.requests[0].get_list(name) for name in ("x-own", "accept-language", "x-api-key")]
        assert [["planted"], ["planted"], ["call"]] == told
        elsewhere = {name for request in other_origin.requests for name, _ in fields(request)}
        assert set() == elsewhere & {"x-own", "accept-language", "x-api-key"}

    @rule("LIF-7")
    def test_nothing_comes_back_from_another_origin(
        self, on_own_client: OnOwnClient, origin: Origin, other_origin: Origin
    ) -> None:
        """It chose where the redirect leads: a request that it has sent home is not one of the user's."""
        origin.on("/", redirect(other_origin.url("/next")))
        other_origin.on("/next", redirect(origin.url("/last")))
        origin.on("/last", OK)
        subject = on_own_client(EVERYTHING, follow_redirects=True)
        attempt(subject.send, "GET", origin.url("/"))
        went_on = 0 if self._insists else 1
        assert [("/last", [])] * went_on == [received(request) for request in origin.requests[1:]]

    @rule("LIF-7")
    def test_nothing_is_added_to_a_later_step_elsewhere(
        self, on_own_client: OnOwnClient, origin: Origin, other_origin: Origin
    ) -> None:
        """The step from one path of another origin to the next changes no origin, and leads home no more."""
        origin.on("/", redirect(other_origin.url("/next")))
        other_origin.on("/next", redirect("/last"))
        other_origin.on("/last", OK)
        subject = on_own_client(EVERYTHING, follow_redirects=True)
        attempt(subject.send, "GET", origin.url("/"))
        steps = 0 if self._insists else 2
        assert [("/next", []), ("/last", [])][:steps] == [received(request) for request in other_origin.requests]

    @rule("LIF-7")
    def test_a_header_of_the_call_goes_beside_those_of_the_client(
        self, on_own_client: OnOwnClient, origin: Origin
    ) -> None:
        """It takes the place of none but its own, and is for one call."""
        subject = on_own_client(EVERYTHING)
        subject.send("GET", origin.url("/"), headers={"X-Call": "1"})
        subject.send("GET", origin.url("/"))
        assert [ADDED, ADDED] == [added(request) for request in origin.requests]
        assert ["1", None] == [request.header("x-call") for request in origin.requests]

    @rule("LIF-7", "RDR-5")
    def test_a_header_of_the_call_goes_where_those_of_the_client_stay(
        self, on_own_client: OnOwnClient, origin: Origin, other_origin: Origin
    ) -> None:
        """Though the client has one of its name: what is harmless of a call goes along to another origin."""
        origin.on("/", redirect(other_origin.url("/next")))
        other_origin.on("/next", OK)
        subject = on_own_client(EVERYTHING, follow_redirects=True)
        attempt(subject.send, "GET", origin.url("/"), headers={"Accept-Language": "fr"})
        assert {*ADDED, ("accept-language", "fr")} - {("accept-language", "de")} == {*added(origin.requests[0])}
        went_on = 0 if self._insists else 1
        assert [("/next", [("accept-language", "fr")])] * went_on == [received(each) for each in other_origin.requests]

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
    def test_something_else_is_no_client(self, mode: Mode, make_own: MakeOwn) -> None:
        """The error says what is needed."""
        del make_own
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


def added(request: RecordedRequest) -> list[tuple[str, str]]:
    """The headers that `request` has by way of the client, or in their place."""
    return [(name, value) for name, value in fields(request) if name in NAMES or value == "planted"]


def received(request: RecordedRequest) -> tuple[str, list[tuple[str, str]]]:
    """Where it went, and with which of the client's headers."""
    return request.target, added(request)


def defaults_of(native: Any) -> list[object]:
    """What can be seen of a client, whatever the library calls it."""
    seen = (getattr(native, name, None) for name in ("headers", "params", "auth", "trust_env", "verify", "cert"))
    return [sorted(value.items()) if isinstance(value, Mapping) else repr(value) for value in seen]
