"""The table of faults: how each is brought about, which error it is, and whether the request was sent."""

from __future__ import annotations

from dataclasses import dataclass

from clientele.http import HTTPBackend
from clientele.http import errors as ours
from clientele.http.errors import (
    ConnectError,
    ConnectTimeout,
    DNSError,
    ProtocolError,
    ProxyError,
    ReadError,
    ReadTimeout,
    TLSError,
    TransportError,
    WriteError,
    WriteTimeout,
)
from clientele_conformance.servers import (
    CUT_HANDSHAKE,
    LAST_CHUNK,
    STALLED_HANDSHAKE,
    Answer,
    Close,
    Pause,
    Receive,
    Reset,
    Stall,
    chunk,
    chunked_head,
    head,
    response,
)
from clientele_conformance.suite import error_scenes as scenes
from clientele_conformance.suite.error_scenes import SHORT, MakeScene, answered, greeted, shown, uploading


@dataclass(frozen=True, slots=True)
class Fault:
    """One way in which an exchange fails.

    Attributes:
        name: what happens.
        errors: the class of the error; more than one where timing decides, or where both are true.
        scene: brings it about.
        sent: the `request_sent` of the error.
        needs: the capability without which it can't be met.
        stalls: it is met by waiting, which takes time.
    """

    name: str
    errors: tuple[type[TransportError], ...]
    scene: MakeScene
    sent: bool = True
    needs: str | None = None
    stalls: bool = False


def fault(
    name: str,
    error: type[TransportError] | tuple[type[TransportError], ...],
    scene: MakeScene,
    needs: str | None = None,
) -> Fault:
    """A fault of which only the unusual is said: the phase follows from the error."""
    errors = error if isinstance(error, tuple) else (error,)
    timeout = issubclass(errors[0], TimeoutError)
    return Fault(name, errors, scene, not issubclass(errors[0], (ConnectError, ConnectTimeout)), needs, timeout)


def met_by(backend: type[HTTPBackend]) -> list[Fault]:
    """The faults that a backend with these capabilities can meet."""
    return [fault for fault in FAULTS if fault.needs is None or fault.needs in backend.capabilities]


def published(error: BaseException) -> type[BaseException]:
    """The class in `clientele.http.errors` that `error` is of, or derives from."""
    return next((kind for kind in type(error).__mro__ if kind.__module__ == ours.__name__), type(error))


def _broken(name: str, answer: Answer) -> Fault:
    """An answer that isn't HTTP, on a connection that stays open for the time in which a client has to notice."""
    return fault(name, ProtocolError, answered([answer, Pause(10 * SHORT), Close()]))


_PART_OF_HEAD = b"HTTP/1.1 200 OK\r\nContent-Le"
_PART_OF_BODY = head(200, [("Content-Length", "10")]) + b"half "
_PART_OF_CHUNKS = chunked_head() + chunk(b"half") + b"5\r\nha"
_WITHOUT_LAST_CHUNK = chunked_head() + chunk(b"all of it")
_ONE_GOOD = chunk(b"good") + b"zz\r\nok\r\n" + LAST_CHUNK

_CONNECTING = (
    fault("refused", ConnectError, scenes.nobody),
    fault("unknown host", DNSError, scenes.unknown_host),
    fault("connecting stalls", ConnectTimeout, scenes.unreachable),
    fault("untrusted certificate", TLSError, shown("unknown-ca")),
    fault("certificate of another host", TLSError, shown("wrong-host")),
    fault("expired certificate", TLSError, shown("expired")),
    fault("no TLS there", TLSError, greeted([Receive(), response(400), Close()])),
    fault("handshake cut", (ConnectError, TLSError), greeted(CUT_HANDSHAKE)),
    fault("handshake reset", (ConnectError, TLSError), greeted([Receive(), Reset()])),
    fault("handshake stalls", ConnectTimeout, greeted(STALLED_HANDSHAKE, SHORT)),
    fault("proxy gone", ProxyError, scenes.proxy_gone, "proxy"),
    fault("proxy unknown", ProxyError, scenes.proxy_unknown, "proxy"),
    fault("proxy refuses", ProxyError, scenes.proxy_refusing, "proxy"),
    fault("proxy wants credentials", ProxyError, scenes.proxy_wants_credentials, "proxy"),
)

