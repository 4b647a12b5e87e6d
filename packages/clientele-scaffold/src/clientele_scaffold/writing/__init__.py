"""Writes a package from a `Description`: models, a module for each tag, and a test."""
