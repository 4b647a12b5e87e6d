"""Are backends equal? Two corpora, of calls and of server answers, are run on all of them and compared row by row.

```python
from clientele_conformance.equality import EqualityConformance

class TestEquality(EqualityConformance):
    backend_classes = (HttpxHTTPBackend, MyBackend)
```
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clientele_conformance.equality.conformance import EqualityConformance

__all__ = ["EqualityConformance"]


def __getattr__(name: str) -> object:
    """The class, when it is asked for: drawing the corpora takes time that other runs of pytest needn't spend."""
    if name == "EqualityConformance":
        from clientele_conformance.equality.conformance import EqualityConformance  # noqa: PLC0415

        return EqualityConformance
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
