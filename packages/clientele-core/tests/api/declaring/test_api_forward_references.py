"""Annotations that are text: what they name may be in the block, in the module, or not there yet."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel

from clientele.api import APIClient, ConfigurationError
from clientele.http import FakeHTTPBackend

if TYPE_CHECKING:
    from decimal import Decimal


class User(BaseModel):
    id: int


@pytest.fixture
def fake() -> FakeHTTPBackend:
    return FakeHTTPBackend(default_content={"id": 1})


@pytest.fixture
def api(fake: FakeHTTPBackend) -> APIClient:
    return APIClient(base_url="https://a", http_backend=fake)


def test_a_class_of_the_block_around_the_function(api: APIClient) -> None:
    """It wins over one of the same name in the module, as it does for Python."""

    class User(BaseModel):
        id: str | int

        def __eq__(self, other: object) -> bool:
            return isinstance(other, User) and other.id == self.id

        __hash__ = None  # type: ignore[assignment]

    @api.get("/users")
    def find(result: User) -> User:
        return result

    assert User(id=1) == find()


def test_a_name_that_is_defined_further_down(api: APIClient, fake: FakeHTTPBackend) -> None:
    """The annotation is looked up again at the first call, and never after it."""
    find = api.get("/x")(_forward)
    afind = api.get("/x")(_aforward)
    globals()["DefinedLater"] = User
    try:
        assert User(id=1) == find() == asyncio.run(afind())
    finally:
        del globals()["DefinedLater"]
    assert User(id=1) == find()


def test_a_name_that_is_never_defined(api: APIClient, fake: FakeHTTPBackend) -> None:
    """The first call says which one, and what to do; so do all others, and none is sent."""
    find = api.get("/x")(_forward)
    for _ in range(2):
        with pytest.raises(ConfigurationError) as caught:
            find()
        assert (
            f"_forward: an annotation names DefinedLater, which is neither in the module {__name__} nor in the block "
            "around the function; define it there, or import it outside of TYPE_CHECKING too"
        ) == str(caught.value)
    assert fake.requests == []


def test_a_name_that_only_type_checkers_see(api: APIClient) -> None:
    """An argument's type has to be there; what the function returns has not."""

    @api.get("/x")
    def returns(result: Any) -> Decimal:
        return result  # type: ignore[no-any-return]

    @api.get("/x")
    def takes(result: Any, price: Decimal) -> Any:
        return result

    assert {"id": 1} == returns()
    with pytest.raises(ConfigurationError, match="takes: an annotation names Decimal, which is neither in the module"):
        takes(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_a_field_of_a_model_that_is_defined_further_down(api: APIClient) -> None:
    """A model may name what is not there yet, as Pydantic allows."""

    class Team(BaseModel):
        id: int
        lead: Person | None = None

    @api.get("/x")
    def find(result: list[Team] | Team) -> Any:
        return result

    class Person(BaseModel):
        id: int

    Team.model_rebuild()
    assert Team(id=1) == find()


def test_mistakes_that_need_no_types_show_at_decoration(api: APIClient) -> None:
    """Though an annotation can't be looked up yet."""

    def find(user_id: int, result: DefinedLater) -> Any: ...  # type: ignore[name-defined]  # noqa: F821

    with pytest.raises(ConfigurationError, match="`result` must come first"):
        api.get("/x")(find)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]


def test_mistakes_that_need_types_show_at_the_first_call(api: APIClient, fake: FakeHTTPBackend) -> None:
    """As they would at decoration."""
    find = api.get("/x/{user_id}")(_forward)
    globals()["DefinedLater"] = User
    try:
        with pytest.raises(
            ConfigurationError, match=r"the path '/x/\{user_id\}' has \{user_id\}, but the function has no"
        ):
            find()
    finally:
        del globals()["DefinedLater"]
    assert fake.requests == []


def test_several_threads_may_make_the_first_call(api: APIClient) -> None:
    """All of them get the result."""
    find = api.get("/x")(_forward)
    results: list[Any] = []
    barrier = threading.Barrier(8)

    def call() -> None:
        barrier.wait()
        results.append(find())

    globals()["DefinedLater"] = User
    try:
        threads = [threading.Thread(target=call) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        del globals()["DefinedLater"]
    assert [User(id=1)] * 8 == results


def _forward(result: DefinedLater) -> DefinedLater:  # type: ignore[name-defined]  # noqa: F821  # pyright: ignore[reportUndefinedVariable]
    return result


async def _aforward(result: DefinedLater) -> DefinedLater:  # type: ignore[name-defined]  # noqa: F821  # pyright: ignore[reportUndefinedVariable]
    return result
