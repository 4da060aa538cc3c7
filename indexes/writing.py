"""The one way to write to a collection: its lock held, its database open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from indexes.database import storage_errors
from indexes.locking import writer_lock
from indexes.reader import Reader
from indexes.store import Store


@contextmanager
def writing(folder: Path, *, trusted: bool = True) -> Iterator[tuple[Store, Reader]]:
    """Give the writing and the reading side of a collection, while nobody else writes.

    Args:
        trusted: Refuse a collection whose small tables are damaged; a repair does not.

    Raises:
        Busy: Another process writes.
        Damaged: The collection is.
        StorageFailed: The disk or its permissions refuse.
    """
    with (
        storage_errors(folder),
        writer_lock(folder),
        closing(Store(folder, trusted=trusted)) as store,
        closing(Reader(folder)) as reader,
    ):
        yield store, reader
