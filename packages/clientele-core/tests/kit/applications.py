"""Applications of FastAPI and Flask, and calls of either mode."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import fastapi
from fastapi.responses import StreamingResponse

from clientele.http import HTTPBackend, Response


class State:
    """What the applications share with a test."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.happened: list[str] = []


def fastapi_app(state: State) -> Any:
    @asynccontextmanager
    async def lifespan(_: fastapi.FastAPI) -> AsyncIterator[dict[str, str]]:
        state.happened.append("startup")
        yield {"greeting": "hello"}
        state.happened.append("shutdown")

    app = fastapi.FastAPI(lifespan=lifespan)

    @app.post("/users/{id}")
    async def create(id: int, request: fastapi.Request, limit: int = 0) -> dict[str, Any]:  # noqa: A002
        return {"id": id, "limit": limit, "body": await request.json(), "agent": request.headers["user-agent"]}

    @app.get("/greeting")
    async def greeting(request: fastapi.Request) -> str:
        return str(request.state.greeting)

    @app.get("/lines")
    async def stream() -> StreamingResponse:
        async def waiting() -> AsyncIterator[str]:
            yield '{"id": 1, "name": "a"}\n'
            assert await asyncio.to_thread(state.go_on.wait, 10)
            yield '{"id": 2, "name": "b"}\n'

        return StreamingResponse(waiting(), media_type="application/x-ndjson")

    @app.get("/wrong")
    async def wrong() -> None:
        raise ValueError("planted in the application")

    @app.get("/slow")
    async def slow() -> None:
        await asyncio.sleep(30)

    @app.get("/later")
    async def later(tasks: fastapi.BackgroundTasks) -> None:
        tasks.add_task(state.happened.append, "background")

    return app


def send(backend: HTTPBackend, method: str, url: str, *, is_async: bool, **options: Any) -> Response:
    """One call, and the end of the backend."""
    if not is_async:
        try:
            response: Response = backend.send_sync_request(method, url, **options)
            return response
        finally:
            backend.close()

    async def run() -> Any:
        try:
            return await backend.send_async_request(method, url, **options)
        finally:
            await backend.aclose()

    return asyncio.run(run())  # type: ignore[no-any-return]
