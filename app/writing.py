"""New files for what leaves the program: none that is there is replaced."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from app.errors import OutputError, UsageError


def check_new(path: Path, endings: Sequence[str]) -> None:
    """Refuse a path that no new file can have, as far as can be seen before it is written.

    Args:
        path: Where the file will stand.
        endings: Those that say a form.

    Raises:
        UsageError: It has none of the endings, something stands there, or its folder does not,
            or takes nothing new.
    """
    if path.suffix.lower() not in endings:
        raise UsageError(f"{path.name} does not say the form", f"end it with {', '.join(endings)}")
    if os.path.lexists(path):
        raise _exists(path)
    if not os.path.isdir(path.parent):  # noqa: PTH112  pathlib's raises where it may not look
        raise UsageError(f"{path.parent} is not a folder", "give another one")
    if not os.access(path.parent, os.W_OK):
        raise UsageError(f"{path.parent} cannot be written to", "give another folder")


@contextmanager
def new_file(path: Path, *, errors: str) -> Iterator[IO[str]]:
    """Open a new file for text in UTF-8.

    Args:
        path: Where it will stand.
        errors: What becomes of surrogates, as `open` has it.

    Raises:
        UsageError: Something stands there.
        OutputError: It cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8", errors=errors, newline="") as stream:
            yield stream
    except FileExistsError:
        raise _exists(path) from None
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}", "try another") from error


def _exists(path: Path) -> UsageError:
    return UsageError(f"{path} exists already", "give another name")
