"""The toy backend, written from the list of methods alone: the suite names the rules that it breaks, and only those."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clientele_conformance.rules import all_rules

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.whole

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "toy_backend"
TOY = EXAMPLE / "toy_backend.py"

BREAKS = {
    "BDY-1": "json.dumps writes spaces between items, escapes non-ASCII characters, and accepts NaN",
    "BDY-2": "urlencode writes None, True and lists in Python syntax",
    "CON-3": "a connection for each call, however many there are",
    "ERR-1": "the exceptions of http.client and of sockets escape",
    "HDR-1": "headers are not checked",
    "LIF-1": "two threads may both create a client",
    "LIF-3": "closing doesn't close open connections",
    "QRY-1": "parameters are appended after a second question mark",
    "QRY-2": "urlencode, as above",
    "RDR-5": "credentials follow every redirect",
    "RSP-2": "content codings aren't decoded",
    "STM-3": "lines have no limit",
    "STM-4": "blank lines aren't items",
    "STM-5": "server-sent events aren't supported",
    "TMO-1": "each limit raises TimeoutError",
    "URL-1": "urljoin drops the last part of a base path",
    "URL-2": "any URL that urlsplit accepts is sent",
    "URL-6": "user information becomes part of the host",
}
"""Rules, and why they don't hold."""

KEEPS = {"RDR-1", "RSP-4", "RSP-6"}
"""Rules that hold, most of them thanks to the Response, which is ours."""

PAGE = """\
# A toy backend

`toy_backend.py` is a small backend on `http.client` that subclasses `HTTPBackend` directly. It makes calls, but breaks
many rules of the contract. The [backend on urllib3](../urllib3_backend/README.md) leaves these rules to the core.

It breaks these rules:

| Rule | Text | How |
|---|---|---|
{broken}

It keeps these rules:

| Rule | Text |
|---|---|
{kept}
"""
SUITE = """
import importlib
import pkgutil

import clientele_conformance.suite as suite
from clientele_conformance.suite.base import Suite
from toy_backend import ToyHTTPBackend

for found in pkgutil.iter_modules(suite.__path__):
    module = importlib.import_module(f"{suite.__name__}.{found.name}")
    for name, cls in vars(module).items():
        if isinstance(cls, type) and issubclass(cls, Suite) and cls.__module__ == module.__name__:
            globals()[f"Test{name}"] = type(f"Test{name}", (cls,), {"backend_class": ToyHTTPBackend})
"""

RECORDER = """
import json
from pathlib import Path

import pytest

HERE = Path(__file__).parent
BROKEN, KEPT = map(set, json.loads((HERE / "wanted.json").read_text()))
A_DOZEN = 12  # Tests are enough to see that a rule is broken; to see that it's kept takes all of them.
OUTCOMES = {}

def rules(item):
    return {rule for marker in item.iter_markers("rule") for rule in marker.args}

def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.nodeid)
    chosen = [item for item in items if rules(item) & KEPT]
    for rule in BROKEN:
        own = [item for item in items if rule in rules(item)]
        chosen.extend(own[:: max(1, len(own) // A_DOZEN)])
    items[:] = dict.fromkeys(chosen)

@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    if report.when == "call" or report.failed:
        for rule in rules(item):
            OUTCOMES.setdefault(rule, []).append(report.outcome)
    return report

def pytest_sessionfinish():
    (HERE / "outcomes.json").write_text(json.dumps(OUTCOMES))
"""


@pytest.mark.timeout(300)
def test_the_suite_finds_what_the_toy_breaks(pytester: pytest.Pytester) -> None:
    """By the names of the rules; rules that it keeps pass, every test of them."""
    outcomes = run_suite(pytester, broken=set(BREAKS), kept=KEEPS)
    failing = {rule for rule, results in outcomes.items() if "failed" in results}
    passing = {rule for rule, results in outcomes.items() if set(results) == {"passed"}}
    assert set(BREAKS) - failing == set()
    assert KEEPS - passing == set()


def test_its_page_says_what_was_found() -> None:
    """Which the test above has shown. To write it anew, print `page()` into the file."""
    assert page() == (EXAMPLE / "README.md").read_text(encoding="utf-8")


def page() -> str:
    """What the contract says of the toy."""
    broken = "\n".join(f"| {rule} | {text} | {BREAKS[rule]} |" for rule, text in texts(set(BREAKS)))
    kept = "\n".join(f"| {rule} | {text} |" for rule, text in texts(KEEPS))
    return PAGE.format(broken=broken, kept=kept)


def texts(rules: set[str]) -> list[tuple[str, str]]:
    """The ids of `rules` and their texts, in the order of the contract."""
    return [(rule.id, rule.text) for rule in all_rules().values() if rule.id in rules]


def run_suite(pytester: pytest.Pytester, *, broken: set[str], kept: set[str]) -> dict[str, list[str]]:
    """The outcomes of each rule's tests: some of those that should fail, all of those that should pass."""
    pytester.makepyfile(toy_backend=TOY.read_text(encoding="utf-8"), test_toy=SUITE)
    pytester.makeconftest(RECORDER)
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\npythonpath = .")
    pytester.path.joinpath("wanted.json").write_text(json.dumps([sorted(broken), sorted(kept)]), encoding="utf-8")
    pytester.runpytest_subprocess("-q", "--tb=no", "-W", "ignore", timeout=280)
    outcomes: dict[str, list[str]] = json.loads(pytester.path.joinpath("outcomes.json").read_text(encoding="utf-8"))
    return outcomes
