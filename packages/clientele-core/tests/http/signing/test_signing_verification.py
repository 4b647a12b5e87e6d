"""The verification of signatures in these tests fails if anything signed is changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from clientele_conformance.servers import Origin
from verified_signatures import SIGNERS, Signed, is_signed


@pytest.fixture(params=SIGNERS)
def kind(request: Any) -> Iterator[str]:
    return request.param  # type: ignore[no-any-return]


def test_the_server_detects_a_change() -> None:
    """The verification can fail: of each part that is signed, another one isn't verified."""
    with Origin() as origin:
        for kind in SIGNERS:
            with Signed("httpx", "sync", kind, base_url=origin.url("")) as client:
                client.send("POST", "/a?b=1", content=b"x", headers={"X-More": "1"})
            request = origin.requests[-1]
            assert is_signed(request, kind)
            for field, value in (("method", "PUT"), ("target", "/a?b=2"), ("target", "/A?b=1")):
                before = getattr(request, field)
                setattr(request, field, value)
                assert not is_signed(request, kind)
                setattr(request, field, before)
            request.headers = tuple((name, "2" if name == "X-More" else value) for name, value in request.headers)
            assert not is_signed(request, kind)
