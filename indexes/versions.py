"""The version of a collection's tables."""

from __future__ import annotations

SCHEMA_VERSION = 3
"""Raised with every migration; a collection of a higher one is refused."""
