"""The pytest plugin: fixtures and markers. It imports only pytest until they are used."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
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


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer a mode for recordings."""
    help_text = "what clientele_recorder does; once, the default, records a test that has no recording"
    parser.getgroup("clientele").addoption(
        "--clientele-record", choices=["once", "none", "new", "all"], default="once", help=help_text
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers."""
    config.addinivalue_line(
        "markers",
        f"{_EVERY}(mode=None): run the test once on every installed backend; mode is 'sync' or 'async', by default "
        "what the test function is",
    )
    config.addinivalue_line("markers", f"{_STRICT}(all_called=False): whether a route that is never called is an error")


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
    """Have every client send through the backend of a marked test, in its fixtures, too."""
    name = _backend_of(item)
    if name is None:
        return (yield)
    from clientele.testing import use_backend  # noqa: PLC0415

    with use_backend(name):
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
