"""The version of clientele-scaffold."""

__version__ = "3.0.0"
