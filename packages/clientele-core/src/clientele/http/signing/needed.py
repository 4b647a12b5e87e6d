"""Libraries of extras, imported when a signer needs them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from clientele.http.errors import ConfigurationError


def needed(module: str, signer: str, extra: str) -> Any:
    """The module of a library that `signer` needs, and core doesn't.

    Raises:
        ConfigurationError: it is missing; the message says what to install.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"{signer} needs {error.name}, which is not installed: pip install 'clientele-core[{extra}]'"
        ) from error
