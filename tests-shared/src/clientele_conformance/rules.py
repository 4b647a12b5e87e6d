"""The rules of the contract, read from the TOML files in the folder `contract`."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, TypeVar

import pytest

from clientele.http import Capability

F = TypeVar("F", bound=Callable[..., object])

GROUPS: Mapping[str, str] = {
    "URL": "URLs",
    "QRY": "Queries",
    "HDR": "Request headers",
    "BDY": "Request bodies",
    "RSP": "Responses",
    "RDR": "Redirects",
    "COK": "Cookies",
    "PRX": "Proxies",
    "SEC": "Security",
    "TMO": "Timeouts",
    "ERR": "Errors",
    "DLV": "Delivery",
    "STM": "Streams",
    "LIF": "Client lifecycle",
    "CON": "Concurrency",
    "CAP": "Capabilities",
    "H2": "HTTP/2",
}
"""The first part of a rule's id, and what its rules are about, in the order in which they are shown."""

_NEEDED: Mapping[str, Capability] = {"H2": Capability.HTTP2, "COK-2": Capability.COOKIES, "COK-3": Capability.COOKIES}
"""Groups and rules that are about what not every backend has."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One promise of the contract.

    Attributes:
        id: by which tests, known gaps and reports name it: `URL-1`.
        text: the promise, in one sentence.
        level: MUST is needed to conform; SHOULD is reported.
        edition: the edition of the suite in which it became a rule.
        smoke: the tests of a smoke run, as `clientele_conformance.naming` names them: those that catch most.
        cures: what an author of a backend usually does to keep it.
    """

    id: str
    text: str
    level: Literal["MUST", "SHOULD"]
    edition: str
    smoke: tuple[str, ...] = ()
    cures: str = ""

    @property
    def group(self) -> str:
        """The first part of the id."""
        return self.id.partition("-")[0]


CONTRACT = files("clientele_conformance").joinpath("contract")
"""The folder of the rules."""


@cache
def all_rules() -> Mapping[str, Rule]:
    """Every rule by its id, in the order of the groups."""
    found: dict[str, Rule] = {}
    for file in CONTRACT.iterdir():
        for rule_id, entry in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if rule_id in found:
                raise ValueError(f"{file.name}: {rule_id} is defined twice")
            found[rule_id] = Rule(rule_id, **entry | {"smoke": tuple(entry.get("smoke", ()))})
    order = list(GROUPS)
    return dict(sorted(found.items(), key=lambda pair: (order.index(pair[1].group), _number(pair[0]))))


def _number(rule_id: str) -> int:
    return int(rule_id.partition("-")[2])


def named_rules(names: str) -> set[str]:
    """The ids of the rules that are named, by themselves or by their groups, with commas or blanks between.

    Raises:
        ValueError: a name is of no rule and no group.
    """
    found = set[str]()
    for name in names.replace(",", " ").upper().split():
        rules = {rule.id for rule in all_rules().values() if name in (rule.id, rule.group)}
        if not rules:
            raise ValueError(f"{name}: no such rule or group of rules; the groups are {', '.join(GROUPS)}")
        found |= rules
    return found


def applies(rule_id: str, capabilities: Collection[str]) -> bool:
    """Whether a rule is about a backend that has these capabilities."""
    needed = (_NEEDED.get(name) for name in (rule_id.partition("-")[0], rule_id))
    return all(capability in capabilities for capability in needed if capability is not None)


def rule(*ids: str, since: str | None = None, **params: object) -> Callable[[F], F]:
    """Mark a test as one that proves the rules called `ids`.

    Args:
        ids: the rules.
        since: the edition from which on it does, if it was added later than the rules.
        params: the parameters with which it does, as `mode="sync"` or `http2=True`; with others it proves nothing of
            these rules. By default, with any.
    """
    return pytest.mark.rule(*ids, params=params, **({} if since is None else {"since": since}))


def rules_of(markers: Iterable[pytest.Mark], params: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids of the rules that a test with these `params` proves, by its `markers`."""
    holding = (
        marker
        for marker in markers
        if marker.name == "rule" and marker.kwargs.get("params", {}).items() <= params.items()
    )
    return tuple(dict.fromkeys(rule_id for marker in holding for rule_id in marker.args))
