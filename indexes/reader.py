"""All reads of a collection's database, each search inside one consistent state."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from indexes.conditions import conditions_of
from indexes.database import identity, open_reader, storage_errors
from indexes.errors import Damaged
from indexes.passage_table import integers
from indexes.rows import DocumentRow, PassageRow, columns
from indexes.sealing import SEALED_FROM, broken_seals
from indexes.textpaths import from_text
from indexes.types import Filters, KnownDocument, Root, Skip
from indexes.vectors import collect_vectors

if TYPE_CHECKING:
    from numpy.typing import NDArray

ENCODER_KEY = "encoder"
"""The setting that names the encoder in use; another one may be under way beside it."""

_BATCH = 500
"""Host parameters in one statement, well below SQLite's limit."""


class EncoderRow(NamedTuple):
    """The encoder that made the collection's vectors."""

    id: int
    fingerprint: str
    name: str
    location: str
    dim: int


@dataclass(frozen=True)
class SnapshotRow:
    """What must be true of the graph file for it to be loaded, and how well it finds.

    Attributes:
        count: Labels, those of removed texts included.
        last_text_id: Texts up to this id are in it.
        ef: Breadth of its searches; None in collections of before version 3.
        recall: Recall@10 at that breadth against exact search, measured on a sample.
    """

    file: str
    sha256: str
    bytes: int
    dim: int
    count: int
    last_text_id: int
    generation: int
    ef: int | None = None
    recall: float | None = None


