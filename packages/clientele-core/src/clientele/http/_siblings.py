"""The error message for a backend whose distribution is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def needs(library: str) -> Iterator[None]:
    """Convert the ImportError for a missing sibling, or for its missing `library`, to one that says what to install.

    Any other ImportError is raised unchanged: it means that the sibling is broken.
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
