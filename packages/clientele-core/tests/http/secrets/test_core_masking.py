"""What takes the place of secrets in headers and bodies."""

from __future__ import annotations

import pytest

from clientele.http.secrets.masking import Masking
from clientele.http.secrets.secret_names import SecretNames

MASKING = Masking(SecretNames(), None, None)


@pytest.mark.parametrize(
    ("header", "masked"),
    [
        (("Cookie", "a=planted; b=planted"), "a=***; b=***"),
        (("Cookie", "a=; b=planted"), "a=; b=***"),
        (("Set-Cookie", "a=planted; Path=/; HttpOnly"), "a=***; Path=/; HttpOnly"),
        (("Set-Cookie", "a=planted; b=planted"), "a=***; b=***"),
    ],
)
def test_each_cookie_keeps_its_name(header: tuple[str, str], masked: str) -> None:
    """And loses its value."""
    assert ((header[0], masked),) == MASKING.headers((header,))
