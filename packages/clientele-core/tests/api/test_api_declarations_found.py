"""`declarations` of packages, proxies and generic clients, and what raises."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path as FilePath
from types import ModuleType
from typing import Any, Generic, TypeVar

import pytest

from clientele.api import (
    APIClient,
    ConfigurationError,
    declarations,
    get,
)

R = TypeVar("R")


api = APIClient(base_url="https://a")


SHOP = """
from clientele.api import APIClient, get
from clientele_test_other import others
api = APIClient(base_url="https://a")
@api.get("/users")
def users(result: list[int]) -> list[int]: ...
class Users(APIClient):
    @get("/users/{user_id}")
    def user(self, result: int, user_id: int) -> int: ...
"""


def test_a_package_lists_only_calls_of_its_modules(tmp_path: FilePath, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another distribution declares is not declared here."""
    (tmp_path / "clientele_test_other.py").write_text(
        "from clientele.api import APIClient\n@APIClient(base_url='https://b').get('/')\n"
        "def others(result: int) -> int: ...\n"
    )
    (tmp_path / "clientele_test_shop").mkdir()
    (tmp_path / "clientele_test_shop/users.py").write_text(SHOP)
    (tmp_path / "clientele_test_shop/__init__.py").write_text("from .users import Users, others, users\n")
    monkeypatch.syspath_prepend(tmp_path)
    package, module = (import_module(name) for name in ("clientele_test_shop", "clientele_test_shop.users"))
    assert {"Users.user", "users"} == {each.name for each in declarations(package)}
    assert ["users", "Users.user"] == [each.name for each in declarations(module)]


def test_objects_whose_attributes_raise_are_skipped() -> None:
    """A module may hold proxies that run code."""

    class Proxy:
        def __getattr__(self, name: str) -> Any:
            raise RuntimeError("outside of a request")

        def __call__(self) -> None:
            raise RuntimeError("outside of a request")

    module = ModuleType("proxies")
    module.proxy = Proxy()  # type: ignore[attr-defined]
    assert [] == declarations(module)


def test_an_undefined_annotation_raises() -> None:
    """As it is for a call."""

    @api.get("/later")
    def later(result: Missing) -> Any:  # type: ignore[name-defined]  # noqa: F821  # pyright: ignore[reportUndefinedVariable]
        return result

    module = ModuleType(__name__)
    module.later = later  # type: ignore[attr-defined]
    with pytest.raises(ConfigurationError, match="Missing"):
        declarations(module)


@pytest.mark.parametrize("source", [api, APIClient, print, "clientele", int])
def test_an_object_without_declarations_raises(source: Any) -> None:
    """A client doesn't know the functions that are decorated with it."""
    with pytest.raises(TypeError, match=r"^declarations: "):
        declarations(source)


def test_a_generic_client_is_listed_once_for_each_type() -> None:
    """Also if classes with the same types differ in nothing else."""

    class Things(APIClient, Generic[R]):
        @get("/things")
        def things(self, result: R) -> R:
            return result

    class Ints(Things[int]): ...

    class Texts(Things[str]): ...

    module = ModuleType(__name__)
    module.ints, module.texts, module.again = Ints, Texts, Ints  # type: ignore[attr-defined]
    assert [int, str] == [each.result for each in declarations(module)]
