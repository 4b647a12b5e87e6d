"""Which tests of the contract need a socket, and why: `python -m clientele_conformance.sockets` prints them by rule.

A backend in this process, such as the fake, runs all the others; see `clientele_conformance.in_process`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from clientele_conformance.rules import all_rules


@cache
def needing_a_socket() -> Mapping[str, str]:
    """The tests that need a socket, by name, each with the reason."""
    text = files("clientele_conformance").joinpath("sockets.toml").read_text(encoding="utf-8")
    return {test: entry["reason"] for entry in tomllib.loads(text)["socket"] for test in entry["tests"]}


def needs_a_socket(test: str, name: str, mode: str | None) -> bool:
    """Whether `test` does, always or with the parameters that are in its `name`."""
    return test in needing_a_socket() or name.replace(f"[{mode}-", "[") in needing_a_socket()


def proofs_by_rule(suite: type) -> dict[str, list[str]]:
    """The tests that prove each rule."""
    found: dict[str, list[str]] = {}
    for name in dir(suite):
        for mark in getattr(getattr(suite, name), "pytestmark", ()) if name.startswith("test_") else ():
            for rule in mark.args if mark.name == "rule" else ():
                found.setdefault(rule, []).append(name)
    return found


def table(suite: type) -> str:
    """For each rule, how many of its tests in `suite` need no socket, and why the others do; in Markdown.

    A test that needs one with some parameters only counts as one that needs none.
    """
    reasons, tests = needing_a_socket(), proofs_by_rule(suite)
    lines = ["| Rule | Tests without a socket | Tests that need one | Why |", "|---|---:|---:|---|"]
    for rule in all_rules():
        own = tests.get(rule, [])
        why = dict.fromkeys(reasons[test] for test in own if test in reasons)
        needing = sum(test in reasons for test in own)
        lines.append(f"| {rule} | {len(own) - needing} | {needing} | {' '.join(why)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    from clientele_conformance import BackendConformance

    print(table(BackendConformance))  # noqa: T201 - that is what it is for
