"""BM25 of every passage at once: the postings of each word, kept in memory once they were read.

`bm25()` of SQLite scores row by row, which for common words takes longer than all else in a
search. Its own index gives a word's postings in one value, a hundred times as fast, the lists of
`indexes.common_words` those of common words faster still, and BM25 is a sum over words; the
formula and its constants are SQLite's, so are the scores.
"""

from __future__ import annotations

import math
import sqlite3
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from indexes import common_words
from indexes.passage_table import PassageTable, integers, read_varints
from indexes.posting import Posting, summed
from indexes.tokens import Terms, Tokens
from indexes.unsegmented import FIRST, LAST, is_run
from indexes.words import any_of, forms, quote

if TYPE_CHECKING:
    from numpy.typing import NDArray

K1 = 1.2
B = 0.75
LEAST_IDF = 1e-6

CACHE_BYTES, CACHE_PER_PASSAGE = 64 << 20, 256
"""Memory for postings of words that were looked for: eight million of them, or 32 a passage, of
common words one for each four bytes."""

_AVERAGES_ROW = 1


_NOTHING = (np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32))


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
        self._cache: OrderedDict[tuple[Terms, ...], Posting] = OrderedDict()
        self._cached = 0
        self._extent: common_words.Extent | None = None
        self._late = 0
        self._live: NDArray[np.bool_] | None = None
        self._norms: NDArray[np.float64] | None = None

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
        self._norms = None
        self._cache.clear()
        self._cached = 0
        self._follow_lists()
        self._generation = generation

    def _follow_lists(self) -> None:
        """Find out which passages came and went since the lists of common words were made."""
        self._extent, self._live = common_words.extent(self._connection), None
        if self._extent is None:
            return
        self._late = common_words.count_after(self._connection, self._extent.last)
        if self._total - self._late != self._extent.passages:
            # The table keeps rows of passages that are gone.
            ids = self._connection.execute("SELECT group_concat(id) FROM passages").fetchone()
            self._live = np.isin(self.table.ids, integers(ids[0]))

    @property
    def _room(self) -> int:
        return max(CACHE_BYTES, CACHE_PER_PASSAGE * self._total)

    @property
    def has_lists(self) -> bool:
        """Whether the places of common words are read at once."""
        return self._extent is not None

    def of(self, words: Sequence[str]) -> list[Posting]:
        """Return the postings of each word; one that is cut is looked for as a phrase."""
        return [
            self._posting(word, readings)
            for word, readings in zip(words, self.tokens.readings(words), strict=True)
        ]

    def scores(self, words: Sequence[str]) -> NDArray[np.float64]:
        """Return the BM25 of each row for any of the words, 0 where none stands, (n,)."""
        return summed(self.of(words), len(self.table))

    def _posting(self, word: str, readings: tuple[Terms, ...]) -> Posting:
        if readings in self._cache:
            self._cache.move_to_end(readings)
            return self._cache[readings]
        posting = self._cache[readings] = self._read(word, readings)
        self._cached += posting.nbytes
        while self._cached > self._room and len(self._cache) > 1:
            _, oldest = self._cache.popitem(last=False)
            self._cached -= oldest.nbytes
        return posting

    def _read(self, word: str, readings: tuple[Terms, ...]) -> Posting:
        if is_run(word):
            return self._read_inside(word)
        if all(len(terms) == 1 for terms in readings):
            listed = self._read_list(word, *readings[0]) if len(readings) == 1 else None
            return listed or self._read_terms([term for (term,) in readings])
        match = quote(word) if len(readings) == 1 else any_of([word])
        rows, scores = self._matched(match)
        return self._made(rows, scores, self._idf(len(rows)))

    def _made(self, rows: NDArray[np.int32], scores: NDArray[np.float32], idf: float) -> Posting:
        return Posting(rows, scores, idf, len(self.table))

    def _read_list(self, word: str, term: str) -> Posting | None:
        """Read a common word's list and what came after it was made; None where it has none."""
        if self._extent is None:
            return None
        found = common_words.read(self._connection, term)
        if found is None:
            return None
        rows, counts = self._rows(*found)
        if self._live is not None:
            kept = self._live[rows]
            rows, counts = rows[kept], counts[kept]
        late, late_scores = (
            self._matched(quote(word), self._extent.last) if self._late else _NOTHING
        )
        idf = self._idf(len(rows) + len(late))
        scores = self._bm25(rows, counts, idf)
        return self._made(
            np.concatenate([rows.astype(np.int32), late]),
            np.concatenate([scores, late_scores]),
            idf,
        )

    def _read_terms(self, terms: Sequence[str]) -> Posting:
        places = np.concatenate([self._places(term) for term in terms])
        return self._scored(np.sort(places, kind="stable"))

    def _places(self, term: str) -> NDArray[np.int64]:
        # One value of all places, in order of the passages: a row a place would take longer.
        row = self._connection.execute(
            "SELECT group_concat(doc) FROM temp.vocabulary WHERE term = ?", (term,)
        ).fetchone()
        return integers(row[0])

    def _read_inside(self, word: str) -> Posting:
        """Read the places of all terms that hold a word of a language without spaces."""
        inside = forms(word)
        stands = " OR ".join(["instr(term, ?)"] * len(inside))
        row = self._connection.execute(
            "SELECT group_concat(doc) FROM temp.vocabulary "
            f"WHERE term >= ? AND term <= ? AND ({stands})",
            (FIRST, LAST, *inside),
        ).fetchone()
        return self._scored(np.sort(integers(row[0])))

    def _scored(self, places: NDArray[np.int64]) -> Posting:
        """Score the passages that have a term, given one place of it each, ascending."""
        rows, counts = self._rows(*common_words.counted(places))
        idf = self._idf(len(rows))
        return self._made(rows.astype(np.int32), self._bm25(rows, counts, idf), idf)

    def _rows(
        self, ids: NDArray[np.int64], counts: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the rows of those passages that the table has, with their counts."""
        rows = self.table.rows_of(ids)
        if len(rows) != len(ids):
            counts = counts[np.isin(ids, self.table.ids)]
        return rows, counts

    def _bm25(
        self, rows: NDArray[np.int64], counts: NDArray[np.int64], idf: float
    ) -> NDArray[np.float32]:
        """Return a word's part of the BM25 of rows that have it so often, SQLite's formula."""
        norms = self._norms
        if norms is None:
            shares = self.table.lengths / (self._average or 1)  # no word has an average of 0
            norms = self._norms = (K1 * (1 - B + B * shares)).astype(np.float64, copy=False)
        scores = idf * (K1 + 1) * counts / (counts + norms[rows])
        return scores.astype(np.float32, copy=False)

    def _matched(self, match: str, after: int = 0) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return rows and scores of a full-text query as SQLite gives them, above a passage id."""
        found = self._connection.execute(
            "SELECT rowid, rank FROM words WHERE words MATCH ? AND rowid > ? ORDER BY rowid",
            (match, after),
        ).fetchall()
        ids = np.array([id_ for id_, _ in found], dtype=np.int64)
        scores = np.array([-rank for _, rank in found], dtype=np.float32)
        rows = self.table.rows_of(ids)
        if len(rows) != len(ids):
            scores = scores[np.isin(ids, self.table.ids)]
        return rows.astype(np.int32), scores

    def _idf(self, frequency: int) -> float:
        """Inverse document frequency as SQLite's bm25() has it."""
        ratio = (self._total - frequency + 0.5) / (frequency + 0.5)
        return max(math.log(ratio), LEAST_IDF) if ratio > 0 else LEAST_IDF
