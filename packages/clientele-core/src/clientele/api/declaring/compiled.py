"""Compiles a decorated function: at decoration, or at the first call if an annotation is defined later."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any
from weakref import WeakKeyDictionary

from clientele.api.declaring.decorator_options import CallOptions, checked_call_options
from clientele.api.declaring.endpoints import Endpoint
from clientele.api.declaring.generic_clients import class_of_client
from clientele.api.signatures.signature import Declared
from clientele.http.errors import ConfigurationError


class Compiled:
    """The endpoint of a decorated function, compiled once.

    Args:
        declared: the function.
        read: compiles the endpoint; receives `namespace`, and for a method the class of the client, or None.
        namespace: the names of the block that the function is defined in.

    Attributes:
        endpoint: None until it is compiled; a method with type variables has one for each class.
    """

    __slots__ = ("_by_class", "_namespace", "_read", "declared", "endpoint")

    def __init__(
        self, declared: Declared, read: Callable[[Mapping[str, Any], Any], Endpoint], namespace: Mapping[str, Any]
    ) -> None:
        self.declared = declared
        self.endpoint: Endpoint | None = None
        self._by_class: MutableMapping[Any, Endpoint] = WeakKeyDictionary()
        self._read = read
        self._namespace = namespace

    def attempt(self) -> None:
        """Compile the endpoint if everything is already defined.

        Raises:
            ConfigurationError: the declaration is invalid; the message says what to change.
        """
        with contextlib.suppress(NameError):
            self._for(None)

    def complete(self, client: Any) -> Endpoint:
        """The endpoint for a call of `client`, when everything must be defined.

        Raises:
            ConfigurationError: as above, or an annotation still has an undefined name.
        """
        return self.of(class_of_client(client))

    def of(self, owner: Any) -> Endpoint:
        """The endpoint for clients of the class `owner`. If that is None, type variables can be any types.

        Raises:
            ConfigurationError: as above.
        """
        try:
            return self._for(owner)
        except NameError as error:
            declared = self.declared
            raise ConfigurationError(
                f"{declared.name}: an annotation names {error.name or error}, which is neither in the module "
                f"{declared.function.__module__} nor in the block around the function; define it there, or import it "
                "outside of TYPE_CHECKING too"
            ) from error

    def changed(self, options: CallOptions) -> Compiled:
        """The same endpoint, with options for a single call.

        Raises:
            TypeError, ConfigurationError: an option is unknown, or can't be used.
        """
        checked = checked_call_options(options, self.declared.name)
        return Compiled(self.declared, lambda _, owner: self._for(owner).changed(checked), {})

    def answering(self) -> Compiled:
        """The same endpoint, whose calls return an Answer."""
        return Compiled(self.declared, lambda _, owner: self._for(owner).answering(), {})

    def no_client(self, owner: object) -> TypeError:
        """The error for a method that is called on an object that isn't a client, or isn't initialized."""
        return TypeError(
            f"{self.declared.name} is a method of APIClient subclasses; this {type(owner).__name__} isn't one, or its "
            "__init__ hasn't run"
        )

    def _for(self, owner: Any) -> Endpoint:
        namespace = self._namespace  # Read before `endpoint`: another thread that sets `endpoint` removes it.
        endpoint = self.endpoint or (None if owner is None else self._by_class.get(owner))
        if endpoint is None:
            endpoint = self._read(namespace, owner)
            if not endpoint.is_generic:
                self.endpoint, self._namespace = endpoint, {}
            elif owner is not None:
                self._by_class[owner] = endpoint
        return endpoint
