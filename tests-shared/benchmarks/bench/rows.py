"""The rows of the table, and their bars."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bench.environments import LIBRARIES

MEGABYTE = 1_000_000


class Kind(StrEnum):
    """How a row is measured."""

    CALLS = "calls"
    """Processes that live as long as the row, many calls in each round."""
    STREAM = "stream"
    """A new process for each round, that reads one long stream; its memory counts too."""
    PROGRAM = "program"
    """A new process for each round: the whole of a short program."""


class Server(StrEnum):
    """What is called over loopback."""

    PLAIN = "plain"
    """HTTP/1.1, without TLS."""
    HTTP2 = "http2"
    """HTTP/2, over TLS."""


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
        server: which one is called.
        at_once: how many tasks share the calls.
        bar_bytes: by how much the memory of ours may grow.
        bar_connections: how many connections ours may open. Elapsed time then has the bars of CPU time.
        uncompared: what is measured beside the others, for a table of what all of them take.
    """

    id: str
    title: str
    comparisons: tuple[Comparison, ...]
    kind: Kind = Kind.CALLS
    server: Server | None = None
    at_once: int = 1
    bar_bytes: int | None = None
    bar_connections: int | None = None
    uncompared: tuple[Contestant, ...] = ()

    @property
    def contestants(self) -> tuple[Contestant, ...]:
        """All, each once."""
        both = [contestant for each in self.comparisons for contestant in (each.ours, each.reference)]
        return tuple(dict.fromkeys((*both, *self.uncompared)))

    @property
    def ours(self) -> tuple[Contestant, ...]:
        """Those that are ours."""
        return tuple(dict.fromkeys(each.ours for each in self.comparisons))


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
            Comparison(on_transport, upstream, 0.5),
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
    return Comparison(ours, by_hand(_COMPARED_WITH.get(library, library), f"{mode}_{what}"), bar)


def by_hand(library: str, function: str) -> Contestant:
    """`library`, used as most people use it."""
    if library in _HTTPX:
        return Contestant(f"{library} by hand", library, f"by_hand_httpx:{function}", (library,))
    return Contestant(f"{library} by hand", library, f"by_hand_{library}:{function}")


_HTTPX = ("httpx", "httpx2")
_COMPARED_WITH = {"pyreqwest": "httpx"}
"""Whoever chooses the backend wants to know what becomes of the calls that httpx makes by hand."""
_BOTH = ("sync", "async")
MODES = {
    "httpx": _BOTH,
    "httpx2": _BOTH,
    "requests": ("sync",),
    "niquests": _BOTH,
    "aiohttp": ("async",),
    "pyreqwest": _BOTH,
}
_CALL_BARS = {"httpx": 1.0, "httpx2": 1.0, "requests": 0.65, "niquests": 1.05, "aiohttp": 1.20}
_PYREQWEST_BARS = {"sync": 0.40, "async": 0.30}
_TASK_BARS = {"httpx": 1.0, "httpx2": 1.0, "niquests": 1.0, "aiohttp": 1.30, "pyreqwest": 0.15}
_HTTP2_BARS = {"httpx": 1.15, "httpx2": 1.15, "pyreqwest": 0.30}
_HTTP2_CONNECTIONS = 2


def _calls(library: str, mode: str) -> Row:
    bar = _PYREQWEST_BARS[mode] if library == "pyreqwest" else _CALL_BARS[library]
    comparison = _over_loopback("user", library, mode, bar)
    return Row(f"loopback-{library}-{mode}", f"Call over loopback, {mode}", (comparison,), server=Server.PLAIN)


def _tasks(library: str) -> Row:
    comparison = _over_loopback("user", library, "async", _TASK_BARS[library])
    return Row(f"tasks-{library}", "Calls of 50 tasks at once", (comparison,), server=Server.PLAIN, at_once=50)


def _http2(library: str) -> Row:
    return Row(
        f"http2-{library}",
        "Calls of 50 tasks at once over HTTP/2 and TLS",
        (_over_loopback("http2_user", library, "async", _HTTP2_BARS[library]),),
        server=Server.HTTP2,
        at_once=50,
        bar_connections=_HTTP2_CONNECTIONS,
    )


def _lines(library: str, mode: str) -> Row:
    return Row(
        f"lines-{library}-{mode}",
        f"Stream of 100 MB in lines of 100 bytes, {mode}",
        (_over_loopback("lines", library, mode, 1.0),),
        Kind.STREAM,
        server=Server.PLAIN,
        bar_bytes=8 * MEGABYTE,
    )


def _wrappers() -> Row:
    alone = Contestant("no wrapper", "wrapped", "wrapped:sync_user", ("nothing",))
    bars = dict.fromkeys(("Wrapper", "CacheBackend", "RetryBackend", "LimitBackend", "SigningBackend"))
    comparisons = [
        Comparison(Contestant(f"in {name}", "wrapped", "wrapped:sync_user", (name,)), alone, bar)
        for name, bar in {"TracingBackend": 1.15, **bars}.items()
    ]
    return Row(
        "wrappers", "Call over loopback on httpx, in a wrapper with nothing to do", (*comparisons,), server=Server.PLAIN
    )


def _imports() -> Row:
    ours = Contestant("import clientele.api", "core", "import clientele.api")
    upstream = Contestant("upstream's clientele.api", "upstream", "import clientele.api")
    model = "import pydantic\nclass Model(pydantic.BaseModel):\n    id: int\n"
    pydantic = Contestant("pydantic and one model", "core", model)
    nothing = Contestant("an empty program", "core", "")
    comparisons = (Comparison(ours, pydantic, 1.4), Comparison(ours, upstream), Comparison(ours, nothing))
    return Row("import", "Import, the whole process", comparisons, Kind.PROGRAM)


_OVER_LOOPBACK = [(library, mode) for library in LIBRARIES for mode in MODES[library]]

ROWS = (
    _users(),
    _mapping(),
    _thousand(),
    *(_calls(library, mode) for library, mode in _OVER_LOOPBACK),
    *(_tasks(library) for library in LIBRARIES if library in _TASK_BARS),
    *(_http2(library) for library in LIBRARIES if library in _HTTP2_BARS),
    _wrappers(),
    _imports(),
    *(_lines(library, mode) for library, mode in _OVER_LOOPBACK),
)
