"""A table of functions that can't be decorated, and what is said about each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType
from typing import Any

import pytest

from clientele.api import APIClient, ConfigurationError, get
from clientele.http import FakeHTTPBackend

Decorate = Callable[[APIClient], Callable[[Any], Any]]


@dataclass(frozen=True)
class Mistake:
    """A function that can't be decorated.

    Attributes:
        what: what is wrong with it.
        says: the message, all of it; `{0!r}` is the function, and `{module}` where it is defined.
        function: what is decorated.
        decorate: the decorator, of a client.
    """

    what: str
    says: str
    function: Any
    decorate: Decorate

    def __str__(self) -> str:
        return self.what

    def check(self) -> None:
        """Decorate the function: the message is as it is in the table, and nothing has been called by then."""
        fake = FakeHTTPBackend()
        with pytest.raises((ConfigurationError, TypeError)) as caught:
            self.decorate(APIClient(base_url="https://api.example.com", http_backend=fake))(self.function)
        module = getattr(self.function, "__module__", "")
        says = self.says.replace("{0!r}", repr(self.function)).replace("{module}", module)
        assert says == str(caught.value)
        assert fake.requests == []


class Mistakes:
    """The mistakes of a module, which are put in by decorating functions; these are called `get_user` then."""

    def __init__(self) -> None:
        self.all: list[Mistake] = []

    def __call__(
        self, what: str, says: str, path: Any = "/users", method: str = "GET", **options: Any
    ) -> Callable[[Any], Any]:
        """What is wrong, what is said, and what the function would be decorated with."""
        return self._adder(what, says, lambda api: api.endpoint(method, path, **options))

    def of_a_method(self, what: str, says: str) -> Callable[[Any], Any]:
        """The same of what would be decorated with `clientele.api.get`."""
        return self._adder(what, says, lambda _: get("/users"))

    def words(self) -> list[str]:
        """What is said, each message once."""
        return sorted({mistake.says for mistake in self.all})

    def _adder(self, what: str, says: str, decorate: Decorate) -> Callable[[Any], Any]:
        def add(function: Any) -> Any:
            if isinstance(function, FunctionType):
                function.__qualname__ = "get_user"
            self.all.append(Mistake(what, says, function, decorate))
            return function

        return add
