"""The backend that records and replays."""

from __future__ import annotations

import copy
import os
from collections.abc import Collection, Iterable
from pathlib import Path

from clientele.http.backends.interface import HTTPBackend
from clientele.http.errors import ConfigurationError
from clientele.http.recording.exchanging import taped
from clientele.http.recording.handwritten import TapedHTTPBackend
from clientele.http.recording.matching import EVERY_PART, Matcher, Matching
from clientele.http.recording.redacting import FindSecrets, Redactor
from clientele.http.recording.tape import Mode, Tape
from clientele.http.transport.backend import TransportBackend
from clientele.http.wrappers.wrapper import Wrapper


class RecordingBackend(Wrapper):
    """Records the responses of a server to a file, a cassette, and replays them later without the server.

    The cassette contains the exchanges with the server: HTTP requests and responses, streams with their chunks, and
    connection errors. So a cassette that was recorded with one backend can be replayed with any other, sync or async,
    and decoding and redirects are processed again. If the backend isn't a `TransportBackend`, its decoded Response is
    recorded; its streams are read as `bytes`, and have the status 200 and no headers unless the call has an `on_head`.

    Secrets are replaced by `***` before anything is written: the values of Authorization, cookies and keys, user
    information, and values named password, token, secret and similar in headers, queries, forms and JSON, in requests,
    responses and streams. Values that `auth`, configured headers and proxy credentials add are masked wherever they
    occur, in base64 and however they are escaped, if they have at least six characters. Requests are compared
    without their secrets.

    Each exchange is written when it ends, by replacing the file as a whole; several processes may record to one file.
    Closing this backend closes `inner`.

    Args:
        inner: the backend for calls that aren't replayed, or the name of an installed one. If it is a wrapper, the
            exchanges inside of it are recorded, such as each attempt of a RetryBackend.
        path: the YAML file; its folder is created if necessary.
        mode: `"once"` (the default) records if the file doesn't exist when the backend is built, else replays;
            `"none"` only replays; `"new"` replays recorded exchanges and adds new ones; `"all"` records, and replaces
            the file with the first exchange.
        match: the parts of a request that must be equal for an exchange to match: some of `"method"`, `"scheme"`,
            `"host"`, `"port"`, `"path"`, `"query"` (in any order) and `"body"` (of JSON the value), which are the
            default, and functions of the recorded request and the new request that return a bool. Each exchange
            is replayed once, in the order of the file.
        secret_names: further names of secrets, in headers, queries, forms and JSON; default none.
        find_secrets: a function that is called with each URL, header value and body, and returns the secrets in it;
            default None.

    Raises:
        ConfigurationError: an invalid value.
        ImportError: PyYAML is missing: `pip install 'clientele-core[testing]'`.
    """

    def __init__(
        self,
        inner: HTTPBackend | str,
        path: str | os.PathLike[str],
        mode: Mode = "once",
        *,
        match: Iterable[Matcher] = EVERY_PART,
        secret_names: Collection[str] = (),
        find_secrets: FindSecrets | None = None,
    ) -> None:
        super().__init__(inner)
        tape = Tape(Path(path), mode, Matching(match), Redactor(secret_names, find_secrets))
        self.path = tape.path
        """The file."""
        self._tape = tape
        self.inner = _rewired(self.inner, tape)

    def know_secrets(self, names: Collection[str]) -> None:
        """Mask the values of the headers and parameters `names`, wherever they occur."""
        self._tape.know(names)
        super().know_secrets(names)


def _rewired(backend: HTTPBackend, tape: Tape) -> HTTPBackend:
    """`backend`, with the tape inside of it; wrappers in between are kept, so each attempt is an exchange."""
    if isinstance(backend, RecordingBackend):
        raise ConfigurationError("RecordingBackend: there is already one inside; record to one cassette")
    if isinstance(backend, Wrapper):
        wrapper = copy.copy(backend)
        wrapper.inner = _rewired(backend.inner, tape)
        return wrapper
    return taped(backend, tape) if isinstance(backend, TransportBackend) else TapedHTTPBackend(backend, tape)
