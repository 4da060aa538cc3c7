"""Follow documents to where their folder was moved, without reading or encoding any."""

from __future__ import annotations

import sqlite3
from typing import Any

from indexes.errors import CollectionExists, SourceMissing
from indexes.rows import DocumentRow, columns, skip_checksum
from indexes.store import Store


def reroot(store: Store, old: str, new: str) -> int:
    """Put a new beginning on the paths of roots, documents and skips; counts documents.

    Raises:
        SourceMissing: No root stands at or under the old place.
        CollectionExists: A document would take the path of another.
    """
    roots = _under(store, "roots", "id, path", old)
    if not roots:
        raise SourceMissing(
            f"{old} is no folder of {store.folder.name}",
            f"see its folders with: jtcse collections show {store.folder.name}",
        )
    try:
        for id_, path in roots:
            store.connection.execute(
                "UPDATE roots SET path = ? WHERE id = ?", (new + path[len(old) :], id_)
            )
        documents = _under(store, "documents", columns(DocumentRow), old)
        for values in documents:
            row = DocumentRow(*values)
            row.verify()
            moved = row._replace(path=new + row.path[len(old) :])
            store.connection.execute(
                "UPDATE documents SET path = ?, checksum = ? WHERE id = ?",
                (moved.path, moved.expected_checksum(), row.id),
            )
        for values in _under(store, "skips", "path, reason, size, mtime_ns", old):
            path, *rest = values
            moved_path = new + path[len(old) :]
            store.connection.execute(
                "UPDATE skips SET path = ?, checksum = ? WHERE path = ?",
                (moved_path, skip_checksum(moved_path, *rest), path),
            )
    except sqlite3.IntegrityError as error:
        raise CollectionExists(
            f"{new} is indexed in {store.folder.name} already", "choose another place"
        ) from error
    return len(documents)


def _under(store: Store, table: str, columns: str, folder: str) -> list[tuple[Any, ...]]:
    return store.connection.execute(
        f"SELECT {columns} FROM {table} WHERE path = ? OR substr(path, 1, ?) = ?",
        (folder, len(folder) + 1, f"{folder}/"),
    ).fetchall()
