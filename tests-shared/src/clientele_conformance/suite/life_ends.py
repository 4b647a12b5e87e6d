"""Unannounced ends: of an event loop, of the interpreter, and of a forked child."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import pytest

from clientele.http import Capability
from clientele_conformance.rules import rule
from clientele_conformance.servers import Certificates, Origin, Stall, chunk, chunked_head, response
from clientele_conformance.subject import Mode
from clientele_conformance.suite.base import Suite, needs_system, only
from clientele_conformance.suite.streams_wire import PLENTY

Ended: TypeAlias = "subprocess.CompletedProcess[str]"
EndOf: TypeAlias = Callable[[str], Ended]

PROGRAMS = "clientele_conformance.suite.life_programs"
SECONDS = 180
LINES = 30
"""Of what a program has printed, as many are shown."""

PYTEST_OPTIONS = (
    *("-q", "-W", "error", "-p", "no:cacheprovider", "-p", "pytest_asyncio.plugin"),
    *("-o", "asyncio_default_fixture_loop_scope=function"),
)
PYTEST_FILE = """\
import pytest
from {programs} import aget, load, trusting

@pytest.mark.asyncio
@pytest.mark.parametrize("url", {urls})
async def test_a_call(url):
    await aget(load({module!r}, {qualname!r})(verify=trusting({how!r}, {authority!r}), timeout=10.0), url)
"""


class EndRules(Suite):
    """LIF-5 and LIF-6, proved with programs that run in processes of their own, over TCP and over TLS."""

    @pytest.fixture
    def urls(self, origin: Origin, tls_origin: Origin) -> list[str]:
        """Where the programs get their answers."""
        for server in (origin, tls_origin):
            server.on("/answer", response(body=b"answer"))
            server.on("/stream", [chunked_head(), chunk(PLENTY), Stall()])
            server.on("/silent", Stall())
        return [origin.url(), tls_origin.url()]

    @pytest.fixture
    def authority(self, certificates: Certificates) -> tuple[str, str]:
        """How programs trust the servers, and by which file."""
        return "path" if self.has(Capability.CA_PATH) else "unverified", str(certificates.ca_path)

    @pytest.fixture
    def strict_end(self, mode: Mode, urls: list[str], authority: tuple[str, str]) -> EndOf:
        """Runs a program with every warning an error, and with the checks of the development mode."""
        del mode
        options = ("-X", "dev", "-W", "error")
        return lambda name: python(*options, "-m", PROGRAMS, name, *self.import_path(), *authority, *urls)

    @pytest.fixture
    def end(self, mode: Mode, urls: list[str], authority: tuple[str, str]) -> EndOf:
        """Runs a program as programs usually run."""
        del mode
        return lambda name: python("-m", PROGRAMS, name, *self.import_path(), *authority, *urls)

    @only("sync")
    @rule("LIF-5")
    @pytest.mark.parametrize(
        ("program", "printed"),
        [("still_referenced", "answer"), ("collected", "answer"), ("unfinished_stream", "item")],
    )
    def test_the_interpreter_ends_in_silence(self, program: str, printed: str, strict_end: EndOf) -> None:
        """An unclosed backend causes no warning and no ignored exception."""
        assert_silent(strict_end(program), [printed])

    @only("async")
    @rule("LIF-5")
    @pytest.mark.parametrize(
        ("program", "printed"),
        [
            ("run", ["answer"] * 3),
            ("runner", ["answer"] * 2),
            ("unfinished_async_stream", ["item"]),
            ("unfinished_task", ["answer"]),
        ],
    )
    def test_an_event_loop_ends_in_silence(self, program: str, printed: list[str], strict_end: EndOf) -> None:
        """An unclosed backend causes no warning and no ignored exception, at the end of the loop or the program."""
        assert_silent(strict_end(program), printed)

    @only("async")
    @rule("LIF-5")
    def test_a_test_of_pytest_asyncio_ends_in_silence(
        self, mode: Mode, urls: list[str], authority: tuple[str, str], tmp_path: Path
    ) -> None:
        """It passes where warnings are errors, although it doesn't close its backend."""
        del mode
        module, qualname = self.import_path()
        how, file_of_authority = authority
        text = PYTEST_FILE.format(
            programs=PROGRAMS, urls=urls, module=module, qualname=qualname, how=how, authority=file_of_authority
        )
        file = tmp_path / "test_silence.py"
        file.write_text(text, encoding="utf-8")
        options = ("-X", "dev", "-m", "pytest", *PYTEST_OPTIONS, str(file))
        # Loading every plugin that is installed takes seconds, and none but one matters here.
        ended = python(*options, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", PYTEST_ADDOPTS="")
        assert [] == complaints(ended)
        assert "2 passed" in ended.stdout

    @only("sync")
    @needs_system("fork")
    @rule("LIF-6")
    def test_a_forked_child_has_connections_of_its_own(self, end: EndOf, origin: Origin, tls_origin: Origin) -> None:
        """It ends as programs do, saying nothing on the connection of its parent, which works as before."""
        assert_answered(end("fork"), 8)
        for server in (origin, tls_origin):
            assert_apart(server)

    @only("sync")
    @needs_system("fork")
    @rule("LIF-6")
    def test_a_child_forked_while_all_connections_are_in_use_has_its_own(self, end: EndOf) -> None:
        """What the threads of its parent have taken is given back to the parent alone."""
        assert_answered(end("fork_while_busy"), 4)

    @only("async")
    @needs_system("fork")
    @rule("LIF-6")
    def test_a_child_forked_between_two_runs_has_connections_of_its_own(
        self, end: EndOf, origin: Origin, tls_origin: Origin
    ) -> None:
        """It calls from an event loop of its own, and its parent goes on with the loop and the connection it had."""
        assert_answered(end("async_fork"), 8)
        for server in (origin, tls_origin):
            assert_apart(server)


def python(*arguments: str, path: Sequence[str] = (), **environment: str) -> Ended:
    """Run an interpreter that finds what is in the folders in `path`, and then what this one does."""
    return subprocess.run(  # noqa: S603 - our own interpreter and our own programs
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [*path, *sys.path]))} | environment,
    )


def assert_silent(ended: Ended, printed_for_each_url: list[str]) -> None:
    """The program did what it should, and had nothing to complain of."""
    assert [] == ended.stderr.splitlines()[-LINES:]
    assert [] == complaints(ended)
    assert 2 * printed_for_each_url == ended.stdout.split()


def assert_answered(ended: Ended, times: int) -> None:
    """All its processes got their answers."""
    assert ["answer"] * times == [*ended.stdout.split(), *complaints(ended)]


def assert_apart(server: Origin) -> None:
    """The parent made two calls, then the child one, on a connection of its own, then the parent another.

    A parent that keeps connections went on with the one that it had.
    """
    used = [request.connection_id for request in server.requests]
    assert ([1, 1, 2, 1] if 1 == len(set(used[:2])) else [1, 2, 3, 4]) == used


def complaints(ended: Ended) -> list[str]:
    """Of a program that has failed: its exit code, and the end of what it printed."""
    if ended.returncode == 0:
        return []
    return [f"exit code {ended.returncode}", *f"{ended.stdout}\n{ended.stderr}".splitlines()[-LINES:]]
