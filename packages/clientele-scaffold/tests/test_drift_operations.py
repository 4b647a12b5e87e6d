"""Operations: which function declares which operation, and which have no counterpart."""

from __future__ import annotations

from typing import Generic, TypeVar

from clientele.api import APIClient, get
from drifting import INTEGER, PROBLEM, TEXT, Problem, answers, api, described, differences, drift, returning, statuses

T = TypeVar("T")


def test_an_operation_with_another_path_is_found_by_its_operation_id() -> None:
    """In any case style, and with the suffix that FastAPI adds."""
    for name in ("things", "Things", "things_old_path_get"):
        document = described({"operationId": name}, path="/all/of/them")
        document["paths"]["/other"] = {"get": {"responses": {"204": {"description": ""}}}}
        assert [
            "GET /things: path: /things / /all/of/them",
            "GET /other: missing: nothing / an operation",
        ] == drift(document, returning(None))


def test_an_operation_without_an_operation_id_is_found_by_the_rest() -> None:
    """If only one segment of the path, or only the method, differs."""
    problem = statuses(s204=None, s404=PROBLEM)
    call = returning(None, path="/v1/things", errors={404: Problem})
    assert ["GET /v1/things: path: /v1/things / /v2/things"] == drift(described(problem, path="/v2/things"), call)
    assert ["GET /v1/things: method: GET / DELETE"] == drift(
        described(problem, path="/v1/things", method="delete"), call
    )


def test_operations_of_one_side_only_are_gone_or_missing() -> None:
    """Each with its name on that side."""
    document = described({"operationId": "one", **answers(INTEGER)}, path="/one")
    document["paths"]["/two"] = {"post": {"summary": "Two", "responses": {"204": {"description": ""}}}}
    gone, *missing = differences(document, returning(None, method="put", path="/three"))
    assert ("PUT /three", "gone", "nothing") == (gone.spot.name, gone.change, gone.described)
    assert [("GET /one", "one"), ("POST /two", "Two")] == [(each.spot.name, each.described) for each in missing]
    assert all(each.change == "missing" and each.is_operation for each in missing)


def test_an_operation_may_have_several_functions() -> None:
    """Each is compared, and reported separately."""

    @api.get("/things")
    async def other(result: int) -> int:
        return result

    found = differences(described(answers(TEXT)), returning(int), other)
    assert [False, True] == [getattr(each.spot.owner, "is_async", None) for each in found]
    assert [] == drift(described(answers(INTEGER)), returning(int), other)


class Things(APIClient, Generic[T]):
    @get("/things")
    def things(self, result: T) -> T:
        return result


class Ints(Things[int]):
    pass


def test_methods_of_a_generic_class_are_compared_with_its_type_arguments() -> None:
    """Without type arguments, the types that are left open aren't compared."""
    assert [] == drift(described(answers(INTEGER)), Ints)
    assert ["GET /things: result: type: integer / string"] == drift(described(answers(TEXT)), Ints)
    assert [] == drift(described(answers(TEXT)), Things)
