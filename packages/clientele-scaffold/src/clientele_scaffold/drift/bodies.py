"""What differs between the body of a call and that of an operation."""

from __future__ import annotations

from collections.abc import Iterator

from clientele.api import EndpointDeclaration, EndpointParameter
from clientele_scaffold.drift.comparing import Comparison, need, with_need
from clientele_scaffold.drift.declared_types import ANYTHING, DeclaredTypes
from clientele_scaffold.drift.differences import At, Difference, Spot
from clientele_scaffold.drift.media_types import named
from clientele_scaffold.drift.raw import is_raw
from clientele_scaffold.drift.sent import FILE, Sent, SentComparison
from clientele_scaffold.reading.description import Content, Operation
from clientele_scaffold.writing.bodies import BINARY, FORM, MULTIPART, is_json

_JSON = "application/json"
_FORM = "form"


class BodyComparison:
    """Compares the bodies of calls with those of operations."""

    def __init__(self, comparison: Comparison, types: DeclaredTypes) -> None:
        self._comparison = comparison
        self._types = types
        self._sent = SentComparison(comparison)

    def differences(self, call: EndpointDeclaration, operation: Operation, spot: Spot) -> list[Difference]:
        """What differs, for a call that is at `spot`."""
        parameters = [each for each in call.parameters if each.place in {"body", "form", "file", "part"}]
        member = parameters[0].name if parameters else ""
        at = At(Spot(f"{spot.name}: body", call, member), operation.pointer, sent=True)
        if not (parameters or operation.bodies):
            return []
        if not parameters:
            shown = with_need(named(operation.bodies), required=operation.body_required)
            return [At(at.spot, operation.bodies[0].pointer, sent=True).differ("missing", "nothing", shown)]
        sort, said = _sort(parameters), call.content_type.partition(";")[0].strip().lower()
        if not operation.bodies:
            return [at.differ("gone", said or sort, "nothing")]
        content = next((each for each in operation.bodies if self._is_of(each, sort, said)), None)
        if content is None:
            at = At(at.spot, operation.bodies[0].pointer, sent=True)
            return [at.differ("media type", said or sort, named(operation.bodies))]
        if parameters[0].place != "body":
            return self._form(parameters, content, (call, operation), spot)
        return self._body(parameters[0], content, operation, at.spot)

    def _is_of(self, content: Content, sort: str, said: str) -> bool:
        """Whether a body is sent as a media type: the one that is said, or one of its sort."""
        media_type = content.media_type
        if said:
            return media_type in {said, "*/*"}
        if sort != BINARY:
            return is_json(media_type) if sort == _JSON else media_type == sort
        return media_type == "*/*" or not (is_json(media_type) or media_type in {FORM, MULTIPART})

    def _body(
        self, parameter: EndpointParameter, content: Content, operation: Operation, spot: Spot
    ) -> list[Difference]:
        at = At(spot, content.pointer, sent=True)
        found: list[Difference] = []
        if parameter.required != operation.body_required:
            found.append(at.differ("required", *map(need, (parameter.required, operation.body_required))))
        if content.schema is None or is_raw(parameter.annotation):
            return found
        declared = self._comparison.declared(self._types.schema(parameter.annotation, "serialization"))
        at = At(spot, content.schema.pointer, sent=True)
        return found + self._comparison.shapes(declared, self._comparison.described(content.schema), at, nulls=False)

    def _form(
        self,
        parameters: list[EndpointParameter],
        content: Content,
        sides: tuple[EndpointDeclaration, Operation],
        spot: Spot,
    ) -> list[Difference]:
        call, operation = sides
        members = () if content.schema is None else self._comparison.described(content.schema).members
        if len(members) != 1 or members[0].kind != "object" or not members[0].fields:
            return []  # A form of any fields.
        theirs = {
            (_FORM, name): Sent(
                self._comparison.described(schema),
                operation.body_required and name in members[0].required,
                "",
                Spot(f"{spot.name}: form {name}", call),
                schema.pointer,
            )
            for name, schema in members[0].fields.items()
        }
        ours = {(_FORM, name): sent for each in parameters for name, sent in self._declared(each, call, spot)}
        if not ours:
            return []  # A dict of anything.
        compared = self._sent.compared(ours, theirs)
        return [*compared.found, *self._sent.alone(compared.gone, compared.missing, content.pointer)]

    def _declared(
        self, parameter: EndpointParameter, call: EndpointDeclaration, spot: Spot
    ) -> Iterator[tuple[str, Sent]]:
        """The fields that an argument is, or is spread into."""
        schema = ANYTHING if parameter.place == FILE else self._types.schema(parameter.annotation, "serialization")
        shapes = self._comparison.declared(schema)
        members = shapes.members
        if parameter.place != "form" or len(members) != 1 or members[0].kind != "object":
            name = parameter.sent_as or parameter.name
            at = Spot(f"{spot.name}: form {name}", call, parameter.name)
            yield name, Sent(shapes, parameter.required, FILE if parameter.place == FILE else "", at)
            return
        owner = self._types.class_of(members[0].schema)
        for name, each in members[0].fields.items():
            at = Spot(f"{spot.name}: form {name}", owner or call, name if owner else parameter.name)
            required = parameter.required and name in members[0].required
            yield name, Sent(self._comparison.declared(each), required, "", at)


def _sort(parameters: list[EndpointParameter]) -> str:
    """The media type that the arguments of a body are sent as, if nothing else is said."""
    places = {each.place for each in parameters}
    if places & {"file", "part"}:
        return MULTIPART
    if "form" in places:
        return FORM
    return BINARY if is_raw(parameters[0].annotation) else _JSON
