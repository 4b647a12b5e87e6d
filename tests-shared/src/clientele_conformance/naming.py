"""How files and rules name tests: by a function's name, by a full id, or by a pattern over the parameters."""

from __future__ import annotations

import re
from functools import cache


def matches(pattern: str, name: str, mode: str | None) -> bool:
    """Whether `pattern` names the test called `name`, which runs in `mode` if it runs in one.

    `*` stands for any characters, also for none, and `?` for one; brackets stand for themselves. The name of a function
    covers all of its parameters. Where parameters are given, the mode at their front may be left out:
    `test_x[a-*]` covers `test_x[sync-a-b]` and `test_x[async-a-b]`.
    """
    function, bracket, parameters = name.partition("[")
    if "[" not in pattern:
        return _fits(pattern, function)
    names = {name}
    if bracket and mode is not None and parameters.startswith(f"{mode}-"):
        names.add(f"{function}[{parameters.removeprefix(f'{mode}-')}")
    return any(_fits(pattern, each) for each in names)


def _fits(pattern: str, text: str) -> bool:
    return _expression(pattern).fullmatch(text) is not None


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    wildcards = {"*": ".*", "?": "."}
    return re.compile("".join(wildcards.get(each, re.escape(each)) for each in pattern), re.DOTALL)
