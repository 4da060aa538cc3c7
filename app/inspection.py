"""Reads a file and cuts it, without indexing it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.errors import UsageError
from indexes.extract.sandbox import Limits, Sandbox
from indexes.intake import Job, take_in
from indexes.textpaths import to_text
from indexes.types import Extracted, Passage, SourceFile, TokenCounter


@dataclass(frozen=True)
class Inspection:
    """What is read of a file, and how it is cut.

    Attributes:
        skip: Why it would be left out; empty when it would not.
        extracted: Its text, None when it would be left out.
    """

    path: str
    skip: str
    type: str
    title: str
    bytes: int
    extracted: Extracted | None
    passages: tuple[Passage, ...]


def inspect(path: Path, counter: TokenCounter, limits: Limits) -> Inspection:
    """Read a file and cut it.

    Raises:
        UsageError: There is no such file.
    """
    if not path.exists():
        raise UsageError(f"{path} does not exist", "check the path")
    status = path.stat()
    source = SourceFile(path, status.st_size, status.st_mtime_ns, named=True)
    with Sandbox(limits) as sandbox:
        taken = take_in(Job(source, to_text(path), None, None), sandbox, counter)
    return Inspection(
        to_text(path), taken.skip, taken.type, taken.title, status.st_size,
        taken.extracted, taken.passages,
    )  # fmt: skip
