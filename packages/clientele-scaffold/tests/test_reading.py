"""What is read of a description."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clientele_conformance.servers import Origin, json_response, response
from clientele_scaffold.reading import DescriptionError, Schema, parse_description, read_description

OK = {"204": {"description": ""}}


def described(paths: dict[str, Any] | None = None, version: str = "3.1.0", **components: Any) -> dict[str, Any]:
    return {
        "openapi": version,
        "info": {"title": "Shop", "version": "1"},
        "paths": paths or {},
        "components": components,
    }


def schema(written: Any, version: str = "3.1.0", **others: Any) -> Schema:
    return parse_description(described(version=version, schemas={"A": written, **others})).schemas["A"]


YAML = """
openapi: 3.0.3
info: {title: Shop, version: 1.0.0}
paths:
  /orders:
    get:
      responses:
        200:
          description: "2020-01-01"
          content:
            application/json; charset=utf-8:
              schema: {type: string, default: 2020-01-01}
"""


def test_yaml_is_read_as_the_json_that_it_means(tmp_path: Path) -> None:
    """Statuses are text, and dates are too."""
    file = tmp_path / "shop.yaml"
    file.write_text(YAML)
    (operation,) = read_description(str(file)).operations
    (result,) = operation.results
    (content,) = result.contents
    assert ("200", "2020-01-01", "application/json") == (result.status, result.description, content.media_type)
    assert content.schema is not None
    assert "2020-01-01" == content.schema.default


def test_a_url_is_read_with_our_own_client() -> None:
    with Origin() as origin:
        origin.on("/openapi.json", json_response(described()))
        assert "Shop" == read_description(f"{origin.url()}/openapi.json").title


def test_what_a_server_refuses_is_an_error_with_the_reason() -> None:
    with Origin() as origin:
        origin.on("/nothing", response(404))
        with pytest.raises(DescriptionError, match="404"):
            read_description(f"{origin.url()}/nothing")


def test_an_operation_has_its_parameters_and_those_of_its_path() -> None:
    own = {"name": "page", "in": "query", "schema": {"type": "integer", "default": 1}}
    path_wide = [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "page", "in": "query", "schema": {"type": "string"}},
        {"name": "Authorization", "in": "header", "schema": {"type": "string"}},
        {"$ref": "#/components/parameters/Filter"},
    ]
    document = described(
        {"/users/{id}": {"parameters": path_wide, "get": {"parameters": [own], "responses": OK}}},
        parameters={
            "Filter": {"name": "f", "in": "query", "style": "deepObject", "schema": {"type": "object"}},
        },
    )
    (operation,) = parse_description(document).operations
    assert [("id", True, "simple", False), ("page", False, "form", True), ("f", False, "deepObject", True)] == [
        (each.name, each.required, each.style, each.explode) for each in operation.parameters
    ]
    assert ("integer",) == operation.parameters[1].schema.types
    assert "#/components/parameters/Filter" == operation.parameters[2].pointer


def test_security_is_that_of_the_description_unless_the_operation_has_its_own() -> None:
    document = described(
        {"/a": {"get": {"responses": OK}, "post": {"security": [], "responses": OK}}},
        securitySchemes={"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
    )
    document["security"] = [{"key": []}]
    description = parse_description(document)
    assert [({"key": ()},), ()] == [each.security for each in description.operations]
    assert "X-Key" == description.security_schemes["key"].key_name


def test_a_server_has_the_defaults_of_its_variables() -> None:
    document = described()
    document["servers"] = [{"url": "https://{where}.example.com", "variables": {"where": {"default": "eu"}}}]
    assert "https://eu.example.com" == parse_description(document).servers[0].url


@pytest.mark.parametrize(
    ("version", "written"),
    [
        ("3.0.3", {"type": "string", "nullable": True}),
        ("3.1.0", {"type": ["string", "null"]}),
        ("3.1.0", {"anyOf": [{"type": "string"}, {"type": "null"}]}),
        ("3.1.0", {"oneOf": [{"type": "string"}, {"const": None}]}),
    ],
)
def test_null_is_one_thing_however_it_is_written(version: str, written: Any) -> None:
    read = schema(written, version)
    assert read.nullable
    assert ("string",) == (read.types or [*read.any_of, *read.one_of][0].types)


@pytest.mark.parametrize(
    ("version", "written"),
    [("3.0.3", {"type": "integer", "minimum": 1, "exclusiveMinimum": True}), ("3.1.0", {"exclusiveMinimum": 1})],
)
def test_limits_are_those_of_json_schema(version: str, written: Any) -> None:
    assert {"exclusiveMinimum": 1} == schema(written, version).limits


def test_schemas_that_are_true_or_false_are_read() -> None:
    read = schema({"type": "array", "items": True, "prefixItems": [False]})
    assert read.items is not None
    assert () == read.items.types


def test_a_default_of_null_is_one() -> None:
    assert schema({"default": None}).has_default
    assert not schema({}).has_default


def test_what_stands_beside_a_reference_is_kept() -> None:
    read = schema({"$ref": "#/components/schemas/B", "default": 3, "description": "of B"}, B={"type": "integer"})
    assert ("#/components/schemas/B", 3, "of B") == (read.ref, read.default, read.description)


def test_a_schema_may_have_itself_inside() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}}}
    description = parse_description(described(schemas={"Node": node}))
    inner = description.schemas["Node"].properties["next"]
    assert ("next",) == tuple(description.resolve(inner).properties)


def test_references_lead_anywhere_in_the_description_however_they_are_escaped() -> None:
    paths = {
        "/a/{b c}": {
            "parameters": [{"name": "b c", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "get": {"responses": OK},
        }
    }
    reference = "#/paths/~1a~1%7Bb%20c%7D/parameters/0/schema"
    description = parse_description(described(paths, schemas={"A": {"$ref": reference}}))
    assert ("integer",) == description.resolve(description.schemas["A"]).types


def test_a_form_knows_the_types_of_its_parts() -> None:
    form = {
        "schema": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}},
        "encoding": {"file": {"contentType": "image/png"}},
    }
    body = {"required": True, "content": {"multipart/form-data": form}}
    (operation,) = parse_description(described({"/a": {"post": {"requestBody": body, "responses": OK}}})).operations
    assert operation.body_required
    assert {"file": "image/png"} == operation.bodies[0].part_types


def test_a_discriminator_names_schemas_by_pointer() -> None:
    written = {
        "oneOf": [{"$ref": "#/components/schemas/Cat"}],
        "discriminator": {"propertyName": "kind", "mapping": {"cat": "Cat", "dog": "#/components/schemas/Cat"}},
    }
    read = schema(written, Cat={"type": "object"})
    assert "kind" == read.discriminator
    assert {"cat": "#/components/schemas/Cat", "dog": "#/components/schemas/Cat"} == read.mapping


def test_a_reference_with_more_beside_it_is_a_part_of_the_whole() -> None:
    read = schema({"$ref": "#/components/schemas/B", "required": ["n"]}, B={"type": "object"})
    assert ["#/components/schemas/B"] == [each.ref for each in read.all_of]
    assert ("", frozenset({"n"})) == (read.ref, read.required)


def test_what_is_wrong_where_nothing_is_read_is_no_problem() -> None:
    """Descriptions of well-known makers have null in places where it may not be."""
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "1", "contact": {"name": None}},
        "tags": [{"name": "orders", "externalDocs": {"url": "https://example.com", "description": None}}],
        "paths": {},
    }
    assert "Shop" == parse_description(document).title


def test_yaml_is_read_as_version_1_2_which_openapi_is_written_in(tmp_path: Path) -> None:
    """Norway is no boolean, and a time of day no number."""
    file = tmp_path / "shop.yaml"
    file.write_text(
        "openapi: 3.1.0\ninfo: { title: Shop, version: '1' }\npaths: {}\ncomponents: { schemas: { A: { enum: "
        "[NO, on, off, y, 12:30, 2026-01-02, 007, 1, -1.5, 1e3, true, null] } } }\n"
    )
    values = ("NO", "on", "off", "y", "12:30", "2026-01-02", 7, 1, -1.5, 1000, True, None)
    assert values == read_description(str(file)).schemas["A"].enum
