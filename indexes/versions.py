"""The version of a collection's tables."""

from __future__ import annotations

SCHEMA_VERSION = 4
"""Raised with every migration; a collection of a higher one is refused."""

TOKENIZER = "porter unicode61 remove_diacritics 2"
"""How the full-text index cuts and stems words; another one needs a migration."""
