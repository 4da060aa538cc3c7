"""What makes a collection sound, looked at part by part; each check yields what it found."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from indexes import common_words, graph
from indexes.cutting import encoded_text, text_hash
from indexes.database import (
    DATABASE_FILE,
    connect_for_reading,
    tells_corruption,
    tells_refusal,
)
from indexes.reader import EncoderRow, Reader
from indexes.rows import DocumentRow, FactsRow, PassageRow, SkipRow, columns, vector_checksum
from indexes.sealing import SEALED_FROM, broken_seals
from indexes.types import Encoder, Finding

if TYPE_CHECKING:
    from numpy.typing import NDArray

Row = DocumentRow | FactsRow | PassageRow | SkipRow
ROWS: tuple[tuple[str, str, type[Row], int], ...] = (
    ("documents", "id", DocumentRow, 1),
    ("facts", "document_id", FactsRow, 2),
    ("passages", "document_id", PassageRow, 1),
    ("skips", "path", SkipRow, SEALED_FROM),
)
"""Table, what a repair finds its document by, its rows, the version they came with."""

NORM_TOLERANCE = 1e-3
SELF_QUERIES = 1_000
DEEP_SAMPLE = 200
DEEP_COSINE = 0.999

START_ANEW = "remove the collection and index its folders again"
_DROPS = "--repair drops the documents concerned; the next jtcse index reads them again"
_INDEX_ONLY = ("missing from index", "entries in index", "non-unique entry")


def check_pages(connection: sqlite3.Connection) -> Iterator[Finding]:
    """The file's structure, and rows that point to nothing."""
    for (line,) in connection.execute("PRAGMA integrity_check(10)"):
        if line != "ok":
            mends = "--repair builds the index anew" if is_index_only(line) else START_ANEW
            yield Finding("damage", f"the database file is damaged: {line}", mends)
    for row in connection.execute("PRAGMA foreign_key_check"):
        yield Finding("damage", f"a row of {row[0]} points to nothing", _DROPS)


def is_index_only(line: str) -> bool:
    """Whether an integrity check speaks of an index alone, which its table can restore."""
    return any(part in line for part in _INDEX_ONLY)


def check_seals(reader: Reader) -> Iterator[Finding]:
    """The small tables: schema, settings, roots, encoders, snapshots."""
    meaning = {
        "settings": "--repair sets them anew, and has the documents read again",
        "snapshots": "--repair builds the graph anew",
    }
    for name in broken_seals(reader.connection):
        yield Finding(
            "damage", f"the {name} are not what was written", meaning.get(name, START_ANEW)
        )


def check_stamp(folder: Path, reader: Reader, stamp: int | None) -> Iterator[Finding]:
    """Commits that the database has lost, as SQLite drops a damaged log without a word.

    Args:
        stamp: What was stamped before this state of the database was read.
    """
    generation = reader.generation()
    if stamp is not None and stamp > generation:
        yield Finding(
            "damage",
            f"the last {stamp - generation} commits are lost (the log was damaged)",
            f"jtcse verify -c {folder.name} --repair, then jtcse index -c {folder.name}: it "
            "brings back what is missing",
        )


def check_rows(reader: Reader) -> Iterator[Finding]:
    """Documents, facts, passages and skips against their checksums."""
    for table, _, _, _ in ROWS:
        damaged = sum(1 for _ in damaged_rows(reader, table))
        if damaged:
            yield Finding("damage", f"{damaged} {table} are not what was written", _DROPS)


def damaged_rows(reader: Reader, table: str) -> Iterator[object]:
    """Yield what finds the document (or skip) of each damaged row."""
    version = reader.connection.execute("PRAGMA user_version").fetchone()[0]
    _, key, kind, since = next(row for row in ROWS if row[0] == table)
    if version < since:
        return
    rows = reader.connection.execute(f"SELECT {key}, {columns(kind)} FROM {table}")
    rows.connection.text_factory = _lenient
    try:
        for found, *values in rows:
            try:
                kind(*values).verify()
            except Exception:  # noqa: BLE001 - a damaged value may be of any type
                yield found
    finally:
        rows.connection.text_factory = str


