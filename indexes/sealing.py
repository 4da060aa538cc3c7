"""Checksums over the small tables, which hold what every answer depends on.

Documents, passages and vectors carry a checksum a row. The schema, settings, roots, encoders
and snapshots are few rows that are read together, so each of these tables has one seal,
renewed in every transaction and tested when a new state of the collection is first read.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from indexes.checksums import row_checksum

if TYPE_CHECKING:
    import sqlite3

SEALED_FROM = 3
"""Schema version from which there are seals."""

SEALED = {
    # What the tables, the word index and its tokenizer are, is text in a table too.
    "schema": "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name",
    "settings": "SELECT key, value FROM meta WHERE key NOT LIKE 'seal:%' ORDER BY key",
    "roots": "SELECT * FROM roots ORDER BY id",
    "encoders": "SELECT * FROM encoders ORDER BY id",
    "snapshots": "SELECT * FROM snapshots ORDER BY encoder_id",
}


def renew_seals(connection: sqlite3.Connection) -> None:
    """Seal the small tables as they are."""
    version = _version(connection)
    connection.executemany(
        "INSERT OR REPLACE INTO meta VALUES (?, ?)",
        [(f"seal:{name}", _digest(connection, version, name)) for name in SEALED],
    )


def broken_seals(
    connection: sqlite3.Connection, names: Collection[str] = SEALED.keys()
) -> list[str]:
    """Return the names of those small tables that are not what was written."""
    version = _version(connection)
    if version < SEALED_FROM:
        return []
    kept = dict(connection.execute("SELECT key, value FROM meta WHERE key LIKE 'seal:%'"))
    return [n for n in names if kept.get(f"seal:{n}") != _digest(connection, version, n)]


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _digest(connection: sqlite3.Connection, version: int, name: str) -> str:
    rows = connection.execute(SEALED[name]).fetchall()
    return str(row_checksum(version, *(value for row in rows for value in row)))
