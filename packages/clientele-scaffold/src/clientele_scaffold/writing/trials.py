"""The test that is written along: one call of each module, on a fake that needs no network."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from clientele_scaffold.writing.bodies import is_json
from clientele_scaffold.writing.expressions import Expressions
from clientele_scaffold.writing.functions import Function, Style
from clientele_scaffold.writing.literals import literal
from clientele_scaffold.writing.results import EVENTS, expected, is_stream
from clientele_scaffold.writing.samples import Samples
from clientele_scaffold.writing.scopes import Scope


class Trials:
    """Writes tests.

    Args:
        expressions: writes arguments.
        samples: makes answers.
        package: the package that is tested.
        base_url: where it sends its requests.
        style: how its functions are written.
    """

    def __init__(self, expressions: Expressions, samples: Samples, package: str, base_url: str, style: Style) -> None:
        self._expressions = expressions
        self._samples = samples
        self._package = package
        self._base_path = urlsplit(base_url).path.rstrip("/")
        self._style = style

    def module(self, functions: dict[str, list[Function]], owners: dict[str, str]) -> str:
        """The source of the test, with a call of one function of each module.

        Args:
            functions: those of each module.
            owners: what has them: for methods, their class.
        """
        scope = Scope()
        scope.use("clientele.http", "FakeHTTPBackend")
        scope.use("clientele.testing", "use_backend")
        tests = [self._tried(module, found, owners[module], scope) for module, found in functions.items()]
        needs_loop = "import asyncio\n" if self._style.is_async else ""
        text = f'"""The calls of `{self._package}`, on a fake that needs no network."""\n\n'
        return "\n\n\n".join([f"{text}{needs_loop}{scope.lines()}", *filter(None, tests)]) + "\n"

    def _tried(self, module: str, functions: list[Function], owner: str, scope: Scope) -> str:
        """A test of the first function for which values are known, but rather of one that isn't a stream."""
        for function in sorted(functions, key=lambda each: each.outcome.is_stream):
            inner = Scope()
            self._samples.unsure = False
            test = self._test(module, function, owner, inner)
            if not self._samples.unsure:
                scope.add(inner)
                return test
        return ""

    def _test(self, module: str, function: Function, owner: str, scope: Scope) -> str:
        if self._style.is_class:
            scope.use(f"{self._package}.{module}", owner)
        else:
            scope.use(self._package, owner)
        name = f"{module}_{function.name}" if self._style.is_class else f"{owner}_{function.name}"
        target = f"{owner}()" if self._style.is_class else owner
        call = f"{target}.{function.name}({self._expressions.call(function.arguments, scope)})"
        route = f"{literal(function.operation.method)}, {literal(self._path(function))}"
        lines = [f"clientele_fake.on({route}).reply({self._reply(function)})", "", "with use_backend(clientele_fake):"]
        body = ["    " + line for line in [*lines, *(f"    {line}" for line in self._called(call, function))]]
        return "\n".join([f"def test_{name}(clientele_fake: FakeHTTPBackend) -> None:", *body])

    def _called(self, call: str, function: Function) -> list[str]:
        if function.paging is not None:
            return self._paged(call)
        if not function.outcome.is_stream:
            return [f"asyncio.run({call})"] if self._style.is_async else [call]
        if not self._style.is_async:
            return [f"with {call} as items:", "    assert list(items)"]
        return [
            "",
            "async def read() -> None:",
            f"    async with await {call} as items:",
            "        assert [item async for item in items]",
            "",
            "asyncio.run(read())",
        ]

    def _paged(self, call: str) -> list[str]:
        """The lines that ask for the first page."""
        if not self._style.is_async:
            return [f"assert list({call}.pages(max_pages=1))"]
        return [
            "",
            "async def read() -> None:",
            f"    found = await {call}",
            "    assert [page async for page in found.pages(max_pages=1)]",
            "",
            "asyncio.run(read())",
        ]

    def _path(self, function: Function) -> str:
        path = function.path.partition("?")[0]
        return urlsplit(path).path if "://" in path else self._base_path + path

    def _reply(self, function: Function) -> str:
        status, content = self._answer(function)
        return f"{status}, {content}" if content else status

    def _answer(self, function: Function) -> tuple[str, str]:
        results = expected(function.operation)
        if not results:
            return "204", ""
        result = results[0]
        status = result.status.replace("XX", "00").replace("default", "200").replace("2XX", "200")
        if not result.contents or function.outcome.kind == "None":
            return status, ""
        streams = [each for each in result.contents if is_stream(each)]
        if function.outcome.is_stream and streams:
            return status, self._stream(streams[0].media_type, streams[0].schema)
        content = next((each for each in result.contents if is_json(each.media_type)), result.contents[0])
        if is_json(content.media_type):
            value = self._samples.value(content.schema)
            # Text would be the body as it is.
            return status, literal(value if not isinstance(value, str | None) else json.dumps(value))
        return status, "b'content'" if "bytes" in function.outcome.kind else '"text"'

    def _stream(self, media_type: str, schema: Any) -> str:
        value: Any = "text" if schema is None else self._samples.value(schema)
        value = value[0] if isinstance(value, list) and value else value
        if media_type != EVENTS:
            return literal([value])
        data = value if isinstance(value, str) else json.dumps(value)
        return f"{literal(f'data: {data}' + chr(10) * 2)}, headers={literal({'Content-Type': EVENTS})}"
