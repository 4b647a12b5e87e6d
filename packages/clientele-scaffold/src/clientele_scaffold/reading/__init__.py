"""Reads an OpenAPI description into `Description`, a small typed form without references to follow."""

from clientele_scaffold.reading.description import (
    Content,
    Description,
    Operation,
    Parameter,
    Place,
    Result,
    Schema,
    SecurityScheme,
    Server,
)
from clientele_scaffold.reading.problems import DescriptionError, Problem
from clientele_scaffold.reading.read import parse_description, read_description

__all__ = [
    "Content",
    "Description",
    "DescriptionError",
    "Operation",
    "Parameter",
    "Place",
    "Problem",
    "Result",
    "Schema",
    "SecurityScheme",
    "Server",
    "parse_description",
    "read_description",
]
