"""Generic clients: type variables without a type, and other mistakes."""

from __future__ import annotations

from typing import Any, Generic

import pytest
from pydantic import BaseModel

from clientele.api import (
    APIClient,
    ConfigurationError,
    get,
)
from clientele.http import FakeHTTPBackend
from crud_clients import CRUD, Keyed, T, made


@pytest.fixture
def fake() -> FakeHTTPBackend:
    return FakeHTTPBackend(default_content={"id": 1})


class Unbound(CRUD):  # type: ignore[type-arg]  # pyright: ignore[reportMissingTypeArgument]
    pass


class NotGeneric(APIClient):
    @get("/one")
    def one(self, result: T) -> T:
        return result


@pytest.mark.parametrize(
    ("kind", "method", "message"),
    [
        (
            CRUD,
            "one",
            (
                "CRUD.one: `result` is ~T, and CRUD doesn't define the type variable T; write class Users(CRUD[User]) "
                "with "
                "a type instead of User, or call CRUD[User](...)"
            ),
        ),
        (
            Unbound,
            "all",
            (
                "CRUD.all: `result` is list[~T], and Unbound doesn't define the type variable T; write class "
                "Users(CRUD[User]) with a type instead of User, or call CRUD[User](...)"
            ),
        ),
        (
            Keyed[str, T],  # type: ignore[valid-type]  # pyright: ignore[reportGeneralTypeIssues]
            "one",
            (
                "CRUD.one: `result` is ~T, and Keyed doesn't define the type variable T; write class Users(Keyed[K, "
                "User]) "
                "with a type instead of User, or call Keyed[K, User](...)"
            ),
        ),
        (
            NotGeneric,
            "one",
            (
                "NotGeneric.one: `result` is ~T, and NotGeneric doesn't define the type variable T; write the type "
                "itself, or "
                "a generic client: class NotGeneric(APIClient, Generic[...])"
            ),
        ),
    ],
)
def test_a_type_variable_without_a_type_raises_at_the_call(
    kind: Any, method: str, message: str, fake: FakeHTTPBackend
) -> None:
    """Nothing is sent, and the message says how the class is told the type."""
    for _ in range(2):
        with pytest.raises(ConfigurationError) as caught:
            getattr(made(kind, fake), method)()
        assert message == str(caught.value)
    assert [] == fake.requests


def test_a_type_variable_within_a_model_raises(fake: FakeHTTPBackend) -> None:
    """A model with a type variable is a class, in which the variable is found all the same."""
    with pytest.raises(ConfigurationError, match="doesn't define the type variable T"):
        made(CRUD, fake).pages()


def test_an_undefined_type_raises(fake: FakeHTTPBackend) -> None:
    """Written as text, in a block that is gone."""

    class Local(BaseModel):
        id: int

    class Locals(CRUD["Local"]):
        pass

    with pytest.raises(ConfigurationError, match="Local"):
        made(Locals, fake).one()


def test_other_mistakes_raise_at_decoration() -> None:
    """Whatever the type variables will stand for."""
    with pytest.raises(ConfigurationError, match="no such parameter"):

        class Wrong(APIClient, Generic[T]):
            @get("/x/{user_id}")
            def one(self, result: T) -> T:
                return result
