"""What a search may choose from: filters, excluded words and quoted phrases, before any ranking."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from indexes import lexical
from indexes.idsets import distinct
from indexes.query import Query, combined
from indexes.types import Request

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexes.postings import Postings
    from indexes.reader import Reader
    from indexes.types import Filters

REMEMBERED = 8
"""Scopes kept: a search while typing asks for the same one again and again."""

Key = tuple["Filters", tuple[str, ...], tuple[str, ...]]


class Scope(NamedTuple):
    """Passages that may answer.

    Attributes:
        rows: Whether each row of the passage table may, bool (n,).
        texts: Ids of their encoded texts, ascending, distinct.
        size: How many passages.
    """

    rows: NDArray[np.bool_]
    texts: NDArray[np.int64]
    size: int


class Scopes:
    """Finds the scope of a search in one collection.

    Args:
        reader: The collection.
        postings: Its words.
    """

    def __init__(self, reader: Reader, postings: Postings) -> None:
        self._reader = reader
        self._postings = postings
        self._known: OrderedDict[Key, Scope] = OrderedDict()
        self._generation = -1

    def find(self, request: Request, query: Query) -> Scope | None:
        """Return what a search may choose from; None for everything.

        The postings are refreshed to the state that is read.
        """
        filters = combined(request.filters, query.filters)
        if not (filters or query.excluded or query.phrases):
            return None
        generation = self._reader.generation()
        if generation != self._generation:
            self._known.clear()
            self._generation = generation
        key = (filters, query.excluded, query.phrases)
        if key not in self._known:
            self._known[key] = self._make(filters, query)
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        self._known.move_to_end(key)
        return self._known[key]

    def _make(self, filters: Filters, query: Query) -> Scope:
        table = self._postings.table
        rows = np.ones(len(table), dtype=np.bool_)
        if filters or query.excluded:
            documents = self._reader.matching_documents(filters)
            if query.excluded:
                unwanted = lexical.documents_with_any(self._postings, query.excluded)
                documents = np.setdiff1d(documents, unwanted)
            rows &= np.isin(table.documents, documents)
        if query.phrases:
            found = lexical.passages_with_phrases(self._reader, query)
            rows &= np.isin(table.ids, found)
        return Scope(rows, distinct(table.texts[rows]), int(rows.sum()))
