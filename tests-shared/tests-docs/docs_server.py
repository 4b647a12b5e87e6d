"""The server that the page `Start` gives to its readers, run as they run it, but at a free port."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "start.md"
SERVES = ".serve_forever()"
SECONDS = 20
"""For the server to start."""

_BLOCK = re.compile(r'^ *```python title="server\.py"\n(.*?)^ *```$', re.MULTILINE | re.DOTALL)
_ADDRESS = re.compile(r'(127\.0\.0\.1(?::|", ))8000\b')


def at_port(code: str, port: int) -> str:
    """The code of a page, with another port than 8000."""
    return _ADDRESS.sub(rf"\g<1>{port}", code)


@contextmanager
def running_server() -> Iterator[int]:
    """The server, in a process of its own; its port."""
    block = _BLOCK.search(PAGE.read_text(encoding="utf-8"))
    assert block is not None, f"{PAGE} has no server.py"
    port = _free_port()
    command = [sys.executable, "-c", at_port(textwrap.dedent(block[1]), port)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:  # noqa: S603 - it is the page's own
        try:
            _wait_for(port)
            yield port
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    for _ in range(SECONDS * 20):
        with socket.socket() as trying:
            if trying.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"the server of {PAGE.name} doesn't listen after {SECONDS} seconds")
