"""One collection open for reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from indexes import lexical
from indexes.background import Background
from indexes.dense import DenseIndex, open_index
from indexes.errors import Damaged
from indexes.query import Query, combined
from indexes.reader import EncoderRow, Reader
from indexes.rows import PassageRow
from indexes.textpaths import from_text
from indexes.types import DocumentView, Request

if TYPE_CHECKING:
    from numpy.typing import NDArray

PREVIEW_REACH = 40
"""Passages shown before and after a hit."""


@dataclass(frozen=True)
class Scope:
    """What a search may choose from: passages and their texts; None for everything."""

    passages: set[int]
    texts: NDArray[np.int64]


BACKGROUND_KEY = "background:{encoder}"
"""Setting with what scores mean under an encoder; `background` alone before version 3."""


class View:
    """One collection open for searching. Not for use by several threads at once.

    Args:
        folder: The collection's folder.
        graph_from: Number of vectors from which the graph is used.
    """

    def __init__(self, folder: Path, graph_from: int) -> None:
        self.reader = Reader(folder)
        self.name = folder.name
        self._graph_from = graph_from
        self._index: DenseIndex | None = None
        self._index_generation = -1
        self._index_encoder = -1

    def close(self) -> None:
        """Close the connection."""
        self.reader.close()

    def dense_index(self, encoder: EncoderRow) -> DenseIndex:
        """Return the dense side of the state that is being read."""
        generation = self.reader.generation()
        if self._index is None or self._index_generation != generation:
            known = self._index if self._index_encoder == encoder.id else None
            self._index = open_index(self.reader, encoder, self._graph_from, known)
            self._index_generation, self._index_encoder = generation, encoder.id
        return self._index

    def scope(self, request: Request, query: Query) -> Scope | None:
        """Apply filters, excluded words and quoted phrases, before anything is ranked."""
        filters = combined(request.filters, query.filters)
        if not (filters or query.excluded or query.phrases):
            return None
        if filters or query.excluded:
            documents = self.reader.matching_documents(filters)
            if query.excluded:
                documents -= lexical.documents_with(self.reader, query.excluded_match())
            rows = self.reader.passages_of_documents(documents)
            keys = {passage: text for passage, _, text in rows}
            if query.phrases:
                allowed = lexical.passages_with_phrases(self.reader, query)
                keys = {passage: text for passage, text in keys.items() if passage in allowed}
        else:
            found = lexical.passages_with_phrases(self.reader, query)
            keys = {p: text for p, (_, text) in self.reader.passage_keys(list(found)).items()}
        return Scope(set(keys), np.unique(np.array(list(keys.values()), dtype=np.int64)))

    def background(self) -> Background | None:
        """Return what scores mean in this collection; None while it was never measured."""
        encoder = self.reader.encoder()
        if encoder is None:
            return None
        text = self.reader.meta(BACKGROUND_KEY.format(encoder=encoder.id))
        text = text or self.reader.meta("background")
        return Background.from_json(text) if text else None

    def document(self, document_id: int, passage_id: int) -> DocumentView:
        """Return the document around a passage, for a preview."""
        with self.reader.consistent():
            document = self.reader.documents([document_id]).get(document_id)
            hit = self.reader.passages([passage_id]).get(passage_id)
            if document is None or hit is None:
                raise Damaged("the document changed since the search", "search again")
            rows = self.reader.body(document_id, hit.ordinal, PREVIEW_REACH)
        return _document_view(rows, hit, document.path, document.title, document.type)


def _document_view(
    rows: Sequence[PassageRow], hit: PassageRow, path: str, title: str, type_: str
) -> DocumentView:
    # The white space before the first passage shown is not part of the preview.
    text, start = "", 0
    for i, row in enumerate(rows):
        text += row.text if i == 0 else row.lead + row.text
        if row.id == hit.id:
            start = len(text) - len(row.text)
    return DocumentView(
        path=str(from_text(path)),
        title=title,
        type=type_,
        text=text,
        start=start,
        end=start + len(hit.text),
        first_line=rows[0].line_start,
    )
