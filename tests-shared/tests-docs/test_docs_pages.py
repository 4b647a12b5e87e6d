"""What the pages say of the code, and where their links lead, as far as mkdocs doesn't look."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from capabilities_page import NAMES, PAGE, capabilities_page, declared
from clientele.api import CallOptions, EndpointOptions
from clientele.api.config import Settings
from clientele.http.backends.options import BackendOptions, RequestOptions
from clientele_conformance.rules import all_rules
from conformance_record import ROOT, Record

DOCS = ROOT / "docs"
DISTRIBUTIONS = [ROOT / "tests-shared", *sorted((ROOT / "packages").glob("clientele*"))]
TEXTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")]
INTERNAL = {"home", "on_head", "signers"}
"""Options that only a client or a wrapper passes to a backend."""
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def pages() -> list[Path]:
    """The pages of the site."""
    return sorted(path for path in DOCS.rglob("*.md") if "examples" not in path.parts)


def test_a_rule_that_a_page_names_is_one_of_the_contract() -> None:
    """An id on a page that is in no rule would promise what nothing proves."""
    known = all_rules()
    prefixes = "|".join(sorted({rule.partition("-")[0] for rule in known}))
    named = {(page.name, rule) for page in pages() for rule in re.findall(rf"\b(?:{prefixes})-\d+\b", page.read_text())}
    assert len(named) > 50
    assert not {(page, rule) for page, rule in named if rule not in known}


@pytest.mark.parametrize("group", ["SEC", "RDR", "ERR"])
def test_the_threat_model_names_each_rule_that_protects(group: str) -> None:
    """None of the rules about safety is without the risk that it is for; following redirects as such is no risk."""
    text = (DOCS / "explanation" / "threats.md").read_text()
    wanted = {rule for rule in all_rules() if rule.startswith(f"{group}-")} - {"RDR-1", "RDR-2", "ERR-3"}
    assert not {rule for rule in wanted if rule not in text}


def test_the_page_of_capabilities_is_the_one_of_these_backends() -> None:
    """Write it anew with `hatch run docs:capabilities`; it shows the record of runs, too."""
    assert capabilities_page() == PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_the_run_on_the_page_had_these_capabilities(name: str) -> None:
    """Where they have changed, make a new run with `hatch run +backend=NAME alone:record`."""
    shown = Record.read().root[name]
    assert shown.capabilities == declared(name)
    assert set(shown.modes) == {"sync", "async"}.intersection(shown.capabilities)


@pytest.mark.parametrize("name", NAMES)
def test_the_run_on_the_page_was_about_every_group_of_rules(name: str) -> None:
    """A record of a few rules only would look like one of a whole contract."""
    for shown in Record.read().root[name].modes.values():
        told = {rule.partition("-")[0] for rule in (*shown.gaps, *shown.provisional, *shown.not_tried)}
        assert told | set(shown.held) == {rule.partition("-")[0] for rule in all_rules()}


@pytest.mark.parametrize("wrong", ["[gone](gone.md)", "[here](#gone)", ""], ids=["link", "anchor", "nothing"])
def test_the_site_is_not_built_with_what_leads_nowhere(tmp_path: Path, wrong: str) -> None:
    """By the command that builds it, on a page of one line; a page with nothing wrong is built."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text(wrong, encoding="utf-8")
    (tmp_path / "overrides").symlink_to(DOCS / "site" / "overrides")
    config = f"INHERIT: {DOCS}/site/mkdocs.yml\nnav: [index.md]\ndocs_dir: docs\nsite_dir: site\n"
    (tmp_path / "mkdocs.yml").write_text(config, encoding="utf-8")
    script = tomllib.loads((ROOT / "hatch.toml").read_text(encoding="utf-8"))["envs"]["docs"]["scripts"]["build"]
    command = shlex.split(script.replace("{args}", "").replace("docs/site/mkdocs.yml", str(tmp_path / "mkdocs.yml")))
    built = subprocess.run(  # noqa: S603 - the command is the project's own
        [sys.executable, "-m", *command], capture_output=True, text=True, timeout=60, check=False
    )
    assert (built.returncode != 0) == ("contains a link" in built.stderr) == bool(wrong), built.stderr


def test_the_site_names_the_version() -> None:
    """That of the distribution which users install."""
    project = tomllib.loads((ROOT / "packages" / "clientele" / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    shown = re.findall(r"Clientele (\d+\.\d+\.\d+)", (DOCS / "site" / "mkdocs.yml").read_text(encoding="utf-8"))
    assert shown == [project["version"]] * 2


def test_the_table_of_options_has_a_row_for_each() -> None:
    """Wherever it can be set."""
    table = (DOCS / "reference" / "api" / "options.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    kinds = (BackendOptions, Settings, EndpointOptions, CallOptions, RequestOptions)
    names = {name for kind in kinds for name in kind.__annotations__} - INTERNAL
    assert sorted(rows) == sorted(names)


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.name)
def test_links_in_the_repository_lead_to_files(text: Path) -> None:
    """Those that are relative."""
    relative = [link for link in LINK.findall(text.read_text()) if "://" not in link and not link.startswith("#")]
    assert not [link for link in relative if not (text.parent / link.partition("#")[0]).exists()]


@pytest.mark.parametrize("folder", DISTRIBUTIONS, ids=lambda path: path.name)
def test_links_of_an_index_page_are_absolute(folder: Path) -> None:
    """The README of a distribution is shown on the package index, where no other file is."""
    links = LINK.findall((folder / "README.md").read_text())
    assert links
    assert not [link for link in links if not link.startswith("https://")]
