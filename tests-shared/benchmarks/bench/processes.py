"""The processes of the contestants, as the controller has them."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast
from urllib.request import urlopen

from bench.worker import Order, Report

FOLDER = Path(__file__).parents[1]

CLEAN = {"PATH": os.defpath, "HOME": os.environ.get("HOME", "/"), "PYTHONHASHSEED": "0"}
"""What contestants have of the environment: no proxies, no settings of the interpreter, and the same in every run."""


class WorkerFailed(Exception):
    """A contestant has ended before it was done; what it said is on standard error."""


class Worker:
    """A contestant in a process of its own, in the environment of `python`."""

    def __init__(self, python: Path, work: str, *arguments: str) -> None:
        self._work = work
        self._process = subprocess.Popen(  # noqa: S603 - our own
            [str(python), "-m", "bench.worker", work, *arguments],
            env={**CLEAN, "PYTHONPATH": str(FOLDER)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, start: int, stop: int, *, at_once: int = 1, profile: bool = False) -> Report:
        """Have it called with each number from `start` to before `stop`.

        Raises:
            WorkerFailed: it has ended.
        """
        order = Order(start=start, stop=stop, at_once=at_once, profile=profile)
        with suppress(BrokenPipeError):
            cast(IO[str], self._process.stdin).write(json.dumps(order) + "\n")
            cast(IO[str], self._process.stdin).flush()
        line = cast(IO[str], self._process.stdout).readline()
        if not line:
            raise WorkerFailed(f"{self._work} has ended with code {self._process.wait()}")
        report: Report = json.loads(line)
        return report

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with suppress(BrokenPipeError):
            cast(IO[str], self._process.stdin).close()
        self._process.wait()
        cast(IO[str], self._process.stdout).close()


@dataclass(frozen=True, slots=True)
class Servers:
    """Where the servers are.

    Attributes:
        plain, http2: URLs.
        ca: the path of the certificate that `http2` is trusted by.
    """

    plain: str
    http2: str
    ca: str

    def connections(self, path: str) -> int:
        """How many connections requests to below `path` have come on, over HTTP/2."""
        context = ssl.create_default_context(cafile=self.ca)
        with urlopen(f"{self.http2}/connections{path}", context=context) as response:  # noqa: S310 - our own
            return int(response.read())


@contextmanager
def running_servers(folder: Path) -> Iterator[Servers]:
    """The servers, which run meanwhile; `folder` is for a certificate."""
    ca = folder / "ca.pem"
    with _running("bench.server") as plain, _running("bench.server_http2", str(ca)) as http2:
        yield Servers(f"http://127.0.0.1:{plain}", f"https://127.0.0.1:{http2}", str(ca))


@contextmanager
def _running(module: str, *arguments: str) -> Iterator[int]:
    """A server; its port."""
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(  # noqa: S603 - our own
        command, env={**CLEAN, "PYTHONPATH": str(FOLDER)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        yield int(cast(IO[str], server.stdout).readline())


def program_seconds(python: Path, source: str) -> float:
    """The CPU time of a whole process that runs `source`, as the kernel has counted it.

    Raises:
        CalledProcessError: it has failed.
    """
    command = [str(python), "-I", "-c", source]
    process = subprocess.Popen(command, env=CLEAN)  # noqa: S603 - our own
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return used.ru_utime + used.ru_stime
