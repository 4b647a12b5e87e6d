"""Whether a document is a description that OpenAPI 3.0 or 3.1 allows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from jsonschema.exceptions import ValidationError, best_match
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

from clientele_scaffold.reading.problems import Problem, pointer_of
from clientele_scaffold.reading.references import reference_problems

MOST = 50
_UNREAD = frozenset({"callbacks", "contact", "example", "examples", "externalDocs", "license", "links", "webhooks"})
"""Parts of which nothing is read, so that they may be wrong; what is in a property that is called so may be, too."""
_VALIDATORS = {
    "3.0.": OpenAPIV30SpecValidator.schema_validator,
    "3.1.": OpenAPIV31SpecValidator.schema_validator,
}


def problems_of(document: dict[str, Any]) -> list[Problem]:
    """What is wrong with a description; references are looked at only if nothing else is."""
    version = document.get("openapi")
    validator = _VALIDATORS.get(version[:4]) if isinstance(version, str) else None
    if validator is None:
        return [Problem("#/openapi", f"is {version!r}; OpenAPI 3.0 and 3.1 can be read{_converted(document)}")]
    try:
        wrong = (error for error in validator.iter_errors(document) if not _UNREAD.intersection(error.absolute_path))
        found = [_problem(error) for error in islice(wrong, MOST)]
    except RecursionError:
        return [Problem("#", "is nested too deeply")]
    return found or list(islice(_more_problems(document), MOST))


def _converted(document: dict[str, Any]) -> str:
    return "; convert Swagger 2.0 before, as with swagger2openapi" if "swagger" in document else ""


def _more_problems(document: dict[str, Any]) -> Iterator[Problem]:
    yield from reference_problems(document)


def _problem(error: ValidationError) -> Problem:
    nearest = best_match([error])
    return Problem(pointer_of(nearest.absolute_path), nearest.message)
