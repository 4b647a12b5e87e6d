"""The errors: one tree, what each says, and that all of them travel."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref
from collections.abc import Iterator

import pytest

from clientele.http import errors
from clientele.http.errors import (
    APIException,
    ClienteleError,
    ConfigurationError,
    ConnectError,
    HTTPStatusError,
    JSONDecodeError,
    ResponseValidationError,
    TooManyRedirects,
    TransportError,
    TransportTimeout,
)
from clientele.http.message.errors import raise_from
from clientele.http.response import Response

PARENTS: dict[str, tuple[type[BaseException], ...]] = {
    "ConfigurationError": (ClienteleError, ValueError),
    "InvalidURL": (ConfigurationError,),
    "InvalidHeader": (ConfigurationError,),
    "InvalidBody": (ConfigurationError,),
    "InvalidPathValue": (ConfigurationError,),
    "JSONDecodeError": (ClienteleError, ValueError),
    "RecordingError": (ClienteleError,),
    "APIException": (ClienteleError,),
    "HTTPStatusError": (APIException,),
    "ResponseValidationError": (APIException,),
    "EventError": (APIException,),
    "TransportError": (ClienteleError,),
    "ConnectError": (TransportError,),
    "DNSError": (ConnectError,),
    "TLSError": (ConnectError,),
    "ProxyError": (ConnectError,),
    "TransportTimeout": (TransportError, TimeoutError),
    "ConnectTimeout": (TransportTimeout,),
    "PoolTimeout": (TransportTimeout,),
    "WriteTimeout": (TransportTimeout,),
    "ReadTimeout": (TransportTimeout,),
    "DeadlineExceeded": (TransportTimeout,),
    "WriteError": (TransportError,),
    "ReadError": (TransportError,),
    "ProtocolError": (TransportError,),
    "ContentDecodingError": (TransportError,),
    "TooManyRedirects": (TransportError,),
    "UnsafeRedirect": (TransportError,),
    "ResponseTooLarge": (TransportError,),
}
# Phase, whether the server may have seen the request, and whether another try may help.
FAULTS = {
    "TransportError": ("read", True, True),
    "ConnectError": ("connect", False, True),
    "DNSError": ("connect", False, True),
    "TLSError": ("connect", False, False),
    "ProxyError": ("connect", False, True),
    "TransportTimeout": ("read", True, True),
    "ConnectTimeout": ("connect", False, True),
    "PoolTimeout": ("pool", False, True),
    "WriteTimeout": ("write", True, True),
    "ReadTimeout": ("read", True, True),
    "DeadlineExceeded": ("read", True, True),
    "WriteError": ("write", True, True),
    "ReadError": ("read", True, True),
    "ProtocolError": ("read", True, False),
    "ContentDecodingError": ("decode", True, False),
    "TooManyRedirects": ("redirect", True, False),
    "UnsafeRedirect": ("redirect", True, False),
    "ResponseTooLarge": ("decode", True, False),
}


def below(kind: type[ClienteleError]) -> Iterator[type[ClienteleError]]:
    for subclass in kind.__subclasses__():
        if vars(errors).get(subclass.__name__) is subclass:
            yield subclass
            yield from below(subclass)


def transport_error(name: str, **details: object) -> TransportError:
    kind = getattr(errors, name)
    error = kind("it broke", **{"request_method": "GET", "request_url": "http://h/a", **details})
    assert isinstance(error, TransportError)
    return error


def test_the_tree_is_the_documented_one() -> None:
    """ERR-1 there is no other error than those of the table, and each is what it says."""
    assert set(PARENTS) == {kind.__name__ for kind in below(ClienteleError)}
    assert {"ClienteleError", *PARENTS} == set(errors.__all__)
    for name, parents in PARENTS.items():
        assert parents == getattr(errors, name).__bases__
    assert {
        name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, TransportError)
    } == set(FAULTS)


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_knows_its_phase_and_what_was_sent(name: str) -> None:
    """ERR-3 `request_sent` is False only where the server can't have seen the request."""
    error = transport_error(name)
    assert FAULTS[name][:2] == (error.phase, error.request_sent)
    given = transport_error(name, phase="write", request_sent=not FAULTS[name][1])
    assert ("write", not FAULTS[name][1]) == (given.phase, given.request_sent)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "POST", "PATCH", "PURGE"])
@pytest.mark.parametrize("sent", [True, False])
@pytest.mark.parametrize("name", FAULTS)
def test_what_may_be_tried_again(name: str, sent: bool, method: str) -> None:  # noqa: FBT001
    """DLV-1 a passing fault is retryable if nothing was sent, or if sending twice has the effect of once."""
    idempotent = method not in {"POST", "PATCH", "PURGE"}
    expected = FAULTS[name][2] and (idempotent or not sent)
    assert expected == transport_error(name, request_method=method, request_sent=sent).retryable


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_says_method_url_and_cause_in_one_line(name: str) -> None:
    """SEC-3 the URL is without user information, and its query values are hidden, in text, repr and attribute."""
    error = transport_error(name, request_url="http://user:planted@h/a?key=planted#planted")
    assert str(error) == "GET http://h/a?key=***: it broke"
    assert error.request_url == "http://h/a?key=***"
    assert "planted" not in repr(error) + repr(vars(error)) + repr(error.args)


def test_without_a_request_a_fault_says_its_reason() -> None:
    """ERR-1 there is nothing else to say."""
    assert str(TransportError("it broke")) == "it broke"


def response() -> Response:
    return Response(
        status_code=404, content=b"x", request_method="POST", request_url="http://h/a?key=planted", native=lambda: None
    )


