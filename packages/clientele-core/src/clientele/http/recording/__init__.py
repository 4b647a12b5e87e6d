"""Recording what a server says, and replaying it without one, around any backend."""

from clientele.http.recording.backend import RecordingBackend
from clientele.http.recording.exchanges import Request

__all__ = ["RecordingBackend", "Request"]
