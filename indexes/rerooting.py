"""Follow documents to where their folder was moved, without reading or encoding any."""

from __future__ import annotations

import sqlite3
from typing import Any

from indexes.errors import CollectionExists, SourceMissing
from indexes.intake import NEVER
from indexes.rows import DocumentRow, columns, skip_checksum
from indexes.store import Store
from indexes.surveying import MOUNTS_KEY, is_below, mounts_as_text, mounts_from_text


def reroot(store: Store, old: str, new: str) -> int:
    """Put a new beginning on the paths of roots, mounts, documents and skips; counts documents.

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

    def moved(path: str) -> str:
        return new.rstrip("/") + path[len(old.rstrip("/")) :] or "/"

    try:
        for id_, path in roots:
            store.connection.execute("UPDATE roots SET path = ? WHERE id = ?", (moved(path), id_))
        documents = _under(store, "documents", columns(DocumentRow), old)
        for values in documents:
            row = DocumentRow(*values)
            row.verify()
            now = row._replace(path=moved(row.path))
            store.connection.execute(
                "UPDATE documents SET path = ?, checksum = ? WHERE id = ?",
                (now.path, now.expected_checksum(), row.id),
            )
        for path, reason, *state in _under(store, "skips", "path, reason, size, mtime_ns", old):
            size, mtime_ns = state if path != old else (NEVER, NEVER)
            store.connection.execute(
                "UPDATE skips SET path = ?, size = ?, mtime_ns = ?, checksum = ? WHERE path = ?",
                (
                    moved(path), size, mtime_ns,
                    skip_checksum(moved(path), reason, size, mtime_ns), path,
                ),
            )  # fmt: skip
    except sqlite3.IntegrityError as error:
        raise CollectionExists(
            f"{new} is indexed in {store.folder.name} already", "choose another place"
        ) from error
    # A root that is a file may have another name now, which its title and words come from.
    store.connection.execute("UPDATE documents SET indexed_at = 0 WHERE path = ?", (new,))
    mounts = mounts_from_text(store.get_meta(MOUNTS_KEY))
    kept = {moved(mount) if is_below(mount, old) else mount for mount in mounts}
    store.set_meta(MOUNTS_KEY, mounts_as_text(kept))
    return len(documents)


def _under(store: Store, table: str, columns: str, folder: str) -> list[tuple[Any, ...]]:
    below = folder.rstrip("/") + "/"
    return store.connection.execute(
        f"SELECT {columns} FROM {table} WHERE path = ? OR substr(path, 1, ?) = ?",
        (folder, len(below), below),
    ).fetchall()
