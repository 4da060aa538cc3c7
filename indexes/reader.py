"""All reads of a collection's database, each search inside one consistent state."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from indexes.database import open_reader, storage_errors
from indexes.errors import Damaged
from indexes.passage_table import integers
from indexes.rows import DocumentRow, PassageRow, vector_checksum
from indexes.textpaths import from_text
from indexes.types import Filters, KnownDocument, Root, Skip

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BATCH = 500
"""Host parameters in one statement, well below SQLite's limit."""


@dataclass(frozen=True)
class EncoderRow:
    """The encoder that made the collection's vectors."""

    id: int
    fingerprint: str
    name: str
    location: str
    dim: int


@dataclass(frozen=True)
class SnapshotRow:
    """What must be true of the graph file for it to be loaded."""

    file: str
    sha256: str
    bytes: int
    dim: int
    count: int
    last_text_id: int
    generation: int


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

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    @contextmanager
    def consistent(self) -> Iterator[int]:
        """Read inside one state of the collection, whatever a writer does; gives its generation."""
        with storage_errors(self.folder):
            self.connection.execute("BEGIN")
            try:
                yield self.generation()
            finally:
                self.connection.rollback()

    def generation(self) -> int:
        """Return the number of the last commit."""
        return int(self.meta("generation") or 0)

    def meta(self, key: str) -> str | None:
        """Read a setting of the collection."""
        row = self.connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def encoder(self) -> EncoderRow | None:
        """Return the collection's encoder; None while nothing is indexed."""
        row = self.connection.execute(
            "SELECT id, fingerprint, name, location, dim FROM encoders"
        ).fetchone()
        return EncoderRow(*row) if row else None

    def roots(self) -> list[Root]:
        """Return the remembered roots."""
        rows = self.connection.execute("SELECT path, include, exclude FROM roots ORDER BY path")
        return [
            Root(from_text(path), tuple(json.loads(include)), tuple(json.loads(exclude)))
            for path, include, exclude in rows
        ]

    def count(self, table: str) -> int:
        """Count the rows of a table."""
        return int(self.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def skips(self) -> list[Skip]:
        """Return the files that are not searchable, and why."""
        rows = self.connection.execute("SELECT path, reason FROM skips ORDER BY path")
        return [Skip(*row) for row in rows]

    def snapshot(self, encoder_id: int) -> SnapshotRow | None:
        """Return the row of the graph file, if there is one."""
        row = self.connection.execute(
            "SELECT file, sha256, bytes, dim, count, last_text_id, generation FROM snapshots "
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
        # The plus keeps SQLite on the table, which lies in the order of the ids.
        rows = self.connection.execute(
            "SELECT text_id, vector, checksum FROM vectors WHERE +encoder_id = ? AND text_id > ?",
            (encoder.id, after),
        )
        return _collect_vectors(rows, encoder.dim)

    def vectors_of(
        self, encoder: EncoderRow, text_ids: Sequence[int]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Read the vectors of some texts; ids without one are left out. Shapes as `vectors`."""

        def rows() -> Iterator[tuple[int, bytes, int]]:
            for part in _parts(text_ids):
                yield from self.connection.execute(
                    "SELECT text_id, vector, checksum FROM vectors WHERE encoder_id = ? "
                    f"AND text_id IN ({_marks(part)})",
                    (encoder.id, *part),
                )

        return _collect_vectors(rows(), encoder.dim)

    def passages_of_texts(self, text_ids: Sequence[int]) -> list[tuple[int, int, int]]:
        """Return (passage id, document id, text id) of all passages with one of these texts."""
        found: list[tuple[int, int, int]] = []
        for part in _parts(text_ids):
            found += self.connection.execute(
                f"SELECT id, document_id, text_id FROM passages WHERE text_id IN ({_marks(part)})",
                part,
            ).fetchall()
        return found

    def passage_keys(self, passage_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
        """Return (document id, text id) by passage id."""
        found: dict[int, tuple[int, int]] = {}
        for part in _parts(passage_ids):
            for id_, document_id, text_id in self.connection.execute(
                f"SELECT id, document_id, text_id FROM passages WHERE id IN ({_marks(part)})", part
            ):
                found[id_] = (document_id, text_id)
        return found

    def passages(self, passage_ids: Sequence[int]) -> dict[int, PassageRow]:
        """Read whole passages, each tested against its checksum."""
        found: dict[int, PassageRow] = {}
        for part in _parts(passage_ids):
            for values in self.connection.execute(
                f"SELECT {PassageRow.COLUMNS} FROM passages WHERE id IN ({_marks(part)})", part
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
                f"SELECT {DocumentRow.COLUMNS} FROM documents WHERE id IN ({_marks(part)})", part
            ):
                row = DocumentRow(*values)
                row.verify()
                found[row.id] = row
        return found

    def body(self, document_id: int, around: int, reach: int) -> list[PassageRow]:
        """Read the passages of a document within `reach` of ordinal `around`, in order."""
        rows = self.connection.execute(
            f"SELECT {PassageRow.COLUMNS} FROM passages "
            "WHERE document_id = ? AND ordinal BETWEEN ? AND ? ORDER BY ordinal",
            (document_id, around - reach, around + reach),
        )
        return [PassageRow(*row) for row in rows]

    def known_documents(self) -> dict[str, KnownDocument]:
        """Return what was recorded of every document, by path."""
        rows = self.connection.execute(
            "SELECT d.path, d.size, d.mtime_ns, d.content_hash, r.path "
            "FROM documents d LEFT JOIN roots r ON r.id = d.root_id"
        )
        return {row[0]: KnownDocument(*row[1:]) for row in rows}

    def matching_documents(self, filters: Filters) -> NDArray[np.int64]:
        """Return the ids of the documents that satisfy the filters, ascending."""
        conditions, values = _conditions(filters)
        row = self.connection.execute(
            f"SELECT group_concat(id) FROM documents WHERE {' AND '.join(conditions) or '1'}",
            values,
        ).fetchone()
        return np.sort(integers(row[0]))


_WHEN = (
    "coalesce((SELECT dated FROM facts WHERE document_id = documents.id), documents.mtime_ns / 1e9)"
)
"""When a document is from: when it was sent, else when its file was changed."""


def _conditions(filters: Filters) -> tuple[list[str], list[object]]:
    conditions: list[str] = []
    values: list[object] = []
    if filters.path:
        if any(mark in filters.path for mark in "*?["):
            conditions.append("path GLOB ?")
            pattern = filters.path if filters.path.startswith(("/", "*")) else f"*{filters.path}"
            values.append(pattern)
        else:
            conditions.append("instr(path, ?) > 0")
            values.append(filters.path)
    if filters.types:
        conditions.append(f"type IN ({_marks(filters.types)})")
        values.extend(filters.types)
    if filters.since is not None:
        conditions.append(f"{_WHEN} >= ?")
        values.append(filters.since)
    if filters.before is not None:
        conditions.append(f"{_WHEN} < ?")
        values.append(filters.before)
    if filters.languages:
        conditions.append(
            f"id IN (SELECT document_id FROM facts WHERE language IN ({_marks(filters.languages)}))"
        )
        values.extend(filters.languages)
    for tag in filters.tags:
        conditions.append(
            "id IN (SELECT document_id FROM facts, json_each(facts.tags) WHERE value = ?)"
        )
        values.append(tag.casefold())
    return conditions, values


def _collect_vectors(
    rows: Iterable[tuple[int, bytes, int]], dim: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    ids: list[int] = []
    blobs: list[bytes] = []
    for text_id, vector, checksum in rows:
        if len(vector) != 4 * dim or checksum != vector_checksum(text_id, vector):
            raise Damaged(f"the vector of text {text_id} is damaged", "see: jtcse verify")
        ids.append(text_id)
        blobs.append(vector)
    matrix = np.frombuffer(b"".join(blobs), dtype=np.float32).reshape(len(ids), dim)
    keys = np.array(ids, dtype=np.int64)
    if len(keys) > 1 and (np.diff(keys) < 0).any():
        order = np.argsort(keys, kind="stable")
        return keys[order], matrix[order]
    return keys, matrix


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def _parts(ids: Sequence[int]) -> Iterator[list[int]]:
    for i in range(0, len(ids), _BATCH):
        yield [int(id_) for id_ in ids[i : i + _BATCH]]
