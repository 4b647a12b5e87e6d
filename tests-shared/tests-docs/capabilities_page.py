"""The page of capabilities: what each shipped backend declares, and the results of a run of the contract.

`hatch run docs:capabilities` writes it, from the record that `hatch run alone:record` keeps; a test compares both.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from importlib.metadata import entry_points, requires
from typing import Any

from clientele.http import Capability
from clientele.http.transport import TransportBackend
from clientele_conformance.rules import GROUPS
from clientele_conformance.subject import Mode
from conformance_record import ROOT, InMode, Record, Shown

PAGE = ROOT / "docs" / "reference" / "capabilities.md"
NAMES = ("httpx", "httpx2", "requests", "aiohttp", "niquests", "pyreqwest")

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
    Capability.COOKIES: "cookies, with `cookies=True`",
}
_HEAD = """\
# Capabilities

What each backend supports. The class declares it in `capabilities`, and the rule [CAP-1](contract.md#capabilities)
verifies it: what is declared works, and everything else is refused with the documented error. The [results of a
run](#results-of-a-run) are below. `hatch run docs:capabilities` generates this page from the classes and the results.
"""
_GAPS = """\
## Known gaps

A known gap is a rule that a backend can't keep with the public API of its library. Each gap has a reason, and a link to
an issue or page of the library. A run fails when the rule holds although a gap is listed.
"""
_TAIL = """\
## Results of a run

The number of rules of the [contract](contract.md) that hold, for each backend alone in its environment. Rules with a
known gap, and rules that were not tested, are named. A whole run includes all tests, a smoke run one for each rule in
each mode. Whole runs are part of CI for each change. `hatch run alone:record` makes a run and records it if no test
fails.
"""


def capabilities_page() -> str:
    """The page, as Markdown."""
    backends = {name: _backend(name) for name in NAMES}
    rows = [
        _row(about, ["yes" if capability in backends[name].capabilities else _NO for name in NAMES])
        for capability, about in _ABOUT.items()
    ]
    rows += [
        _row("proxy schemes", [", ".join(sorted(backends[name].proxy_schemes)) for name in NAMES]),
        _row("further `client_options`", [_codes(backends[name].native_options) for name in NAMES]),
        _row("versions of the library", [_range(name) for name in NAMES]),
        _row("known gaps", [str(len(known_gaps(name))) for name in NAMES]),
    ]
    head = [_row("", list(NAMES)), "|---" * (len(NAMES) + 1) + "|"]
    gaps = [line for name in NAMES for line in _gaps_of(name)]
    return "\n".join([_HEAD, *head, *rows, "", _GAPS, *gaps, _TAIL, *_what_was_shown(), ""])


def declared(name: str) -> tuple[str, ...]:
    """The capabilities of a backend as it is installed, as a record has them."""
    return tuple(sorted(map(str, _backend(name).capabilities)))


def known_gaps(name: str) -> list[dict[str, Any]]:
    """The known gaps of a backend."""
    files = sorted((ROOT / "packages" / f"clientele-{name}" / "tests").glob("*gaps*.toml"))
    return [gap for path in files for gap in tomllib.loads(path.read_text(encoding="utf-8")).get("gap", [])]


def _gaps_of(name: str) -> list[str]:
    """A table, with the rules of gaps that have one reason in one row."""
    gaps = known_gaps(name)
    if not gaps:
        return [f"**{name}** has none.", ""]
    rules: dict[tuple[str, str, str], list[str]] = {}
    for gap in gaps:
        rules.setdefault((gap["reason"], gap["link"], gap["care"]), []).append(_named(gap))
    rows = [
        _row(", ".join(dict.fromkeys(named)), [f"[{reason}]({link})" if link else reason, f"when {care}"])
        for (reason, link, care), named in rules.items()
    ]
    return [_row(f"**{name}**", ["Reason", "When it matters"]), "|---|---|---|", *rows, ""]


def _named(gap: dict[str, Any]) -> str:
    """The rule of a gap, and the mode if it is about one."""
    group = GROUPS[gap["rule"].partition("-")[0]]
    rule = f"[{gap['rule']}](contract.md#{group.lower().replace(' ', '-').replace('/', '')})"
    return f"{rule}, {gap['mode']}" if "mode" in gap else rule


def _what_was_shown() -> list[str]:
    record = Record.read().root
    columns: list[tuple[str, Mode]] = [(name, mode) for name in NAMES for mode in record[name].modes]
    of_runs: dict[str, Callable[[Shown], str]] = {
        "version of the library": lambda run: f"`{run.library}`",
        "edition of the contract": lambda run: run.edition,
        "kind of run": lambda run: f"{run.kind}, {run.tests:,} tests",
    }
    head = [_row("", [f"{name}, {mode}" for name, mode in columns]), "|---" * (len(columns) + 1) + "|"]
    rows = [_row(about, [cell(record[name]) for name, _ in columns]) for about, cell in of_runs.items()]
    return (
        head
        + rows
        + [
            _row(f"{about}, {group}", [_came(record[name].modes[mode], group) for name, mode in columns])
            for group, about in GROUPS.items()
        ]
    )


def _came(shown: InMode, group: str) -> str:
    """How many rules of a group held, and which did not."""
    named = {"known gap": shown.gaps, "provisional": shown.provisional, "not tested": shown.not_tried}
    others = [
        f"{what} {', '.join(found)}"
        for what, rules in named.items()
        if (found := [rule for rule in rules if rule.startswith(f"{group}-")])
    ]
    return "; ".join([str(shown.held.get(group, 0)), *others])


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
