"""`--clientele-block-network`, its fixture and its marker, in runs of pytest of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml  # noqa: F401 - pytester forgets what a run imports first, and PyYAML's part in C can't be imported twice

from clientele_conformance.servers import Origin, json_response

pytest_plugins = ["pytester"]

LOOPS = ("-o", "asyncio_default_fixture_loop_scope=function")
OPTIONS = ("-p", "no:randomly", "-p", "no:hypothesispytest", "--strict-markers", "-q", "-rA", *LOOPS)

TESTS = """
import pytest

from clientele.api import APIClient
from clientele.testing import NetworkBlocked, use_backend

URL = "ORIGIN"
early = APIClient(base_url=URL)

@pytest.fixture(scope="session")
def shared():
    return APIClient(base_url=URL)

@early.get("/")
def get_user(result: dict) -> dict:
    return result

def blocked(call):
    try:
        call()
    except NetworkBlocked:
        return True
    return False
"""


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as origin:
        origin.on("/", json_response({"id": 7}))
        yield origin


def run(pytester: pytest.Pytester, origin: Origin, tests: str, *options: str) -> pytest.RunResult:
    pytester.makepyfile(TESTS.replace("ORIGIN", origin.url("/")) + tests)
    return pytester.runpytest_inprocess(*OPTIONS, *options)


def test_the_option_stops_all_calls_but_those_of_fakes(pytester: pytest.Pytester, origin: Origin) -> None:
    """Of clients made at import and of shared ones; the message says which call, and what to do."""
    tests = """
    def test_early():
        get_user()

    def test_shared(shared):
        assert blocked(lambda: shared.request("GET", "/"))

    def test_fake(clientele_fake):
        clientele_fake.on("GET", "/").reply(200, {"id": 1})
        with use_backend(clientele_fake):
            assert get_user() == {"id": 1}
    """
    result = run(pytester, origin, _dedented(tests), "--clientele-block-network")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        ["*NetworkBlocked: get_user: GET http://127.0.0.1:*/: the network is blocked in tests", "*clientele_fake*"]
    )
    assert origin.requests == []


def test_without_it_nothing_is_stopped(pytester: pytest.Pytester, origin: Origin) -> None:
    """And a run that blocks leaves nothing behind, in the process that it ran in."""
    tests = _dedented("""
    def test_it():
        assert not blocked(get_user)
    """)
    run(pytester, origin, tests, "--clientele-block-network").assert_outcomes(failed=1)
    run(pytester, origin, tests).assert_outcomes(passed=1)


def test_calls_while_tests_are_collected_are_stopped(pytester: pytest.Pytester, origin: Origin) -> None:
    """The block begins before modules are imported."""
    result = run(pytester, origin, "\nget_user()\n", "--clientele-block-network")
    result.assert_outcomes(errors=1)
    assert origin.requests == []


@pytest.mark.parametrize("by", ["option", "ini"])
def test_hosts_are_allowed(pytester: pytest.Pytester, origin: Origin, by: str) -> None:
    """By options or by the ini file, which blocks, too."""
    tests = _dedented("""
    def test_it():
        assert get_user() == {"id": 7}
        assert blocked(lambda: early.request("GET", "https://api.example.com/"))
    """)
    if by == "ini":
        pytester.makeini("[pytest]\nclientele_block_network = true\nclientele_allow_hosts = ::1 127.0.0.1\n")
        result = run(pytester, origin, tests)
        run(pytester, origin, tests, "-o", "clientele_block_network=false").assert_outcomes(failed=1)
    else:
        result = run(pytester, origin, tests, "--clientele-block-network", "--clientele-allow-hosts=::1,127.0.0.1")
    result.assert_outcomes(passed=1)


MARKED = """
    @pytest.mark.clientele_allow_network
    def test_all():
        assert not blocked(get_user)

    @pytest.mark.clientele_allow_network("127.0.0.1")
    def test_one():
        assert not blocked(get_user)

    @pytest.mark.clientele_allow_network("localhost")
    def test_another():
        assert blocked(get_user)

    def test_none():
        assert blocked(get_user)
"""


def test_a_marker_allows_a_test(pytester: pytest.Pytester, origin: Origin) -> None:
    """All of it, or some hosts."""
    run(pytester, origin, _dedented(MARKED), "--clientele-block-network").assert_outcomes(passed=4)


def test_a_fixture_blocks_a_test(pytester: pytest.Pytester, origin: Origin) -> None:
    """The marker says what is allowed in it; the tests beside it are open."""
    tests = _dedented(MARKED).replace("():", "(clientele_block_network):")
    tests += "\ndef test_open():\n    assert not blocked(get_user)\n"
    run(pytester, origin, tests).assert_outcomes(passed=5)


def test_recordings_replay_and_are_not_made(pytester: pytest.Pytester, origin: Origin) -> None:
    """Made once with the network open, they do in all runs to come."""
    tests = _dedented("""
    def test_it(clientele_recorder):
        with use_backend(clientele_recorder):
            assert get_user() == {"id": 7}
    """)
    result = run(pytester, origin, tests, "--clientele-block-network")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*it would be recorded: *test_it.yaml has no answer to it; record it once*"])
    run(pytester, origin, tests).assert_outcomes(passed=1)
    run(pytester, origin, tests, "--clientele-block-network").assert_outcomes(passed=1)
    assert len(origin.requests) == 1


def test_workers_of_xdist_block_too(pytester: pytest.Pytester, origin: Origin) -> None:
    """Each is a process of its own that gets the options."""
    pytester.makepyfile(TESTS.replace("ORIGIN", origin.url("/")) + _dedented(MARKED))
    options = ("--clientele-block-network", "-n", "1", "-p", "no:randomly", *LOOPS)
    pytester.runpytest_subprocess(*options).assert_outcomes(passed=4)


@pytest.mark.parametrize(
    ("line", "options", "message"),
    [
        ("", ["--clientele-block-network", "--clientele-allow-hosts=http://a"], "'http://a' is not a host"),
        ("@pytest.mark.clientele_allow_network('a:80')\n", [], "'a:80' is not a host"),
        ("@pytest.mark.clientele_allow_network(hosts='a')\n", [], "takes hosts only"),
    ],
)
def test_a_mistake_in_a_marker_raises(
    pytester: pytest.Pytester, origin: Origin, line: str, options: list[str], message: str
) -> None:
    """Before any test runs."""
    result = run(pytester, origin, f"\n{line}def test(): ...\n", *options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*{message}*"])


def _dedented(tests: str) -> str:
    return tests.replace("\n    ", "\n")
