"""BM25 of every passage at once: the postings of each word, kept in memory once they were read.

`bm25()` of SQLite scores row by row, which for common words takes longer than all else in a
search. Its own index gives a word's postings in one value, a hundred times as fast, and BM25
is a sum over words; the formula and its constants are SQLite's, so are the scores.
"""

from __future__ import annotations

import math
import sqlite3
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from indexes.passage_table import PassageTable, integers, read_varints
from indexes.query import quote
from indexes.tokens import Tokens
from indexes.unsegmented import FIRST, LAST, is_run

if TYPE_CHECKING:
    from numpy.typing import NDArray

K1 = 1.2
B = 0.75
LEAST_IDF = 1e-6

CACHE_BYTES = 64 << 20
"""Memory for postings of words that were looked for: eight million of them."""

_AVERAGES_ROW = 1


@dataclass(frozen=True)
class Posting:
    """The passages that have a word, and what it gives each of them.

    Attributes:
        rows: Rows of the passage table, int32 (n,), ascending.
        scores: The word's part of their BM25, float32 (n,).
        idf: Its inverse document frequency.
    """

    rows: NDArray[np.int32]
    scores: NDArray[np.float32]
    idf: float


class Postings:
    """The word index of one collection, as of the state that was last refreshed to.

    Args:
        connection: A reading connection with the vocabulary of its word index.
        table: The passages, to which the rows refer.
    """

    def __init__(self, connection: sqlite3.Connection, table: PassageTable) -> None:
        self._connection = connection
        self.table = table
        self.tokens = Tokens()
        self._generation = -1
        self._total = 0
        self._average = 0.0
        self._cache: OrderedDict[tuple[str, ...], Posting] = OrderedDict()
        self._cached = 0

    def refresh(self, generation: int) -> None:
        """Go over to another state of the collection."""
        if generation == self._generation:
            return
        row = self._connection.execute(
            "SELECT block FROM words_data WHERE id = ?", (_AVERAGES_ROW,)
        ).fetchone()
        counts = read_varints(row[0]) if row else np.zeros(0, dtype=np.int64)
        self._total = int(counts[0]) if len(counts) else 0
        self._average = int(counts[1:].sum()) / self._total if self._total else 0.0
        self.table.refresh(self._total)
        self._cache.clear()
        self._cached = 0
        self._generation = generation

    def of(self, words: Sequence[str]) -> list[Posting]:
        """Return the postings of each word; one that is cut is looked for as a phrase."""
        return [
            self._posting(word, terms)
            for word, terms in zip(words, self.tokens.of(words), strict=True)
        ]

    def scores(self, words: Sequence[str]) -> NDArray[np.float64]:
        """Return the BM25 of each row for any of the words, 0 where none stands, (n,)."""
        postings = [posting for posting in self.of(words) if len(posting.rows)]
        if not postings:
            return np.zeros(len(self.table))
        found = np.bincount(
            np.concatenate([posting.rows for posting in postings]),
            np.concatenate([posting.scores for posting in postings]),
            len(self.table),
        )
        return found.astype(np.float64, copy=False)

    def _posting(self, word: str, terms: tuple[str, ...]) -> Posting:
        if terms in self._cache:
            self._cache.move_to_end(terms)
            return self._cache[terms]
        if is_run(word):
            posting = self._read_inside(word)
        elif len(terms) == 1:
            posting = self._read_term(terms[0])
        else:
            posting = self._read_phrase(word)
        self._cache[terms] = posting
        self._cached += posting.rows.nbytes + posting.scores.nbytes
        while self._cached > CACHE_BYTES and len(self._cache) > 1:
            _, oldest = self._cache.popitem(last=False)
            self._cached -= oldest.rows.nbytes + oldest.scores.nbytes
        return posting

    def _read_term(self, term: str) -> Posting:
        # One value of all places, in order of the passages: a row a place would take longer.
        row = self._connection.execute(
            "SELECT group_concat(doc) FROM temp.vocabulary WHERE term = ?", (term,)
        ).fetchone()
        return self._scored(integers(row[0]))

    def _read_inside(self, word: str) -> Posting:
        """Read the places of all terms that hold a word of a language without spaces."""
        row = self._connection.execute(
            "SELECT group_concat(doc) FROM temp.vocabulary "
            "WHERE term >= ? AND term <= ? AND instr(term, ?)",
            (FIRST, LAST, word),
        ).fetchone()
        return self._scored(np.sort(integers(row[0])))

    def _scored(self, places: NDArray[np.int64]) -> Posting:
        """Score the passages that have a term, given one place of it each, ascending."""
        firsts = np.flatnonzero(np.diff(places, prepend=-1))
        counts = np.diff(firsts, append=len(places))
        rows = self.table.rows_of(places[firsts])
        if len(rows) != len(firsts):  # a damaged index: passages that do not exist
            counts = counts[np.isin(places[firsts], self.table.ids)]
        idf = self._idf(len(rows))
        lengths = self.table.lengths[rows]
        norms = K1 * (1 - B + B * lengths / self._average) if self._average else lengths
        scores = idf * counts * (K1 + 1) / (counts + norms)
        return Posting(rows.astype(np.int32), scores.astype(np.float32), idf)

    def _read_phrase(self, word: str) -> Posting:
        found = self._connection.execute(
            "SELECT rowid, rank FROM words WHERE words MATCH ? ORDER BY rowid", (quote(word),)
        ).fetchall()
        ids = np.array([id_ for id_, _ in found], dtype=np.int64)
        scores = np.array([-rank for _, rank in found], dtype=np.float32)
        rows = self.table.rows_of(ids)
        if len(rows) != len(ids):
            scores = scores[np.isin(ids, self.table.ids)]
        return Posting(rows.astype(np.int32), scores, self._idf(len(rows)))

    def _idf(self, frequency: int) -> float:
        """Inverse document frequency as SQLite's bm25() has it."""
        ratio = (self._total - frequency + 0.5) / (frequency + 0.5)
        return max(math.log(ratio), LEAST_IDF) if ratio > 0 else LEAST_IDF
