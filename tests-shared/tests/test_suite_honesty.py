"""Nobody turns a run green but by keeping the rules, and no upgrade turns it red within an edition."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clientele_conformance import rules
from clientele_conformance.editions import CURRENT, checked, editions
from clientele_conformance.integrity import EXTENSIONS
from clientele_conformance.rules import all_rules
from clientele_conformance.suite.base import Suite

pytest_plugins = ["pytester"]

LATER = "2099.1"
OVERRIDING = """
import pytest
from pathlib import Path
from clientele.http import Capability, FakeHTTPBackend
from clientele_conformance.suite.capabilities import CapabilityRules

class FakeBackend(FakeHTTPBackend):
    capabilities = frozenset({Capability.SYNC})

class TestMine(CapabilityRules):
    backend_class = FakeBackend
    known_gaps = Path(__file__).with_name("gaps.toml")

    def test_it_has_a_mode(self):
        pass

    test_http2 = None
    test_a_proxy = pytest.mark.skip(CapabilityRules.test_a_proxy)

    @pytest.fixture
    def subject(self):
        return None

    @pytest.fixture
    def backend_factory(self):
        return FakeBackend

    def test_of_my_own(self):
        pass
"""
EXCUSED = """
import pytest
from clientele.http import Capability, FakeHTTPBackend
from clientele_conformance.rules import rule
from clientele_conformance.suite.base import Suite

class TestMine(Suite):
    backend_class = FakeHTTPBackend

    @pytest.mark.skip(reason="no time")
    @rule("URL-1")
    def test_skipped(self): pass

    @pytest.mark.xfail(reason="broken")
    @rule("URL-1")
    def test_excused(self): assert 1 == 2

    @pytest.mark.xfail(reason="known gap: mine")
    @rule("URL-1")
    def test_excused_in_our_words(self): assert 1 == 2

    @rule("URL-1")
    def test_that_skips(self): pytest.skip("no time")
"""
EDITIONS = """
from clientele.http import Capability, FakeHTTPBackend
from clientele_conformance.rules import rule
from clientele_conformance.suite.base import Suite

class TestMine(Suite):
    backend_class = FakeHTTPBackend

    @rule("URL-1")
    def test_now(self): pass

    @rule("URL-8")
    def test_later_rule(self): raise AssertionError("later rule")

    @rule("URL-8")
    def test_later_rule_that_holds(self): pass

    @rule("URL-1", since="2099.1")
    def test_of_an_old_rule_that_came_later(self): raise AssertionError("later test")

    @rule("URL-1", "URL-8")
    def test_of_both(self): raise AssertionError("both")

    @rule("URL-9")
    def test_of_what_should_be(self): raise AssertionError("should")
"""
GAP = '[[gap]]\nrule = "CAP-1"\ntest = "{test}"\nreason = "why not"\nlink = "https://example.test/1"\n'
WITH_LATER = f"""
[URL-8]
text = "A rule that comes later."
level = "MUST"
edition = "{LATER}"

[URL-9]
text = "A rule that should hold."
level = "SHOULD"
edition = "{CURRENT}"
"""


def run(pytester: pytest.Pytester, suite: str, *arguments: str, gaps: str = "") -> tuple[pytest.RunResult, Any]:
    """The run, and its outcomes by test."""
    pytester.makepyfile(test_mine=suite)
    pytester.makefile(".toml", gaps=gaps)
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function")
    file = pytester.path / "report.json"
    result = pytester.runpytest_inprocess(f"--conformance-json={file}", "-p", "no:randomly", *arguments)
    if not file.exists():
        return result, {}
    (of_backend,) = json.loads(file.read_text(encoding="utf-8"))["runs"]
    return result, {test["id"]: test for test in of_backend["tests"]}


class TestOverriding:
    def test_what_takes_the_place_of_the_suite_fails(self, pytester: pytest.Pytester) -> None:
        """A test that is overridden, deleted or skipped, and a fixture; what a subclass is asked for doesn't."""
        result, tests = run(pytester, OVERRIDING)
        assert pytest.ExitCode.TESTS_FAILED == result.ret
        refused = {name for name, test in tests.items() if "of the suite: take it out" in str(test.get("failure"))}
        assert {"test_it_has_a_mode", "test_http2", "test_a_proxy", "subject"} == refused
        assert "test_of_my_own" not in tests
        result.stdout.fnmatch_lines(["fake does not conform to edition *tests failed*CAP-1*"])

    def test_a_known_gap_is_how_to_say_it(self, pytester: pytest.Pytester) -> None:
        """Then it is expected, and shown with its reason; the rest still fails."""
        _, tests = run(pytester, OVERRIDING, gaps=GAP.format(test="test_http2"))
        assert ("gap", "why not (https://example.test/1)") == (
            tests["test_http2"]["outcome"],
            tests["test_http2"]["reason"],
        )
        assert "failed" == tests["test_it_has_a_mode"]["outcome"]

    def test_excuses_are_failures(self, pytester: pytest.Pytester) -> None:
        """Neither a skip nor an expected failure of one's own keeps a rule."""
        result, tests = run(pytester, EXCUSED)
        result.assert_outcomes(failed=3, errors=1)
        assert {"failed"} == {test["outcome"] for test in tests.values()}
        assert 4 == len(tests)

    def test_what_may_be_defined_is_there(self) -> None:
        """An extension that no suite knows would let a mistyped one through."""
        from clientele_conformance import BackendConformance  # noqa: PLC0415 - as late as users do it

        assert {name for name in EXTENSIONS if not hasattr(BackendConformance, name)} == {"backend_class"}
        assert "backend_class" in Suite.__annotations__


