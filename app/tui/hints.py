"""Hints as they hold within the interface: the errors' own name commands of the shell."""

from __future__ import annotations

import re

from app.keys import key

UNDER = f"under {key('collections')}, "
"""Where such a key works; left out by those who are there."""

ADD_FOLDER = f"{UNDER}{key('collections.add')} adds a folder"
ANOTHER_ENCODER = f"{UNDER}{key('collections.encoder')} moves it to another encoder"

_SHOW, _CHECK, _MEND = key("collections"), key("collections.verify"), key("collections.repair")
_MOVE, _UPDATE = key("collections.encoder"), key("collections.update")

_HINTS = (
    (r"see: jtcse verify( -c \S+)?", f"{UNDER}{_CHECK} checks it and {_MEND} mends it"),
    (r"see what is left with: jtcse verify -c \S+", f"{UNDER}{_CHECK} says what is left"),
    (r"see what there is with: jtcse collections list", f"{_SHOW} shows what there is"),
    (r"move it to one that jtcse models list names: jtcse models use NAME -c \S+ --yes",
     ANOTHER_ENCODER),
    (r"move it to one that jtcse models list names: jtcse models use NAME",
     f"{_MOVE} moves it to another encoder"),
    (r"jtcse models use \S+ -c \S+ --yes", f"{_MOVE} (another encoder)"),
    (r"jtcse models list names", f"{key('encoders')} names"),
    (r"jtcse verify -c \S+ --repair", f"{_MEND} (repair)"),
    (r"^--repair", f"{_MEND} (repair)"),
    (r"(name|make) one: jtcse index PATH", ADD_FOLDER),
    (r"the next jtcse index", f"the next update ({_UPDATE})"),
    (r"^jtcse index -c \S+$", f"{_UPDATE} (update) reads them again"),
    (r"jtcse index -c [^\s:;,]+", f"{_UPDATE} (update)"),
)  # fmt: skip
"""What errors say, and by which keys that is done here."""


def in_here(hint: str) -> str:
    """Return a hint with keys, to be named, in place of the shell's commands that they replace."""
    for said, here in _HINTS:
        hint = re.sub(said, here, hint)
    return hint
