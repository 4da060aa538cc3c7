"""Is the collection what was written? Each finding says what it means."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from indexes import graph
from indexes.database import DATABASE_FILE, storage_errors
from indexes.locking import LOCK_FILE, writer_lock
from indexes.reader import EncoderRow, Reader
from indexes.rows import DocumentRow, FactsRow, PassageRow, vector_checksum
from indexes.store import Store
from indexes.types import Finding

_ROWS: tuple[tuple[str, type[DocumentRow | FactsRow | PassageRow]], ...] = (
    ("documents", DocumentRow), ("facts", FactsRow), ("passages", PassageRow),
)  # fmt: skip
NORM_TOLERANCE = 1e-3
_READ_AGAIN = "remove the collection and index its folders again"


def verify(folder: Path) -> list[Finding]:
    """Check a collection from its pages up to its graph.

    Returns:
        What was found; a collection without a finding of severity `damage` is sound.

    Raises:
        CollectionNotFound: There is none.
        Damaged: The database cannot be opened at all.
    """
    reader = Reader(folder)
    try:
        with storage_errors(folder):
            pages = list(_check_pages(reader.connection))
            if pages:
                return pages
            findings = [*_check_rows(reader), *_check_links(reader), *_check_words(reader)]
            encoder = reader.encoder()
            if encoder is not None:
                findings += _check_vectors(reader, encoder)
                findings += _check_graph(folder, reader, encoder)
            findings += _check_leftovers(folder, reader)
            return findings
    finally:
        reader.close()


def repair(folder: Path) -> None:
    """Mend what can be mended from the truth: the word index, stray texts, the graph.

    Raises:
        Busy: Another process writes.
    """
    with storage_errors(folder), writer_lock(folder):
        store = Store(folder)
        try:
            with store.transaction():
                store.connection.execute("INSERT INTO words (words) VALUES ('rebuild')")
                store.collect_garbage()
                store.set_meta("unfinished", "")
            _mend_graph(folder, store)
            for path in _stray_files(folder):
                path.unlink(missing_ok=True)
        finally:
            store.close()


def _mend_graph(folder: Path, store: Store) -> None:
    reader = Reader(folder)
    try:
        encoder = reader.encoder()
        row = reader.snapshot(encoder.id) if encoder else None
        if encoder is None or row is None or graph.load(folder, encoder, row) is not None:
            return
        (folder / row.file).unlink(missing_ok=True)
        if not graph.rebuild(folder, store, reader):
            with store.transaction():
                store.connection.execute("DELETE FROM snapshots")
    finally:
        reader.close()


def _check_pages(connection: sqlite3.Connection) -> Iterator[Finding]:
    for (line,) in connection.execute("PRAGMA integrity_check(10)"):
        if line != "ok":
            yield Finding("damage", f"the database file is damaged: {line}", _READ_AGAIN)
    for row in connection.execute("PRAGMA foreign_key_check"):
        yield Finding("damage", f"a row of {row[0]} points to nothing", _READ_AGAIN)


def _check_rows(reader: Reader) -> Iterator[Finding]:
    version = reader.connection.execute("PRAGMA user_version").fetchone()[0]
    for table, kind in _ROWS:
        if table == "facts" and version < 2:
            continue
        damaged = 0
        for values in reader.connection.execute(f"SELECT {kind.COLUMNS} FROM {table}"):
            try:
                kind(*values).verify()
            except Exception:  # noqa: BLE001 - a damaged value may be of any type
                damaged += 1
        if damaged:
            yield Finding("damage", f"{damaged} {table} are not what was written", _READ_AGAIN)


def _check_links(reader: Reader) -> Iterator[Finding]:
    empty = reader.connection.execute(
        "SELECT count(*) FROM documents WHERE id NOT IN (SELECT document_id FROM passages)"
    ).fetchone()[0]
    if empty:
        yield Finding("damage", f"{empty} documents have no passage", _READ_AGAIN)
    mute = reader.connection.execute(
        "SELECT count(*) FROM passages WHERE text_id NOT IN (SELECT text_id FROM vectors)"
    ).fetchone()[0]
    if mute:
        yield Finding("damage", f"{mute} passages have no vector", _READ_AGAIN)


def _check_words(reader: Reader) -> Iterator[Finding]:
    # The check is an INSERT, which a reading connection refuses; it changes nothing.
    connection = sqlite3.connect(reader.folder / DATABASE_FILE)
    try:
        connection.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError:
        yield Finding(
            "damage", "the word index does not match the passages", "--repair rebuilds it"
        )
    finally:
        connection.rollback()
        connection.close()


def _check_vectors(reader: Reader, encoder: EncoderRow) -> Iterator[Finding]:
    damaged = odd = 0
    for text_id, vector, checksum in reader.connection.execute(
        "SELECT text_id, vector, checksum FROM vectors"
    ):
        if len(vector) != 4 * encoder.dim or checksum != vector_checksum(text_id, vector):
            damaged += 1
            continue
        norm = float(np.linalg.norm(np.frombuffer(vector, dtype=np.float32)))
        odd += not abs(norm - 1.0) < NORM_TOLERANCE
    if damaged:
        yield Finding("damage", f"{damaged} vectors are not what was written", _READ_AGAIN)
    if odd:
        yield Finding("damage", f"{odd} vectors are not of unit length", _READ_AGAIN)


def _check_graph(folder: Path, reader: Reader, encoder: EncoderRow) -> Iterator[Finding]:
    row = reader.snapshot(encoder.id)
    if row is not None and graph.available() and graph.load(folder, encoder, row) is None:
        yield Finding(
            "note",
            f"the graph {row.file} is missing or not what was written; searches are exact",
            "--repair, or the next jtcse index, rebuilds it",
        )


def _check_leftovers(folder: Path, reader: Reader) -> Iterator[Finding]:
    if reader.meta("unfinished"):
        yield Finding(
            "note", "an index run did not finish", f"jtcse index -c {folder.name} resumes it"
        )
    unused = reader.connection.execute(
        "SELECT count(*) FROM texts WHERE id NOT IN (SELECT text_id FROM passages)"
    ).fetchone()[0]
    if unused:
        yield Finding("note", f"{unused} vectors belong to no passage", "--repair drops them")
    for path in _stray_files(folder):
        yield Finding("note", f"{path.name} belongs to nothing", "--repair removes it")


def _stray_files(folder: Path) -> list[Path]:
    current = {DATABASE_FILE, f"{DATABASE_FILE}-wal", f"{DATABASE_FILE}-shm", LOCK_FILE}
    reader = Reader(folder)
    try:
        current |= {row[0] for row in reader.connection.execute("SELECT file FROM snapshots")}
    finally:
        reader.close()
    return sorted(path for path in folder.iterdir() if path.name not in current)
