"""All writes to a collection's database. The caller holds the writer lock."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from indexes.database import open_writer, storage_errors, written_as_one
from indexes.documents import NewDocument, Stamp
from indexes.errors import Damaged, mismatch
from indexes.reader import ENCODER_KEY, SnapshotRow
from indexes.rows import (
    document_checksum,
    facts_checksum,
    passage_checksum,
    skip_checksum,
    vector_checksum,
)
from indexes.sealing import broken_seals, renew_seals
from indexes.stamp import write_stamp
from indexes.textpaths import to_text
from indexes.types import Encoder, Passage, Root
from indexes.vectors import check_finite

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


TIDY_KEY = "tidy"
"""The setting that says that every text has a passage, so that none need be looked for."""


class Store:
    """The writing side of one collection.

    Args:
        folder: The collection's folder.
        trusted: Refuse to write on when its small tables are damaged; a repair does not.

    Raises:
        Damaged: They are.
    """

    def __init__(self, folder: Path, *, trusted: bool = True) -> None:
        self.folder = folder
        self.database = open_writer(folder)
        self.connection: sqlite3.Connection = self.database.conn
        broken = broken_seals(self.connection) if trusted else []
        if broken:  # the next commit would seal the damage
            self.close()
            raise Damaged(
                f"the {' and '.join(broken)} of collection {folder.name!r} are damaged",
                f"see: jtcse verify -c {folder.name}",
            )

    def close(self) -> None:
        """Close the connection; what was committed stays, in the file itself if nobody reads."""
        # SQLite itself empties the log when the last connection is closed, but a session's readers
        # often are the last, and may not. What fails here is left to the next who writes.
        with suppress(sqlite3.Error):
            self.connection.execute("PRAGMA busy_timeout = 0")
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.database.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what happens inside as one, as the next generation; or nothing of it.

        Raises:
            Busy: Another process holds the database, and goes on holding it.
            StorageFailed: The disk or its permissions refuse.
        """
        with storage_errors(self.folder):
            with written_as_one(self.database):
                yield
                generation = self.generation() + 1
                self.set_meta("generation", str(generation))
                renew_seals(self.connection)
            if not self.connection.in_transaction:  # of one inside another nothing is safe yet
                write_stamp(self.folder, generation)

    def generation(self) -> int:
        """Return the number of the last commit."""
        return int(self.get_meta("generation") or 0)

    def set_meta(self, key: str, value: str) -> None:
        """Store a setting of the collection."""
        self.connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def remove_meta(self, key: str) -> None:
        """Forget a setting of the collection."""
        self.connection.execute("DELETE FROM meta WHERE key = ?", (key,))

    def get_meta(self, key: str) -> str | None:
        """Read a setting of the collection."""
        row = self.connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def claim_encoder(self, encoder: Encoder, location: str) -> int:
        """Return the id of the collection's encoder, making this one its own when it has none.

        Raises:
            EncoderMismatch: The collection was made with another.
        """
        row = self.connection.execute(
            "SELECT id, fingerprint, name FROM encoders WHERE id = ?",
            (self.get_meta(ENCODER_KEY),),
        ).fetchone()
        if row is None:
            id_ = self.add_encoder(encoder, location)
            self.set_meta(ENCODER_KEY, str(id_))
            return id_
        if row[1] != encoder.fingerprint:
            raise mismatch(self.folder.name, row[2], row[1], encoder)
        return self.add_encoder(encoder, location)

    def add_encoder(self, encoder: Encoder, location: str) -> int:
        """Return the id of an encoder, adding it beside those that are there.

        Of one that is there, the location is where it was found now.
        """
        row = self.connection.execute(
            "SELECT id FROM encoders WHERE fingerprint = ?", (encoder.fingerprint,)
        ).fetchone()
        if row is not None:
            self.connection.execute(
                "UPDATE encoders SET location = ? WHERE id = ?", (location, row[0])
            )
            return int(row[0])
        cursor = self.connection.execute(
            "INSERT INTO encoders (fingerprint, name, location, dim) VALUES (?, ?, ?, ?)",
            (encoder.fingerprint, encoder.name, location, encoder.dim),
        )
        return _new_id(cursor)

    def put_root(self, root: Root) -> int:
        """Remember a root with its options, and return its id."""
        path = to_text(root.path)
        options = (json.dumps(root.include), json.dumps(root.exclude))
        row = self.connection.execute("SELECT id FROM roots WHERE path = ?", (path,)).fetchone()
        if row is None:
            cursor = self.connection.execute(
                "INSERT INTO roots (path, include, exclude) VALUES (?, ?, ?)", (path, *options)
            )
            return _new_id(cursor)
        self.connection.execute(
            "UPDATE roots SET include = ?, exclude = ? WHERE id = ?", (*options, row[0])
        )
        return int(row[0])

    def stamps(self) -> dict[str, Stamp]:
        """Return every document's stamp by path."""
        rows = self.connection.execute(
            "SELECT path, id, size, mtime_ns, content_hash, root_id, indexed_at FROM documents"
        )
        return {row[0]: Stamp(*row[1:]) for row in rows}

    def skips(self) -> dict[str, tuple[int, int, str, int | None]]:
        """Return size, modification time, reason and root of every skipped file by path."""
        rows = self.connection.execute("SELECT path, size, mtime_ns, reason, root_id FROM skips")
        return {row[0]: (row[1], row[2], row[3], row[4]) for row in rows}

    def known_texts(self, hashes: Sequence[bytes], encoder_id: int) -> set[bytes]:
        """Return those of the encoded texts that have a vector already."""
        known: set[bytes] = set()
        for i in range(0, len(hashes), 500):
            part = hashes[i : i + 500]
            marks = ",".join("?" * len(part))
            known.update(
                row[0]
                for row in self.connection.execute(
                    f"SELECT t.hash FROM texts t JOIN vectors v ON v.text_id = t.id "
                    f"AND v.encoder_id = ? WHERE t.hash IN ({marks})",
                    (encoder_id, *part),
                )
            )
        return known

    def put_vectors(
        self, hashes: Sequence[bytes], vectors: NDArray[np.float32], encoder_id: int
    ) -> None:
        """Store the vectors of distinct encoded texts; rows of unit length, shape (n, dim).

        Raises:
            BadVectors: Some are not finite; none is stored.
        """
        (encoder,) = self.connection.execute(
            "SELECT name FROM encoders WHERE id = ?", (encoder_id,)
        ).fetchone()
        check_finite(vectors, encoder)
        for hash_, vector in zip(hashes, vectors, strict=True):
            text_id = self._id_for_vector(hash_, encoder_id)
            data = vector.tobytes()
            self.connection.execute(
                "INSERT OR REPLACE INTO vectors (encoder_id, text_id, vector, checksum) "
                "VALUES (?, ?, ?, ?)",
                (encoder_id, text_id, data, vector_checksum(text_id, data)),
            )

    def _id_for_vector(self, hash_: bytes, encoder_id: int) -> int:
        """Return the id under which an encoded text gets its vector.

        Rising ids: under the encoder in use, a vector that was not there before has a text id
        above all that ever had one. Graphs, their tails and open views follow a collection by
        that. So a text that nobody uses, and that this encoder has not encoded, begins anew. One
        that passages use has a vector under the encoder in use, so this is one that the
        collection moves to, by which nobody searches yet; it keeps its id. A move collects
        garbage before it encodes: no text is then left without a vector that could come back.
        """
        row = self.connection.execute(
            "SELECT id, EXISTS (SELECT 1 FROM vectors WHERE encoder_id = ? AND text_id = t.id) "
            "OR EXISTS (SELECT 1 FROM passages WHERE text_id = t.id) FROM texts t WHERE hash = ?",
            (encoder_id, hash_),
        ).fetchone()
        if row is not None and row[1]:
            return int(row[0])
        if row is not None:
            self.connection.execute(
                "DELETE FROM vectors WHERE text_id = ? AND encoder_id IN (SELECT id FROM encoders)",
                (row[0],),
            )
            self.connection.execute("DELETE FROM texts WHERE id = ?", (row[0],))
        return _new_id(self.connection.execute("INSERT INTO texts (hash) VALUES (?)", (hash_,)))

    def _text_id(self, hash_: bytes) -> int:
        row = self.connection.execute("SELECT id FROM texts WHERE hash = ?", (hash_,)).fetchone()
        return int(row[0])

    def put_document(self, document: NewDocument) -> None:
        """Write a document and its passages, in place of what stood at its path."""
        row = self.connection.execute(
            "SELECT id FROM documents WHERE path = ?", (document.path,)
        ).fetchone()
        if row is not None:
            self.remove_document(row[0])
        self.connection.execute("DELETE FROM skips WHERE path = ?", (document.path,))
        document_id = self._insert_document(document)
        self._insert_facts(document, document_id)
        end = 0
        for ordinal, passage in enumerate(document.passages):
            lead = document.text[end : passage.start]
            end = passage.end
            self._insert_passage(document, document_id, ordinal, passage, lead)
        self.connection.execute(
            "INSERT INTO words (rowid, title, heading, text) "
            "SELECT id, title, heading, text FROM passage_words WHERE id IN "
            "(SELECT id FROM passages WHERE document_id = ?)",
            (document_id,),
        )

    def _insert_document(self, document: NewDocument) -> int:
        tail = document.text[document.passages[-1].end :] if document.passages else document.text
        checksum = document_checksum(
            document.path, document.stem, document.title, document.context, document.type,
            document.size, document.mtime_ns, document.content_hash, tail,
        )  # fmt: skip
        cursor = self.connection.execute(
            "INSERT INTO documents (root_id, path, stem, title, context, type, size, mtime_ns, "
            "content_hash, tail, indexed_at, checksum) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                document.root_id, document.path, document.stem, document.title,
                document.context, document.type, document.size, document.mtime_ns,
                document.content_hash, tail, document.read_at, checksum,
            ),
        )  # fmt: skip
        return _new_id(cursor)

    def _insert_facts(self, document: NewDocument, document_id: int) -> None:
        tags = json.dumps([tag.casefold() for tag in document.tags], ensure_ascii=False)
        values = (document_id, document.language, tags, document.dated)
        self.connection.execute(
            "INSERT INTO facts (document_id, language, tags, dated, checksum) "
            "VALUES (?, ?, ?, ?, ?)",
            (*values, facts_checksum(*values)),
        )

    def languages(self) -> dict[str, int]:
        """Return how many documents are in each language, the most frequent first."""
        return dict(
            self.connection.execute(
                "SELECT language, count(*) FROM facts WHERE language != '' "
                "GROUP BY language ORDER BY count(*) DESC, language"
            ).fetchall()
        )

    def _insert_passage(
        self, document: NewDocument, document_id: int, ordinal: int, passage: Passage, lead: str
    ) -> None:
        values = (
            document_id, ordinal, self._text_id(document.hashes[ordinal]), lead,
            document.text[passage.start : passage.end], passage.heading, passage.start,
            passage.line_start, passage.line_end, passage.page,
        )  # fmt: skip
        self.connection.execute(
            "INSERT INTO passages (document_id, ordinal, text_id, lead, text, heading, start, "
            "line_start, line_end, page, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*values, passage_checksum(*values)),
        )

    def touch_document(
        self, document_id: int, size: int, mtime_ns: int, root_id: int, read_at: float
    ) -> None:
        """Record a new modification time of contents that were found unchanged."""
        path, stem, title, context, type_, content_hash, tail = self.connection.execute(
            "SELECT path, stem, title, context, type, content_hash, tail FROM documents "
            "WHERE id = ?",
            (document_id,),
        ).fetchone()
        checksum = document_checksum(
            path, stem, title, context, type_, size, mtime_ns, content_hash, tail
        )
        self.connection.execute(
            "UPDATE documents SET size = ?, mtime_ns = ?, root_id = ?, indexed_at = ?, "
            "checksum = ? WHERE id = ?",
            (size, mtime_ns, root_id, read_at, checksum, document_id),
        )

    def put_skip(
        self, path: str, reason: str, size: int, mtime_ns: int, root_id: int | None
    ) -> None:
        """Name a file as not searchable; what was indexed of it before goes."""
        row = self.connection.execute("SELECT id FROM documents WHERE path = ?", (path,)).fetchone()
        if row is not None:
            self.remove_document(row[0])
        self.connection.execute(
            "INSERT OR REPLACE INTO skips (path, root_id, reason, size, mtime_ns, checksum) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (path, root_id, reason, size, mtime_ns, skip_checksum(path, reason, size, mtime_ns)),
        )

    def remove_skips(self, paths: Iterable[str]) -> None:
        """Forget skipped files that are gone."""
        self.connection.executemany("DELETE FROM skips WHERE path = ?", ((p,) for p in paths))

    def remove_document(self, document_id: int) -> None:
        """Remove a document; its texts go with `collect_garbage`."""
        self.remove_meta(TIDY_KEY)
        # An external-content index must be told the old words before their rows go.
        self.connection.execute(
            "INSERT INTO words (words, rowid, title, heading, text) "
            "SELECT 'delete', id, title, heading, text FROM passage_words WHERE id IN "
            "(SELECT id FROM passages WHERE document_id = ?)",
            (document_id,),
        )
        self.connection.execute("DELETE FROM passages WHERE document_id = ?", (document_id,))
        self.connection.execute("DELETE FROM facts WHERE document_id = ?", (document_id,))
        self.connection.execute("DELETE FROM documents WHERE id = ?", (document_id,))

    def put_snapshot(self, encoder_id: int, row: SnapshotRow) -> None:
        """Make a graph file an encoder's current one."""
        self.connection.execute(
            "INSERT OR REPLACE INTO snapshots (encoder_id, file, sha256, bytes, dim, count, "
            "last_text_id, generation, ef, recall) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                encoder_id, row.file, row.sha256, row.bytes, row.dim, row.count,
                row.last_text_id, row.generation, row.ef, row.recall,
            ),
        )  # fmt: skip

    def collect_garbage(self) -> int:
        """Drop texts that no passage uses, with their vectors; returns how many."""
        self.set_meta(TIDY_KEY, "1")
        unused = "(SELECT id FROM texts WHERE id NOT IN (SELECT text_id FROM passages))"
        self.connection.execute(f"DELETE FROM vectors WHERE text_id IN {unused}")
        return self.connection.execute(f"DELETE FROM texts WHERE id IN {unused}").rowcount


def _new_id(cursor: sqlite3.Cursor) -> int:
    if cursor.lastrowid is None:
        raise Damaged("the database gave no row id", "see: jtcse verify")
    return cursor.lastrowid
