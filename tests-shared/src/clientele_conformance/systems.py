"""What not every operating system has, and some tests of the contract need."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, TypeAlias

Feature: TypeAlias = Literal["fork", "descriptors"]
"""`os.fork`, and a folder that lists the descriptors that a process has open. Windows has neither."""

DESCRIPTORS = Path("/dev/fd")

PRESENT: dict[Feature, bool] = {"fork": hasattr(os, "fork"), "descriptors": DESCRIPTORS.is_dir()}
