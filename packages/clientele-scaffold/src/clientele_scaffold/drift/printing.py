"""What `clientele drift` prints."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TextIO

from clientele.http.message.printable import printable
from clientele_scaffold.drift.clients import ClientError
from clientele_scaffold.drift.finding import find_drift
from clientele_scaffold.drift.ignoring import IgnoreError
from clientele_scaffold.drift.report import report_as_json, report_as_text
from clientele_scaffold.reading import DescriptionError

CANNOT_TELL = 2


def run_drift(given: argparse.Namespace) -> int:
    """Compare, print what is found, and return the exit code."""
    ignore = None if given.ignore is None else Path(given.ignore)
    try:
        report = find_drift(given.package, given.against, ignore=ignore, tags=given.tags)
    except (ClientError, DescriptionError, IgnoreError) as error:
        return _refused(error, as_json=given.as_json)
    _print(json.dumps(report_as_json(report), indent=2) if given.as_json else report_as_text(report))
    return 0 if report.is_clean else 1


def _refused(error: ValueError, *, as_json: bool) -> int:
    if as_json:
        problems = error.problems if isinstance(error, DescriptionError) else ()
        rows = [{"pointer": each.pointer, "message": each.message} for each in problems]
        _print(json.dumps({"error": str(error), "problems": rows}, indent=2))
    else:
        _print(str(error), sys.stderr)
    return CANNOT_TELL


def _print(text: str, file: TextIO | None = None) -> None:
    print("\n".join(map(printable, text.split("\n"))), file=file)
