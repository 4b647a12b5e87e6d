"""The rows of the table, and their bars."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatch

MEGABYTE = 1_000_000


class Kind(StrEnum):
    """How a row is measured."""

    CALLS = "calls"
    """Processes that live as long as the row, many calls in each round."""
    STREAM = "stream"
    """A new process for each round, that reads one long stream; its memory counts too."""
    PROGRAM = "program"
    """A new process for each round: the whole of a short program."""


@dataclass(frozen=True, slots=True)
class Contestant:
    """Something that is measured.

    Attributes:
        name: as it is shown.
        environment: where it runs.
        work: `module:function` in `bench.work`, or the source of a program.
        arguments: of the function.
    """

    name: str
    environment: str
    work: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """One of ours, what it is compared with, and which ratio it may not exceed."""

    ours: Contestant
    reference: Contestant
    bar: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What is measured in one go, in alternating rounds.

    Attributes:
        at_once: how many tasks share the calls.
        bar_bytes: by how much the memory of ours may grow.
    """

    id: str
    title: str
    comparisons: tuple[Comparison, ...]
    kind: Kind = Kind.CALLS
    over_loopback: bool = False
    at_once: int = 1
    bar_bytes: int | None = None

    @property
    def contestants(self) -> tuple[Contestant, ...]:
        """All, each once."""
        both = [contestant for each in self.comparisons for contestant in (each.ours, each.reference)]
        return tuple(dict.fromkeys(both))

    @property
    def ours(self) -> tuple[Contestant, ...]:
        """Those that are ours."""
        return tuple(dict.fromkeys(each.ours for each in self.comparisons))


def chosen(patterns: list[str]) -> list[Row]:
    """The rows whose id fits one of the shell patterns; all, if there are none."""
    return [row for row in ROWS if not patterns or any(fnmatch(row.id, pattern) for pattern in patterns)]


def _users() -> Row:
    ours = Contestant("clientele (a)", "core", "in_memory:user")
    on_transport = Contestant("clientele (b)", "core", "in_transport:user")
    upstream = Contestant("upstream (a)", "upstream", "in_memory:user")
    others = (
        Contestant("meatie", "meatie", "in_meatie:user"),
        Contestant("uplink", "uplink", "in_uplink:user"),
        Contestant("loads + model_validate", "core", "validation:loads_user"),
        Contestant("model_validate_json", "core", "validation:user"),
    )
    return Row(
        "user",
        "Framework cost: (a) the backend makes a Response, (b) the wire is in memory",
        (
            Comparison(ours, upstream, 0.30),
            Comparison(on_transport, upstream, 1.0),
            *(Comparison(ours, other) for other in others),
            *(Comparison(on_transport, other) for other in others[:2]),
        ),
    )


def _mapping() -> Row:
    ours = Contestant("clientele (a)", "core", "in_memory:mapping")
    upstream = Contestant("upstream (a)", "upstream", "in_memory:mapping")
    return Row("mapping", "Framework cost, into dict[str, object]", (Comparison(ours, upstream, 0.12),))


def _thousand() -> Row:
    ours = Contestant("clientele (a)", "core", "in_memory:users")
    upstream = Contestant("upstream (a)", "upstream", "in_memory:users")
    by_hand = Contestant("loads + validate_python", "core", "validation:loads_users")
    validation = Contestant("validate_json", "core", "validation:users")
    comparisons = (Comparison(ours, validation, 1.1), Comparison(ours, by_hand), Comparison(ours, upstream))
    return Row("users", "Framework cost, into a list of 1,000 models", comparisons)


def _over_loopback(what: str, library: str, mode: str, bar: float) -> Comparison:
    ours = Contestant(f"clientele, {library}", library, f"loopback:{mode}_{what}", (library,))
    by_hand = Contestant(f"{library} by hand", library, f"by_hand_{library}:{mode}_{what}")
    return Comparison(ours, by_hand, bar)


_MODES = {"httpx": ("sync", "async"), "requests": ("sync",), "niquests": ("sync", "async"), "aiohttp": ("async",)}
_CALL_BARS = {"httpx": 0.95, "requests": 0.65, "niquests": 0.90, "aiohttp": 1.10}
_TASK_BARS = {"httpx": 0.95, "niquests": 0.95, "aiohttp": 1.10}


def _calls(library: str, mode: str) -> Row:
    comparison = _over_loopback("user", library, mode, _CALL_BARS[library])
    return Row(f"loopback-{library}-{mode}", f"Call over loopback, {mode}", (comparison,), over_loopback=True)


def _tasks(library: str) -> Row:
    comparison = _over_loopback("user", library, "async", _TASK_BARS[library])
    return Row(f"tasks-{library}", "Calls of 50 tasks at once", (comparison,), over_loopback=True, at_once=50)


def _lines(library: str, mode: str) -> Row:
    return Row(
        f"lines-{library}-{mode}",
        f"Stream of 100 MB in lines of 100 bytes, {mode}",
        (_over_loopback("lines", library, mode, 1.0),),
        Kind.STREAM,
        over_loopback=True,
        bar_bytes=8 * MEGABYTE,
    )


def _imports() -> Row:
    ours = Contestant("import clientele.api", "core", "import clientele.api")
    upstream = Contestant("upstream's clientele.api", "upstream", "import clientele.api")
    model = "import pydantic\nclass Model(pydantic.BaseModel):\n    id: int\n"
    pydantic = Contestant("pydantic and one model", "core", model)
    nothing = Contestant("an empty program", "core", "")
    comparisons = (Comparison(ours, pydantic, 1.4), Comparison(ours, upstream), Comparison(ours, nothing))
    return Row("import", "Import, the whole process", comparisons, Kind.PROGRAM)


ROWS = (
    _users(),
    _mapping(),
    _thousand(),
    *(_calls(library, mode) for library, modes in _MODES.items() for mode in modes),
    *map(_tasks, _TASK_BARS),
    _imports(),
    *(_lines(library, mode) for library, modes in _MODES.items() for mode in modes),
)
