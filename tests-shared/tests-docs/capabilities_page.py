"""The page of what each shipped backend can do, written from the backends themselves.

`hatch run docs:capabilities` writes it; a test compares it.
"""

from __future__ import annotations

import tomllib
from importlib.metadata import entry_points, requires
from pathlib import Path
from typing import Any

from clientele.http import Capability
from clientele.http.transport import TransportBackend

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "capabilities.md"
NAMES = ("httpx", "requests", "aiohttp", "niquests")

_NO = "\N{EN DASH}"
_ABOUT = {
    Capability.SYNC: "synchronous calls",
    Capability.ASYNC: "asynchronous calls",
    Capability.HTTP2: "HTTP/2, with `http2=True`",
    Capability.PROXY: "proxies",
    Capability.CA_PATH: "`verify` as a path",
    Capability.CLIENT_CERT: "client certificates, `cert`",
    Capability.WRITE_TIMEOUT: "the `write` limit",
    Capability.POOL_TIMEOUT: "the `pool` limit",
}
_HEAD = """\
# Capabilities

What each shipped backend can do. It is what the class says in `capabilities`, and the rule
[CAP-1](contract.md#capabilities) holds it to that both ways: what is declared has to work, and what isn't has to be
refused with the documented error. This page is written from the classes by `hatch run docs:capabilities`.
"""
_TAIL = """\
A known gap is a rule that a backend can't keep on its library. It stands in a file beside the backend's tests, with a
reason and a link, and a run fails as soon as the rule holds after all.
"""


def capabilities_page() -> str:
    """The page, as Markdown."""
    backends = {name: _backend(name) for name in NAMES}
    rows = [
        _row(about, ["yes" if capability in backends[name].capabilities else _NO for name in NAMES])
        for capability, about in _ABOUT.items()
    ]
    rows += [
        _row("proxies of the kinds", [", ".join(sorted(backends[name].proxy_schemes)) for name in NAMES]),
        _row("`client_options` beside ours", [_codes(backends[name].native_options) for name in NAMES]),
        _row("versions of the library", [_range(name) for name in NAMES]),
        _row("known gaps", [str(len(known_gaps(name))) for name in NAMES]),
    ]
    head = [_row("", [f"`{backends[name].__name__}`" for name in NAMES]), "|---" * (len(NAMES) + 1) + "|"]
    return "\n".join([_HEAD, *head, *rows, "", _TAIL])


def known_gaps(name: str) -> list[dict[str, Any]]:
    """The known gaps of a backend."""
    files = sorted((ROOT / "packages" / f"clientele-{name}" / "tests").glob("*gaps*.toml"))
    return [gap for path in files for gap in tomllib.loads(path.read_text(encoding="utf-8")).get("gap", [])]


def _backend(name: str) -> type[TransportBackend[Any, Any]]:
    (found,) = entry_points(group="clientele.backends", name=name)
    backend: type[TransportBackend[Any, Any]] = found.load()
    return backend


def _range(name: str) -> str:
    """What the distribution pins its library to."""
    wanted = next(line for line in requires(f"clientele-{name}") or [] if line.startswith(name))
    lowest_first = sorted(wanted.removeprefix(name).removeprefix("[http2]").split(","), reverse=True)
    return f"`{','.join(lowest_first)}`"


def _row(about: str, cells: list[str]) -> str:
    return f"| {about} | {' | '.join(cells)} |"


def _codes(names: frozenset[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names)) or _NO


if __name__ == "__main__":
    PAGE.write_text(capabilities_page(), encoding="utf-8")