def _lenient(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def check_links(reader: Reader, encoder: EncoderRow | None) -> Iterator[Finding]:
    """Documents without passages; passages without a vector, or with that of another text."""
    empty = reader.connection.execute(
        "SELECT count(*) FROM documents WHERE id NOT IN (SELECT document_id FROM passages)"
    ).fetchone()[0]
    if empty:
        yield Finding("damage", f"{empty} documents have no passage", _DROPS)
    if encoder is not None:
        mute = sum(1 for _ in texts_without_vector(reader, encoder))
        if mute:
            yield Finding("damage", f"{mute} texts of passages have no vector", _DROPS)
    strange = sum(1 for _ in strange_passages(reader))
    if strange:
        yield Finding("damage", f"{strange} passages belong to another text's vector", _DROPS)


def texts_without_vector(reader: Reader, encoder: EncoderRow) -> Iterator[int]:
    """Yield the ids of passages' texts that have no vector."""
    for (text_id,) in reader.connection.execute(
        "SELECT DISTINCT text_id FROM passages WHERE text_id NOT IN "
        "(SELECT text_id FROM vectors WHERE encoder_id = ?)",
        (encoder.id,),
    ):
        yield text_id


def strange_passages(reader: Reader) -> Iterator[int]:
    """Yield the documents of passages that do not hash to the text they are linked to."""
    rows = reader.connection.execute(
        "SELECT p.document_id, d.context, p.heading, p.text, t.hash FROM passages p "
        "JOIN documents d ON d.id = p.document_id JOIN texts t ON t.id = p.text_id"
    )
    for document_id, context, heading, text, hash_ in rows:
        if text_hash(encoded_text(context, heading, text)) != hash_:
            yield document_id


def check_words(folder: Path) -> Iterator[Finding]:
    """The word index against the passages it was made of."""
    with closing(connect_for_reading(folder / DATABASE_FILE)) as connection:
        connection.execute("BEGIN")  # all of it in one state
        try:
            sound = _words_can_be_asked(connection) and _words_match(connection)
        except _NotCompared as error:
            yield Finding(
                "note",
                f"the word index could not be checked: {error}",
                "it needs as much room for temporary files (TMPDIR) as the index has",
            )
            return
    if not sound:
        yield Finding(
            "damage", "the word index does not match the passages", "--repair rebuilds it"
        )


class _NotCompared(Exception):
    """The word index could not be copied."""


def _words_can_be_asked(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("SELECT rowid FROM words WHERE words MATCH 'a' LIMIT 1").fetchone()
    except sqlite3.DatabaseError as error:
        if tells_refusal(error):
            raise
        return False
    return True


def _words_match(connection: sqlite3.Connection) -> bool:
    # SQLite's own check is an INSERT, which takes the database from its writer, and which nobody
    # can do where nothing can be written. So a temporary copy of the index is checked.
    definition = connection.execute(
        "SELECT sql FROM main.sqlite_master WHERE name = 'words'"
    ).fetchone()[0]
    try:
        connection.execute("CREATE TEMP VIEW passage_words AS SELECT * FROM main.passage_words")
        connection.execute(definition.replace("TABLE words", "TABLE temp.words", 1))
        for part in ("data", "idx", "docsize", "config"):
            connection.execute(f"DELETE FROM temp.words_{part}")
            connection.execute(f"INSERT INTO temp.words_{part} SELECT * FROM main.words_{part}")
        connection.execute("INSERT INTO temp.words (words, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        if tells_corruption(error):
            return False
        raise _NotCompared(error) from error
    return True


def check_common_words(reader: Reader) -> Iterator[Finding]:
    """The lists of common words against their checksums."""
    lists = common_words.damaged(reader.connection)
    if lists:
        yield Finding(
            "note",
            f"{lists} lists of common words are not what was written; searches pass them over",
            "--repair drops them, and the next jtcse index makes them anew",
        )


def check_vectors(reader: Reader) -> Iterator[Finding]:
    """Every vector: as written, finite, of unit length."""
    damaged = sum(1 for _ in damaged_vectors(reader))
    if damaged:
        yield Finding(
            "damage", f"{damaged} vectors are not what was written, or not of unit length", _DROPS
        )


def damaged_vectors(reader: Reader) -> Iterator[int]:
    """Yield the text ids of vectors that cannot be used."""
    dims = {row.id: row.dim for row in reader.encoders()}
    for encoder_id, text_id, vector, checksum in reader.connection.execute(
        "SELECT encoder_id, text_id, vector, checksum FROM vectors"
    ):
        if (
            not isinstance(vector, bytes)
            or len(vector) != 4 * dims.get(encoder_id, -1)
            or checksum != vector_checksum(text_id, vector)
        ):
            yield text_id
            continue
        norm = float(np.linalg.norm(np.frombuffer(vector, dtype=np.float32)))
        if not abs(norm - 1.0) < NORM_TOLERANCE:  # also when it is no number
            yield text_id


def check_graph(
    folder: Path, reader: Reader, encoder: EncoderRow, *, deep: bool = False
) -> Iterator[Finding]:
    """The graph: the file that was written, all labels in it, and each found by its own vector."""
    row = reader.snapshot(encoder.id)
    if row is None or not graph.available():
        return
    loaded = graph.load(folder, encoder, row, trust=False)
    if loaded is None:
        yield Finding(
            "note",
            f"the graph {row.file} is missing or not what was written; searches are exact",
            "--repair, or the next jtcse index, rebuilds it",
        )
        return
    ids = reader.vector_ids(encoder)
    absent = loaded.lacks(ids)
    if absent:
        yield Finding("damage", f"the graph lacks {absent} texts", "--repair rebuilds it")
        return
    ids = ids[ids <= row.last_text_id]
    if not deep and len(ids) > SELF_QUERIES:
        ids = np.sort(np.random.default_rng(1).choice(ids, SELF_QUERIES, replace=False))
    lost = sum(
        _unreached(loaded, reader, encoder, ids[i : i + 500]) for i in range(0, len(ids), 500)
    )
    if lost:
        # A graph promises its measured recall and no more; a few unreached points are within it.
        yield Finding(
            "note",
            f"{lost} of {len(ids)} texts are not found by their own vector in the graph",
            "--repair rebuilds it",
        )


def _unreached(
    loaded: graph.Graph, reader: Reader, encoder: EncoderRow, ids: NDArray[np.int64]
) -> int:
    _, vectors = reader.vectors_of(encoder, ids.tolist())
    lost = 0
    for vector in vectors:
        answer = loaded.search(vector, 1)
        lost += answer is None or not answer[1][0] >= 1 - NORM_TOLERANCE
    return lost


def check_encoder(reader: Reader, row: EncoderRow, encoder: Encoder) -> Iterator[Finding]:
    """The encoder at hand is the one that made the vectors."""
    if encoder.fingerprint != row.fingerprint:
        yield Finding(
            "damage",
            f"made with encoder {row.name} ({row.fingerprint[:8]}), but what stands in its place "
            f"is {encoder.name} ({encoder.fingerprint[:8]}): searches refuse",
            "move it to one that jtcse models list names: jtcse models use NAME "
            f"-c {reader.folder.name} --yes",
        )


def check_meaning(reader: Reader, row: EncoderRow, encoder: Encoder) -> Iterator[Finding]:
    """A sample of the vectors is what the encoder gives for their texts today."""
    if encoder.fingerprint != row.fingerprint:
        return
    ids = reader.vector_ids(row)
    if len(ids) > DEEP_SAMPLE:
        ids = np.sort(np.random.default_rng(1).choice(ids, DEEP_SAMPLE, replace=False))
    behind = reader.passages_behind(ids.tolist())
    texts = [encoded_text(context, p.heading, p.text) for _, _, p, context in behind]
    if not texts:
        return
    _, kept = reader.vectors_of(row, [id_ for id_, _, _, _ in behind])
    cosines = (encoder.encode(texts) * kept).sum(axis=1)
    far = int((cosines < DEEP_COSINE).sum())
    if far:
        yield Finding(
            "damage",
            f"{far} of {len(texts)} texts are encoded otherwise today (lowest cosine "
            f"{float(cosines.min()):.3f})",
            START_ANEW,
        )
