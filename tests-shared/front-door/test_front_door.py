"""That the check finds each kind of back door, and nothing where there is none."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

import front_door
from front_door import Exempt, problems
from front_door_rules import Finding, findings

LIBRARY = """
class Client:
    timeout = 5

    def __init__(self):
        self._pool = []
        self.proxy = None

    def send(self, request):
        return self._open(request)

    def _open(self, request):
        return request
"""

THROUGH_THE_BACK: dict[str, tuple[str, str]] = {
    "a private attribute": ("print(Client()._pool)", "_pool"),
    "a private attribute by its name": ("print(getattr(Client(), '_pool'))", "_pool"),
    "a private attribute of the base class": ("class Own(Client):\n    def size(self): return self._pool", "_pool"),
    "a name that both have": (
        "class Own(Client):\n    def size(self):\n        self._pool = 1\n        return self._pool",
        "_pool",
    ),
    "a private method": ("class Own(Client):\n    def _open(self, request): return None", "_open"),
    "a method that nobody documents": ("class Own(Client):\n    def send(self, request): return None", "send"),
    "an attribute of an object": ("def change(client): client.proxy = 1", "proxy"),
    "an attribute of the base class": ("class Own(Client):\n    def change(self): self.proxy = 1", "proxy"),
    "an attribute that is deleted": ("def change(client): del client.proxy", "proxy"),
    "an attribute of a class": ("Client.timeout = 1", "timeout"),
    "an attribute of a module": ("import planted_library\nplanted_library.Client = None", "Client"),
    "the class of an object": ("def change(client): client.__class__ = dict", "__class__"),
    "an attribute by its name": ("setattr(Client, 'timeout', 1)", "timeout"),
    "a private module": ("from planted_library._inside import Thing", "planted_library._inside.Thing"),
    "a private name of core": ("def look(backend): return backend._natives", "_natives"),
}

THROUGH_THE_FRONT = """
class Own(Client):
    def __init__(self):
        super().__init__()
        self._mine = {}
        self.also_mine = 1

    def _close(self):
        self._mine.clear()

class Other:
    __slots__ = ("value",)

    def __init__(self):
        self.value = Client().send(Client.timeout)

def change(other):
    other.value = 2
    raise KeyError from None
"""

Plant = Callable[[str], ModuleType]


@pytest.fixture
def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Plant]:
    """Makes a sibling of a piece of source, beside a library that it is for."""
    (tmp_path / "planted_library").mkdir()
    (tmp_path / "planted_library/__init__.py").write_text(LIBRARY, encoding="utf-8")
    (tmp_path / "planted_library/_inside.py").write_text("class Thing: pass", encoding="utf-8")
    (tmp_path / "planted_sibling").mkdir()
    monkeypatch.syspath_prepend(tmp_path)

    def planted(source: str) -> ModuleType:
        (tmp_path / "planted_sibling/__init__.py").write_text("", encoding="utf-8")
        whole = f"from planted_library import Client\n{source}\n"
        (tmp_path / "planted_sibling/backend.py").write_text(whole, encoding="utf-8")
        return importlib.import_module("planted_sibling")

    yield planted
    for name in [name for name in sys.modules if name.startswith("planted_")]:
        del sys.modules[name]


@pytest.mark.parametrize("kind", THROUGH_THE_BACK)
def test_a_back_door_is_found(plant: Plant, kind: str) -> None:
    """With the name of what is behind it."""
    source, name = THROUGH_THE_BACK[kind]
    assert {name} == {found.name for found in findings(plant(source), {})}


def test_the_front_door_is_open(plant: Plant) -> None:
    """Names of one's own, and public ones that are read and called."""
    assert [] == findings(plant(THROUGH_THE_FRONT), {})


def test_what_is_documented_may_be_used(plant: Plant) -> None:
    """On the class that the documentation is about, and no other."""
    source = "class Own(Client):\n    def send(self, request): self.proxy = 1"
    documented = {"planted_library.Client.send": "link", "planted_library.Client.proxy": "link"}
    assert [] == findings(plant(source), documented)
    elsewhere = {name.replace("Client", "Session"): link for name, link in documented.items()}
    assert {"send", "proxy"} == {found.name for found in findings(plant(source), elsewhere)}


def test_where_it_is(plant: Plant) -> None:
    """File and line, and what is done there."""
    (found,) = findings(plant("x = Client()\nprint(x._pool)"), {})
    assert "planted_sibling/backend.py:3: uses a private name: _pool" == str(found)


# Exceptions


def exempt(name: str = "_pool", **other: str) -> Exempt:
    """An exception that is in order but for `other`."""
    guard, test = "front_door:main", f"{Path(__file__).relative_to(front_door.ROOT)}::test_where_it_is"
    return Exempt(**{"sibling": "s", "name": name, "reason": "why", "guard": guard, "test": test, **other})


FOUND = [Finding("s", "s/backend.py:1", "_pool", "uses a private name")]


def test_an_exception_covers_what_it_names() -> None:
    """Its sibling's alone."""
    assert [] == problems(FOUND, [exempt()])
    assert [str(FOUND[0]), "t, _pool: nothing uses it"] == problems(FOUND, [exempt(sibling="t")])


def test_an_exception_may_name_all_that_is_on_the_way() -> None:
    """And nothing that isn't."""
    way = [*FOUND, Finding("s", "s/backend.py:1", "_lock", "uses a private name")]
    assert [] == problems(way, [exempt("_pool._lock")])
    assert ["s, _lock: nothing uses it"] == problems(FOUND, [exempt("_pool._lock")])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"reason": " "}, "the reason is empty"),
        ({"guard": "front_door:nothing"}, "there is no guard front_door:nothing"),
        ({"test": "nowhere.py::test_it"}, "there is no test nowhere.py::test_it"),
        ({"test": f"{Path(__file__).relative_to(front_door.ROOT)}::test_is_not_here"}, "there is no test"),
    ],
)
def test_an_exception_that_is_wrong(wrong: dict[str, str], message: str) -> None:
    """Is no exception."""
    (problem,) = problems(FOUND, [exempt(**wrong)])
    assert message in problem


def test_there_are_few() -> None:
    """Three, of all siblings together."""
    names = ["_a", "_b", "_c", "_d"]
    found = [Finding("s", "s/backend.py:1", name, "uses a private name") for name in names]
    assert [] == problems(found[:3], [exempt(name) for name in names[:3]])
    assert ["there are 4 exceptions, and at most 3 may be"] == problems(found, [exempt(name) for name in names])