_CUT = (
    fault("closed before the response", ReadError, answered(Close())),
    fault("reset before the response", ReadError, answered(Reset())),
    fault("closed within the head", ReadError, answered([_PART_OF_HEAD, Close()])),
    fault("reset within the head", ReadError, answered([_PART_OF_HEAD, Reset()])),
    fault("closed within a body of known length", ReadError, answered([_PART_OF_BODY, Close()])),
    fault("reset within a body of known length", ReadError, answered([_PART_OF_BODY, Reset()])),
    fault("closed within a chunk", ReadError, answered([_PART_OF_CHUNKS, Close()])),
    fault("reset within a chunk", ReadError, answered([_PART_OF_CHUNKS, Reset()])),
    fault("closed before the last chunk", ReadError, answered([_WITHOUT_LAST_CHUNK, Close()])),
    fault("reset during an upload", (WriteError, ReadError), uploading(Reset())),
    fault("TLS where plain text is asked for", (ReadError, ProtocolError), scenes.speaking_tls),
)

_STALLING = (
    fault("silence before the response", ReadTimeout, answered(Stall(), SHORT)),
    fault("silence within the head", ReadTimeout, answered([_PART_OF_HEAD, Stall()], SHORT)),
    fault("silence within a body of known length", ReadTimeout, answered([_PART_OF_BODY, Stall()], SHORT)),
    fault("silence within a chunk", ReadTimeout, answered([_PART_OF_CHUNKS, Stall()], SHORT)),
    fault("an upload that nobody reads", WriteTimeout, uploading(Stall(), SHORT), "write_timeout"),
)

_MALFORMED = (
    _broken("no status line", b"abc\r\n\r\n"),
    _broken("status that is no number", b"HTTP/1.1 abc OK\r\nContent-Length: 0\r\n\r\n"),
    _broken("status of two digits", b"HTTP/1.1 99 Low\r\nContent-Length: 0\r\n\r\n"),
    _broken("status of four digits", b"HTTP/1.1 1000 High\r\nContent-Length: 0\r\n\r\n"),
    _broken("no status", b"HTTP/1.1\r\nContent-Length: 0\r\n\r\n"),
    _broken("unknown major version", b"HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n"),
    _broken("unknown minor version", b"HTTP/1.2 200 OK\r\nContent-Length: 0\r\n\r\n"),
    _broken("another protocol", b"SSH-2.0-OpenSSH_9.6\r\n\r\n"),
    fault("HTTP/0.9", (ProtocolError, ReadError), answered([b"<html>hello</html>\r\n", Close()])),
    _broken("header without a colon", head(200, [("Content-Length", "2")])[:-2] + b"broken\r\n\r\nok"),
    _broken("blank before the colon", b"HTTP/1.1 200 OK\r\nX-A : 1\r\nContent-Length: 2\r\n\r\nok"),
    _broken("header without a name", b"HTTP/1.1 200 OK\r\n: 1\r\nContent-Length: 2\r\n\r\nok"),
    _broken("NUL in a header", b"HTTP/1.1 200 OK\r\nX-A: 1\x002\r\nContent-Length: 2\r\n\r\nok"),
    _broken("lone CR in a header", b"HTTP/1.1 200 OK\r\nX-A: 1\r2\r\nContent-Length: 2\r\n\r\nok"),
    _broken("length that is no number", head(200, [("Content-Length", "abc")]) + b"ok"),
    _broken("negative length", head(200, [("Content-Length", "-2")]) + b"ok"),
    _broken("two lengths", head(200, [("Content-Length", "2"), ("Content-Length", "3")]) + b"ok?"),
    _broken("chunk size that is no number", chunked_head() + b"zz\r\nok\r\n" + LAST_CHUNK),
    _broken("negative chunk size", chunked_head() + b"-2\r\nok\r\n" + LAST_CHUNK),
    _broken("chunk size with a sign", chunked_head() + b"+2\r\nok\r\n" + LAST_CHUNK),
    _broken("chunk size with a prefix", chunked_head() + b"0x2\r\nok\r\n" + LAST_CHUNK),
    _broken("chunk size with an underscore", chunked_head() + b"0_2\r\nok\r\n" + LAST_CHUNK),
    fault("malformed chunk before silence", ProtocolError, answered([chunked_head() + b"zz\r\nok\r\n", Stall()])),
    _broken("chunk that is none, behind a good one", [chunked_head(), Pause(0.05), _ONE_GOOD]),
    _broken("chunk that is longer than it says", chunked_head() + b"2\r\nokay\r\n" + LAST_CHUNK),
)

FAULTS = (*_CONNECTING, *_CUT, *_STALLING, *_MALFORMED)
"""Every fault; which ones a backend can meet, `met_by` says."""
