"""asyncio, imported when it is first used: a program that makes synchronous calls only need not wait for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio as asyncio  # noqa: PLC0414 - to checkers it is asyncio itself
else:

    class _Late:
        def __getattr__(self, name: str) -> Any:
            import asyncio  # noqa: PLC0415 - it is what this file is for

            found = getattr(asyncio, name)
            setattr(self, name, found)
            return found

    asyncio = _Late()
