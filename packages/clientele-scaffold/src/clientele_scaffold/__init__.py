"""Writes clients from OpenAPI descriptions, and compares them: `clientele new`.

It is a tool: no client imports it.
"""
