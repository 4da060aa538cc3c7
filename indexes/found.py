"""Rows of what a search found, each read and tested once."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

from indexes.candidates import Candidate
from indexes.database import storage_errors
from indexes.rows import DocumentRow, PassageRow
from indexes.view import View

Key = tuple[View, int]


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
        keys = [(candidate.view, candidate.passage_id) for candidate in candidates]
        for view, ids in _missing(keys, self._passages):
            with storage_errors(view.reader.folder):
                rows = view.reader.passages(ids)
            self._passages |= {(view, id_): row for id_, row in rows.items()}

    def read_documents(self, candidates: Sequence[Candidate]) -> None:
        """Read the documents of candidates, as far as they were not read.

        Raises:
            Damaged: A row is not what was written.
        """
        keys = [(candidate.view, candidate.document_id) for candidate in candidates]
        for view, ids in _missing(keys, self._documents):
            with storage_errors(view.reader.folder):
                rows = view.reader.documents(ids)
            self._documents |= {(view, id_): row for id_, row in rows.items()}

    def passage(self, candidate: Candidate) -> PassageRow:
        """Return a passage that was read."""
        return self._passages[candidate.view, candidate.passage_id]

    def document(self, candidate: Candidate) -> DocumentRow:
        """Return a document that was read."""
        return self._documents[candidate.view, candidate.document_id]


def _missing(keys: Iterable[Key], known: Container[Key]) -> Iterable[tuple[View, list[int]]]:
    """Return, for each collection, the ids that are not known yet."""
    wanted: dict[View, list[int]] = {}
    for view, id_ in dict.fromkeys(keys):
        if (view, id_) not in known:
            wanted.setdefault(view, []).append(id_)
    return wanted.items()
