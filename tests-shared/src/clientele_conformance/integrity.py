"""What a subclass may define, and what not: overriding a test doesn't make a backend conform."""

from __future__ import annotations

from typing import Any

import pytest

from clientele_conformance.suite.base import Suite

EXTENSIONS = frozenset(
    {
        "backend_class",
        "backend_factory",
        "edition",
        "import_path",
        "known_gaps",
        "native_response",
        "own_client",
        "own_clients_have_params",
        "trusting",
    }
)
"""What a subclass defines."""

_OURS = f"{__name__.partition('.')[0]}."


class Overridden(pytest.Item):
    """Stands where a test of the suite was overridden or deleted, and fails; with a known gap it is expected to."""

    cls: type[Suite]
    originalname: str

    def runtest(self) -> None:
        """Fail."""
        advice = "; a rule that can't be kept is a known gap" if any(self.iter_markers("rule")) else ""
        pytest.fail(
            f"{self.cls.__name__} overrides {self.originalname} of the suite: take it out, and put tests of your own "
            f"into a class of their own{advice}",
            pytrace=False,
        )


def overridden(collector: pytest.Class, name: str) -> Overridden | None:
    """An item that fails, if the class that is collected takes the place of `name` in the suite."""
    suite = collector.obj
    if not issubclass(suite, Suite) or name in EXTENSIONS or (name.startswith("__") and name.endswith("__")):
        return None
    owners = [cls for cls in suite.__mro__ if name in vars(cls)]
    if _is_ours(owners[0]):
        return None
    ours = next((cls for cls in owners if _is_ours(cls) and issubclass(cls, Suite)), None)
    return None if ours is None else _item(collector, name, vars(ours)[name])


def _is_ours(cls: type) -> bool:
    return cls.__module__.startswith(_OURS)


def _item(collector: pytest.Class, name: str, original: Any) -> Overridden:
    item: Overridden = Overridden.from_parent(collector, name=name)
    item.cls, item.originalname = collector.obj, name
    for mark in getattr(original, "pytestmark", ()):
        if mark.name == "rule":
            item.add_marker(pytest.mark.rule(*mark.args, **mark.kwargs))
    return item
