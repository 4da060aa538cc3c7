"""Rows of what a search found, each read and tested once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from indexes.database import storage_errors
from indexes.idsets import distinct
from indexes.reader import EncoderRow, Reader
from indexes.rows import DocumentRow, PassageRow
from indexes.view import View

if TYPE_CHECKING:
    from numpy.typing import NDArray

Key = tuple[View, int]
Row = TypeVar("Row", PassageRow, DocumentRow)


class Candidate(NamedTuple):
    """A passage that may answer."""

    view: View
    passage_id: int
    document_id: int
    text_id: int


class Found:
    """Rows of candidates: read for many at once, then given one by one."""

    def __init__(self) -> None:
        self._passages: dict[Key, PassageRow] = {}
        self._documents: dict[Key, DocumentRow] = {}
        self._vectors: dict[Key, NDArray[np.float32]] = {}

    def read_passages(self, candidates: Sequence[Candidate]) -> None:
        """Read the passages of candidates, as far as they were not read.

        Raises:
            Damaged: A row is not what was written.
        """
        keys = [(one.view, one.passage_id) for one in candidates]
        _read(keys, self._passages, Reader.passages)

    def read_documents(self, candidates: Sequence[Candidate]) -> None:
        """Read the documents of candidates, as far as they were not read.

        Raises:
            Damaged: A row is not what was written.
        """
        keys = [(one.view, one.document_id) for one in candidates]
        _read(keys, self._documents, Reader.documents)

    def read_vectors(self, view: View, encoder: EncoderRow, text_ids: NDArray[np.int64]) -> None:
        """Read the vectors of encoded texts, as far as they were not read and there are any.

        Raises:
            Damaged: A row is not what was written.
        """
        missing = [id_ for id_ in text_ids.tolist() if (view, id_) not in self._vectors]
        if missing:
            with storage_errors(view.reader.folder):
                ids, vectors = view.vectors_of(encoder, distinct(np.array(missing, dtype=np.int64)))
            keys = ((view, id_) for id_ in ids.tolist())
            self._vectors.update(zip(keys, vectors, strict=True))

    def vectors(
        self, view: View, encoder: EncoderRow, text_ids: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return those of the texts that have vectors (n,), with them (n, dim).

        Raises:
            Damaged: A row is not what was written.
        """
        self.read_vectors(view, encoder, text_ids)
        ids = [id_ for id_ in text_ids.tolist() if (view, id_) in self._vectors]
        rows = np.array([self._vectors[view, id_] for id_ in ids], dtype=np.float32)
        return np.array(ids, dtype=np.int64), rows.reshape(len(ids), encoder.dim)

    def passage(self, candidate: Candidate) -> PassageRow:
        """Return a passage that was read."""
        return self._passages[candidate.view, candidate.passage_id]

    def document(self, candidate: Candidate) -> DocumentRow:
        """Return a document that was read."""
        return self._documents[candidate.view, candidate.document_id]


def _read(
    keys: Iterable[Key],
    known: dict[Key, Row],
    rows_of: Callable[[Reader, list[int]], dict[int, Row]],
) -> None:
    """Add the rows that are not known yet."""
    missing: dict[View, list[int]] = {}
    for view, id_ in dict.fromkeys(keys):
        if (view, id_) not in known:
            missing.setdefault(view, []).append(id_)
    for view, ids in missing.items():
        with storage_errors(view.reader.folder):
            rows = rows_of(view.reader, ids)
        known.update({(view, id_): row for id_, row in rows.items()})
