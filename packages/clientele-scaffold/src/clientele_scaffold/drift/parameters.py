"""What differs between the parameters of a call and those of an operation."""

from __future__ import annotations

from collections.abc import Iterator

from clientele.api import EndpointDeclaration
from clientele_scaffold.drift.comparing import Comparison
from clientele_scaffold.drift.declared_types import DeclaredTypes
from clientele_scaffold.drift.differences import At, Difference, Spot
from clientele_scaffold.drift.paths import fixed_query, path_shape
from clientele_scaffold.drift.sent import Key, Sent, SentComparison, key_of
from clientele_scaffold.drift.sent_parameters import SentParameters
from clientele_scaffold.reading.description import Description, Operation


class ParameterComparison:
    """Compares the parameters of calls with those of operations."""

    def __init__(self, comparison: Comparison, types: DeclaredTypes, description: Description) -> None:
        self._sent = SentComparison(comparison)
        self._parameters = SentParameters(comparison, types)
        self._keys = {key_of(each.key_place, each.key_name) for each in description.security_schemes.values()}

    def differences(self, call: EndpointDeclaration, operation: Operation, spot: Spot) -> list[Difference]:
        """What differs, for a call that is at `spot`."""
        ours = self._parameters.declared(call, operation, spot)
        theirs = self._parameters.described(operation, spot)
        places = ["query", "header", "cookie"]
        if len(path_shape(call.template).names) == len(path_shape(operation.path).names):
            places.append("path")  # Otherwise it is the path that differs.
        found: list[Difference] = []
        gone: dict[Key, Sent] = {}
        missing: dict[Key, Sent] = {}
        for place in places:
            compared = self._sent.compared(
                {key: sent for key, sent in ours.items() if key[0] == place},
                {
                    key: sent
                    for key, sent in theirs.items()
                    if key[0] == place and (key in ours or not _is_given(call, key, sent))
                },
            )
            found += compared.found
            gone |= {key: sent for key, sent in compared.gone.items() if key not in self._keys}
            missing |= compared.missing
        return [*found, *_moved(gone, missing), *self._sent.alone(gone, missing, operation.pointer)]


def _moved(gone: dict[Key, Sent], missing: dict[Key, Sent]) -> Iterator[Difference]:
    """Those that are sent in another place, which are taken out of both."""
    for key in list(gone):
        other = next((each for each in missing if each[1].lower() == key[1].lower()), None)
        if other is not None:
            at = At(gone.pop(key).spot, missing.pop(other).pointer, sent=True)
            yield at.differ("place", key[0], other[0])


def _is_given(call: EndpointDeclaration, key: Key, sent: Sent) -> bool:
    """Whether a parameter is sent without being one of the call's, or can be."""
    place, name = key
    if place == "header":
        return name in call.headers
    takes_more = any(each.place == "query" and each.sent_as is None for each in call.parameters)
    return place == "query" and (name in fixed_query(call.template) or (takes_more and not sent.required))
