"""What the rules about the user's own native clients are given: the library's client, made by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

import pytest

from clientele_conformance.subject import AsyncSubject, Mode, Subject, SyncSubject
from clientele_conformance.suite.base import Suite
from clientele_conformance.suite.life_builds import aclose_native, close_native

OnOwnClient = Callable[..., Subject]
MakeOwn = Callable[..., Any]


class OwnClientSuite(Suite):
    """A group of rules about clients that were handed in, for suites that say how one is made by hand."""

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
            given = type(self).own_client is not OwnClientSuite.own_client
            metafunc.parametrize("make_own", [self.own_client] if given else [], ids=["by hand"] if given else [])

    @pytest.fixture
    def natives(self) -> list[Any]:
        """The clients that were handed in."""
        return []

    @pytest.fixture
    def on_own_client(self, mode: Mode, make_own: MakeOwn, natives: list[Any]) -> Iterator[OnOwnClient]:
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
