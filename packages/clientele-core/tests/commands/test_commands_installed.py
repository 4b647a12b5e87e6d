"""`clientele backends` and `clientele doctor`, which find what a test has put in their way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from clientele.commands.main import main
from clientele.http.backends import SHIPPED, backend_class, installed_backends
from clientele_conformance.rules import all_rules

Run = Callable[..., tuple[int, Any]]
Install = Callable[..., None]

CA_VARIABLES = ["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"]
_PROXIES = {f"{scheme}_proxy" for scheme in ("http", "https", "all", "no", "ftp")}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where a netrc file is looked for."""
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of `sys.path` before all others."""
    (tmp_path / "path").mkdir()
    return tmp_path / "path"


@pytest.fixture
def run(home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command; its exit code, and the JSON that it has printed."""
    unwanted = {*_PROXIES, "netrc", *map(str.lower, CA_VARIABLES)}
    for name in [name for name in os.environ if name.lower() in unwanted]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, "aaa_backend", raising=False)

    def run(*arguments: str, environment: Mapping[str, str] = {}) -> tuple[int, Any]:
        with monkeypatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            code = main([*arguments, "--json"])
        shown = capsys.readouterr()
        assert "" == shown.err
        return code, json.loads(shown.out)

    return run


@pytest.fixture
def install(folder: Path) -> Install:
    """Put a distribution on the path of the command: its metadata, and the files that it says it has."""

    def install(name: str, version: str, *, files: Sequence[str] = (), entry_point: str = "") -> None:
        metadata = folder / f"{name.replace('-', '_')}-{version}.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        (metadata / "RECORD").write_text("".join(f"{file},,\n" for file in files))
        (metadata / "entry_points.txt").write_text(f"[clientele.backends]\n{entry_point}\n")
        for file in files:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text("")

    return install


def kinds(hazards: list[dict[str, str]]) -> list[str]:
    """What was found, but for what this environment really has."""
    return [hazard["kind"] for hazard in hazards if hazard["kind"] != "urllib3-future"]


class TestBackends:
    def test_installed_backends_are_listed(self, run: Run) -> None:
        """As discovery finds it, with what each class says of itself."""
        code, listed = run("backends")
        assert (0, sorted(installed_backends())) == (code, [backend["name"] for backend in listed])
        for backend in listed:
            cls = backend_class(backend["name"])
            assert sorted(cls.capabilities) == backend["capabilities"]
            assert backend["library"].startswith(f"{backend['name']}/")
            assert backend["conformance_edition"] == cls.conformance_edition
            assert backend["distribution"] == f"clientele-{backend['name']}"

    def test_a_third_partys_backend_is_listed(self, run: Run, install: Install, folder: Path) -> None:
        """Whatever it says of itself; it is never the default."""
        install("aaa", "1.5", entry_point="aaa = aaa_backend:Backend")
        (folder / "aaa_backend.py").write_text("from clientele.http import FakeHTTPBackend as Backend\n")
        code, listed = run("backends")
        found = {backend["name"]: backend for backend in listed}["aaa"]
        assert (0, "1.5", None, False) == (code, found["version"], found["conformance_edition"], found["is_default"])

    @pytest.mark.parametrize(
        ("target", "said"),
        [("no_such_module:A", "no_such_module"), ("json:Backend", "Backend"), ("json:JSONDecoder", "HTTPBackend")],
    )
    def test_one_that_cannot_be_used_is_a_problem(self, target: str, said: str, run: Run, install: Install) -> None:
        """It is listed with the reason, the others with what they can do, and the exit code is 1."""
        install("aaa", "1.0", entry_point=f"aaa = {target}")
        code, listed = run("backends")
        problems = {backend["name"]: backend["problem"] for backend in listed}
        assert said in problems.pop("aaa")
        assert (1, {None}) == (code, set(problems.values()))

    def test_a_name_that_two_claim_is_a_problem(self, run: Run, install: Install) -> None:
        """Both are named."""
        install("first", "1.0", entry_point="aaa = json:A")
        install("second", "2.0", entry_point="aaa = json:B")
        code, listed = run("backends")
        found = {backend["name"]: backend for backend in listed}["aaa"]
        assert code == 1
        assert "first" in found["problem"]
        assert "second" in found["problem"]


