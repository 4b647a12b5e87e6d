"""The page on `clientele new`: what it shows is what is written, and what is printed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs/how-to/new.md"
TITLED = re.compile(r'^```(?:yaml|py) title="([^"]+)"\n(.*?)^```$', re.MULTILINE | re.DOTALL)
CONSOLE = re.compile(r"^```console\n\$ clientele ([^\n]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_what_the_page_shows_is_what_is_written(tmp_path: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    shown = dict(TITLED.findall(page))
    (tmp_path / "shop.yaml").write_text(shown["shop.yaml"])
    ((command, printed),) = CONSOLE.findall(page)
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "clientele", *command.split()],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert printed == done.stdout
    assert shown == {name: (tmp_path / name).read_text() for name in shown}
