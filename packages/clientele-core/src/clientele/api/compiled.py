"""When a function is compiled: at decoration, or where an annotation names what is defined later, at first call."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

from clientele.api.decorator_options import CallOptions, checked_call_options
from clientele.api.endpoints import Endpoint
from clientele.api.signatures import Declared
from clientele.http.errors import ConfigurationError


class Compiled:
    """The endpoint of a decorated function, once it is there.

    Args:
        declared: the function.
        read: makes the endpoint, with the names of the block that the function is defined in.
        namespace: these names.

    """

    __slots__ = ("_namespace", "_read", "declared", "endpoint")

    def __init__(
        self, declared: Declared, read: Callable[[Mapping[str, Any]], Endpoint], namespace: Mapping[str, Any]
    ) -> None:
        self.declared = declared
        self.endpoint: Endpoint | None = None
        self._read = read
        self._namespace = namespace

    def attempt(self) -> None:
        """Make the endpoint if everything is defined already.

        Raises:
            ConfigurationError: no call can be made of the function; the message says what to change.
        """
        with contextlib.suppress(NameError):
            self._try()

    def complete(self) -> Endpoint:
        """The endpoint, now that everything should be defined.

        Raises:
            ConfigurationError: as above, or an annotation still names what isn't there.
        """
        try:
            return self._try()
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
        return Compiled(self.declared, lambda _: (self.endpoint or self._try()).changed(checked), {})

    def answering(self) -> Compiled:
        """The same endpoint, whose calls give an Answer."""
        return Compiled(self.declared, lambda _: (self.endpoint or self._try()).answering(), {})

    def no_client(self, owner: object) -> TypeError:
        """The error of a method that is called on what isn't, or isn't yet, a client."""
        return TypeError(
            f"{self.declared.name} belongs to a subclass of APIClient whose __init__ has been run; "
            f"this {type(owner).__name__} is none"
        )

    def _try(self) -> Endpoint:
        namespace = self._namespace
        if self.endpoint is not None:  # Another thread was faster.
            return self.endpoint
        endpoint = self._read(namespace)
        self.endpoint = endpoint
        self._namespace = {}
        return endpoint
