"""What every group of rules is given: the backend under test, and servers for it to talk to."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from clientele.http import Capability, HTTPBackend
from clientele_conformance.servers import Certificates, Origin, certificates
from clientele_conformance.subject import AsyncSubject, Mode, Subject, SyncSubject
from clientele_conformance.systems import Feature

NewSubject = Callable[..., Subject]

AMPLE = 20.0
"""In seconds: a limit that no test comes to."""


class Suite:
    """A group of rules. A subclass names the backend; pytest collects it if its own name starts with `Test`.

    A test that takes `subject`, `new_subject` or `mode` runs once in each mode that the backend has, unless it is
    marked `@only("sync")` or `@only("async")`.
    """

    backend_class: ClassVar[type[HTTPBackend]]
    """The class under test; its `capabilities` say which tests there are."""

    known_gaps: ClassVar[Path | Sequence[Path] | None] = None
    """A TOML file with the rules that the backend is known to break; see `clientele_conformance.gaps`. Or several, for
    a wrapper: its own, and that of the backend inside.
    """

    is_whole_contract: ClassVar[bool] = False
    """Whether it has every group of rules."""

    needs_no_socket: ClassVar[bool] = False
    """Whether the backend is in this process: the tests in `sockets.toml` are then left out."""

    edition: ClassVar[str | None] = None
    """The edition of the contract to keep, by default the newest; see `clientele_conformance.editions`."""

    @pytest.fixture
    def backend_factory(self) -> Callable[..., HTTPBackend]:
        """What makes a backend when it is called with options: by default, its class."""
        return self.backend_class

    @pytest.fixture(autouse=True)
    def _use_factory(self, backend_factory: Callable[..., HTTPBackend]) -> None:
        self._factory = backend_factory

    def make_backend(self, **options: Any) -> HTTPBackend:
        """A new backend with `options`, which a test closes."""
        return self._factory(**options)

    def trusting(self, authority: Path) -> Any:
        """A `verify` that trusts the authority in a file: its path if the backend declares that, else a context.

        A suite whose backend takes neither says whom to trust in words that its `backend_factory` knows.
        """
        return str(authority) if self.has(Capability.CA_PATH) else ssl.create_default_context(cafile=str(authority))

    @classmethod
    def import_path(cls) -> tuple[str, str]:
        """The module, and the qualified name in it, of what makes a backend when it is called with options.

        A suite that makes its backends in another way than by calling the class says here how a program can do it.
        """
        return cls.backend_class.__module__, cls.backend_class.__qualname__

    @classmethod
    def modes(cls) -> list[Mode]:
        """The modes that the backend says it has.

        Raises:
            pytest.Collector.CollectError: there is no backend.
        """
        if not hasattr(cls, "backend_class"):
            raise pytest.Collector.CollectError(f"{cls.__name__}: set backend_class to the class under test")
        modes: dict[Capability, Mode] = {Capability.SYNC: "sync", Capability.ASYNC: "async"}
        return [mode for capability, mode in modes.items() if capability in cls.backend_class.capabilities]

    @classmethod
    def has(cls, capability: Capability) -> bool:
        """Whether the backend declares `capability`."""
        return capability in cls.backend_class.capabilities

    @classmethod
    def has_http2(cls) -> bool:
        """Whether the backend says that it has HTTP/2."""
        return cls.has(Capability.HTTP2)

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Run a test once in each mode, and what is about HTTP/2 only where the backend has it."""
        if "mode" in metafunc.fixturenames:
            marker = metafunc.definition.get_closest_marker("only")
            modes = [mode for mode in self.modes() if marker is None or mode in marker.args]
            metafunc.parametrize("mode", modes)
        if "only_http2" in metafunc.fixturenames:
            metafunc.parametrize("only_http2", [pytest.param(True, id="http2")] if self.has_http2() else [])

    @pytest.fixture
    def new_subject(self, mode: Mode) -> Iterator[NewSubject]:
        """Makes backends in the mode of the test, with the options they are given; all are closed at the end."""
        made: list[Subject] = []
        with asyncio.Runner() as runner:

            def new(**options: Any) -> Subject:
                backend = self.make_backend(**options)
                made.append(SyncSubject(backend) if mode == "sync" else AsyncSubject(backend, runner))
                return made[-1]

            yield new
            for subject in made:
                subject.close()

    @pytest.fixture
    def subject(self, new_subject: NewSubject) -> Subject:
        """The backend with no options, in the mode of the test."""
        return new_subject()

    @pytest.fixture
    def over_http2(self, *, only_http2: bool, new_subject: NewSubject) -> Subject:
        """The backend with HTTP/2, in the mode of the test."""
        return new_subject(http2=only_http2, verify=False, timeout=AMPLE)

    @pytest.fixture
    def origin(self) -> Iterator[Origin]:
        """A server."""
        with Origin() as origin:
            yield origin

    @pytest.fixture
    def other_origin(self) -> Iterator[Origin]:
        """A second server: another port, so another origin."""
        with Origin() as origin:
            yield origin

    @pytest.fixture
    def certificates(self) -> Certificates:
        """What servers show, and what clients may trust."""
        return certificates()

    @pytest.fixture
    def trusted(self, certificates: Certificates) -> Any:
        """A `verify` that trusts the servers. A test that only needs TLS says `verify=False`, as all backends do."""
        return self.trusting(certificates.ca_path)

    @pytest.fixture
    def tls_origin(self, certificates: Certificates) -> Iterator[Origin]:
        """A server over TLS, with a good certificate."""
        with Origin(tls=certificates.server_context()) as origin:
            yield origin


def only(mode: Mode) -> pytest.MarkDecorator:
    """Run a test in one mode only: it is about something that the other doesn't have."""
    return pytest.mark.only(mode)


def needs(*capabilities: Capability) -> pytest.MarkDecorator:
    """Leave a test, or one of its parameters, out for backends that don't declare all of `capabilities`."""
    return pytest.mark.needs(*capabilities)


def needs_system(feature: Feature) -> pytest.MarkDecorator:
    """Leave a test out on systems without `feature`; a rule that has no other test is then reported as not tried."""
    return pytest.mark.needs_system(feature)
