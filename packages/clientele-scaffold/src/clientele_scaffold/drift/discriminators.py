"""The properties by which a description tells the members of a union apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clientele_scaffold.reading.description import Description, Schema


def discriminated(description: Description) -> frozenset[tuple[str, str]]:
    """The pointers of schemas that are told apart, and the names of the properties that do it."""
    return frozenset(
        (description.resolve(member).pointer, schema.discriminator)
        for schema in _all(description)
        if schema.discriminator
        for member in (schema, *schema.any_of, *schema.one_of, *_mapped(schema, description))
    )


def _mapped(schema: Schema, description: Description) -> Iterator[Schema]:
    yield from (description.targets[pointer] for pointer in schema.mapping.values() if pointer in description.targets)


def _all(description: Description) -> Iterator[Schema]:
    """Every schema of a description."""
    contents = [
        content
        for operation in description.operations
        for content in (*operation.bodies, *(each for result in operation.results for each in result.contents))
    ]
    roots = [content.schema for content in contents if content.schema is not None]
    left: list[Schema] = [*description.targets.values(), *description.schemas.values(), *roots]
    while left:
        schema = left.pop()
        yield schema
        left += _parts(schema)


def _parts(schema: Schema) -> Iterable[Schema]:
    yield from schema.properties.values()
    yield from (*schema.all_of, *schema.any_of, *schema.one_of, *schema.prefix_items)
    yield from (part for part in (schema.items, schema.additional) if isinstance(part, Schema))
