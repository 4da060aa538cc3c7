"""Hints as they hold within the interface: the errors' own name commands of the shell."""

from __future__ import annotations

import re

ADD_FOLDER = "under F6, a adds a folder"
ANOTHER_ENCODER = "under F6, e moves it to another encoder"

_KEYS = (
    (r"see: jtcse verify( -c \S+)?", "under F6, v checks it and r mends it"),
    (r"see what is left with: jtcse verify -c \S+", "under F6, v says what is left"),
    (r"see what there is with: jtcse collections list", "F6 shows what there is"),
    (r"move it to one that jtcse models list names: jtcse models use NAME -c \S+ --yes",
     ANOTHER_ENCODER),
    (r"move it to one that jtcse models list names: jtcse models use NAME",
     "e moves it to another encoder"),
    (r"jtcse models use \S+ -c \S+ --yes", "e (another encoder)"),
    (r"jtcse verify -c \S+ --repair", "r (repair)"),
    (r"^--repair", "r (repair)"),
    (r"(name|make) one: jtcse index PATH", ADD_FOLDER),
    (r"the next jtcse index", "the next update (u)"),
    (r"^jtcse index -c \S+$", "u (update) reads them again"),
    (r"jtcse index -c [^\s:;,]+", "u (update)"),
)  # fmt: skip
"""What errors say, and by which keys that is done here."""


def in_here(hint: str) -> str:
    """Return a hint with keys in place of the shell's commands, where there are such keys."""
    for said, key in _KEYS:
        hint = re.sub(said, key, hint)
    return hint