@pytest.mark.parametrize("kind", [APIException, HTTPStatusError, ResponseValidationError])
def test_an_answer_that_is_not_declared_says_what_and_where(kind: type[APIException]) -> None:
    """SEC-3 reason, method and URL in one line, with the values of the query hidden."""
    error = kind(response(), "404 Not Found")
    assert str(error) == "404 Not Found: POST http://h/a?key=***"
    assert "planted" not in repr(error)


def pickled(error: Exception) -> Exception:
    copied = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert isinstance(copied, Exception)
    return copied


@pytest.mark.parametrize("name", PARENTS)
def test_a_traceback_names_the_place_to_import_from(name: str) -> None:
    """The public module, wherever the class is written."""
    assert "clientele.http.errors" == getattr(errors, name).__module__


@pytest.mark.parametrize("copier", [pickled, copy.copy, copy.deepcopy])
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_survives_pickling(name: str, copier: type[Exception]) -> None:
    """ERR-4 a copy says and knows all that the error did."""
    error = transport_error(name, phase="write", request_sent=True, backend="fake")
    error.__cause__ = OSError("native")
    copied = copier(error)
    assert type(error) is type(copied)
    assert str(error) == str(copied)
    assert vars(error) == vars(copied)


@pytest.mark.parametrize("kind", [APIException, HTTPStatusError, ResponseValidationError])
def test_an_api_exception_survives_pickling_with_its_response(kind: type[APIException]) -> None:
    """ERR-4 the response goes along, without the library's native object."""
    error = kind(response(), "404 Not Found")
    copied = pickled(error)
    assert isinstance(copied, kind)
    assert str(error) == str(copied)
    assert (copied.response.status_code, copied.response.content, copied.response.native) == (404, b"x", None)


SECRET = "planted"


def secretive(history: tuple[Response, ...] = ()) -> Response:
    """A response that has secrets wherever one can."""
    return Response(
        status_code=404,
        headers=[("Set-Cookie", f"sid={SECRET}"), ("Location", f"/a?token={SECRET}"), ("X-Any", SECRET), ("Age", "7")],
        content=b'{"access_token": ["planted"], "detail": "gone"}',
        request_url=f"https://h.example/a?key={SECRET}",
        history=history,
    )


class Special(HTTPStatusError):
    """A user's own, which keeps one more."""

    def __init__(self, response: Response, reason: str) -> None:
        super().__init__(response, reason)
        self.earlier = (response, secretive())


@pytest.mark.parametrize("kind", [APIException, HTTPStatusError, ResponseValidationError, Special])
def test_a_pickled_error_has_no_secret(kind: type[APIException]) -> None:
    """SEC-3 where it goes, the program that got the response doesn't go along; here nothing is hidden."""
    error = kind(secretive((secretive(),)), "404 Not Found")
    data = pickle.dumps(error)
    assert SECRET.encode() not in data
    copied = pickle.loads(data)  # noqa: S301
    assert ["7", "/a?token=***", "***"] == [copied.response.headers[name] for name in ("age", "location", "set-cookie")]
    assert {"access_token": ["***"], "detail": "gone"} == copied.response.json()
    assert "https://h.example/a?key=***" == copied.response.request_url
    assert [404] == [step.status_code for step in copied.response.history]
    for same in (error, copy.copy(error), copy.deepcopy(error)):
        assert f"sid={SECRET}" == same.response.headers["set-cookie"]


def test_a_pickled_history_has_no_secret() -> None:
    """SEC-3 each redirect is in the history of the next, and is looked at once."""
    error = TooManyRedirects("more than 20 redirects")
    history: tuple[Response, ...] = ()
    for _ in range(200):
        history = (*history, secretive(history))
    error.history = history
    data = pickle.dumps(error)
    assert SECRET.encode() not in data
    assert 200 == len(pickle.loads(data).history)  # noqa: S301


@pytest.mark.parametrize(
    "kind", [kind for kind in below(ClienteleError) if issubclass(kind, (ConfigurationError, JSONDecodeError))]
)
def test_other_errors_survive_pickling(kind: type[ClienteleError]) -> None:
    """ERR-4 what is wrong is said by the copy too."""
    copied = pickled(kind("what is wrong"))
    assert type(copied) is kind
    assert str(copied) == "what is wrong"


def test_too_many_redirects_travel_with_their_history() -> None:
    """RDR-3 the redirects that were followed are in the copy."""
    error = TooManyRedirects("too many")
    assert error.history == ()
    error.history = (response(),)
    copied = pickled(error)
    assert isinstance(copied, TooManyRedirects)
    assert [step.status_code for step in copied.history] == [404]


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("status_code", "response.status_code"),
        ("text", "response.text"),
        ("json", "response.json"),
        ("status", "response: it has what the server sent"),
        ("body", "response: it has what the server sent"),
    ],
)
def test_what_the_server_answered_is_the_response_of_an_error(name: str, instead: str) -> None:
    """Where other libraries have it on the error itself, the message says where it is."""
    error = HTTPStatusError(Response(status_code=404), "404 Not Found")
    with pytest.raises(AttributeError) as caught:
        getattr(error, name)
    assert str(caught.value) == f"HTTPStatusError has no attribute {name!r}; use {instead}"
    assert not hasattr(pickle.loads(pickle.dumps(error)), name)  # noqa: S301 - our own


def test_an_error_is_gone_with_its_last_reference() -> None:
    """As part of a cycle, it would keep what its frames have, such as sockets, until the garbage collector runs."""

    class Resource:
        pass

    def failing() -> weakref.ref[Resource]:
        resource = Resource()
        try:
            raise_from(ConnectError("failed"), OSError("refused"))
        except ConnectError:
            return weakref.ref(resource)

    gc.disable()
    try:
        assert failing()() is None
    finally:
        gc.enable()
