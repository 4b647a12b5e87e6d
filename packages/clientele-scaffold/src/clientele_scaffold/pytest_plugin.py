"""The pytest plugin: a fixture that holds a client to its description."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Protocol

import pytest


class DriftCheck(Protocol):
    """Fails the test if a client isn't what its description says."""

    def __call__(
        self, package: str, against: str | Path, *, ignore: str | Path | None = None, tags: Collection[str] = ()
    ) -> None:
        """Compare, as `clientele drift` does.

        Args:
            package: the name of the package, or of a module.
            against: the file or the URL of the description.
            ignore: a file of differences that don't count, each with a reason.
            tags: only operations with one of these have to be declared; default: all.

        Raises:
            AssertionError: there is drift; the message names each difference with the line to edit.
            ValueError: it can't be told; the message says why.
        """
        ...


@pytest.fixture
def clientele_drift(request: pytest.FixtureRequest) -> DriftCheck:
    """Holds a client to its description: `clientele_drift("shop", "openapi.json")`.

    Files are looked for from the root of the tests, `rootdir`.
    """
    from clientele_scaffold.drift.finding import find_drift  # noqa: PLC0415
    from clientele_scaffold.drift.report import report_as_text  # noqa: PLC0415

    root = request.config.rootpath

    def check(
        package: str, against: str | Path, *, ignore: str | Path | None = None, tags: Collection[str] = ()
    ) -> None:
        is_url = str(against).lower().startswith(("http://", "https://"))
        description = str(against) if is_url else str(root / against)
        report = find_drift(package, description, ignore=None if ignore is None else root / ignore, tags=tags)
        if not report.is_clean:
            pytest.fail(report_as_text(report), pytrace=False)

    return check
