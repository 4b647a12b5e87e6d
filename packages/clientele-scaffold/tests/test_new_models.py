"""Models: what is written for schemas, and that what the API sends is read by it."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from clientele.api import declarations
from clientele_scaffold.drift.calls import CallComparison
from clientele_scaffold.reading import parse_description
from clientele_scaffold.writing.samples import Samples
from drifting import answers, described
from trying import New, new_in

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}


def thing(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


@pytest.fixture
def new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> New:
    return new_in(tmp_path, monkeypatch)


def models(new: New, version: str = "3.1.0", **schemas: Any) -> ModuleType:
    """The models of schemas, of which an operation returns the first; drift is empty."""
    name = next(iter(schemas))
    operation = {"operationId": "find", **answers({"$ref": f"#/components/schemas/{name}"})}
    document = described(operation, schemas=schemas, version=version)
    package = new(document)
    assert [] == CallComparison(declarations(package.endpoints), parse_description(document)).differences()
    found: ModuleType = package.models
    return found


def read(model: Any, value: Any) -> Any:
    """A value as JSON has it again, after a model has read it."""
    return model.model_validate(value).model_dump(by_alias=True, exclude_unset=True)


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_an_object_within_another_never_takes_the_name_of_a_component(version: str, new: New) -> None:
    """Whichever is described first."""
    inner = {"type": "object", "properties": {"other": TEXT}}
    job = thing(workflow_run=inner, runs={"type": "array", "items": {"$ref": "#/components/schemas/workflow-run"}})
    found = models(new, version, job=job, **{"workflow-run": thing(id=NUMBER)})
    assert ["id"] == list(found.WorkflowRun.model_fields)
    value = {"workflow_run": {"other": "a"}, "runs": [{"id": 1}]}
    assert value == read(found.Job, value)


@pytest.mark.parametrize(
    ("version", "nothing"), [("3.0.3", {"nullable": True}), ("3.1.0", {"type": ["object", "null"]})]
)
def test_a_component_that_may_be_null_may_be_null_wherever_it_is_used(
    version: str, nothing: dict[str, Any], new: New
) -> None:
    owner = {**thing(id=NUMBER), **nothing}
    reference = {"$ref": "#/components/schemas/Owner"}
    lists = {"type": "array", "items": reference}
    maps = {"type": "object", "additionalProperties": reference}
    found = models(new, version, Thing=thing(owner=reference, owners=lists, by_name=maps), Owner=owner)
    value = {"owner": None, "owners": [None, {"id": 1}], "by_name": {"a": None}}
    assert value == read(found.Thing, value)


def test_a_reference_may_be_null_by_what_stands_beside_it_or_in_an_all_of(new: New) -> None:
    """As many descriptions say it, whatever JSON Schema makes of it."""
    reference = {"$ref": "#/components/schemas/Owner"}
    fields = {
        "a": {**reference, "nullable": True},
        "b": {"allOf": [reference], "nullable": True},
        "c": {"allOf": [reference, {"nullable": True}]},
        "d": {"oneOf": [reference, {"type": "null"}]},
    }
    found = models(new, "3.0.3", Thing=thing(**{key: fields[key] for key in "abc"}), Owner=thing(id=NUMBER))
    assert {"a": None, "b": None, "c": None} == read(found.Thing, {"a": None, "b": None, "c": None})
    found = models(new, Thing=thing(d=fields["d"]), Owner=thing(id=NUMBER))
    assert {"d": None} == read(found.Thing, {"d": None})


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_values_that_may_be_null_may_be_so_in_lists_and_enums(version: str, new: New) -> None:
    def maybe(kind: str, **said: Any) -> dict[str, Any]:
        is_old = version.startswith("3.0")
        return {"type": kind, "nullable": True, **said} if is_old else {"type": [kind, "null"], **said}

    fields = {
        "names": {"type": "array", "items": maybe("string")},
        "lists": {"type": "object", "additionalProperties": maybe("array", items=TEXT)},
        "state": maybe("string", enum=["open", None]),
    }
    found = models(new, version, Thing=thing(**fields))
    value = {"names": ["a", None], "lists": {"a": None}, "state": None}
    assert value == read(found.Thing, value)


def test_alternatives_that_only_require_fields_make_no_models(new: New) -> None:
    one_of = [{"required": ["id"]}, {"required": ["name"]}]
    schema = {"type": "object", "properties": {"id": NUMBER, "name": TEXT}, "anyOf": one_of}
    found = models(new, Thing=schema)
    assert {"id": 1} == read(found.Thing, {"id": 1})
    assert {"name": "a"} == read(found.Thing, {"name": "a"})


def test_alternatives_of_an_object_with_fields_are_fields_of_it(new: New) -> None:
    """That may be left out, also where it inherits them."""
    info = {"oneOf": [thing(limit=NUMBER, total=NUMBER), thing(page=NUMBER, total=NUMBER)]}
    found = models(new, Result={"allOf": [{"$ref": "#/components/schemas/Info"}, thing(hits=TEXT)]}, Info=info)
    assert {"hits", "limit", "page", "total"} == set(found.Result.model_fields)
    value = {"hits": "a", "page": 1, "total": 2}
    assert value == read(found.Result, value)


def test_what_is_described_twice_in_the_same_words_is_one_model(new: New) -> None:
    inner = {"type": "object", "properties": {"other": TEXT}}
    found = models(new, Thing=thing(first=inner, second=inner))
    assert found.Thing.model_fields["first"].annotation is found.Thing.model_fields["second"].annotation


def test_fields_have_what_is_said_of_them_as_docstrings(new: New, tmp_path: Path) -> None:
    field = {**TEXT, "description": 'What """ it is\\\n\nMore of it.'}
    other = {"$ref": "#/components/schemas/Kind", "description": "Its kind."}
    found = models(new, Thing=thing(name=field, other=other), Kind=TEXT)
    source = (tmp_path / found.__name__.replace(".", "/")).with_suffix(".py").read_text()
    assert '\n    """What \\"\\"\\" it is\\\\"""\n' in source
    assert '\n    """Its kind."""\n' in source
    assert "More of it" not in source


def test_values_for_tests_end_and_have_the_tags_that_choose_a_schema() -> None:
    """What requires itself ends where it may be null, and without a mapping a schema is chosen by its name."""
    node = {"$ref": "#/components/schemas/Node"}
    base = {"$ref": "#/components/schemas/Base"}
    union = {"oneOf": [{"$ref": "#/components/schemas/Cat"}], "discriminator": {"propertyName": "kind"}}
    schemas = {
        "Node": thing(id=NUMBER, parent={"allOf": [node], "nullable": True}),
        "Base": thing(kind=TEXT),
        "Cat": {"allOf": [base, thing(lives=NUMBER)]},
        "Pet": union,
    }
    description = parse_description(described({}, schemas=schemas, version="3.0.3"))
    samples = Samples(description)
    innermost = samples.value(description.schemas["Node"])
    while innermost["parent"] is not None:
        innermost = innermost["parent"]
    assert {"id": 1, "parent": None} == innermost
    assert {"kind": "Cat", "lives": 1} == samples.value(description.schemas["Pet"])
