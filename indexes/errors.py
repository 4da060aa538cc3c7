"""Everything that can go wrong in the storage room.

IndexesError
├── CollectionNotFound   no collection of that name
├── CollectionExists     the name is taken
├── BadName              a name that cannot be a collection
├── Busy                 another process writes to the collection
├── Damaged              rows or files that cannot be trusted
├── NewerFormat          made by a newer version of this program
├── EncoderMismatch      the collection was made with another encoder
├── BadVectors           an encoder gave vectors that are not numbers
├── SourceMissing        a path to index does not exist
├── BadArchive           a file to import is no collection, or not what was exported
├── StorageFailed        the disk, or its permissions, refused
└── SkipDocument         a document that is not indexed, with the reason (caught by the sync)
    └── SkipForNow       for a reason that is not its own
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indexes.types import Encoder


class IndexesError(Exception):
    """Root of the storage room's errors.

    Args:
        message: What is wrong, one line.
        hint: What the user can do about it, one line; empty when there is nothing.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class CollectionNotFound(IndexesError):
    """No collection of that name exists."""


class CollectionExists(IndexesError):
    """A collection of that name exists already."""


class BadName(IndexesError):
    """The name cannot be a collection's."""


class BadArchive(IndexesError):
    """A file that is to be imported is no collection, or not what was exported."""


class Busy(IndexesError):
    """Another process holds the collection's writer lock, or its database."""


class Damaged(IndexesError):
    """A row or a file is not what was written."""


class NewerFormat(IndexesError):
    """The collection was made by a newer version of this program."""


class EncoderMismatch(IndexesError):
    """The collection's vectors were made by another encoder."""


class BadVectors(IndexesError):
    """An encoder gave vectors that cannot be compared with anything."""


class SourceMissing(IndexesError):
    """A path that was to be indexed does not exist."""


class StorageFailed(IndexesError):
    """The disk is full, read-only, gone, or its permissions refuse."""


class SkipDocument(IndexesError):
    """A document is left out of the index; the message is the reason shown to the user."""


class SkipForNow(SkipDocument):
    """A document is left out for a reason that is not its own; the next run tries again."""


def mismatch(collection: str, name: str, fingerprint: str, encoder: Encoder) -> EncoderMismatch:
    """Describe a collection that was made with another encoder than the one at hand."""
    return EncoderMismatch(
        f"collection {collection!r} was made with encoder {name} ({fingerprint[:8]}), "
        f"not with {encoder.name} ({encoder.fingerprint[:8]})",
        f"move it to one that jtcse models list names: jtcse models use NAME -c {collection} --yes",
    )
