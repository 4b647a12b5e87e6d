"""The sign that a stream is interrupted after its head."""

from __future__ import annotations

from typing import Any

PAUSE: Any = object()
"""Returned by an `on_head` to interrupt the stream after the head: the stream then yields this, before its first item.
"""
