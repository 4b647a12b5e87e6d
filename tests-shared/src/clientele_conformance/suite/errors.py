"""Errors: each fault has its own, the same for every library."""

from __future__ import annotations

import asyncio
import io
import pickle
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clientele.http.errors import (
    HTTPStatusError,
    JSONDecodeError,
    ReadError,
    TooManyRedirects,
    TransportError,
)
from clientele_conformance.rules import rule
from clientele_conformance.servers import (
    Certificates,
    Origin,
    Pause,
    Reset,
    Stall,
    head,
    json_response,
    redirect,
    refusing,
    response,
)
from clientele_conformance.subject import Subject
from clientele_conformance.suite.attempts import attempt, end_of, read_all
from clientele_conformance.suite.base import NewSubject, Suite, only
from clientele_conformance.suite.error_faults import Fault, met_by, published
from clientele_conformance.suite.error_scenes import Scene

SECRET = "s3cr3t-t0k3n"

STALLED_PHASES = {"connecting stalls", "silence before the response"}
"""Of the faults that take time: one before the request is sent, and one after."""

NewInScene = Callable[[Scene], Subject]


class ErrorRules(Suite):
    """ERR-1 and ERR-3 to ERR-5; for ERR-2 see `FuzzRules`."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Run a test once for each fault that the backend can meet."""
        super().pytest_generate_tests(metafunc)
        faults = met_by(self.backend_class)
        if "fault" in metafunc.fixturenames:
            metafunc.parametrize("fault", faults, ids=lambda fault: fault.name)
        if "quick_fault" in metafunc.fixturenames:
            quick = [fault for fault in faults if not fault.stalls]
            metafunc.parametrize("quick_fault", quick, ids=lambda fault: fault.name)
        if "phase_fault" in metafunc.fixturenames:
            of_phases = [fault for fault in faults if not fault.stalls or fault.name in STALLED_PHASES]
            metafunc.parametrize("phase_fault", of_phases, ids=lambda fault: fault.name)
        if "error_sample" in metafunc.fixturenames:
            samples = {fault.errors[0]: fault for fault in reversed(faults)}
            metafunc.parametrize("error_sample", samples.values(), ids=lambda fault: fault.errors[0].__name__)

    @pytest.fixture
    def new_in(self, new_subject: NewSubject, trusted: Any) -> NewInScene:
        """Makes the backend of a scene."""
        return lambda scene: new_subject(**scene.backend, **({"verify": trusted} if scene.trusting else {}))

    @rule("ERR-1")
    def test_a_fault_has_its_error(self, fault: Fault, new_in: NewInScene, certificates: Certificates) -> None:
        """Its class is the same for every library."""
        with fault.scene(certificates) as scene:
            error = _failure(new_in(scene), scene)
        assert published(error) in fault.errors

    @rule("ERR-3")
    def test_an_error_says_whether_the_request_was_sent(
        self, phase_fault: Fault, new_in: NewInScene, certificates: Certificates
    ) -> None:
        """As far as the backend can know: it depends on what failed."""
        with phase_fault.scene(certificates) as scene:
            error = attempt(new_in(scene).send, scene.method, scene.url, **scene.call)
            seen = [] if scene.origin is None else scene.origin.requests
        if isinstance(error, phase_fault.errors):
            assert phase_fault.sent is error.request_sent
        if getattr(error, "request_sent", True) is False:
            assert (False, []) == (phase_fault.sent, seen)

    @rule("ERR-1")
    def test_a_fault_has_the_same_error_in_a_stream(
        self, quick_fault: Fault, new_in: NewInScene, certificates: Certificates
    ) -> None:
        """Streaming makes no difference to what a fault is called."""
        with quick_fault.scene(certificates) as scene, pytest.raises(TransportError) as raised:
            read_all(new_in(scene), scene.method, scene.url, **scene.call)
        assert published(raised.value) in quick_fault.errors

    @rule("ERR-5")
    def test_a_reset_is_no_end(self, subject: Subject, origin: Origin) -> None:
        """Where nothing but the end of its connection tells that a body is complete; in a stream, too."""
        origin.on("/", [head(200, [("Connection", "close")]) + b"until the end", Pause(0.05), Reset()])
        with pytest.raises(ReadError):
            subject.send("GET", origin.url("/"))
        with pytest.raises(ReadError), subject.stream("GET", origin.url("/"), bytes) as items:
            list(items)

    @rule("ERR-1")
    def test_an_error_says_what_failed(
        self, error_sample: Fault, new_in: NewInScene, certificates: Certificates
    ) -> None:
        """Method, URL and cause, in one line; the library's own exception is at most its cause."""
        with error_sample.scene(certificates) as scene:
            error = _failure(new_in(scene), scene)
        assert (scene.method, scene.url) == (error.request_method, error.request_url)
        assert f"{scene.method} {scene.url}: {error.reason}" == str(error)
        assert [str(error)] == str(error).splitlines()
        assert "" not in (error.reason, error.backend)

    @rule("ERR-1")
    @only("async")
    def test_a_cancelled_call_is_cancelled(self, new_subject: NewSubject, origin: Origin) -> None:
        """CancelledError passes through, and so the task counts as cancelled."""
        origin.on("/", Stall())

        async def cancel() -> str:
            backend = new_subject().backend
            call = asyncio.create_task(_nothing_but(backend.send_async_request("GET", origin.url("/"))))
            await asyncio.to_thread(origin.wait_for_requests, 1)
            call.cancel()
            await asyncio.wait([call], timeout=5)
            await backend.aclose()
            return end_of(call)

        assert "cancelled" == asyncio.run(cancel())

    @rule("ERR-1")
    @only("async")
    def test_a_time_limit_of_the_callers_is_the_callers(self, new_subject: NewSubject, origin: Origin) -> None:
        """`asyncio.timeout` around a call ends it with TimeoutError, and not with one of ours."""
        origin.on("/", Stall())

        async def limited() -> None:
            backend = new_subject().backend
            try:
                async with asyncio.timeout(0.2):
                    await backend.send_async_request("GET", origin.url("/"))
            finally:
                await backend.aclose()

        with pytest.raises(TimeoutError) as raised:
            asyncio.run(limited())
        assert TimeoutError is type(raised.value)

    @rule("ERR-1")
    @only("sync")
    def test_an_interrupt_passes_through(self, subject: Subject, origin: Origin) -> None:
        """Ctrl-C in the middle of a call is KeyboardInterrupt."""
        origin.on("/", response())

        def body() -> Iterator[bytes]:
            yield b"begun"
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            subject.send("POST", origin.url("/"), content=body())

    @rule("ERR-3")
    def test_a_redirect_was_sent(self, subject: Subject, origin: Origin) -> None:
        """A call that fails to connect where it is redirected to has been seen where it came from."""
        with refusing() as (host, port):
            origin.on("/", redirect(f"http://{host}:{port}/"))
            error = attempt(subject.send, "GET", origin.url("/"), follow_redirects=True)
        assert True is getattr(error, "request_sent", True)

    @rule("ERR-4")
    def test_an_error_can_be_pickled(self, error_sample: Fault, new_in: NewInScene, certificates: Certificates) -> None:
        """It is the same afterwards, and holds nothing of the library's and nothing that is secret."""
        with error_sample.scene(certificates) as scene:
            call = {**scene.call, "headers": {"Authorization": f"Bearer {SECRET}"}, "params": {"key": SECRET}}
            error = _failure(new_in(scene), Scene(scene.url, {}, scene.method, call))
        data = pickle.dumps(error)
        copy = _unpickled(data)
        assert _told(error) == _told(copy)
        assert SECRET.encode() not in data

    @rule("ERR-4")
    def test_an_error_about_a_response_can_be_pickled(self, subject: Subject, origin: Origin) -> None:
        """With the response, whose body can still be read."""
        origin.on("/", json_response({"detail": "gone"}, 410))
        with pytest.raises(HTTPStatusError) as raised:
            subject.send("GET", origin.url("/")).raise_for_status()
        copy = _unpickled(pickle.dumps(raised.value))
        assert (410, {"detail": "gone"}) == (copy.response.status_code, copy.response.json())
        assert str(raised.value) == str(copy)

    @rule("ERR-4")
    def test_an_error_about_json_can_be_pickled(self, subject: Subject, origin: Origin) -> None:
        """Its text is kept."""
        origin.on("/", response(body=b"{"))
        with pytest.raises(JSONDecodeError) as raised:
            subject.send("GET", origin.url("/")).json()
        assert str(raised.value) == str(_unpickled(pickle.dumps(raised.value)))

    @rule("ERR-4")
    def test_an_error_about_redirects_can_be_pickled(self, subject: Subject, origin: Origin) -> None:
        """With the redirects that were followed."""
        origin.on("/", redirect("/"))
        with pytest.raises(TooManyRedirects) as raised:
            subject.send("GET", origin.url("/"), follow_redirects=True)
        copy = _unpickled(pickle.dumps(raised.value))
        assert [302] * 20 == [response.status_code for response in copy.history]


def _failure(subject: Subject, scene: Scene) -> TransportError:
    """The error of the call in `scene`."""
    with pytest.raises(TransportError) as raised:
        subject.send(scene.method, scene.url, **scene.call)
    return raised.value


def _told(error: TransportError) -> tuple[object, ...]:
    names = ("reason", "request_method", "request_url", "phase", "request_sent", "retryable", "backend")
    return type(error), str(error), *(getattr(error, name) for name in names)


class _Unpickler(pickle.Unpickler):
    """Loads what is made of Clientele's and Python's own classes."""

    def find_class(self, module: str, name: str) -> Any:
        package = module.partition(".")[0]
        if package != "clientele" and package not in sys.stdlib_module_names:
            raise pickle.UnpicklingError(f"the error holds a {module}.{name}")
        return super().find_class(module, name)


def _unpickled(data: bytes) -> Any:
    return _Unpickler(io.BytesIO(data)).load()


async def _nothing_but(awaitable: Any) -> Any:
    return await awaitable
