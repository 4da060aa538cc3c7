"""What was typed: which command is meant, told before the parser is there; where a path leads."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import takewhile
from pathlib import Path
from typing import IO

from app.errors import UsageError
from app.inputs import open_input

TAKES_VALUE = ("--home", "--threads")
"""Options before a command that are followed by their value."""

STANDARD_INPUT = Path("-")
DASHES = "before a query with dashes put --"
_GLUED = re.compile("-[A-Za-z][A-Za-z].*", re.DOTALL)


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


def hides_option(arguments: Sequence[str]) -> bool:
    """Whether a word that begins with a dash was read as a short option and its value: -commit."""
    before = takewhile(lambda argument: argument != "--", arguments)
    return any(_GLUED.fullmatch(argument) for argument in before)


def refuse_together(what: str, given: Mapping[str, bool]) -> None:
    """Refuse what one of these options makes senseless.

    Raises:
        UsageError: One is given.
    """
    for option, is_given in given.items():
        if is_given:
            raise UsageError(f"{what} does not go with {option}", "leave one of them out")


def resolved(path: Path) -> Path:
    """Return where a path leads that was typed.

    Raises:
        UsageError: Nowhere.
    """
    try:
        return path.expanduser().resolve()
    except RuntimeError as error:  # what Python 3.11 makes of a link in a circle, or ~nobody
        raise UsageError(f"{path} leads nowhere", "check the path") from error


def opened(path: Path) -> AbstractContextManager[IO[bytes]]:
    """Open a file that was named to be read, unbuffered; `-` is standard input.

    Raises:
        UsageError: It cannot be read; see `app.inputs.open_input`.
    """
    if path == STANDARD_INPUT:
        return nullcontext(getattr(sys.stdin.buffer, "raw", sys.stdin.buffer))
    return open_input(path)


def called(path: Path) -> str:
    """Return what messages call a file that was named to be read."""
    return "standard input" if path == STANDARD_INPUT else str(path)
