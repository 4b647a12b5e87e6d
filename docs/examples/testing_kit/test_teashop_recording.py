"""With recordings: the shop is asked once, and never again."""

from __future__ import annotations

from pathlib import Path

import teashop
import teashop_service
from clientele.http.in_process import ASGIBackend, WSGIBackend
from clientele.http.recording import RecordingBackend
from clientele.testing import use_backend


def test_a_product_is_recorded_and_replayed(tmp_path: Path) -> None:
    """What one backend has recorded, any other replays; this one is never called."""
    cassette = tmp_path / "product.yaml"
    with use_backend(RecordingBackend(WSGIBackend(teashop_service.wsgi_app), cassette)):
        assert teashop.get_product(7).name == "Teapot"
    assert "Teapot" in cassette.read_text()

    with use_backend(RecordingBackend(ASGIBackend(_never), cassette, "none")):
        assert teashop.get_product(7).name == "Teapot"


async def _never(*_: object) -> None:
    raise AssertionError("this was to be replayed")


def test_a_recording_beside_the_test(clientele_recorder: RecordingBackend) -> None:
    """The fixture keeps one for each test in `cassettes`: this one was recorded, and no shop is there any more."""
    with use_backend(clientele_recorder):
        assert teashop.get_product(7) == teashop.Product(id=7, name="Teapot", cents=1900)
