"""Files that a user names to be read, each from its beginning to its end."""

from __future__ import annotations

import os
import stat
from io import FileIO
from pathlib import Path

from app.errors import UsageError


def open_input(path: Path) -> FileIO:
    """Open a file, or the pipe that a shell makes of `<(COMMAND)`; unbuffered.

    Unbuffered, so that lines are seen as soon as they are written, and that a thread which waits
    for a terminal holds no lock that the end of the program needs.

    Raises:
        UsageError: It cannot be read, or is a named pipe, which nobody may ever write to.
    """
    try:
        stream = FileIO(path, opener=_without_waiting)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}", "check the path") from error
    if _is_named_pipe(stream):
        stream.close()
        raise UsageError(f"{path}: not a regular file", f"read a pipe as <(cat {path})")
    return stream


def _without_waiting(path: str, flags: int) -> int:
    """Open a file; of a pipe, do not wait for the program that would write to it."""
    descriptor = os.open(path, flags | os.O_NONBLOCK)
    os.set_blocking(descriptor, True)
    return descriptor


def _is_named_pipe(stream: FileIO) -> bool:
    """Whether a stream is a pipe that stands in a folder; a shell's stands among no files."""
    status = os.fstat(stream.fileno())
    if not stat.S_ISFIFO(status.st_mode):
        return False
    ends = os.pipe()
    try:
        return status.st_dev != os.fstat(ends[0]).st_dev
    finally:
        for end in ends:
            os.close(end)
