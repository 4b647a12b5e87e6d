"""The pytest plugin, in runs of pytest of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest
import yaml  # noqa: F401 - pytester forgets what a run imports first, and PyYAML's part in C can't be imported twice

from clientele.http import Capability
from clientele.http.backends.discovery import installed_with

pytest_plugins = ["pytester"]

CLIENT = """
from clientele.api import APIClient
from clientele.testing import use_backend

api = APIClient(base_url="https://api.example.com")

@api.get("/users/{id}")
def get_user(result: dict, id: int) -> dict:
    return result
"""

SERVER = """
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = self.headers["User-Agent"].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass

@pytest.fixture(scope="module")
def url():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()
"""


OPTIONS = (
    "-p",
    "no:randomly",
    "-p",
    "no:hypothesispytest",
    "--strict-markers",
    "-q",
    "-rA",
    "-o",
    "asyncio_default_fixture_loop_scope=function",
)


def run(pytester: pytest.Pytester, test: str) -> pytest.RunResult:
    """A run in this process, with the plugin loaded from its entry point."""
    pytester.makepyfile(users=CLIENT)
    pytester.makepyfile(test_users=test)
    pytester.makeconftest(SERVER)
    return pytester.runpytest_inprocess(*OPTIONS)


def test_the_plugin_imports_nothing_but_pytest() -> None:
    """It is in every run of pytest, whatever is tested."""
    code = (
        "import sys, pytest; before = set(sys.modules); import clientele.testing.plugin; "
        "print(sorted(set(sys.modules) - before))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout  # noqa: S603
    assert found.strip() == "['clientele', 'clientele.testing', 'clientele.testing.plugin']"


def test_a_run_that_does_not_use_it_does_not_import_the_client(pytester: pytest.Pytester) -> None:
    """Nor Pydantic."""
    pytester.makepyfile("""
        import sys

        def test_nothing():
            assert not {name for name in sys.modules if name.startswith(("clientele.api", "clientele.http"))}
    """)
    plugins = ("-p", "no:clientele_conformance", "-p", "no:hypothesispytest")
    pytester.runpytest_subprocess(*plugins, "-p", "no:randomly").assert_outcomes(passed=1)


def test_the_fake_of_a_test_is_strict(pytester: pytest.Pytester) -> None:
    """It answers what it was told to, and an unmatched request fails the test though it was caught."""
    result = run(
        pytester,
        """
        import pytest
        from users import get_user, use_backend

        def test_right(clientele_fake):
            route = clientele_fake.on("GET", "/users/{id}").reply(200, {"id": 7})
            with use_backend(clientele_fake):
                assert get_user(7) == {"id": 7}
            route.assert_called_once()

        def test_caught(clientele_fake):
            clientele_fake.on("GET", "/users")
            with use_backend(clientele_fake), pytest.raises(AssertionError):
                get_user(7)

        def test_unused_is_fine(clientele_fake):
            clientele_fake.on("GET", "/users")

        @pytest.mark.clientele_fake(all_called=True)
        def test_unused(clientele_fake):
            clientele_fake.on("GET", "/users")
        """,
    )
    result.assert_outcomes(passed=4, errors=2)
    unmatched = "*no route of the fake matches GET https://api.example.com/users/7"
    result.stdout.fnmatch_lines([unmatched, "*GET /users was never called"])


def test_a_marked_test_runs_on_every_installed_backend(pytester: pytest.Pytester) -> None:
    """Through decorated functions and fixtures alike; a coroutine function on those that are asynchronous."""
    result = run(
        pytester,
        """
        import pytest
        from clientele.api import APIClient

        api = APIClient()

        @pytest.fixture
        def first(url):
            return api.request("GET", url).text

        @pytest.mark.clientele_every_backend
        def test_sync(url, clientele_backend):
            assert f"({clientele_backend}/" in api.request("GET", url).text

        @pytest.mark.clientele_every_backend
        def test_in_a_fixture(first, request):
            assert f"({request.node.callspec.id}/" in first

        @pytest.mark.clientele_every_backend
        @pytest.mark.asyncio
        async def test_async(url, request):
            assert f"({request.node.callspec.id}/" in (await api.arequest("GET", url)).text

        @pytest.mark.clientele_every_backend(mode="async")
        def test_own_loop(url, request):
            import asyncio
            assert f"({request.node.callspec.id}/" in asyncio.run(api.arequest("GET", url)).text

        @pytest.mark.clientele_every_backend
        @pytest.mark.parametrize("number", [1, 2])
        def test_with_parameters(number, url):
            assert api.request("GET", url).status_code == 200

        def test_unmarked(clientele_fake):
            assert clientele_fake.requests == []
        """,
    )
    sync, asynchronous = len(installed_with(Capability.SYNC)), len(installed_with(Capability.ASYNC))
    skipped = {"skipped": 2} if not asynchronous else {}
    skipped = {"skipped": 4} if not sync else skipped
    result.assert_outcomes(passed=4 * sync + 2 * asynchronous + 1, **skipped)


def test_a_recording_is_made_once_and_replayed_on_every_backend(pytester: pytest.Pytester) -> None:
    """The first backend asks the server; the others, and later runs, don't."""
    result = run(
        pytester,
        """
        import pytest
        from clientele.api import APIClient
        from clientele.testing import use_backend

        answers = []

        @pytest.mark.clientele_every_backend
        @pytest.mark.parametrize("number", [1, 2])
        def test_recorded(number, url, clientele_recorder):
            with use_backend(clientele_recorder):
                answers.append(APIClient().request("GET", url).text)

        def test_who_asked(clientele_fake):
            assert len(set(answers)) == 1

        def test_where(pytestconfig):
            folder = pytestconfig.rootpath / "cassettes" / "test_users"
            assert sorted(path.name for path in folder.iterdir()) == ["test_recorded-1.yaml", "test_recorded-2.yaml"]
        """,
    )
    assert result.ret == 0


@pytest.mark.parametrize(
    ("test", "message"),
    [
        ("@pytest.mark.clientele_every_backend(mode='both')\ndef test(): ...", "takes mode='sync' or mode='async'"),
        ("@pytest.mark.clientele_every_backend('httpx')\ndef test(): ...", "takes mode='sync' or mode='async'"),
        ("def test(clientele_backend): ...", "clientele_backend is for tests marked"),
    ],
)
def test_a_mistake_in_a_marker_raises(pytester: pytest.Pytester, test: str, message: str) -> None:
    """In words that say what to write."""
    result = run(pytester, f"import pytest\n\n{test}\n")
    assert result.ret != 0
    result.stdout.fnmatch_lines([f"*{message}*"])
