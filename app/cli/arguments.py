"""Which command is meant, told before the parser is there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
