"""What was typed: which command is meant, told before the parser is there; where a path leads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from app.errors import UsageError

TAKES_VALUE = ("--home", "--threads")
"""Options before a command that are followed by their value."""


def named_command(arguments: Sequence[str]) -> str:
    """Return the first argument that is neither an option nor the value of one; else nothing."""
    return next(_plain(arguments), "")


def _plain(arguments: Sequence[str]) -> Iterator[str]:
    rest = iter(arguments)
    for argument in rest:
        if argument in TAKES_VALUE:
            next(rest, None)
        elif not argument.startswith("-"):
            yield argument


def resolved(path: Path) -> Path:
    """Return where a path leads that was typed.

    Raises:
        UsageError: Nowhere.
    """
    try:
        return path.expanduser().resolve()
    except RuntimeError as error:  # what Python 3.11 makes of a link in a circle, or ~nobody
        raise UsageError(f"{path} leads nowhere", "check the path") from error
