"""Mend a collection from its truth, without encoding anything.

What is sound stays. A document of which some part is not what was written goes, and is named
among the skipped files until the next index run reads it again; all else is derived anew.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from indexes import common_words, graph
from indexes.checks import (
    check_pages,
    damaged_rows,
    damaged_vectors,
    is_index_only,
    strange_passages,
    texts_without_vector,
)
from indexes.errors import Damaged
from indexes.leftovers import stray_files
from indexes.reader import ENCODER_KEY, Reader
from indexes.sealing import broken_seals
from indexes.stamp import read_stamp
from indexes.store import Store
from indexes.surveying import is_below
from indexes.writing import writing

READ_AGAIN = "its record was damaged; the next jtcse index reads it again"
LOST = "its record was damaged, and it came from no file; add it again"


def repair(folder: Path) -> None:
    """Mend what can be mended.

    Raises:
        Busy: Another process writes.
        Damaged: The database file itself is.
    """
    with writing(folder, trusted=False) as (store, reader):
        _mend_pages(store)
        _mend_settings(store, reader, read_stamp(folder) or 0)
        with store.transaction():
            _drop_damaged(store, reader)
            store.connection.execute("INSERT INTO words (words) VALUES ('rebuild')")
            common_words.forget(store.connection)
            store.collect_garbage()
            store.set_meta("unfinished", "")
        _mend_graph(folder, store, reader)
        for path in stray_files(folder, reader):
            path.unlink(missing_ok=True)


def _mend_pages(store: Store) -> None:
    found = [finding.what for finding in check_pages(store.connection)]
    if any(map(is_index_only, found)):
        store.connection.execute("REINDEX")
        found = [finding.what for finding in check_pages(store.connection)]
    beyond = [what for what in found if "the database file" in what]
    if beyond:
        raise Damaged(beyond[0], "remove the collection and index its folders again")


def _mend_settings(store: Store, reader: Reader, stamp: int) -> None:
    """Set anew what can be derived; the schema, roots and encoders cannot."""
    broken = broken_seals(store.connection)
    if {"schema", "roots", "encoders"} & set(broken):
        raise Damaged(
            f"the {' and '.join(broken)} of collection {store.folder.name!r} are not what was "
            "written",
            "remove the collection and index its folders again",
        )
    if "settings" in broken:
        with store.connection:
            store.connection.execute(
                "DELETE FROM meta WHERE key != ? AND key != 'generation'", (ENCODER_KEY,)
            )
            store.set_meta("versions", "")  # everything is read again
            ids = [str(row.id) for row in reader.encoders()]
            if ids and store.get_meta(ENCODER_KEY) not in ids:
                store.set_meta(ENCODER_KEY, ids[0])
    if "snapshots" in broken:
        with store.connection:
            store.connection.execute("DELETE FROM snapshots")
    known = 0
    with contextlib.suppress(ValueError):
        known = store.generation()
    with store.connection:
        store.set_meta("generation", str(max(known, stamp)))
    with store.transaction():
        pass  # seals what stands now


def _drop_damaged(store: Store, reader: Reader) -> None:
    connection = store.connection
    documents = {
        id_ for table in ("documents", "facts", "passages") for id_ in damaged_rows(reader, table)
    }
    documents.update(strange_passages(reader))
    documents.update(
        row[0]
        for row in connection.execute(
            "SELECT id FROM documents WHERE id NOT IN (SELECT document_id FROM passages)"
        )
    )
    texts = set(damaged_vectors(reader))
    encoder = reader.encoder()
    if encoder is not None:
        texts.update(texts_without_vector(reader, encoder))
    for text_id in texts:
        documents.update(
            row[0]
            for row in connection.execute(
                "SELECT document_id FROM passages WHERE text_id = ?", (text_id,)
            )
        )
    for document_id in documents:
        _drop(store, document_id)
    for path in list(damaged_rows(reader, "skips")):
        connection.execute("DELETE FROM skips WHERE path = ?", (path,))
    # Orphans of rows whose keys were damaged.
    connection.execute("DELETE FROM passages WHERE document_id NOT IN (SELECT id FROM documents)")
    connection.execute("DELETE FROM facts WHERE document_id NOT IN (SELECT id FROM documents)")
    # A text keeps its id only with its vector: the graph trusts that ids are never reused.
    connection.execute("DELETE FROM vectors WHERE text_id NOT IN (SELECT text_id FROM passages)")


def _drop(store: Store, document_id: object) -> None:
    row = store.connection.execute(
        "SELECT CAST(d.path AS BLOB), d.root_id, r.path FROM documents d "
        "LEFT JOIN roots r ON r.id = d.root_id WHERE d.id = ?",
        (document_id,),
    ).fetchone()
    # The word index is made anew afterwards, so it need not be told the old words.
    for table, key in (("passages", "document_id"), ("facts", "document_id"), ("documents", "id")):
        store.connection.execute(f"DELETE FROM {table} WHERE {key} = ?", (document_id,))
    if row is None:
        return
    path, root_id, top = (row[0] or b"").decode("utf-8", "replace"), row[1], row[2]
    if root_id is None:
        store.put_skip(path, LOST, -1, -1, None)
    elif top is not None:
        # Whether the file is there is for the next walk to tell: its disk may not be mounted now.
        # A path that no walk of the root comes by is damaged itself.
        sound = is_below(path, top) and "\0" not in path
        store.put_skip(path if sound else top, READ_AGAIN, -1, -1, root_id)


def _mend_graph(folder: Path, store: Store, reader: Reader) -> None:
    encoder = reader.encoder()
    row = reader.snapshot(encoder.id) if encoder else None
    if encoder is None or row is None:
        return
    loaded = graph.load(folder, encoder, row, trust=False)
    if loaded is not None and not loaded.lacks(reader.vector_ids(encoder)):
        return
    (folder / row.file).unlink(missing_ok=True)
    if not graph.refresh(folder, store, reader, encoder, anew=True):
        with store.transaction():
            store.connection.execute("DELETE FROM snapshots")
