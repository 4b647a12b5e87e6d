"""The suite keeps its own word: every rule is proved, every proof is for a rule, and no gap goes unnoticed."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import clientele_conformance.suite
from clientele_conformance.naming import matches
from clientele_conformance.rules import GROUPS, Rule, all_rules
from clientele_conformance.suite.base import Suite

pytest_plugins = ["pytester"]

SENTENCE_END = re.compile(r"[.!?](?=\s|$)")
HARNESS = """
from pathlib import Path
from clientele.http import FakeHTTPBackend
from clientele_conformance.rules import rule
from clientele_conformance.suite.base import Suite

class TestFake(Suite):
    backend_class = FakeHTTPBackend
    known_gaps = Path(__file__).with_name("gaps.toml")

    @rule("URL-1")
    def test_that_holds(self, subject):
        pass

    @rule("URL-2")
    def test_that_fails(self, subject):
        raise AssertionError
"""
ONE_MODE = """
from clientele.http import Capability, FakeHTTPBackend
from clientele_conformance.rules import rule
from clientele_conformance.suite.base import Suite, only

class SyncHTTPBackend(FakeHTTPBackend):
    capabilities = frozenset({Capability.SYNC})

class TestFake(Suite):
    backend_class = SyncHTTPBackend

    @rule("URL-1")
    def test_both(self, subject):
        assert subject.mode == "sync"

    @only("async")
    @rule("URL-1")
    def test_async(self, subject):
        raise AssertionError
"""
HOOKS = ("pytest_generate_tests",)
NO_PASS_NO_FAIL = {"passed": 0, "failed": 0}


def suite_classes() -> list[type[Suite]]:
    """Every class of the suite, from wherever it is."""
    package = clientele_conformance.suite
    names = [found.name for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    return [cls for name in names for cls in vars(importlib.import_module(name)).values() if is_defined_in(name, cls)]


def is_defined_in(module: str, found: object) -> bool:
    """Whether `found` is a class of the suite, and not one that the module has imported."""
    return isinstance(found, type) and issubclass(found, Suite) and found is not Suite and found.__module__ == module


def proofs_in(cls: type[Suite]) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The tests that a class defines itself."""
    return ((name, test) for name, test in vars(cls).items() if name.startswith("test"))


def rules_of(test: Callable[..., Any]) -> list[str]:
    """The rules that a test is marked with."""
    return [rule for mark in getattr(test, "pytestmark", ()) if mark.name == "rule" for rule in mark.args]


def _tree(cls: type[Suite]) -> ast.AST:
    return ast.parse(textwrap.dedent(inspect.getsource(cls)))


def _is_literal(node: ast.expr) -> bool:
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return all(map(_is_literal, node.elts))
    return isinstance(node, ast.Constant)


CLASSES = suite_classes()
PER_CLASS = pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
RULES = [pytest.param(rule, id=rule.id) for rule in all_rules().values()]


class TestRules:
    @pytest.mark.parametrize("rule", RULES)
    def test_every_rule_has_a_test(self, rule: Rule) -> None:
        """A promise that nothing proves isn't one."""
        assert [name for cls in CLASSES for name, test in proofs_in(cls) if rule.id in rules_of(test)]

    @pytest.mark.parametrize("rule", RULES)
    def test_a_rule_is_one_sentence(self, rule: Rule) -> None:
        """It starts as one, ends as one, and doesn't end before."""
        assert rule.text == " ".join(rule.text.split())
        assert not rule.text[0].islower()
        assert [match.end() for match in SENTENCE_END.finditer(rule.text)] == [len(rule.text)]

    @pytest.mark.parametrize("group", GROUPS)
    def test_the_ids_of_a_group_have_no_holes(self, group: str) -> None:
        """They are counted from 1, and each group that is announced has rules."""
        numbers = [int(rule.id.removeprefix(f"{group}-")) for rule in all_rules().values() if rule.group == group]
        assert numbers == list(range(1, len(numbers) + 1))
        assert numbers

    @pytest.mark.parametrize("rule", RULES)
    def test_every_rule_names_the_tests_of_a_smoke_run(self, rule: Rule) -> None:
        """One to three, each of them a test that proves it."""
        own = [name for cls in CLASSES for name, test in proofs_in(cls) if rule.id in rules_of(test)]
        assert 1 <= len(rule.smoke) <= 3
        named = {name.partition("[")[0] for name in rule.smoke}
        assert [name for name in named if not any(matches(name, each, None) for each in own)] == []

    def test_the_texts_differ(self) -> None:
        """No rule is there twice under two ids."""
        assert [text for text, count in Counter(rule.text for rule in all_rules().values()).items() if count > 1] == []


