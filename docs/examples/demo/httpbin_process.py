"""httpbin in a process of its own, which never outlives the block that started it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Timer

from docs.examples.demo import server

SECONDS_TO_START = 30.0
SECONDS_TO_STOP = 5.0


@contextmanager
def running_httpbin() -> Iterator[str]:
    """Start httpbin, give its `host:port`, and stop it at the end of the block.

    Raises:
        RuntimeError: it did not start, or not in time; what it has to say about that is on standard error.
    """
    # A session of its own keeps Ctrl-C from it: it is stopped here, in order, whatever happens.
    command = [sys.executable, "-m", server.__name__]
    process = subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        yield f"{server.HOST}:{_port(process)}"
    finally:
        _stop(process)


def _port(process: subprocess.Popen[str]) -> int:
    """The port that `process` prints, which by then is open."""
    assert process.stdout is not None
    limit = Timer(SECONDS_TO_START, process.kill)
    limit.start()
    try:
        port = process.stdout.readline()
    finally:
        limit.cancel()
    if not port:
        raise RuntimeError(f"httpbin did not start, or not within {SECONDS_TO_START:.0f} s")
    return int(port)


def _stop(process: subprocess.Popen[str]) -> None:
    """Close its standard input, which ends it, and kill it if that does not."""
    try:
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=SECONDS_TO_STOP)
    finally:
        process.kill()
        process.wait()
