"""The classes of broken backends, for a program of its own that imports one by name.

What they stand over is said by the environment, as programs have no other word from whoever runs the tests.
"""

from __future__ import annotations

import os

from clientele.http import HTTPBackend
from clientele_conformance.broken.correct import loaded
from clientele_conformance.broken.table import BROKEN

VARIABLE = "CLIENTELE_BROKEN_OVER"
"""The environment variable that names the correct backend."""


def __getattr__(name: str) -> type[HTTPBackend]:
    for entry in BROKEN:
        if entry.name == name:
            return entry.over(loaded(os.environ[VARIABLE]).backend_class)
    raise AttributeError(name)
