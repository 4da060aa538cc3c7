"""Forget a root, and what was indexed under it that no other root covers; or a single record."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from indexes.coverage import Coverage
from indexes.store import Store
from indexes.textpaths import from_text, to_text
from indexes.types import Root

_OF_ROOT = "root_id = ?1 OR root_id IS NOT NULL AND (path = ?2 OR substr(path, 1, ?3) = ?4)"
"""What was indexed for a root, or below it for another; it came from files."""


def forget(store: Store, roots: Sequence[Root], path: Path) -> bool:
    """Forget a root, inside a transaction; False when there is no such root.

    Documents that another root covers are that one's from now on.

    Args:
        roots: All roots of the collection.
    """
    ids: dict[str, int] = dict(store.connection.execute("SELECT path, id FROM roots"))
    top = to_text(path)
    if top not in ids:
        return False
    heirs = [(Coverage(root), ids[to_text(root.path)]) for root in roots if root.path != path]

    def heir_of(found: str) -> int | None:
        file = from_text(found)
        return next((id_ for root, id_ in heirs if root.holds(found) and root.lists(file)), None)

    below = top.rstrip("/") + "/"
    of_root = (ids[top], top, len(below), below)
    for id_, found in store.connection.execute(
        f"SELECT id, path FROM documents WHERE {_OF_ROOT}", of_root
    ).fetchall():
        heir = heir_of(found)
        if heir is None:
            store.remove_document(id_)
        else:
            store.connection.execute("UPDATE documents SET root_id = ? WHERE id = ?", (heir, id_))
    for (found,) in store.connection.execute(
        f"SELECT path FROM skips WHERE {_OF_ROOT}", of_root
    ).fetchall():
        heir = heir_of(found)
        if heir is None:
            store.remove_skips([found])
        else:
            store.connection.execute("UPDATE skips SET root_id = ? WHERE path = ?", (heir, found))
    store.connection.execute("DELETE FROM roots WHERE id = ?", (ids[top],))
    store.collect_garbage()
    return True


def forget_record(store: Store, path: str) -> bool:
    """Forget a document that was given as text, inside a transaction; False when there is none.

    Also where it could not be read, and is only named among what is skipped.
    """
    ids = store.connection.execute(
        "SELECT id FROM documents WHERE path = ? AND root_id IS NULL", (path,)
    ).fetchall()
    skips = store.connection.execute(
        "SELECT path FROM skips WHERE path = ? AND root_id IS NULL", (path,)
    ).fetchall()
    for (id_,) in ids:
        store.remove_document(id_)
    store.remove_skips(found for (found,) in skips)
    store.collect_garbage()
    return bool(ids or skips)
