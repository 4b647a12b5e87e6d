"""Records the responses of a server and replays them, with any backend."""

from clientele.http.recording.backend import RecordingBackend
from clientele.http.recording.exchanges import Request

__all__ = ["RecordingBackend", "Request"]
