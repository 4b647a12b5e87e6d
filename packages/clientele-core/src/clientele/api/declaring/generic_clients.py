"""Clients with type variables, `class CRUD(APIClient, Generic[T])`, and their types in subclasses."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any, TypeAlias, TypeVar, get_args, get_origin, get_type_hints

from typing_extensions import NoDefault

from clientele.api.types.annotations import shown, variables_in, with_types
from clientele.http.errors import ConfigurationError

Types: TypeAlias = Mapping[Any, Any]
"""The types of type variables."""


def class_of_client(client: Any) -> Any:
    """The class of `client`, with its type arguments if there are any: `CRUD[User]` of `CRUD[User]()`."""
    return getattr(client, "__orig_class__", type(client))


def types_for(owner: Any, function: Callable[..., Any]) -> Types:
    """The types of the type variables in the annotations of `function`, as a method of `owner`.

    Args:
        owner: a class, or one with type arguments.
        function: a method of it, or of a class that it inherits from.

    Raises:
        NameError: a type argument has a name that isn't defined yet.
    """
    mro, wanted = (get_origin(owner) or owner).__mro__, inspect.unwrap(function)
    homes = (home for home in mro if any(inspect.unwrap(value) is wanted for value in vars(home).values()))
    home = next(homes, None)
    return {} if home is None else _types(owner, home)


def refuse_unbound(kind: Any, owner: Any, name: str) -> None:
    """Refuse a `result` whose type has unbound type variables.

    Args:
        kind: the type, with the known types in place of its type variables.
        owner: the class of the client, or one with type arguments.
        name: the name of the method in errors.

    Raises:
        ConfigurationError: a type variable is unbound; the message says how to bind it.
    """
    for variable in variables_in(kind):
        client = get_origin(owner) or owner
        raise ConfigurationError(
            f"{name}: `result` is {shown(kind)}, and {client.__name__} doesn't define the type variable "
            f"{variable.__name__}; "
            f"{_advice(variable, client)}"
        )


def _advice(variable: TypeVar, client: Any) -> str:
    generic = next((one for one in client.__mro__ if variable in _parameters(one)), None)
    if generic is None:
        return f"write the type itself, or a generic client: class {client.__name__}(APIClient, Generic[...])"
    arguments = ["User" if one is variable else one.__name__ for one in _parameters(generic)]
    written = f"{generic.__name__}[{', '.join(arguments)}]"
    return f"write class Users({written}) with a type instead of User, or call {written}(...)"


def _parameters(kind: Any) -> tuple[Any, ...]:
    parameters: tuple[Any, ...] = getattr(kind, "__parameters__", ())
    return parameters


def _types(owner: Any, home: Any) -> Types:
    """The types of the type variables of the class `home` in `owner`, which inherits from it."""
    client = get_origin(owner) or owner
    types = _given(client, get_args(owner))
    if client is home:
        return types
    for base in vars(client).get("__orig_bases__", client.__bases__):
        if issubclass(get_origin(base) or base, home):
            return _types(with_types(_defined(base, client), types), home)
    return {}


def _given(client: Any, arguments: tuple[Any, ...]) -> Types:
    """The type arguments of a class by its type variables, with their defaults."""
    types = dict(zip(_parameters(client), arguments, strict=False))
    for variable in _parameters(client)[len(types) :]:
        default = getattr(variable, "__default__", NoDefault)
        if default is not NoDefault:
            types[variable] = with_types(default, types)
    return types


def _defined(base: Any, client: Any) -> Any:
    """`base` of the class `client`, with the types of arguments that are written as strings."""
    names = getattr(sys.modules.get(client.__module__), "__dict__", {})
    return get_type_hints(SimpleNamespace(__annotations__={"base": base}), names, include_extras=True)["base"]
