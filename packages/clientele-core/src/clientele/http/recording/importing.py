"""Makes cassettes of ours from those of other recorders."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from clientele.http.recording import files
from clientele.http.recording.redacting import Redactor
from clientele.http.recording.vcrpy import read_vcrpy


def import_vcrpy(source: Path, target: Path, secret_names: Collection[str] = ()) -> int:
    """Write the exchanges of a cassette of vcrpy to a new one, and say how many they are.

    Secrets are replaced as a RecordingBackend with these `secret_names` does.

    Raises:
        FileExistsError: there is a file `target`.
        OSError: a file can't be read or written.
        RecordingError: `source` is not a cassette of vcrpy, or lacks something; the message says where.
        ImportError: PyYAML is missing: `pip install 'clientele-core[testing]'`.
    """
    if target.exists():  # A mistake is said before the work is done.
        raise FileExistsError(str(target))
    redactor = Redactor(secret_names)
    exchanges = [redactor.exchange(exchange) for exchange in read_vcrpy(source)]
    files.create(target, exchanges)
    return len(exchanges)
