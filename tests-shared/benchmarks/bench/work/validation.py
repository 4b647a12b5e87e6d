"""Validation alone: what a call can't cost less than."""

from __future__ import annotations

import json
from collections.abc import Callable

from pydantic import TypeAdapter

from bench.bodies import USER, USERS
from bench.work.model import User


def loads_user() -> Callable[[int], User]:
    """`json.loads`, and then `model_validate`."""
    return lambda _: User.model_validate(json.loads(USER))


def user() -> Callable[[int], User]:
    """`model_validate_json`."""
    return lambda _: User.model_validate_json(USER)


def loads_users() -> Callable[[int], list[User]]:
    """`json.loads`, and then `validate_python`."""
    adapter = TypeAdapter(list[User])
    return lambda _: adapter.validate_python(json.loads(USERS))


def users() -> Callable[[int], list[User]]:
    """`validate_json`."""
    adapter = TypeAdapter(list[User])
    return lambda _: adapter.validate_json(USERS)
