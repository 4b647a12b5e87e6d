"""Headers that follow from something else than the options of the call."""

from __future__ import annotations

import base64

import pytest

from clientele.http.transport.request_headers import proxy_headers


@pytest.mark.parametrize(
    ("proxy", "pair"),
    [
        ("http://us%40er:p%3Aa%23@proxy.example", "us@er:p:a#"),
        ("http://us%C3%A9r:p%C3%A9@proxy.example", "usér:pé"),
        ("http://user@proxy.example", "user:"),
        ("http://:pw@proxy.example", ":pw"),
    ],
)
def test_a_proxys_credentials(proxy: str, pair: str) -> None:
    """PRX-1 in UTF-8, and a user or a password alone."""
    expected = base64.b64encode(pair.encode()).decode()
    assert {"Proxy-Authorization": f"Basic {expected}"} == proxy_headers(proxy)
    assert {} == proxy_headers("http://proxy.example:3128") == proxy_headers(None)
