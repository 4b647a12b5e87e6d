"""The page that tells users which tools were tried."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "how-to" / "tools.md"

_ROW = re.compile(r"^\| ([a-z0-9-]+) \| ([0-9][0-9a-z.]*) \|", re.MULTILINE)
_NO_TOOLS = {"aiohttp", "mypy", "opentelemetry-sdk"}


def not_on_the_page(environment: str) -> list[str]:
    """The tools of an environment that the page lists not at all, or with a version that wasn't there to try."""
    listed = dict(_ROW.findall(PAGE.read_text(encoding="utf-8")))
    environments = tomllib.loads((ROOT / "hatch.toml").read_text(encoding="utf-8"))["envs"]
    wanted = map(Requirement, environments[environment]["extra-dependencies"])
    tools = [each.name for each in wanted if each.name not in _NO_TOOLS and each.extras != {"socks"}]
    return [name for name in tools if name not in listed or Version(listed[name]) > Version(metadata.version(name))]
