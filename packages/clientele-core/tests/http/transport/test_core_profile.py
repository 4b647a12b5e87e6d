"""What a backend brings to each of its calls."""

from __future__ import annotations

from typing import Any

import pytest

from clientele.http.backends import BackendSettings, backend_settings
from clientele.http.backends.options import checked_options
from clientele.http.errors import ConfigurationError
from clientele.http.timeouts import Timeout
from clientele.http.transport.profile import Limits, Profile


def settings_of(**options: Any) -> BackendSettings:
    given: Any = options
    return backend_settings("Backend", given)


def limits(settings: BackendSettings, **options: Any) -> Limits:
    return Profile("x", "lib/1", (), settings).limits(checked_options(options))


def test_the_limits_of_a_call_are_its_own_or_the_backends() -> None:
    """TMO-3 each is taken from the call if it is given there, None and False included."""
    settings = settings_of(
        timeout=9, follow_redirects=True, max_response_bytes=5, max_line_bytes=6, decode_content=False
    )
    nine = Timeout(9.0, 9.0, 9.0, 9.0)
    assert Limits(nine, True, 5, 6, False) == limits(settings)
    assert Limits(Timeout(None, None, None, None), False, None, 7, True) == limits(
        settings, timeout=None, follow_redirects=False, max_response_bytes=None, max_line_bytes=7, decode_content=True
    )
    assert Limits(nine, True, 8, 6, False) == limits(settings, max_response_bytes=8)


@pytest.mark.parametrize(
    ("option", "value"),
    [("timeout", 0), ("follow_redirects", "yes"), ("max_response_bytes", 0), ("decode_content", None)],
)
def test_a_bad_limit_of_a_call_raises(option: str, value: Any) -> None:
    """TMO-3 a call's values are checked as a constructor's are."""
    with pytest.raises(ConfigurationError, match=rf"^request\({option}=\.\.\.\)"):
        limits(settings_of(), **{option: value})
