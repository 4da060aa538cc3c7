"""From a file to passages: read, recognised, extracted and cut, without the database."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from indexes.cutting import cut
from indexes.errors import SkipDocument, SkipForNow
from indexes.extract.registry import type_of
from indexes.textpaths import extension_of, to_text
from indexes.types import Extracted, Passage, SourceFile, TokenCounter
from indexes.walking import read_source

if TYPE_CHECKING:
    from indexes.extract.sandbox import Sandbox

COUNTED = 100
"""Texts whose tokens are counted at a time."""

NEVER = -1
"""Time stamp of a file that is to be read again next time."""


@dataclass(frozen=True)
class Job:
    """A file to read; `known_hash` is that of the contents the collection holds."""

    source: SourceFile
    path: str
    root_id: int | None
    known_hash: bytes | None


@dataclass(frozen=True)
class Intake:
    """What became of a job.

    Attributes:
        source: The file as it was when it was read.
        read_at: Before it was read, seconds since the epoch.
        skip: Why it is left out; empty when it is not.
        digest: Hash of its contents.
        extracted: Its text; None when it is skipped, or what the collection holds already.
        title: Title as shown: its own, else the file's name.
        type: Extension, or what the bytes say.
        passages: How it is cut.
    """

    job: Job
    source: SourceFile
    read_at: float
    skip: str = ""
    digest: bytes = b""
    extracted: Extracted | None = None
    title: str = ""
    type: str = ""
    passages: tuple[Passage, ...] = ()


class Abandoned(Exception):
    """The run ends: what is being made is of no use to anybody."""


class PatientCounter:
    """Counts tokens a few texts at a time, to end soon when the run does.

    Args:
        counter: Counts them.
    """

    def __init__(self, counter: TokenCounter) -> None:
        self._counter = counter
        self._abandoned = threading.Event()

    def abandon(self) -> None:
        """Give up; to be called by any thread."""
        self._abandoned.set()

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count each text's tokens.

        Raises:
            Abandoned: The run ends.
        """
        counts: list[int] = []
        for start in range(0, len(texts), COUNTED):
            if self._abandoned.is_set():
                raise Abandoned
            counts += self._counter.count_tokens(texts[start : start + COUNTED])
        return counts


def take_in(job: Job, sandbox: Sandbox, counter: TokenCounter) -> Intake:
    """Read a file and cut it into passages."""
    read_at = time.time()
    try:
        data, source = read_source(job.source, sandbox.limits.file_mb << 20)
    except SkipDocument as skip:
        # Permissions change without a new time stamp: it is tried again next time.
        return Intake(job, job.source._replace(mtime_ns=NEVER), read_at, skip.message)
    digest = blake2b(data, digest_size=16).digest()
    if digest == job.known_hash:
        return Intake(job, source, read_at, digest=digest)
    extension = extension_of(source.path)
    try:
        extracted = sandbox.extract(data, extension)
    except SkipForNow as skip:
        return Intake(job, source._replace(mtime_ns=NEVER), read_at, skip.message)
    except SkipDocument as skip:
        return Intake(job, source, read_at, skip.message)
    return Intake(
        job,
        source,
        read_at,
        digest=digest,
        extracted=extracted,
        title=extracted.title or to_text(Path(source.path.name)),
        type=type_of(extension, extracted),
        passages=tuple(cut(extracted, counter)),
    )
