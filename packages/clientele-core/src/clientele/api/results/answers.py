"""The result together with the response."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, NamedTuple, NoReturn, TypeVar

from clientele.api.signatures.binding import Finisher
from clientele.http.response import Response

T = TypeVar("T")


class Answer(NamedTuple, Generic[T]):
    """The result of `with_response`.

    Attributes:
        result: the result of the call.
        response: the response.
    """

    result: T
    response: Response


def answering(finish: Finisher, *, is_coroutine: bool) -> Finisher:
    """`finish`, wrapped to return an Answer."""

    def answer(values: tuple[Any, ...], result: Any, response: Any) -> Any:
        return Answer(finish(values, result, response), response)

    async def aanswer(values: tuple[Any, ...], result: Any, response: Any) -> Any:
        return Answer(await finish(values, result, response), response)

    return aanswer if is_coroutine else answer


def no_answer(name: str, *, is_stream: bool) -> Callable[[tuple[Any, ...]], NoReturn]:
    """A function that refuses calls of a stream or of pages."""
    call = f"{name.rpartition('.')[2]}(...)"
    own = f"a stream has its response: with {call} as items: items.response"
    if not is_stream:
        own = f"each page has its response: for page in {call}.pages(): page.response"

    def refuse(_: tuple[Any, ...]) -> NoReturn:
        raise TypeError(f"{name}.with_response: {own}")

    return refuse
