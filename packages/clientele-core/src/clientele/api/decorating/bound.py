"""Decorated methods in classes and on instances: Python methods that also have options.

A Python function that is looked up on an instance becomes a method that passes its attributes through unchanged, so
none of them could know the instance. So the class has a descriptor instead, which looks like the function. On the class
it returns the function, and on an instance an object that looks like a method.
"""

from __future__ import annotations

import functools
from operator import attrgetter
from types import FunctionType, MethodType
from typing import Any, Unpack

from clientele.api.declaring.decorator_options import CallOptions


class MethodInClass:
    """A decorated method in its class.

    Args:
        function: the function, whose first argument is the client.
    """

    def __init__(self, function: Any) -> None:
        self._function = function
        functools.update_wrapper(self, function)

    @property  # type: ignore[misc]
    def __class__(self) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        return FunctionType

    def __get__(self, instance: Any, owner: type[Any] | None = None) -> Any:
        return self._function if instance is None else BoundEndpoint(self._function, instance)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Make the call, on the client that is the first argument."""
        return self._function(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._function, name)

    def __repr__(self) -> str:
        return repr(self._function)


class BoundEndpoint:
    """A decorated method and the client that it was looked up on. Two of them are equal if both are."""

    __slots__ = ("__func__", "__self__", "__weakref__")

    def __init__(self, function: Any, client: Any) -> None:
        self.__func__ = function
        self.__self__ = client

    @property  # type: ignore[misc]
    def __class__(self) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        return MethodType

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Make the call."""
        return self.__func__(self.__self__, *args, **kwargs)

    def with_options(self, **options: Unpack[CallOptions]) -> BoundEndpoint:
        """This method, with options for a single call or for several; see `EndpointFunction.with_options`."""
        return BoundEndpoint(self.__func__.with_options(**options), self.__self__)

    @property
    def aio(self) -> BoundEndpoint:
        """The same call, asynchronously; see `EndpointFunction.aio`."""
        return BoundEndpoint(self.__func__.aio, self.__self__)

    @property
    def with_response(self) -> BoundEndpoint:
        """The same call, which also returns the response; see `EndpointFunction.with_response`."""
        return BoundEndpoint(self.__func__.with_response, self.__self__)

    @property
    def __doc__(self) -> Any:  # type: ignore[override]
        return self.__func__.__doc__

    @property
    def __module__(self) -> Any:  # type: ignore[override]
        return self.__func__.__module__

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__func__, name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MethodType) and self._as_method() == MethodType(other.__func__, other.__self__)

    def __hash__(self) -> int:
        return hash(self._as_method())

    def __repr__(self) -> str:
        return repr(self._as_method())

    def __reduce__(self) -> tuple[Any, ...]:
        name = self.__func__.__name__
        path = name + self.__func__.__qualname__.rpartition(f".{name}")[2]
        if attrgetter(path)(self.__self__) != self:
            from pickle import PicklingError  # noqa: PLC0415 - few are pickled

            raise PicklingError(
                f"{self.__func__.__qualname__}: with options it can't be pickled; pass them where it is called"
            )
        return attrgetter(path), (self.__self__,)

    def _as_method(self) -> MethodType:
        return MethodType(self.__func__, self.__self__)
