"""What is wrong with a description, and where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clientele.http.message.printable import excerpt

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        pointer: where, as a JSON pointer in a URI fragment (RFC 6901, section 6): `#/paths/~1users/get`.
        message: what is wrong there.
    """

    pointer: str
    message: str

    def __str__(self) -> str:
        return f"{excerpt(self.pointer)}: {excerpt(self.message)}"


class DescriptionError(ValueError):
    """A description can't be used.

    Attributes:
        source: the file or URL.
        problems: what is wrong with it.
    """

    def __init__(self, source: str, problems: Sequence[Problem]) -> None:
        self.source = source
        self.problems = tuple(problems)
        super().__init__(source, self.problems)

    def __str__(self) -> str:
        shown = [f"  {problem}" for problem in self.problems[:SHOWN]]
        if len(self.problems) > SHOWN:
            shown.append(f"  and {len(self.problems) - SHOWN} more")
        return "\n".join([f"{excerpt(self.source)} is not a description that can be used:", *shown])


class ProblemFound(Exception):
    """Carries a problem to where the source is known."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem)


def pointer_of(path: Iterable[str | int]) -> str:
    """The JSON pointer of a path of keys and indexes."""
    return "#" + "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)


def below(pointer: str, *parts: str | int) -> str:
    """The JSON pointer of what is below another."""
    return pointer + pointer_of(parts)[1:]