class Reader:
    """The reading side of one collection.

    Args:
        folder: The collection's folder.

    Raises:
        CollectionNotFound: There is none.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.connection = open_reader(folder)
        self._opened = identity(folder)
        self._sealed = -1
        self._counts: dict[str, int] = {}
        self._counted = -1
        self._settings: dict[str, str | None] | None = None

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def is_current(self) -> bool:
        """Whether what was opened still stands in the folder."""
        return self._opened is not None and self._opened == identity(self.folder)

    @contextmanager
    def consistent(self) -> Iterator[int]:
        """Read inside one state of the collection, whatever a writer does; gives its generation."""
        with storage_errors(self.folder):
            self.connection.execute("BEGIN")
            self._settings = {}  # in one state they stay as they are
            try:
                yield self._sound_generation()
            finally:
                self._settings = None
                self.connection.rollback()

    def _sound_generation(self) -> int:
        generation = self.generation()
        if generation != self._sealed:
            broken = broken_seals(self.connection)
            if broken:
                raise Damaged(
                    f"the {' and '.join(broken)} of collection {self.folder.name!r} are damaged",
                    f"see: jtcse verify -c {self.folder.name}",
                )
            self._sealed = generation
        return generation

    def generation(self) -> int:
        """Return the number of the last commit."""
        value = self.meta("generation") or "0"
        try:
            return int(value)
        except ValueError as error:
            raise Damaged(
                f"the settings of collection {self.folder.name!r} are damaged",
                f"see: jtcse verify -c {self.folder.name}",
            ) from error

    def meta(self, key: str) -> str | None:
        """Read a setting of the collection; inside one consistent state, once."""
        if self._settings is not None and key in self._settings:
            return self._settings[key]
        row = self.connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        value = row[0] if row else None
        if self._settings is not None:
            self._settings[key] = value
        return value

    def encoder(self) -> EncoderRow | None:
        """Return the collection's encoder; None while nothing is indexed."""
        row = self.connection.execute(
            f"SELECT {columns(EncoderRow)} FROM encoders WHERE id = "
            "coalesce((SELECT value FROM meta WHERE key = ?), (SELECT min(id) FROM encoders))",
            (ENCODER_KEY,),
        ).fetchone()
        return EncoderRow(*row) if row else None

    def encoders(self) -> list[EncoderRow]:
        """Return the encoder in use and any that the collection is moving to or came from."""
        rows = self.connection.execute(f"SELECT {columns(EncoderRow)} FROM encoders ORDER BY id")
        return [EncoderRow(*row) for row in rows]

    def roots(self) -> list[Root]:
        """Return the remembered roots."""
        rows = self.connection.execute("SELECT path, include, exclude FROM roots ORDER BY path")
        return [
            Root(from_text(path), tuple(json.loads(include)), tuple(json.loads(exclude)))
            for path, include, exclude in rows
        ]

    def count(self, table: str) -> int:
        """Count the rows of a table, once in each state of the collection."""
        generation = self.generation()
        if generation != self._counted:
            self._counts, self._counted = {}, generation
        if table not in self._counts:
            row = self.connection.execute(f"SELECT count(*) FROM {table}").fetchone()
            self._counts[table] = int(row[0])
        return self._counts[table]

    def reclaimable(self) -> int:
        """Return the bytes of the database's pages that hold nothing."""
        free = self.connection.execute("PRAGMA freelist_count").fetchone()[0]
        return int(free * self.connection.execute("PRAGMA page_size").fetchone()[0])

    def count_vectors(self, encoder: EncoderRow, after: int = 0) -> int:
        """Count an encoder's vectors of texts with an id above `after`."""
        row = self.connection.execute(
            "SELECT count(*) FROM vectors WHERE encoder_id = ? AND text_id > ?",
            (encoder.id, after),
        ).fetchone()
        return int(row[0])

    def skips(self) -> list[Skip]:
        """Return the files that are not searchable, and why."""
        rows = self.connection.execute("SELECT path, reason FROM skips ORDER BY path")
        return [Skip(*row) for row in rows]

    def snapshot(self, encoder_id: int) -> SnapshotRow | None:
        """Return the row of the graph file, if there is one."""
        version = self.connection.execute("PRAGMA user_version").fetchone()[0]
        row = self.connection.execute(
            "SELECT file, sha256, bytes, dim, count, last_text_id, generation"
            f"{', ef, recall' if version >= SEALED_FROM else ''} FROM snapshots "
            "WHERE encoder_id = ?",
            (encoder_id,),
        ).fetchone()
        return SnapshotRow(*row) if row else None

    def last_text_id(self) -> int:
        """Return the highest id of an encoded text, 0 when there is none."""
        return int(self.connection.execute("SELECT max(id) FROM texts").fetchone()[0] or 0)

    def vectors(
        self, encoder: EncoderRow, after: int = 0
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Read the vectors of all texts with an id above `after`.

        Returns:
            Text ids (n,), ascending, and float32 vectors (n, dim).

        Raises:
            Damaged: A row is not what was written.
        """
        # From the start, the plus keeps SQLite on the table, which lies in the order of the
        # ids; of what came late, the index knows where it lies.
        by_table = "+" if after <= 0 else ""
        rows = self.connection.execute(
            "SELECT text_id, vector, checksum FROM vectors "
            f"WHERE {by_table}encoder_id = ? AND text_id > ?",
            (encoder.id, after),
        )
        return collect_vectors(rows, encoder.dim)

    def vector_batches(
        self, encoder: EncoderRow, after: int = 0, size: int = 20_000
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """Read what `vectors` reads in parts of bounded size, ascending."""
        while True:
            rows = self.connection.execute(
                "SELECT text_id, vector, checksum FROM vectors "
                "WHERE encoder_id = ? AND text_id > ? ORDER BY text_id LIMIT ?",
                (encoder.id, after, size),
            )
            ids, vectors = collect_vectors(rows, encoder.dim)
            if not len(ids):
                return
            yield ids, vectors
            after = int(ids[-1])

    def vector_ids(self, encoder: EncoderRow, after: int = 0) -> NDArray[np.int64]:
        """Return the ids above `after` of the texts that have a vector, ascending (n,)."""
        rows = self.connection.execute(
            "SELECT text_id FROM vectors WHERE encoder_id = ? AND text_id > ? ORDER BY text_id",
            (encoder.id, after),
        )
        return np.fromiter((row[0] for row in rows), dtype=np.int64)

    def vectors_of(
        self, encoder: EncoderRow, text_ids: Sequence[int]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Read the vectors of some texts; ids without one are left out. Shapes as `vectors`."""

        def rows() -> Iterator[tuple[int, object, int]]:
            for part in _parts(text_ids):
                yield from self.connection.execute(
                    "SELECT text_id, vector, checksum FROM vectors WHERE encoder_id = ? "
                    f"AND text_id IN ({_marks(part)})",
                    (encoder.id, *part),
                )

        return collect_vectors(rows(), encoder.dim)

    def texts_without_vector(self, encoder: EncoderRow, after: int, size: int) -> list[int]:
        """Return the next ids of passages' texts that the encoder has not encoded, ascending."""
        rows = self.connection.execute(
            "SELECT id FROM texts t WHERE id > ? AND NOT EXISTS "
            "(SELECT 1 FROM vectors WHERE encoder_id = ? AND text_id = t.id) AND EXISTS "
            "(SELECT 1 FROM passages WHERE text_id = t.id) ORDER BY id LIMIT ?",
            (after, encoder.id, size),
        )
        return [row[0] for row in rows]

    def passages_behind(self, text_ids: Sequence[int]) -> list[tuple[int, bytes, PassageRow, str]]:
        """Return id, hash, a passage and its document's context of each encoded text."""
        found: dict[int, tuple[int, bytes, PassageRow, str]] = {}
        columns = ", ".join(f"p.{name}" for name in PassageRow._fields)
        for part in _parts(text_ids):
            for hash_, context, *values in self.connection.execute(
                f"SELECT t.hash, d.context, {columns} FROM texts t "
                "JOIN passages p ON p.text_id = t.id JOIN documents d ON d.id = p.document_id "
                f"WHERE t.id IN ({_marks(part)})",
                part,
            ):
                row = PassageRow(*values)
                row.verify()
                found[row.text_id] = (row.text_id, hash_, row, context)
        return [found[id_] for id_ in sorted(found)]

    def passages_of_texts(self, text_ids: Iterable[int]) -> list[tuple[int, int, int]]:
        """Return (passage id, document id, text id) of all passages with one of these texts."""
        return self._keys_where("text_id", text_ids)

    def passage_keys(self, passage_ids: Iterable[int]) -> list[tuple[int, int, int]]:
        """Return (passage id, document id, text id) of these passages."""
        return self._keys_where("id", passage_ids)

    def passages(self, passage_ids: Sequence[int]) -> dict[int, PassageRow]:
        """Read whole passages, each tested against its checksum."""
        found: dict[int, PassageRow] = {}
        for part in _parts(passage_ids):
            for values in self.connection.execute(
                f"SELECT {columns(PassageRow)} FROM passages WHERE id IN ({_marks(part)})", part
            ):
                row = PassageRow(*values)
                row.verify()
                found[row.id] = row
        return found

    def texts(self) -> Iterator[str]:
        """Yield the text of every passage, document by document."""
        for (text,) in self.connection.execute(
            "SELECT text FROM passages ORDER BY document_id, ordinal"
        ):
            yield text

    def documents(self, document_ids: Sequence[int]) -> dict[int, DocumentRow]:
        """Read whole documents, each tested against its checksum."""
        found: dict[int, DocumentRow] = {}
        for part in _parts(document_ids):
            for values in self.connection.execute(
                f"SELECT {columns(DocumentRow)} FROM documents WHERE id IN ({_marks(part)})", part
            ):
                row = DocumentRow(*values)
                row.verify()
                found[row.id] = row
        return found

    def body(self, document_id: int, around: int, reach: int) -> list[PassageRow]:
        """Read the passages of a document within `reach` of ordinal `around`, in order."""
        rows = self.connection.execute(
            f"SELECT {columns(PassageRow)} FROM passages "
            "WHERE document_id = ? AND ordinal BETWEEN ? AND ? ORDER BY ordinal",
            (document_id, around - reach, around + reach),
        )
        return [PassageRow(*row) for row in rows]

    def some_files(self, limit: int) -> list[tuple[str, int, int]]:
        """Return path, size and time of at most so many documents that came from files.

        Of more, those that were indexed after a random one, and then the first.
        """
        last, chance = self.connection.execute(
            "SELECT coalesce(max(id), 0), random() FROM documents"
        ).fetchone()
        start = chance % (last + 1) if last > limit else 0
        return self.connection.execute(
            "SELECT path, size, mtime_ns FROM documents WHERE root_id IS NOT NULL "
            "ORDER BY id < ?, id LIMIT ?", (start, limit),
        ).fetchall()  # fmt: skip

    def known_documents(self) -> dict[str, KnownDocument]:
        """Return what was recorded of every document, by path."""
        rows = self.connection.execute(
            "SELECT d.path, d.size, d.mtime_ns, d.content_hash, r.path "
            "FROM documents d LEFT JOIN roots r ON r.id = d.root_id"
        )
        return {row[0]: KnownDocument(*row[1:]) for row in rows}

    def matching_documents(self, filters: Filters) -> NDArray[np.int64]:
        """Return the ids of the documents that satisfy the filters, ascending."""
        conditions, values = conditions_of(filters)
        row = self.connection.execute(
            f"SELECT group_concat(id) FROM documents WHERE {' AND '.join(conditions) or '1'}",
            values,
        ).fetchone()
        return np.sort(integers(row[0]))

    def passages_of_documents(self, document_ids: Iterable[int]) -> list[tuple[int, int, int]]:
        """Return (passage id, document id, text id) of all passages of these documents."""
        return self._keys_where("document_id", document_ids)

    def _keys_where(self, column: str, ids: Iterable[int]) -> list[tuple[int, int, int]]:
        found: list[tuple[int, int, int]] = []
        for part in _parts(sorted(ids)):
            found += self.connection.execute(
                f"SELECT id, document_id, text_id FROM passages WHERE {column} IN ({_marks(part)})",
                part,
            ).fetchall()
        return found


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def _parts(ids: Sequence[int]) -> Iterator[list[int]]:
    for i in range(0, len(ids), _BATCH):
        yield [int(id_) for id_ in ids[i : i + _BATCH]]
