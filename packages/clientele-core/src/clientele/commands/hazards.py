"""Finds known problems of an environment in its metadata, variables and netrc."""

from __future__ import annotations

import netrc
import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Literal, TypeAlias
from urllib.parse import urlsplit
from urllib.request import getproxies

from clientele.__about__ import __version__
from clientele.http.backends import SHIPPED
from clientele.http.backends.proxies import shown_proxy
from clientele.http.transport.faults.reasons import ca_variables

Kind: TypeAlias = Literal["urllib3-future", "upstream-clientele", "versions", "proxy", "netrc", "authorities"]
Level: TypeAlias = Literal["problem", "note"]

_OURS = {"clientele", *(f"clientele-{name}" for name in ("conformance", "core", "scaffold", *SHIPPED))}
_FIRST_OF_OURS = 3
"""The first major version in which the distribution `clientele` has no files; those of the package are in core."""


@dataclass(frozen=True, slots=True)
class Hazard:
    """A finding.

    Attributes:
        level: a problem must be solved; a note is for information.
        kind: the kind of hazard.
        text: what was found, and where.
        advice: what to do, or what to know.
    """

    level: Level
    kind: Kind
    text: str
    advice: str


def find_hazards(base_url: str = "") -> list[Hazard]:
    """The hazards of this `sys.path`, of the environment, and of `base_url` if there is one."""
    installed = {_normal(found.name): found for found in reversed(list(distributions()))}
    return [
        *_replaced_urllib3(installed),
        *_upstream(installed),
        *_mismatched(installed),
        *_proxies(),
        *_authorities(),
        *(_netrc_entries(base_url) if base_url else ()),
    ]


Installed: TypeAlias = dict[str, Distribution]


def _replaced_urllib3(installed: Installed) -> Iterator[Hazard]:
    future = installed.get("urllib3-future")
    if future is not None and any(file.as_posix() == "urllib3/__init__.py" for file in future.files or ()):
        yield Hazard(
            "note",
            "urllib3-future",
            f"urllib3-future {future.version} has replaced urllib3, as niquests needs it",
            "clientele works with it; other users of urllib3 in this environment get it too",
        )


def _upstream(installed: Installed) -> Iterator[Hazard]:
    found = installed.get("clientele")
    if found is not None and _major(found.version) < _FIRST_OF_OURS:
        yield Hazard(
            "problem",
            "upstream-clientele",
            f"clientele {found.version} shares the package folder of clientele-core {__version__}",
            "pip uninstall clientele clientele-core, then install anew: each deletes files of the other",
        )


def _mismatched(installed: Installed) -> Iterator[Hazard]:
    ours = {name: installed[name].version for name in sorted(_OURS & installed.keys())}
    ours = {name: version for name, version in ours.items() if _major(version) >= _FIRST_OF_OURS}
    if len(set(ours.values())) > 1:
        listed = ", ".join(f"{name} {version}" for name, version in ours.items())
        yield Hazard(
            "problem",
            "versions",
            f"distributions of different versions are installed: {listed}",
            f"they are released together: pip install --upgrade {' '.join(ours)}",
        )


def _proxies() -> Iterator[Hazard]:
    proxies = getproxies()
    for scheme in sorted(proxies.keys() - {"no"}):
        names = [name for name in (f"{scheme}_proxy", f"{scheme}_proxy".upper()) if name in os.environ]
        yield Hazard(
            "note",
            "proxy",
            f"{' and '.join(names) or 'the system'} sends requests through {shown_proxy(proxies[scheme])}",
            f"except for loopback addresses and NO_PROXY ({proxies.get('no') or 'not set'}); trust_env=False turns it "
            "off",
        )


def _authorities() -> Iterator[Hazard]:
    for name in ca_variables():
        yield Hazard(
            "note",
            "authorities",
            f"{name} sets the authorities that other programs trust: {os.environ[name]}",
            f"clientele doesn't read it: pass verify={os.environ[name]!r}to trust them",
        )


def _netrc_entries(base_url: str) -> Iterator[Hazard]:
    host = urlsplit(base_url).hostname or ""
    for file in _netrc_files():
        try:
            hosts = netrc.netrc(str(file)).hosts
        except (OSError, netrc.NetrcParseError, UnicodeDecodeError) as error:
            # The text of a parse error may quote a password.
            yield Hazard("note", "netrc", f"{file} can't be read ({type(error).__name__})", "clientele never reads it")
            continue
        for entry in [name for name in (host, "default") if name in hosts]:
            yield Hazard(
                "note",
                "netrc",
                f"{file} has an entry for {entry}, which other clients use for {host}",
                "clientele doesn't read it: pass auth= or an Authorization header",
            )


def _netrc_files() -> list[Path]:
    named = os.environ.get("NETRC")
    files = [Path(named)] if named else [Path("~/.netrc").expanduser(), Path("~/_netrc").expanduser()]
    return [file for file in files if file.is_file()]


def _normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def _major(version: str) -> int:
    first = version.partition(".")[0]
    return int(first) if first.isdigit() else 0
