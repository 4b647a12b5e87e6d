"""The version of this distribution; its pyproject.toml reads it from here."""

__version__ = "3.0.0"
