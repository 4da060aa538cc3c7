"""Rows of what a search found, each read and tested once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from indexes.candidates import Candidate
from indexes.database import storage_errors
from indexes.reader import Reader
from indexes.rows import DocumentRow, PassageRow
from indexes.view import View

Key = tuple[View, int]
Row = TypeVar("Row", PassageRow, DocumentRow)


class Found:
    """Passages and documents of candidates: read for many at once, then given one by one."""

    def __init__(self) -> None:
        self._passages: dict[Key, PassageRow] = {}
        self._documents: dict[Key, DocumentRow] = {}

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
