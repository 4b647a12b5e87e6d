"""Modules that are imported at first use, for a fast start."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # For type checkers, they are the modules themselves.
    import asyncio as asyncio  # noqa: PLC0414
    import json as json  # noqa: PLC0414
    import mimetypes as mimetypes  # noqa: PLC0414
    import ssl as ssl  # noqa: PLC0414
    from concurrent import futures as futures  # noqa: PLC0414
else:

    class _Late:
        def __init__(self, module: str) -> None:
            self._module = module

        def __getattr__(self, name: str) -> Any:
            found = getattr(import_module(self._module), name)
            setattr(self, name, found)
            return found

    asyncio = _Late("asyncio")
    json = _Late("json")
    mimetypes = _Late("mimetypes")
    futures = _Late("concurrent.futures")
    ssl = _Late("ssl")
