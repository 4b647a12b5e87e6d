"""The environments with one backend alone really have one: what it needs, nobody else has brought along."""

from __future__ import annotations

import os
from importlib.util import find_spec

from clientele.http.backends import SHIPPED, installed_backends
from clientele.http.backends.discovery import default_name

ALONE = os.environ["CLIENTELE_ALONE"]
OTHERS = [name for name in SHIPPED if name != ALONE]


def test_there_is_one_backend() -> None:
    """And it is the default, whichever it is."""
    assert [ALONE] == list(installed_backends())
    assert ALONE == default_name(installed_backends())


def test_nothing_of_the_others_is_there() -> None:
    """Neither their distributions nor their libraries."""
    names = [*OTHERS, *(f"clientele_{name}" for name in OTHERS)]
    assert [] == [name for name in names if find_spec(name) is not None]


def test_urllib3_is_replaced_for_niquests_only() -> None:
    """requests is on the urllib3 that it was made for."""
    assert (ALONE == "niquests") is (find_spec("urllib3_future") is not None)
