r"""File names as text.

A POSIX file name is bytes. Python carries bytes that are not UTF-8 as lone surrogates,
which SQLite and JSON refuse. They are moved to the last private plane, and back. A name that
has characters of that place itself has each of their bytes moved there. So every name has one
text and every text one name, in every locale.
"""

from __future__ import annotations

import os
from pathlib import Path

_BYTES = {0x10FF00 + byte: 0xDC00 + byte for byte in range(0x80, 0x100)}
_PRIVATE = {surrogate: chr(private) for private, surrogate in _BYTES.items()} | {
    private: "".join(chr(0x10FF00 + byte) for byte in chr(private).encode()) for private in _BYTES
}


def to_text(path: Path | str) -> str:
    """Return a path, or a part of one, as text that SQLite and JSON accept."""
    return os.fsencode(path).decode("utf-8", "surrogateescape").translate(_PRIVATE)


def extension_of(path: Path) -> str:
    """Return the extension of a path as text: lower case, without its dot."""
    return to_text(path.suffix)[1:].lower()


def from_text(text: str) -> Path:
    """Return the path that `to_text` gave this text for."""
    return Path(os.fsdecode(text.translate(_BYTES).encode("utf-8", "surrogateescape")))
