"""What a program imports that declares a client, and makes no call."""

from __future__ import annotations

import subprocess
import sys

import pytest

DECLARED = """
from clientele.api import APIClient

api = APIClient(base_url="https://api.example.com")

@api.get("/users/{user_id}")
def user(result: dict[str, str], user_id: int) -> dict[str, str]: ...
"""


@pytest.mark.parametrize("program", ["import clientele.api", DECLARED], ids=["imported", "declared"])
def test_transports_and_wrappers_are_for_calls(program: str) -> None:
    """Those who only ask a program for its help don't wait for what sends requests."""
    code = f"{program}\nimport sys\nprint(*sys.modules)"
    made = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)  # noqa: S603 - our own
    modules = set(made.stdout.split())
    assert "clientele.api.client" in modules
    assert not {"clientele.http.transport.backend", "clientele.http.wrappers", "httpx", "asyncio", "ssl"} & modules
