"""One collection open for reading."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from indexes.background import Background
from indexes.dense import DenseIndex, open_index
from indexes.errors import Damaged
from indexes.foreign import all_languages
from indexes.passage_keys import PassageKeys
from indexes.passage_table import PassageTable
from indexes.postings import Postings
from indexes.reader import EncoderRow, Reader
from indexes.rows import PassageRow
from indexes.scope import Scope, Scopes
from indexes.textpaths import from_text
from indexes.types import DocumentView, Request

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from indexes.query import Query

PREVIEW_REACH = 40
"""Passages before and after a hit that a preview has."""


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
        table = PassageTable(self.reader.connection)
        self._postings = Postings(self.reader.connection, table)
        self._keys = PassageKeys(self.reader, table)
        self._scopes = Scopes(self.reader, self._postings)
        self._index_encoder = -1
        self._languages: tuple[int, frozenset[str]] | None = None

    def close(self) -> None:
        """Close the connection."""
        self.reader.close()

    def dense_index(self, encoder: EncoderRow) -> DenseIndex:
        """Return the dense side of the state that is being read."""
        index = self._held_index(encoder)
        if index is None:
            known = self._index if self._index_encoder == encoder.id else None
            index = self._index = open_index(self.reader, encoder, self._graph_from, known)
            self._index_generation = self.reader.generation()
            self._index_encoder = encoder.id
        return index

    def _held_index(self, encoder: EncoderRow) -> DenseIndex | None:
        """Return the dense side of the state that is being read, if it was opened."""
        held = self._index_generation, self._index_encoder
        return self._index if held == (self.reader.generation(), encoder.id) else None

    def postings(self) -> Postings:
        """Return the words of the state that is being read."""
        self._postings.refresh(self.reader.generation())
        return self._postings

    def keys(self) -> PassageKeys:
        """Return what passages belong to in the state that is being read."""
        self.postings()
        return self._keys

    def vectors_of(
        self, encoder: EncoderRow, text_ids: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return vectors as `Reader.vectors_of`, from memory where they are held."""
        index = self._held_index(encoder)
        if index is not None:
            return index.vectors_of(text_ids)
        return self.reader.vectors_of(encoder, text_ids.tolist())

    def scope(self, request: Request, query: Query) -> Scope | None:
        """Return what a search may choose from; None for everything."""
        self.postings()
        return self._scopes.find(request, query)

    def languages(self) -> frozenset[str]:
        """Return the languages of the documents in the state that is being read."""
        generation = self.reader.generation()
        if self._languages is None or self._languages[0] != generation:
            self._languages = generation, all_languages(self.reader)
        return self._languages[1]

    def background(self) -> Background | None:
        """Return what scores mean in this collection; None while it was never measured."""
        encoder = self.reader.encoder()
        if encoder is None:
            return None
        text = self.reader.meta(BACKGROUND_KEY.format(encoder=encoder.id))
        text = text or self.reader.meta("background")
        return Background.from_json(text) if text else None

    def document(
        self, document_id: int, passage_id: int, reach: int = PREVIEW_REACH
    ) -> DocumentView:
        """Return the document around a passage, for a preview.

        Args:
            reach: Passages before and after it.
        """
        with self.reader.consistent():
            document = self.reader.documents([document_id]).get(document_id)
            hit = self.reader.passages([passage_id]).get(passage_id)
            if document is None or hit is None:
                raise Damaged("the document changed since the search", "search again")
            rows = self.reader.body(document_id, hit.ordinal, reach)
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
