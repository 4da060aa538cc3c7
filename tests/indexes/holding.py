"""Another process that holds a collection's database."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def held(folder: Path) -> Iterator[sqlite3.Connection]:
    """Hold the database as a writer does, without the collection's own lock."""
    other = sqlite3.connect(folder / "collection.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield other
    finally:
        other.rollback()
        other.close()
