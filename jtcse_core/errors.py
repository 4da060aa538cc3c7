"""Everything that can go wrong in the encoder room.

CoreError
├── EncoderNotFound      no encoder of that name, path or default
├── EncoderDamaged       an encoder folder that cannot be trusted or read
├── MissingDependency    a training library that a plain install does not bring
├── ConfigError          settings that contradict each other or name nothing
├── DataError            input that cannot be evaluated or trained on
├── OutputError          a folder that cannot be written, or a full disk
├── TrainingError        a run that cannot go on
└── ExportError          an export that would not do what its source does
"""

from __future__ import annotations

import errno
from pathlib import Path

_HINTS: dict[int | None, str] = {
    errno.ENOENT: "the folder is not there; make it, or write elsewhere",
    errno.ENOTDIR: "what should be its folder is a file; write elsewhere",
    errno.EISDIR: "a folder stands there; choose another name",
    errno.EACCES: "mend the permissions, or write elsewhere",
    errno.EPERM: "mend the permissions, or write elsewhere",
    errno.EROFS: "nothing can be written there; write elsewhere",
}
"""What helps where it is not the disk that is full."""


class CoreError(Exception):
    """Root of the encoder's errors.

    Args:
        message: What is wrong, one line.
        hint: What the user can do about it, one line; empty when there is nothing.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class EncoderNotFound(CoreError):
    """No encoder stands under that name or path."""


class EncoderDamaged(CoreError):
    """The encoder folder exists, and cannot be used as it is."""


class MissingDependency(CoreError):
    """An optional library is needed and not installed."""


class ConfigError(CoreError):
    """A setting is wrong, or two of them contradict each other."""


class DataError(CoreError):
    """A corpus, an evaluation file or a pair cannot be read or used."""


class OutputError(CoreError):
    """Something cannot be written where it should go."""

    @classmethod
    def of(cls, path: Path, error: Exception) -> OutputError:
        """Name the path and the system's own reason."""
        reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
        hint = _HINTS.get(getattr(error, "errno", None), "free some space, or write elsewhere")
        return cls(f"{path} cannot be written: {reason}", hint)


class TrainingError(CoreError):
    """Training cannot go on; what was saved before stays."""


class ExportError(CoreError):
    """The exported encoder does not agree with its source."""
