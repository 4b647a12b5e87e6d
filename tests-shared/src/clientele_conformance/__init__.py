"""The executable contract of Clientele's backends, and the servers it is proved against.

```python
from clientele_conformance import BackendConformance

class TestMyBackend(BackendConformance):
    backend_class = MyBackend
```
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clientele_conformance.conformance import BackendConformance

__all__ = ["BackendConformance"]


def __getattr__(name: str) -> object:
    """The suite, when it is asked for: pytest has to rewrite its assertions first, and the plugin sees to that."""
    if name == "BackendConformance":
        from clientele_conformance.conformance import BackendConformance  # noqa: PLC0415

        return BackendConformance
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
