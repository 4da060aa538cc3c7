"""Open a collection's database, for reading or for writing, with one mapping of its errors."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from indexes.errors import (
    Busy,
    CollectionNotFound,
    Damaged,
    IndexesError,
    NewerFormat,
    StorageFailed,
)
from indexes.sealing import broken_seals
from indexes.syncing import sync
from indexes.versions import SCHEMA_VERSION

if TYPE_CHECKING:
    from sqlite_utils import Database

DATABASE_FILE = "collection.db"
UNFINISHED_FILE = "unfinished.db"
"""A database that does not have all its tables yet, while a collection is made."""

BUSY_TIMEOUT_S = 10.0

_REFUSALS = (
    "unable to open", "disk i/o", "is full", "readonly", "read-only",
    "out of memory", "interrupted", "too big", "permission", "access",
)  # fmt: skip
"""What SQLite says when disk or system refuse."""

_CORRUPT = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL)


def exists(folder: Path) -> bool:
    """Whether the folder holds a collection."""
    return (folder / DATABASE_FILE).is_file()


def identity(folder: Path) -> tuple[int, int] | None:
    """Return what tells a collection from another that takes its place; None when there is none."""
    try:
        found = (folder / DATABASE_FILE).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def storage_errors(folder: Path) -> Iterator[None]:
    """Turn what SQLite and the system raise into this room's errors."""
    try:
        yield
    except IndexesError:
        raise
    except (sqlite3.Error, UnicodeDecodeError) as error:  # it may quote what is no text
        raise _translate(folder, error) from error
    except OSError as error:
        raise StorageFailed(
            f"collection {folder.name!r}: {error.strerror or error}",
            f"check the disk and the permissions of {folder}; committed documents are kept",
        ) from error


def tells_corruption(error: Exception) -> bool:
    """Whether SQLite says that what it read cannot have been written so."""
    return _code(error) in _CORRUPT


def tells_refusal(error: Exception) -> bool:
    """Whether disk, system or another process refuse; all else that SQLite raises is damage."""
    if tells_corruption(error):
        return False
    return _code(error) in _LOCKED or any(word in str(error).lower() for word in _REFUSALS)


def _code(error: Exception) -> int:
    """Return SQLite's primary code of an error, 0 for what is not SQLite's own."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _translate(folder: Path, error: Exception) -> IndexesError:
    text = str(error)
    if _code(error) in _LOCKED:
        return Busy(
            f"the database of collection {folder.name!r} is held by another process: {text}",
            "wait until it is done, or stop it",
        )
    if not tells_refusal(error):
        return Damaged(
            f"the database of collection {folder.name!r} is damaged: {text}",
            f"see what is left with: jtcse verify -c {folder.name}",
        )
    return StorageFailed(
        f"collection {folder.name!r}: {text}",
        f"check the disk and the permissions of {folder}; committed documents are kept",
    )


def open_reader(folder: Path) -> sqlite3.Connection:
    """Open the database read-only; readers never block a writer, nor it them.

    Raises:
        CollectionNotFound: There is none.
        Damaged: It is not a database.
        NewerFormat: A newer version made it.
    """
    path = folder / DATABASE_FILE
    if not path.is_file():
        raise CollectionNotFound(
            f"no collection {folder.name!r}",
            "see what there is with: jtcse collections list",
        )
    with storage_errors(folder):
        connection = connect_for_reading(path)
        # The postings of the word index, as a table; a temporary one, which is in no file.
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute(
            "CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, words, instance)"
        )
        connection.execute("PRAGMA query_only = ON")
        check_version(folder, connection)
    return connection


def connect_for_reading(path: Path) -> sqlite3.Connection:
    """Connect to a database that is only read, be it where nothing can be written."""
    uri = path.resolve().as_uri()
    connection = sqlite3.connect(
        f"{uri}?mode=ro", uri=True, timeout=BUSY_TIMEOUT_S, check_same_thread=False
    )
    try:
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        if os.access(path.parent, os.W_OK):
            raise
        # A log cannot be shared in a folder that cannot be written; nobody can write there.
        connection = sqlite3.connect(f"{uri}?immutable=1", uri=True, check_same_thread=False)
    return connection


def open_writer(folder: Path) -> Database:
    """Open the database for writing, creating and upgrading it as needed.

    The caller holds the writer lock.

    Raises:
        Damaged: It is not a database.
        NewerFormat: A newer version made it.
        StorageFailed: The disk or its permissions refuse.
    """
    path = folder / DATABASE_FILE
    with storage_errors(folder):
        if not path.exists():
            # With all its tables or not at all: a reader may come at any time.
            unfinished = folder / UNFINISHED_FILE
            for left in folder.glob(f"{UNFINISHED_FILE}*"):  # its log with it
                left.unlink()
            made = _open(folder, unfinished)
            # Closing does this too, and says nothing when the disk is full.
            made.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            made.close()
            sync(unfinished)
            unfinished.replace(path)
            sync(folder)
        return _open(folder, path)


def _open(folder: Path, path: Path) -> Database:
    from sqlite_utils import Database  # 0.2 s that reading does not need

    from indexes.schema import PAGE_SIZE, collection_migrations

    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, check_same_thread=False)
    check_version(folder, connection)
    if broken_seals(connection, ["schema"]):  # what migrates would stumble over it
        connection.close()
        raise Damaged(
            f"the schema of collection {folder.name!r} is damaged",
            "remove the collection and index its folders again",
        )
    for pragma in (
        f"page_size = {PAGE_SIZE}",
        "journal_mode = WAL",
        "synchronous = FULL",  # NORMAL can lose the last commits in a power cut
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")
    database = Database(connection)
    collection_migrations.apply(database)
    return database


@contextmanager
def written_as_one(database: Database) -> Iterator[None]:
    """Commit what happens inside, or nothing of it; inside another such, as a part of that."""
    if database.conn.in_transaction:
        with database.atomic():
            yield
        return
    # Where a transaction that has read begins to write, SQLite does not wait for others.
    database.conn.execute("BEGIN IMMEDIATE")
    with database.conn:
        yield


def check_version(folder: Path, connection: sqlite3.Connection) -> None:
    """Refuse a collection that a newer version made."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        raise NewerFormat(
            f"collection {folder.name!r} was made by a newer jtcse (format {version}, "
            f"this one reads up to {SCHEMA_VERSION})",
            "upgrade jtcse",
        )
