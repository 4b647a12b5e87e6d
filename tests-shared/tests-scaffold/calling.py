"""Calls all functions of a written package, with what must be given, and with all that may be."""

from __future__ import annotations

import asyncio
import importlib
import inspect
from typing import Any

from pydantic import TypeAdapter

from clientele.http.in_process import ASGIBackend
from clientele.testing import use_backend
from clientele_scaffold.reading import Parameter
from clientele_scaffold.writing.arguments import Argument
from clientele_scaffold.writing.functions import Function, Style
from clientele_scaffold.writing.package import Package
from mock_api import AllSamples, MockAPI


def call_all(package: Package, name: str, mock: MockAPI, samples: AllSamples, style: Style) -> list[str]:
    """What went wrong; nothing, if all calls were made as described, and what was answered is what is declared."""
    failed: list[str] = []
    backend = ASGIBackend(mock)
    with use_backend(backend):
        for module, functions in package.functions.items():
            loaded = importlib.import_module(f"{name}.{module}")
            for function in functions:
                for whole in (False, True):
                    owner = _client(loaded) if style.is_class else loaded
                    failed += _called(getattr(owner, function.name), function, samples, whole=whole)
    backend.close()
    return failed + mock.wrong


def _client(module: Any) -> Any:
    (name,) = [each for each, value in vars(module).items() if each.endswith("API") or _is_own(value, module)]
    return vars(module)[name]()


def _is_own(value: Any, module: Any) -> bool:
    return inspect.isclass(value) and value.__module__ == module.__name__


def _called(target: Any, function: Function, samples: AllSamples, *, whole: bool) -> list[str]:
    try:
        annotations = {
            name: each.annotation for name, each in inspect.signature(target, eval_str=True).parameters.items()
        }
        given = {
            each.name: _value(each, annotations[each.name], function, samples)
            for each in function.arguments
            if whole or each.default is None
        }
        if inspect.iscoroutinefunction(target):
            asyncio.run(_acall(target, given, function))
        elif function.paging is not None:
            assert list(target(**given).pages(max_pages=1))
        elif function.outcome.is_stream:
            with target(**given) as items:
                assert list(items)
        else:
            target(**given)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told
        return [f"{function.name}({'all' if whole else 'required'}): {type(error).__name__}: {error}"]
    return []


async def _acall(target: Any, given: dict[str, Any], function: Function) -> None:
    if function.outcome.is_stream:
        async with await target(**given) as items:
            assert [each async for each in items]
    elif function.paging is not None:
        found = await target(**given)
        assert [each async for each in found.pages(max_pages=1)]
    else:
        await target(**given)


def _value(argument: Argument, annotation: Any, function: Function, samples: AllSamples) -> Any:
    """A value of an argument, as the type that it is declared to be."""
    if argument.is_file:
        return [b"content"] if "list[" in argument.annotation else b"content"
    if argument.source is None:
        cookies = [each for each in function.operation.parameters if each.place == "cookie"]
        return TypeAdapter(annotation).validate_python({each.name: samples.value(each.schema) for each in cookies})
    if argument.name == "data" and ("bytes" in argument.annotation or argument.annotation.startswith("str")):
        return "content" if argument.annotation.startswith("str") else b"content"
    schema = argument.source.schema if isinstance(argument.source, Parameter) else argument.source
    return TypeAdapter(annotation).validate_python(samples.value(schema))
