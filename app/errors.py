"""Errors of the application itself.

AppError
├── UsageError     what was asked for makes no sense
├── SettingError   the configuration names or sets something wrong
├── NothingCame    a pipe that should bring a document ended without one
└── OutputError    standard output, or a file, does not take what is written
"""

from __future__ import annotations


class AppError(Exception):
    """Root of the application's errors.

    Args:
        message: What is wrong, one line.
        hint: What the user can do about it, one line; empty when there is nothing.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(AppError):
    """What was asked for makes no sense as it stands."""


class SettingError(AppError):
    """A setting is unknown, or has a value that it cannot have."""


class NothingCame(AppError):
    """A pipe that should bring a document ended without one."""


class OutputError(AppError):
    """Standard output, or a file, does not take what is written: a full disk, say."""
