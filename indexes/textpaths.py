r"""File names as text.

A POSIX file name is bytes. Python carries bytes that are not UTF-8 as lone surrogates,
which SQLite and JSON refuse. They are moved to the last private plane, and back, so that
every name has one text and every text one name, in every locale.
"""

from __future__ import annotations

import os
from pathlib import Path

_SURROGATES = {0xDC00 + byte: 0x10FF00 + byte for byte in range(0x80, 0x100)}
_BYTES = {private: surrogate for surrogate, private in _SURROGATES.items()}


def to_text(path: Path) -> str:
    """Return a path as text that SQLite and JSON accept."""
    return os.fsencode(path).decode("utf-8", "surrogateescape").translate(_SURROGATES)


def from_text(text: str) -> Path:
    """Return the path that `to_text` gave this text for."""
    return Path(os.fsdecode(text.translate(_BYTES).encode("utf-8", "surrogateescape")))
