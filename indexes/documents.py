"""Documents on their way into a collection, and what tells that one there is still as it was."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from indexes.types import Passage

RACY_NS = 2_000_000_000
"""A file written this shortly before it was read may change again within its time stamp."""


@dataclass(frozen=True)
class NewDocument:
    """A document that is ready to be written, all its texts encoded.

    Attributes:
        hashes: Hash of each passage's encoded text, in order.
        read_at: Before it was read, seconds since the epoch.
    """

    root_id: int | None
    path: str
    stem: str
    title: str
    context: str
    type: str
    size: int
    mtime_ns: int
    content_hash: bytes
    text: str
    passages: Sequence[Passage]
    hashes: Sequence[bytes]
    language: str = ""
    tags: tuple[str, ...] = ()
    dated: float | None = None
    read_at: float = field(default_factory=time.time)


@dataclass(frozen=True)
class Stamp:
    """What tells whether a file changed since it was read.

    Attributes:
        indexed_at: Before it was read, seconds since the epoch; 0 to have it read again.
    """

    document_id: int
    size: int
    mtime_ns: int
    content_hash: bytes
    root_id: int | None
    indexed_at: float

    @property
    def settled(self) -> bool:
        """Whether equal size and time say that the file is as it was; else its contents decide."""
        return is_settled(self.mtime_ns, self.indexed_at)


def is_settled(mtime_ns: int, read_at: float) -> bool:
    """Whether a change after a file was read would have given it another modification time."""
    return read_at * 1e9 - mtime_ns >= RACY_NS
