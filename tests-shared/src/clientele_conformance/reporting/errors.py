"""What exceptions say, with all that they hold: members of groups, causes, and the output of child processes."""

from __future__ import annotations

import re
import subprocess
import traceback
from collections.abc import Iterator

_DIFFERS = re.compile(r"0x[0-9a-fA-F]+|\d+|(?<!\w)'[^']*'|\"[^\"]*\"")
_LONGEST_CAUSE = 200
_CAUSES = 3


def leaves(error: BaseException) -> list[BaseException]:
    """The exceptions that a group has in it, or its groups; the exception itself if it is not a group. Never empty."""
    if not isinstance(error, BaseExceptionGroup):
        return [error]
    return [leaf for member in error.exceptions for leaf in leaves(member)]


def error_told(error: BaseException) -> str:
    """The kind and message of an exception, the members of a group, its causes, and the output of a child process."""
    return "\n".join(_told(error))


def alike(text: str) -> str:
    """`text` without numbers, addresses and what is in quotes: the same for failures that have one cause."""
    return _DIFFERS.sub("…", text)[:_LONGEST_CAUSE]


def _told(error: BaseException, depth: int = 0) -> Iterator[str]:
    yield "  " * depth + "".join(traceback.format_exception_only(error)).rstrip().removeprefix("Failed: ")
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions:
            yield from _told(member, depth + 1)
    if isinstance(error, subprocess.TimeoutExpired | subprocess.CalledProcessError):
        yield from _printed(error)
    if error.__cause__ is not None and depth < _CAUSES:
        first, *others = _told(error.__cause__, depth + 1)
        yield f"{'  ' * depth}caused by {first.lstrip()}"
        yield from others


def _printed(error: subprocess.TimeoutExpired | subprocess.CalledProcessError) -> Iterator[str]:
    for name, output in {"stdout": error.stdout, "stderr": error.stderr}.items():
        if output:
            text = output.decode(errors="backslashreplace") if isinstance(output, bytes) else output
            yield f"{name} of the child:\n{text.rstrip()}"
