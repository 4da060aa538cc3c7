"""The only writer of standard error: notes, errors, progress. And the exit codes."""

from __future__ import annotations

import sys
from contextlib import suppress
from enum import IntEnum

from app import errors as app_errors
from indexes import errors as index_errors
from jtcse_core import errors as core_errors


class ExitCode(IntEnum):
    """What the process's end says. People script against these."""

    OK = 0
    FAILED = 1
    USAGE = 2
    MISSING = 3
    DAMAGED = 4
    BUSY = 5
    INTERRUPTED = 130


_CODES: tuple[tuple[tuple[type[Exception], ...], ExitCode], ...] = (
    (
        (
            app_errors.UsageError,
            app_errors.SettingError,
            core_errors.ConfigError,
            core_errors.MissingDependency,
            index_errors.BadName,
            index_errors.SourceMissing,
            index_errors.CollectionExists,
        ),
        ExitCode.USAGE,
    ),
    ((core_errors.EncoderNotFound, index_errors.CollectionNotFound), ExitCode.MISSING),
    (
        (
            core_errors.EncoderDamaged,
            index_errors.Damaged,
            index_errors.BadArchive,
            index_errors.BadVectors,
            index_errors.EncoderMismatch,
            index_errors.NewerFormat,
        ),
        ExitCode.DAMAGED,
    ),
    ((index_errors.Busy,), ExitCode.BUSY),
)

EXPECTED = (app_errors.AppError, core_errors.CoreError, index_errors.IndexesError)
"""Errors that carry a message and a hint for the user."""


def exit_code_for(error: BaseException) -> ExitCode:
    """Map an error to the exit code that scripts see."""
    for kinds, code in _CODES:
        if isinstance(error, kinds):
            return code
    return ExitCode.FAILED


def note(text: str) -> None:
    """Tell the user something beside the data."""
    _write(text)


def report(error: BaseException, *, debug: bool) -> ExitCode:
    """Tell an error in one line, with a traceback only when asked for."""
    if debug:
        import traceback

        traceback.print_exception(error, file=sys.stderr)
    if isinstance(error, EXPECTED):
        hint = f"; {error.hint}" if error.hint else ""
        _write(f"jtcse: {error.message}{hint}")
    elif isinstance(error, OSError) and error.strerror:
        named = f"{error.filename}: " if error.filename else ""
        _write(f"jtcse: {named}{error.strerror}; check the disk and the permissions")
    else:
        again = "" if debug else "; run it again with --debug to see where"
        _write(f"jtcse: {type(error).__name__}: {error}{again}")
    return exit_code_for(error)


def interrupted() -> ExitCode:
    """Tell that Ctrl-C ended the command."""
    _write("jtcse: interrupted")
    return ExitCode.INTERRUPTED


def _write(text: str) -> None:
    from app.visible import visible_line

    with suppress(OSError):  # a full disk or a closed pipe: there is no one to tell
        print(visible_line(text), file=sys.stderr, flush=True)
