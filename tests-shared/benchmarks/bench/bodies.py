"""What is answered, in memory and over loopback."""

from __future__ import annotations

USER = b'{"id":7,"name":"Ada Lovelace","email":"ada@example.com","active":true}'
"""A small JSON object."""

USERS = b"[" + b",".join([USER] * 1000) + b"]"
"""A thousand of them."""

LINE = b'{"event":"measured","at":"2026-01-01T00:00:00Z","value":12.5,"unit":"second","station":"north 701"}\n'
"""A line of a stream: 100 bytes."""

MEGABYTE = LINE * 10_000
"""A megabyte of lines."""

ZEROS = bytes(1_000_000)
"""A megabyte to send."""