class TestFactory:
    def test_a_fixture_makes_the_backends(self, pytester: pytest.Pytester) -> None:
        """It is asked for each of them, with the options of the test, and may need other fixtures."""
        suite = """
import pytest
from clientele.http import FakeHTTPBackend
from clientele_conformance.rules import rule
from clientele_conformance.suite.base import Suite

class Pooled(FakeHTTPBackend):
    def __init__(self, pool, **options):
        self.pool = pool
        super().__init__(**options)

class Rules(Suite):
    @rule("URL-1")
    def test_it(self, subject):
        assert "mine" == subject.backend.pool

class TestMine(Rules):
    backend_class = Pooled

    @pytest.fixture
    def pool(self):
        return "mine"

    @pytest.fixture
    def backend_factory(self, pool):
        return lambda **options: Pooled(pool, **options)
"""
        result, tests = run(pytester, suite)
        result.assert_outcomes(passed=2)
        assert {"test_it[sync]", "test_it[async]"} == set(tests)

    def test_a_class_without_a_backend_is_told_so(self, pytester: pytest.Pytester) -> None:
        """By the name of what it lacks, before anything runs."""
        suite = "from clientele_conformance.suite.urls import UrlRules\nclass TestMine(UrlRules): pass"
        result, _ = run(pytester, suite)
        assert pytest.ExitCode.OK != result.ret
        result.stdout.fnmatch_lines(["*TestMine: set backend_class to the class under test*"])


class TestEditions:
    @pytest.fixture(autouse=True)
    def later_rules(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """A contract with a rule that comes later, and one that only should hold."""
        folder = tmp_path / "contract"
        shutil.copytree(str(rules.CONTRACT), folder)
        (folder / "later.toml").write_text(WITH_LATER, encoding="utf-8")
        monkeypatch.setattr(rules, "CONTRACT", folder)
        all_rules.cache_clear()
        yield
        all_rules.cache_clear()

    def test_what_is_newer_fails_nothing(self, pytester: pytest.Pytester) -> None:
        """A later rule, a later test of an old rule, a test of both, and what should be: run and reported."""
        result, tests = run(pytester, EDITIONS)
        assert pytest.ExitCode.OK == result.ret
        assert {
            "test_now": "passed",
            "test_later_rule": "provisional",
            "test_later_rule_that_holds": "passed",
            "test_of_an_old_rule_that_came_later": "provisional",
            "test_of_both": "provisional",
            "test_of_what_should_be": "provisional",
        } == {name: test["outcome"] for name, test in tests.items()}
        assert f"it comes into force with edition {LATER}" == tests["test_later_rule"]["reason"]
        result.stdout.fnmatch_lines(["URL-8 A rule that comes later.", "*provisional URL-1, URL-8, URL-9*"])

    def test_they_bind_who_asks_for_the_later_edition(self, pytester: pytest.Pytester) -> None:
        """By the option; what should be still fails nothing."""
        result, tests = run(pytester, EDITIONS, f"--conformance-edition={LATER}")
        assert pytest.ExitCode.TESTS_FAILED == result.ret
        failed = {name for name, test in tests.items() if test["outcome"] == "failed"}
        assert {"test_later_rule", "test_of_an_old_rule_that_came_later", "test_of_both"} == failed
        assert "provisional" == tests["test_of_what_should_be"]["outcome"]

    def test_a_class_may_name_its_edition(self, pytester: pytest.Pytester) -> None:
        """It stays the same, whatever the suite is upgraded to."""
        suite = EDITIONS.replace("FakeHTTPBackend\n\n", f'FakeHTTPBackend\n    edition = "{LATER}"\n\n', 1)
        suite = suite.replace("class TestMine(Suite):", f'class TestMine(Suite):\n    edition = "{LATER}"')
        result, _ = run(pytester, suite)
        assert pytest.ExitCode.TESTS_FAILED == result.ret

    def test_an_edition_that_there_is_not_is_an_error(self, pytester: pytest.Pytester) -> None:
        """Which names those that there are."""
        result, _ = run(pytester, EDITIONS, "--conformance-edition=1999.1")
        assert pytest.ExitCode.USAGE_ERROR == result.ret
        result.stderr.fnmatch_lines([f"*1999.1*{CURRENT}, {LATER}*"])

    def test_the_current_one_is_meant(self) -> None:
        """If none is given; later rules are no part of it."""
        assert CURRENT == checked(None)
        assert [CURRENT, LATER] == editions()
