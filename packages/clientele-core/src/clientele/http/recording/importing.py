"""Converts cassettes of other recorders to ours."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from clientele.http.recording import files
from clientele.http.recording.redacting import Redactor
from clientele.http.recording.vcrpy import read_vcrpy


def import_vcrpy(source: Path, target: Path, secret_names: Collection[str] = ()) -> int:
    """Convert a vcrpy cassette to a new cassette.

    Returns the number of exchanges. Secrets are replaced as by a RecordingBackend with these `secret_names`.

    Raises:
        FileExistsError: the file `target` exists.
        OSError: a file can't be read or written.
        RecordingError: `source` is not a cassette of vcrpy, or is incomplete; the message says where. ImportError:
            PyYAML is missing: `pip install 'clientele-core[testing]'`.
    """
    if target.exists():  # Fail before the work is done.
        raise FileExistsError(str(target))
    redactor = Redactor(secret_names)
    exchanges = [redactor.exchange(exchange) for exchange in read_vcrpy(source)]
    files.create(target, exchanges)
    return len(exchanges)
