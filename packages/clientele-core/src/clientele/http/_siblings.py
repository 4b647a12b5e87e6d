"""The error message for a backend whose distribution is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def needs(library: str) -> Iterator[None]:
    """Turn the ImportError of a missing sibling, or of its missing `library`, into one that says what to install.

    Any other ImportError passes through: something inside is broken, and saying "install it" would hide that.
    """
    sibling = f"clientele_{library}"
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name not in {sibling, library}:
            raise
        raise ImportError(
            f"the {library} backend needs {error.name}, which is not installed: pip install 'clientele[{library}]'",
            name=error.name,
        ) from error
