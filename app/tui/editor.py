"""Which command opens a document at a line."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import PurePath

_PLUS_LINE = {"vi", "vim", "nvim", "view", "nano", "pico", "emacs", "emacsclient", "micro", "joe",
              "jed", "mg", "ne", "mcedit", "kak", "less", "gvim", "gedit", "kwrite"}  # fmt: skip
_COLON_LINE = {"hx", "helix", "subl", "zed", "zeditor"}
_GOTO_LINE = {"code", "codium", "code-insiders", "cursor", "windsurf"}


def editor_command(environment: Mapping[str, str], path: str, line: int) -> list[str] | None:
    """Return the words of a command; None when the user named no editor."""
    named = environment.get("VISUAL") or environment.get("EDITOR") or ""
    try:
        words = shlex.split(named)
    except ValueError:
        words = [named]
    if not words:
        return None
    editor = PurePath(words[0]).name
    if editor in _PLUS_LINE:
        return [*words, f"+{line}", path]
    if editor in _COLON_LINE:
        return [*words, f"{path}:{line}"]
    if editor in _GOTO_LINE:
        return [*words, "--goto", f"{path}:{line}"]
    return [*words, path]
