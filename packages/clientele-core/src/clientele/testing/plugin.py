"""The pytest plugin: fixtures and markers. It imports only pytest until they are used."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from inspect import isasyncgenfunction, iscoroutinefunction
from typing import TYPE_CHECKING, cast

import pytest

if TYPE_CHECKING:
    from clientele.http import FakeHTTPBackend
    from clientele.http.recording import RecordingBackend
    from clientele.http.recording.tape import Mode

_WORD = re.compile(r"\w+")
_EVERY = "clientele_every_backend"
_PARAMETER = "clientele_backend"
_STRICT = "clientele_fake"
_ALLOW = "clientele_allow_network"
_BLOCK = "clientele_block_network"
_HOSTS = "clientele_allow_hosts"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer a mode for recordings, and to block the network."""
    group = parser.getgroup("clientele")
    help_text = "what clientele_recorder does; once, the default, records a test that has no recording"
    group.addoption("--clientele-record", choices=["once", "none", "new", "all"], default="once", help=help_text)
    block = "let no call of Clientele leave the process; fakes, replayed recordings and in-process applications work"
    group.addoption("--clientele-block-network", action="store_true", help=block)
    parser.addini(_BLOCK, block, type="bool", default=False)
    hosts = "hosts that calls reach though the network is blocked: names, addresses, or *.example.com"
    group.addoption("--clientele-allow-hosts", action="append", metavar="HOST[,HOST]", help=hosts)
    parser.addini(_HOSTS, hosts, type="args")


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers, and block the network for the whole run, if that is what is wanted."""
    config.addinivalue_line(
        "markers",
        f"{_EVERY}(mode=None): run the test once on every installed backend; mode is 'sync' or 'async', by default "
        "what the test function is",
    )
    config.addinivalue_line("markers", f"{_STRICT}(all_called=False): whether a route that is never called is an error")
    config.addinivalue_line("markers", f"{_ALLOW}(*hosts): let calls leave the process, where that is blocked")
    if _is_blocked(config):
        blocked = ExitStack()
        config.add_cleanup(blocked.close)
        blocked.enter_context(_network(_hosts(config)))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse what a marker can't be given."""
    for item in items:
        marker = item.get_closest_marker(_ALLOW)
        if marker is not None:
            if marker.kwargs:
                raise pytest.UsageError(f"{item.nodeid}: {_ALLOW} takes hosts only, or nothing, for all of them")
            _network(marker.args)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a marked test on every backend that makes calls of its kind."""
    marker = metafunc.definition.get_closest_marker(_EVERY)
    if marker is None:
        return
    mode = marker.kwargs.get("mode") or _mode_of(metafunc.function)
    if marker.args or set(marker.kwargs) - {"mode"} or mode not in {"sync", "async"}:
        raise pytest.UsageError(f"{metafunc.definition.nodeid}: {_EVERY} takes mode='sync' or mode='async' only")
    if _PARAMETER not in metafunc.fixturenames:
        metafunc.fixturenames.append(_PARAMETER)
    metafunc.parametrize(_PARAMETER, _backends(mode), indirect=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Have every client send through the backend of a marked test, and to where it may, in its fixtures, too."""
    name = _backend_of(item)
    with ExitStack() as around:
        if _is_blocked(item.config):
            around.enter_context(_network_of(item))
        if name is not None:
            from clientele.testing import use_backend  # noqa: PLC0415

            around.enter_context(use_backend(name))
        return (yield)


@pytest.fixture
def clientele_fake(request: pytest.FixtureRequest) -> Iterator[FakeHTTPBackend]:
    """A strict fake: a request that no route is for is an error, also if the code under test catches it.

    With `@pytest.mark.clientele_fake(all_called=True)`, routes that were never called are one, too.
    """
    from clientele.http import FakeHTTPBackend  # noqa: PLC0415

    fake = FakeHTTPBackend(strict=True)
    yield fake
    marker = request.node.get_closest_marker(_STRICT)
    if marker is not None and marker.kwargs.get("all_called", False):
        fake.assert_all_called()
    else:
        fake.assert_all_matched()


