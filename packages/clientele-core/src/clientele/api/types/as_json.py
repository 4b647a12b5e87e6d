"""A mark of types whose values are JSON, also where these are text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from clientele.api.types.annotations import parts


@dataclass(frozen=True, slots=True)
class AsJSON:
    """Marks a body or a result as JSON, also if it is a str: `"Ada"` with its quotes.

    Without it, a str is the body as it is.

    ```python
    @api.put("/users/{user_id}/name")
    def rename(result: Annotated[str, AsJSON()], user_id: int, data: Annotated[str, AsJSON()]) -> str:
        return result
    ```
    """


def says_json(kind: Any) -> bool:
    """Whether `kind` is marked as JSON; the class of the mark stands for an instance."""
    return any(part is AsJSON or isinstance(part, AsJSON) for part in parts(kind))