class TestSuiteClasses:
    @PER_CLASS
    def test_every_test_proves_a_rule_that_exists(self, cls: type[Suite]) -> None:
        """One at least; an id that was mistyped would prove nothing."""
        proved = {name: set(rules_of(test)) for name, test in proofs_in(cls)}
        assert [] == [name for name, rules in proved.items() if not rules or rules - all_rules().keys()]

    @PER_CLASS
    def test_every_test_says_what_it_proves(self, cls: type[Suite]) -> None:
        """In its docstring, which reports and the contract page show."""
        assert [] == [name for name, test in proofs_in(cls) if not (test.__doc__ or "").strip()]

    @PER_CLASS
    def test_what_is_expected_comes_first(self, cls: type[Suite]) -> None:
        """`assert 200 == answer`: reports tell the two sides apart by it."""
        compared = (node.test for node in ast.walk(_tree(cls)) if isinstance(node, ast.Assert))
        backwards = [
            ast.unparse(test)
            for test in compared
            if isinstance(test, ast.Compare)
            and isinstance(test.ops[0], ast.Eq)
            and _is_literal(test.comparators[0])
            and not _is_literal(test.left)
        ]
        assert [] == backwards

    def test_no_name_is_in_two_classes(self) -> None:
        """A backend combines them all into one class, where the second would hide the first: test, fixture, helper."""
        names = [name for cls in CLASSES for name in vars(cls) if not name.startswith("__") and name not in HOOKS]
        assert [name for name, count in Counter(names).items() if count > 1] == []

    @pytest.mark.parametrize("hook", HOOKS)
    def test_hooks_call_those_of_the_other_classes(self, hook: str) -> None:
        """They may be in many classes, since each passes on to the next: `super()` is what makes `__class__` free."""
        silent = [
            cls for cls in CLASSES if hook in vars(cls) and "__class__" not in vars(cls)[hook].__code__.co_freevars
        ]
        assert silent == []

    def test_all_classes_combine(self) -> None:
        """Into one class, as backends do it."""
        combined = type("Combined", tuple(CLASSES), {})
        assert {name for cls in CLASSES for name, _ in proofs_in(cls)} <= set(dir(combined))

    def test_no_class_is_collected_by_itself(self) -> None:
        """Its name doesn't start with `Test`: it would run without a backend wherever it is imported."""
        assert [cls.__name__ for cls in CLASSES if cls.__name__.startswith("Test")] == []


class TestModes:
    def test_what_a_backend_lacks_is_not_collected(self, pytester: pytest.Pytester) -> None:
        """A test of the mode that it doesn't have is neither run nor skipped: nothing is left to explain."""
        run(pytester, "", harness=ONE_MODE).assert_outcomes(passed=1)


class TestSmoke:
    def test_it_has_one_test_for_each_rule_and_mode(self, pytester: pytest.Pytester) -> None:
        """In whichever order they run: of two tests of a rule the first by name."""
        more = (
            HARNESS
            + """
    @rule("URL-1")
    def test_another_that_holds(self, subject):
        pass
"""
        )
        result = run(pytester, gap("URL-2"), "--smoke", "-v", harness=more)
        result.assert_outcomes(passed=2, xfailed=2, deselected=2)
        result.stdout.fnmatch_lines_random(["*test_another_that_holds*[[]sync*", "*test_another_that_holds*[[]async*"])
        result.stdout.no_fnmatch_line("*::test_that_holds*")

    def test_other_tests_are_not_of_its_business(self, pytester: pytest.Pytester) -> None:
        """Those that are no part of a suite all run."""
        pytester.makepyfile(test_mine="def test_one(): pass\ndef test_two(): pass")
        pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function")
        pytester.runpytest_inprocess("--smoke").assert_outcomes(passed=2)


def gap(rule: str, **others: str) -> str:
    """An entry of the file."""
    entry = {"rule": rule, "reason": "a reason", "link": "https://example.test/1", **others}
    return "\n".join(["[[gap]]", *(f'{key} = "{value}"' for key, value in entry.items()), "", ""])


def run(pytester: pytest.Pytester, gaps: str, *selected: str, harness: str = HARNESS) -> pytest.RunResult:
    """Run the harness with these gaps."""
    pytester.makepyfile(test_fake=harness)
    pytester.makefile(".toml", gaps=gaps)
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function")
    return pytester.runpytest_inprocess(*selected)
