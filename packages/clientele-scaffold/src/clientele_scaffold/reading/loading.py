"""The bytes of a description, from a file or a URL."""

from __future__ import annotations

from pathlib import Path

from clientele.api import APIClient, ClienteleError
from clientele_scaffold.reading.problems import DescriptionError, Problem

MAX_BYTES = 64 * 1024 * 1024
SECONDS = 30.0


def load(source: str) -> bytes:
    """What is at `source`: an http or https URL, or else the path of a file.

    Raises:
        DescriptionError: it can't be read.
    """
    try:
        return _fetched(source) if source.lower().startswith(("http://", "https://")) else Path(source).read_bytes()
    except (ClienteleError, OSError, ValueError) as error:
        raise DescriptionError(source, [Problem("#", f"can't be read: {error}")]) from error


def _fetched(url: str) -> bytes:
    with APIClient(timeout=SECONDS, follow_redirects=True, max_response_bytes=MAX_BYTES) as client:
        answer = client.request("GET", url, headers={"Accept": "application/json, application/yaml, */*;q=0.5"})
        answer.raise_for_status()
        return answer.content