@pytest.fixture
def clientele_recorder(request: pytest.FixtureRequest) -> Iterator[RecordingBackend]:
    """A backend that records the calls of a test to `cassettes/FILE/TEST.yaml` beside its file, or replays them.

    It is around the default backend, or that of `clientele_every_backend`; all of these share one recording. The option
    `--clientele-record` is its mode, by default `once`; see `clientele.http.recording.RecordingBackend`.
    """
    from clientele.http.backends import backend_class  # noqa: PLC0415
    from clientele.http.recording import RecordingBackend  # noqa: PLC0415

    name = _backend_of(request.node)
    test, bracket, parameters = request.node.name.partition("[")
    shared = "-".join(_WORD.findall(test + bracket + parameters.replace(name or "", "", 1)))
    file = request.path.parent / "cassettes" / request.path.stem / f"{shared}.yaml"
    mode = cast("Mode", request.config.getoption("--clientele-record"))
    recorder = RecordingBackend(backend_class(name)(), file, mode)
    yield recorder
    recorder.close()


@pytest.fixture
def clientele_backend(request: pytest.FixtureRequest) -> str:
    """The name of the backend through which every client sends while a test marked `clientele_every_backend` runs.

    Raises:
        pytest.UsageError: the test isn't marked.
    """
    if not hasattr(request, "param"):
        raise pytest.UsageError(f"{_PARAMETER} is for tests marked @pytest.mark.{_EVERY}")
    return str(request.param)


@pytest.fixture
def clientele_block_network(request: pytest.FixtureRequest) -> Iterator[None]:
    """Block the network for a test, as the option `--clientele-block-network` does for all of them.

    A call that would leave the process raises `clientele.testing.NetworkBlocked`.
    """
    with _network_of(request.node):
        yield


def _is_blocked(config: pytest.Config) -> bool:
    """Whether the network is blocked for the whole run."""
    return bool(config.getoption("--clientele-block-network") or config.getini(_BLOCK))


def _hosts(config: pytest.Config) -> list[str]:
    """The hosts that calls may reach in all tests."""
    given = ",".join(config.getoption("--clientele-allow-hosts") or ()).split(",")
    return [*config.getini(_HOSTS), *filter(None, map(str.strip, given))]


def _network_of(item: pytest.Item) -> AbstractContextManager[None]:
    """The network of a test in a block, which its marker may lift."""
    marker = item.get_closest_marker(_ALLOW)
    if marker is None:
        return _network(_hosts(item.config))
    return _network([*_hosts(item.config), *marker.args] if marker.args else None)


def _network(hosts: Iterable[str] | None) -> AbstractContextManager[None]:
    from clientele.http.backends.network import AllowedHosts, network  # noqa: PLC0415
    from clientele.http.errors import ConfigurationError  # noqa: PLC0415

    try:
        return network(None if hosts is None else AllowedHosts(hosts))
    except ConfigurationError as error:
        raise pytest.UsageError(str(error)) from error


def _backend_of(item: pytest.Item) -> str | None:
    """The name of the backend that a test runs on, if it is run on every backend."""
    name = getattr(getattr(item, "callspec", None), "params", {}).get(_PARAMETER)
    return name if isinstance(name, str) else None


def _mode_of(function: object) -> str:
    return "async" if iscoroutinefunction(function) or isasyncgenfunction(function) else "sync"


def _backends(mode: str) -> list[object]:
    from clientele.http import Capability  # noqa: PLC0415
    from clientele.http.backends.discovery import installed_with  # noqa: PLC0415

    names = installed_with(Capability(mode))
    if names:
        return list(names)
    reason = f"no installed backend makes {mode} calls"
    return [pytest.param(None, marks=pytest.mark.skip(reason=reason), id="none")]
