"""The connect limit bounds the whole of connecting: the search for a name, and all addresses of a host."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest

from clientele.http import Timeout
from clientele.http.errors import ConnectTimeout, DeadlineExceeded
from clientele_conformance.rules import rule
from clientele_conformance.servers import Origin, blackhole, response
from clientele_conformance.suite.base import NewSubject, Suite
from clientele_conformance.suite.timeouts import ENOUGH, LONG, SHORT, raises_soon

HOST = "several.example"
ADDRESSES = 40
"""Of a host that is silent at all of them: each with a limit of its own would take far longer than raises_soon."""

Resolve = Callable[..., Any]


class ConnectingRules(Suite):
    """TMO-6, with a resolver in the place of the operating system's."""

    @pytest.fixture
    def resolve(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[Resolve], None]:
        """Sets what is said of HOST; proxies of the environment are out of the way."""
        monkeypatch.setenv("NO_PROXY", "*")
        real = socket.getaddrinfo

        def set_resolver(of_host: Resolve) -> None:
            def getaddrinfo(host: Any, *rest: Any, **more: Any) -> Any:
                name = host.decode() if isinstance(host, bytes) else host
                return of_host() if name == HOST else real(host, *rest, **more)

            monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

        return set_resolver

    @rule("TMO-6")
    @pytest.mark.parametrize(
        ("limits", "error"),
        [({"connect": 2 * SHORT}, ConnectTimeout), ({"connect": LONG, "total": 2 * SHORT}, DeadlineExceeded)],
        ids=["connect", "total"],
    )
    def test_the_search_for_a_name_ends_in_time(
        self, limits: Any, error: Any, resolve: Callable[[Resolve], None], new_subject: NewSubject
    ) -> None:
        """The lookup of the operating system can't be interrupted, but the caller doesn't have to wait for it."""
        found = threading.Event()

        def search() -> Any:
            found.wait(LONG)
            raise socket.gaierror(socket.EAI_NONAME, "no such host")

        resolve(search)
        subject = new_subject(timeout=Timeout(**limits))
        try:
            with raises_soon(error):
                subject.send("GET", f"http://{HOST}/")
        finally:
            found.set()  # An event loop waits for the search when it is closed.

    @rule("TMO-6")
    @pytest.mark.parametrize(
        ("limits", "error"),
        [({"connect": 2 * SHORT}, ConnectTimeout), ({"connect": LONG, "total": 2 * SHORT}, DeadlineExceeded)],
        ids=["connect", "total"],
    )
    def test_all_addresses_have_one_limit(
        self, limits: Any, error: Any, resolve: Callable[[Resolve], None], new_subject: NewSubject
    ) -> None:
        """Not one each."""
        with blackhole() as silent:
            resolve(lambda: [_address(silent)] * ADDRESSES)
            with raises_soon(error):
                new_subject(timeout=Timeout(**limits)).send("GET", f"http://{HOST}:{silent[1]}/")

    @rule("TMO-6")
    def test_a_silent_address_leaves_time_for_the_next(
        self, resolve: Callable[[Resolve], None], new_subject: NewSubject, origin: Origin
    ) -> None:
        """A host can be reached where its first address is dead."""
        origin.on("/", response(body=b"ok"))
        with blackhole() as silent:
            resolve(lambda: [_address(silent), _address(origin.address)])
            subject = new_subject(timeout=Timeout(connect=4 * ENOUGH, read=LONG))
            assert b"ok" == subject.send("GET", f"http://{HOST}:{origin.port}/").content


def _address(address: tuple[str, int]) -> Any:
    return socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", address
