"""Small programs that use a backend and end without closing it; each is run in a process of its own.

    python -m clientele_conformance.suite.life_programs PROGRAM MODULE QUALNAME HOW CA URL...

The program makes backends of the class MODULE:QUALNAME, one for each URL. They trust the authority in the file CA: they
are given its path if HOW is `path`, nothing if it is `default`, else a context. The program prints a line for each
answer that it receives. Below each URL there are `/answer`, `/stream` and `/silent`.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
import os
import ssl
import sys
import traceback
import warnings
from collections.abc import Callable
from operator import attrgetter
from typing import Any

from clientele.http import HTTPBackend, Response

KEPT: list[object] = []
"""What is still referenced when the interpreter ends."""

_NEVER = 3600.0


def main(program: str, module: str, qualname: str, how: str, authority: str, *urls: str) -> None:
    """Run `program`, once for each URL."""
    backend_class = load(module, qualname)
    options = {"max_connections": 1} if program == fork_while_busy.__name__ else {}
    for url in urls:
        PROGRAMS[program](backend_class(verify=trusting(how, authority), timeout=10.0, **options), url)


def trusting(how: str, authority: str) -> str | bool | ssl.SSLContext:
    """A `verify` that trusts the authority in a file: its path, or a context; or True; or False, which trusts all."""
    if how in {"default", "unverified"}:
        return how == "default"
    return authority if how == "path" else ssl.create_default_context(cafile=authority)


def load(module: str, qualname: str) -> Callable[..., HTTPBackend]:
    """The class of the backends. Warnings during the import of its libraries are ignored."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found: Callable[..., HTTPBackend] = attrgetter(qualname)(importlib.import_module(module))
        return found


# Synchronous


def still_referenced(backend: HTTPBackend, url: str) -> None:
    """The interpreter ends while the backend is still there."""
    KEPT.append(backend)
    get(backend, url)


def collected(backend: HTTPBackend, url: str) -> None:
    """The backend is forgotten before the interpreter ends."""
    get(backend, url)
    del backend
    gc.collect()


def unfinished_stream(backend: HTTPBackend, url: str) -> None:
    """The interpreter ends in the middle of a stream."""
    items = backend.handle_sync_stream("GET", f"{url}/stream", bytes)
    KEPT.append(items)
    next(items)
    show(b"item")


def fork(backend: HTTPBackend, url: str) -> None:
    """A child uses the backend of its parent and ends as programs do, and the parent goes on."""
    if sys.platform == "win32":
        raise NotImplementedError("Windows has no fork")
    KEPT.append(backend)
    get(backend, url)
    get(backend, url)
    child = os.fork()
    if child == 0:
        get(backend, url)
        sys.exit()
    await_child(child)
    get(backend, url)


def fork_while_busy(backend: HTTPBackend, url: str) -> None:
    """A child uses the backend of its parent, which has a stream on the only connection that there may be."""
    if sys.platform == "win32":
        raise NotImplementedError("Windows has no fork")
    with contextlib.closing(backend.handle_sync_stream("GET", f"{url}/stream", bytes)) as items:
        next(items)
        child = os.fork()
        if child == 0:
            end_after(lambda: get(backend, url))
        await_child(child)
    get(backend, url)


# Asynchronous


def run(backend: HTTPBackend, url: str) -> None:
    """Three times `asyncio.run`."""
    KEPT.append(backend)
    for _ in range(3):
        asyncio.run(aget(backend, url))


def runner(backend: HTTPBackend, url: str) -> None:
    """One `asyncio.Runner` that runs twice."""
    with asyncio.Runner() as loop:
        loop.run(aget(backend, url))
        loop.run(aget(backend, url))


def unfinished_async_stream(backend: HTTPBackend, url: str) -> None:
    """The event loop ends in the middle of a stream."""

    async def read_one() -> None:
        be_patient()
        items = backend.handle_async_stream("GET", f"{url}/stream", bytes)
        KEPT.append(items)
        await anext(items)
        show(b"item")

    asyncio.run(read_one())


def unfinished_task(backend: HTTPBackend, url: str) -> None:
    """The event loop ends while a task waits for its answer."""

    async def leave_waiting() -> None:
        await aget(backend, url)
        KEPT.append(asyncio.create_task(backend.send_async_request("GET", f"{url}/silent", timeout=_NEVER)))
        await asyncio.sleep(0.2)

    asyncio.run(leave_waiting())


def async_fork(backend: HTTPBackend, url: str) -> None:
    """A child uses the backend of its parent on a loop of its own, and the parent goes on with its loop."""
    if sys.platform == "win32":
        raise NotImplementedError("Windows has no fork")
    with asyncio.Runner() as loop:
        loop.run(aget(backend, url))
        loop.run(aget(backend, url))
        child = os.fork()
        if child == 0:
            end_after(lambda: asyncio.run(aget(backend, url)))
        await_child(child)
        loop.run(aget(backend, url))


PROGRAMS: dict[str, Callable[[HTTPBackend, str], None]] = {
    program.__name__: program
    for program in (
        still_referenced,
        collected,
        unfinished_stream,
        fork,
        fork_while_busy,
        run,
        runner,
        unfinished_async_stream,
        unfinished_task,
        async_fork,
    )
}


# What they share


def get(backend: HTTPBackend, url: str) -> None:
    """Show an answer."""
    show(answered(backend, backend.send_sync_request("GET", f"{url}/answer")))


async def aget(backend: HTTPBackend, url: str) -> None:
    """`get`, asynchronously."""
    be_patient()
    show(answered(backend, await backend.send_async_request("GET", f"{url}/answer")))


def answered(backend: HTTPBackend, answer: Any) -> bytes:
    """The body of an answer."""
    return (answer if isinstance(answer, Response) else backend.convert_to_response(answer)).content


def show(body: bytes) -> None:
    """Print at once: a fork would print again what is buffered."""
    print(body.decode(), flush=True)  # noqa: T201 - it is a program


def be_patient() -> None:
    """In development mode a loop complains of callbacks that take long, which they may on a busy machine."""
    asyncio.get_running_loop().slow_callback_duration = _NEVER


def await_child(child: int) -> None:
    """Wait for the end of a child, and fail if it has failed."""
    _, status = os.waitpid(child, 0)
    if status:
        raise SystemExit(f"the child ended with {os.waitstatus_to_exitcode(status)}")


def end_after(work: Callable[[], None]) -> None:
    """Do `work` in a child, and end it there: what its parent would do next isn't the child's."""
    try:
        work()
    except BaseException:  # noqa: BLE001 - shown, and told by the exit code
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
