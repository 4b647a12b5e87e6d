"""From a file, a URL or a value to a `Description`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openapi_pydantic.v3 import v3_1 as written
from pydantic import ValidationError

from clientele_scaffold.reading.checking import problems_of
from clientele_scaffold.reading.description import Description, SecurityScheme, Server
from clientele_scaffold.reading.loading import load
from clientele_scaffold.reading.normal import lifted, normal
from clientele_scaffold.reading.operations import Operations, server_url
from clientele_scaffold.reading.parsing import parse
from clientele_scaffold.reading.problems import DescriptionError, Problem, ProblemFound, below, pointer_of
from clientele_scaffold.reading.references import followed
from clientele_scaffold.reading.schemas import Schemas


def read_description(source: str) -> Description:
    """Read a description.

    Args:
        source: the path of a file, or an http or https URL; JSON or YAML.

    Raises:
        DescriptionError: it can't be read, or it isn't a description of OpenAPI 3.0 or 3.1; each problem has its place.
    """
    return parse_description(parse(source, load(source)), source)


def parse_description(document: dict[str, Any], source: str = "the description") -> Description:
    """The description that a JSON value is.

    Args:
        document: the value; it isn't changed.
        source: what errors call it.

    Raises:
        DescriptionError: it isn't a description of OpenAPI 3.0 or 3.1; each problem has its place.
    """
    if problems := problems_of(document):
        raise DescriptionError(source, problems)
    document = lifted(document)
    plain = normal(document)
    try:
        return _described(document, plain, source)
    except ProblemFound as error:
        raise DescriptionError(source, [error.problem]) from error
    except ValidationError as error:
        raise DescriptionError(source, _problems(plain, error)) from error


def _described(document: dict[str, Any], plain: dict[str, Any], source: str) -> Description:
    api = written.OpenAPI.model_validate(plain)
    components = api.components or written.Components()
    schemas = Schemas(plain)
    operations = tuple(Operations(plain, schemas).of(api))
    named = {
        name: schemas.schema(schema, below("#/components/schemas", name))
        for name, schema in (components.schemas or {}).items()
    }
    return Description(
        source=source,
        openapi=document["openapi"],
        title=api.info.title,
        version=api.info.version,
        description=api.info.description or "",
        servers=tuple(Server(url=server_url(each), description=each.description or "") for each in api.servers),
        operations=operations,
        schemas=named,
        targets=schemas.follow(),
        security_schemes=_security_schemes(components.securitySchemes or {}, plain),
        document=document,
    )


def _security_schemes(
    sources: Mapping[str, written.SecurityScheme | written.Reference], document: dict[str, Any]
) -> dict[str, SecurityScheme]:
    found = {}
    for name, source in sources.items():
        here = below("#/components/securitySchemes", name)
        scheme, pointer = followed(document, source, here, written.SecurityScheme)
        found[name] = SecurityScheme(
            pointer=pointer,
            name=name,
            type=scheme.type,
            scheme=(scheme.scheme or "").lower(),
            key_name=scheme.name or "",
            key_place=scheme.security_scheme_in or "",
            token_url=_token_url(scheme.flows),
            description=scheme.description or "",
        )
    return found


def _token_url(flows: written.OAuthFlows | None) -> str:
    told = {} if flows is None else flows.model_dump(exclude_none=True)
    url = str(told["clientCredentials"]["tokenUrl"]) if told.keys() == {"clientCredentials"} else ""
    return url if url.startswith("https://") else ""


def _problems(document: Any, error: ValidationError) -> list[Problem]:
    """One problem for each place; what may be a reference and is none is not told that it could be."""
    told = [each for each in error.errors() if written.Reference.__name__ not in each["loc"]] or error.errors()
    found: dict[str, Problem] = {}
    for each in told:
        problem = _problem(document, each["loc"], each["msg"])
        found.setdefault(problem.pointer, problem)
    return list(found.values())


def _problem(document: Any, location: tuple[int | str, ...], message: str) -> Problem:
    """A problem that Pydantic has found, whose locations have names of its own among those of the document."""
    path: list[int | str] = []
    value = document
    for part in location:
        try:
            value = value[part]
        except (LookupError, TypeError):
            continue
        path.append(part)
    return Problem(pointer_of(path), message)
