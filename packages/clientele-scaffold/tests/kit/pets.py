"""A client of a small API, and the description it matches, for `clientele drift`."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from clientele.commands.main import main
from drifting import JSON, TEXT

MODELS = """
from enum import Enum
from typing import Literal
from pydantic import BaseModel, Field
from typing_extensions import TypeAliasType

Size = TypeAliasType("Size", Literal["small", "big"])

class Color(Enum):
    red = "red"

class Named(BaseModel):
    name: str = Field(alias="fullName")

class Pet(Named):
    color: Color
    size: Size
"""


PETS = """
from clientele.api import APIClient
from .models import Pet

api = APIClient(base_url="{base_url}")

@api.get("/pets")
def list_pets(
    result: list[Pet],
    limit: int = 10,
) -> list[Pet]:
    return result

@api.get("/pets/{{pet_id}}")
async def get_pet(result: Pet, pet_id: int) -> Pet:
    return result
"""


numbers = itertools.count()


WritePets = Callable[..., str]
"""Takes a base URL, and the text of additional or changed modules by name; returns the name of the package."""


def description() -> dict[str, Any]:
    """The description that the client matches."""
    pet = {"200": {"description": "", "content": {JSON: {"schema": {"$ref": "#/components/schemas/Pet"}}}}}
    pets = {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}
    number = {"type": "integer"}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Pets", "version": "1"},
        "paths": {
            "/pets": {
                "get": {
                    "tags": ["pets"],
                    "parameters": [{"name": "limit", "in": "query", "schema": number}],
                    "responses": {"200": {"description": "", "content": {JSON: {"schema": pets}}}},
                }
            },
            "/pets/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": number}],
                "get": {"tags": ["pets"], "responses": pet},
            },
        },
        "components": {
            "schemas": {
                "Named": {"type": "object", "required": ["fullName"], "properties": {"fullName": TEXT}},
                "Pet": {
                    "allOf": [
                        {"$ref": "#/components/schemas/Named"},
                        {
                            "type": "object",
                            "required": ["color", "size"],
                            "properties": {"color": {"enum": ["red"]}, "size": {"$ref": "#/components/schemas/Size"}},
                        },
                    ]
                },
                "Size": {"type": "string", "enum": ["small", "big"]},
            }
        },
    }


def written(document: dict[str, Any]) -> str:
    """Write a description to the working directory, and return its path."""
    Path("openapi.json").write_text(json.dumps(document))
    return "openapi.json"


def drift(*arguments: str) -> int:
    """Run the command, and return its exit code."""
    return main(["drift", *arguments])
