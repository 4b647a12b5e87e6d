"""Compares what a client declares with an OpenAPI description, and names each difference with its line."""