class TestDoctor:
    def test_a_correct_setup_has_no_problems(self, run: Run) -> None:
        """But that urllib3 has been replaced where niquests is, which it really is."""
        code, hazards = run("doctor", "--base-url", "https://api.example.com/v2")
        assert [] == kinds(hazards)
        assert ("niquests" in installed_backends()) is bool(hazards)
        assert code == 0

    def test_it_finds_a_replaced_urllib3(self, run: Run, install: Install) -> None:
        """By the file that urllib3-future has put in its place."""
        install("urllib3-future", "2.99.900", files=["urllib3/__init__.py"])
        code, hazards = run("doctor")
        assert code == 0
        assert any(hazard["kind"] == "urllib3-future" and "2.99.900" in hazard["text"] for hazard in hazards)

    def test_urllib3_future_beside_urllib3_is_not_reported(self, run: Run, install: Install) -> None:
        """Installed without taking the other's place, it gets in nobody's way."""
        install("urllib3-future", "2.99.900", files=["urllib3_future/__init__.py"])
        assert not any("2.99.900" in hazard["text"] for hazard in run("doctor")[1])

    def test_it_finds_an_upstream_clientele(self, run: Run, install: Install) -> None:
        """Its version is below ours, and its files are in the same folder."""
        install("clientele", "2.1.0", files=["clientele_cli.py"])
        code, hazards = run("doctor")
        assert (1, ["upstream-clientele"]) == (code, kinds(hazards))

    def test_it_finds_mismatched_versions(self, run: Run, install: Install) -> None:
        """And names them all."""
        install("clientele-httpx", "3.999.0")
        code, hazards = run("doctor")
        assert (1, ["versions"], "problem") == (code, kinds(hazards), hazards[-1]["level"])
        assert "clientele-httpx 3.999.0" in hazards[-1]["text"]
        assert "clientele-core " in hazards[-1]["text"]

    @pytest.mark.parametrize("variable", ["https_proxy", "HTTPS_PROXY", "ALL_PROXY"])
    @pytest.mark.parametrize("scheme", ["http://", ""])
    def test_it_finds_proxies(self, scheme: str, variable: str, run: Run) -> None:
        """By the variable that names them, without their credentials."""
        environment = {variable: f"{scheme}user:planted@proxy.example:3128", "NO_PROXY": "10.0.0.0/8"}
        code, hazards = run("doctor", environment=environment)
        assert (0, ["proxy"], "note") == (code, kinds(hazards), hazards[-1]["level"])
        assert f"{variable} sends requests through http://proxy.example:3128" == hazards[-1]["text"]
        assert "10.0.0.0/8" in hazards[-1]["advice"]

    @pytest.mark.parametrize("variable", CA_VARIABLES)
    def test_it_finds_authorities_that_are_not_read(self, variable: str, run: Run) -> None:
        """By the variable that names them; it says how they are trusted. A note is no failure."""
        code, hazards = run("doctor", environment={variable: "/etc/corporate.pem"})
        assert (0, ["authorities"], "note") == (code, kinds(hazards), hazards[-1]["level"])
        assert hazards[-1]["text"].startswith(f"{variable} sets the authorities")
        assert "verify='/etc/corporate.pem'" in hazards[-1]["advice"]

    @pytest.mark.parametrize(
        ("content", "found"),
        [
            ("machine api.example.com login me password planted\n", ["netrc"]),
            ("default login me password planted\n", ["netrc"]),
            ("machine other.example login me password planted\n", []),
            ("machine api.example.com login me password planted oops planted\n", ["netrc"]),
        ],
    )
    def test_it_finds_a_netrc_entry(self, content: str, found: list[str], run: Run, home: Path) -> None:
        """For the base URL that is given; what it says is not shown."""
        (home / ".netrc").write_text(content)
        (home / ".netrc").chmod(0o600)
        hazards = run("doctor", "--base-url", "https://API.example.com/v2")[1]
        assert found == kinds(hazards)
        assert "planted" not in str(hazards)

    def test_it_looks_where_the_environment_says(self, run: Run, tmp_path: Path) -> None:
        """As other clients do, and only if there is a base URL to look for."""
        (tmp_path / "credentials").write_text("machine api.example.com login me password planted\n")
        environment = {"NETRC": str(tmp_path / "credentials")}
        assert ["netrc"] == kinds(run("doctor", "--base-url", "http://api.example.com", environment=environment)[1])
        assert [] == kinds(run("doctor", environment=environment)[1])

    def test_an_invalid_base_url_is_reported(self, capsys: pytest.CaptureFixture[str]) -> None:
        """The exit code is 2, and the message says what is wrong with it."""
        assert 2 == main(["doctor", "--base-url", "ftp://user:planted@h/"])
        shown = capsys.readouterr().out
        assert "--base-url" in shown
        assert "planted" not in shown


def test_the_client_does_not_import_the_command() -> None:
    """`import clientele.api` stays as quick as it is."""
    program = "import clientele.api, sys; print([m for m in sys.modules if '.commands' in m])"
    assert "[]\n" == printed("-c", program)


def test_it_is_a_program() -> None:
    """`python -m clientele` is the command."""
    listed = json.loads(printed("-m", "clientele", "backends", "--json"))
    assert sorted(installed_backends()) == [backend["name"] for backend in listed]


def printed(*arguments: str) -> str:
    """What a Python of its own prints, with nothing on standard error."""
    ended = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, *arguments], capture_output=True, text=True, timeout=60, check=True
    )
    assert "" == ended.stderr
    return ended.stdout


@pytest.mark.parametrize("name", [name for name in SHIPPED if name in installed_backends()])
def test_the_shipped_backends_say_their_edition(name: str) -> None:
    """The newest that a rule of the contract has come with: their tests hold them to all of it."""
    assert max(rule.edition for rule in all_rules().values()) == backend_class(name).conformance_edition
