"""The cassette of one backend, for replay and recording."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

from clientele.http.errors import ConfigurationError, RecordingError
from clientele.http.message.printable import excerpt
from clientele.http.recording import files
from clientele.http.recording.coded import decoded
from clientele.http.recording.exchanges import Exchange, Request
from clientele.http.recording.matching import Matching
from clientele.http.recording.redacting import Redactor
from clientele.http.runtime.deadline import Deadline
from clientele.http.runtime.forks import OwnLock

Mode = Literal["once", "none", "all", "new"]

_AT_LEAST = 0.25
"""The time in seconds to record a call whose time is up."""


class Tape:
    """The cassette, shared by all threads and tasks.

    Args:
        path: the path of the file.
        mode: see `RecordingBackend`.
        matching: compares requests.
        redactor: removes secrets.

    Raises:
        ConfigurationError: the mode is unknown.
        ImportError: a library is missing.
    """

    def __init__(self, path: Path, mode: Mode, matching: Matching, redactor: Redactor) -> None:
        if mode not in get_args(Mode):
            raise ConfigurationError(f"RecordingBackend(mode=...): {mode!r} is not one of {', '.join(get_args(Mode))}")
        files.needed("yaml")
        is_there = path.exists()
        self.path = path
        self.replays = mode in {"none", "new"} or (mode == "once" and is_there)
        self.records = mode in {"all", "new"} or (mode == "once" and not is_there)
        self._mode = mode
        self._matching = matching
        self._redactor = redactor
        self.know = redactor.know
        self._own = OwnLock()
        self._recorded: list[Exchange] | None = None
        self._replayed: set[int] = set()
        self._begins = mode == "all"

    def find(self, request: Request, proxy: str | None = None) -> Exchange | None:
        """The next exchange for `request`, each once and in order; None if it must be recorded.

        Raises:
            RecordingError: there is none, and the mode doesn't allow recording; or the file can't be read.
        """
        asked = self._redactor.request(request, proxy)
        with self._own.lock:
            if self._recorded is None:
                self._recorded = files.read(self.path)
            for index, exchange in enumerate(self._recorded):
                if index not in self._replayed and self._matching.fits(exchange.request, asked):
                    self._replayed.add(index)
                    return exchange
            if self.records:
                return None
            report = self._matching.report(self._recorded, self._replayed, asked)
        why = report if self.path.exists() else "there is no such file"
        raise RecordingError(
            f"{self.path}: no response to {asked.method} {excerpt(asked.url)}: {why}\n"
            f'record it with mode="new", or the whole cassette again with mode="all"'
        )

    def add(self, exchange: Exchange, proxy: str | None = None, deadline: Deadline | None = None) -> None:
        """Write `exchange`, which used `proxy`, without its secrets, before `deadline`.

        Raises:
            RecordingError: the file can't be written.
        """
        answer = exchange.answer
        readable = Exchange(exchange.request, None if answer is None else decoded(answer), exchange.fault)
        clean = self._redactor.exchange(readable, proxy)
        with self._own.lock:
            try:
                seconds = files.LONGEST if deadline is None else max(deadline.limited(files.LONGEST), _AT_LEAST)
                files.append(self.path, clean, anew=self._begins, seconds=seconds)
            except OSError as error:
                raise RecordingError(f"{self.path}: can't be written: {error}") from error
            self._begins = False
