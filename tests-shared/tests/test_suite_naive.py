"""A backend that was written by hand and by the method list alone: the suite finds what it breaks, and only that."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

NAIVE = Path(__file__).with_name("naive_backend.py")

SUITE = """
import importlib
import pkgutil

import clientele_conformance.suite as suite
from clientele_conformance.suite.base import Suite
from naive_backend import NaiveHTTPBackend

for found in pkgutil.iter_modules(suite.__path__):
    module = importlib.import_module(f"{suite.__name__}.{found.name}")
    for name, cls in vars(module).items():
        if isinstance(cls, type) and issubclass(cls, Suite) and cls.__module__ == module.__name__:
            globals()[f"Test{name}"] = type(f"Test{name}", (cls,), {"backend_class": NaiveHTTPBackend})
"""

RECORDER = """
import json
from pathlib import Path
import pytest

WANTED = set(json.loads(Path("wanted.json").read_text()))
OUTCOMES = {}

def rules(item):
    return {rule for marker in item.iter_markers("rule") for rule in marker.args}

def pytest_collection_modifyitems(items):
    items[:] = [item for item in items if not WANTED or rules(item) & WANTED]

@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    if report.when == "call" or report.failed:
        for rule in rules(item):
            OUTCOMES.setdefault(rule, []).append(report.outcome)
    return report

def pytest_sessionfinish():
    Path("outcomes.json").write_text(json.dumps(OUTCOMES))
"""
