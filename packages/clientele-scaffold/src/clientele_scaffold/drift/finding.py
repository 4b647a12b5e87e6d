"""From the names of a package and a description to the report."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from clientele.api import EndpointDeclaration
from clientele.http.message.printable import excerpt
from clientele_scaffold.drift.calls import CallComparison
from clientele_scaffold.drift.clients import calls_of
from clientele_scaffold.drift.differences import Difference
from clientele_scaffold.drift.ignoring import read_ignored, unused
from clientele_scaffold.drift.lines import Lines
from clientele_scaffold.drift.report import Drift, Report
from clientele_scaffold.reading import read_description

_MOST = 2000
"""Characters of a text from a description that are shown at most."""


def find_drift(package: str, against: str, *, ignore: Path | None = None, tags: Collection[str] = ()) -> Report:
    """Compare what a package declares with a description. The package is imported; nothing is sent to its API.

    Args:
        package: the name of the package, or of a module.
        against: the file or the URL of the description.
        ignore: a file of differences that don't count, each with a reason; see `read_ignored`.
        tags: only operations with one of these have to be declared; default: all.

    Raises:
        ClientError: the package can't be imported, or declares no calls.
        DescriptionError: the description can't be read, or isn't one.
        IgnoreError: the file can't be read, or a row of it has no reason.
    """
    rows = [] if ignore is None else read_ignored(ignore)
    description = read_description(against)
    calls = calls_of(package)
    lines = Lines()
    found = [_drift(each, lines) for each in CallComparison(calls, description).differences(tags)]
    reasons = [(each, next((row.reason for row in rows if row.matches(each.title)), None)) for each in found]
    return Report(
        drift=[each for each, reason in reasons if reason is None],
        ignored=[(each, reason) for each, reason in reasons if reason is not None],
        unused=unused(rows, [each.title for each in found]),
        calls=len(calls),
    )


def _drift(difference: Difference, lines: Lines) -> Drift:
    spot = difference.spot
    is_new = difference.change == "missing" and difference.is_operation
    line = lines.behind(spot.owner) if is_new and isinstance(spot.owner, EndpointDeclaration) else lines.of(spot)
    return Drift(
        what=excerpt(spot.name, _MOST),
        change=difference.change,
        declared=excerpt(difference.declared, _MOST),
        described=excerpt(difference.described, _MOST),
        line=line,
        pointer=excerpt(difference.pointer, _MOST),
    )
