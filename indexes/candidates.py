"""One collection's part in one search: passages that may answer, with both their scores."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from indexes import foreign, lexical, likeness
from indexes.database import storage_errors
from indexes.dense import DenseIndex
from indexes.errors import mismatch
from indexes.found import Found
from indexes.idsets import among, distinct
from indexes.query import Query
from indexes.reader import EncoderRow
from indexes.threads import InBackground
from indexes.types import Encoder, Request
from indexes.view import View

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

EncoderFor = Callable[[EncoderRow], Encoder]

MIN_DEPTH = 100
"""Passages taken from each side at first; more when they make too few documents."""

DEPTH_PER_DOCUMENT = 5

PASSAGE, DOCUMENT, TEXT = range(3)
"""Columns of keys: ids of a passage, its document and its encoded text."""


def first_depth(k: int) -> int:
    """Return how many passages are taken from each side at first, for k documents."""
    return max(MIN_DEPTH, DEPTH_PER_DOCUMENT * k)


class Pool(NamedTuple):
    """Passages of one collection that may answer, with both their scores.

    Attributes:
        keys: Ids of each passage, its document and its encoded text, int64 (n, 3), ascending.
        cosines: Float64 (n,), 0 where there is no vector.
        bm25s: Float64 (n,).
        more: Whether a greater depth gives more.
    """

    keys: Integers
    cosines: Floats
    bm25s: Floats
    more: bool


class Side:
    """One collection's part in one search.

    Args:
        view: The collection.
        request: What is asked.
        query: The same, read.
        encoder_for: Gives the encoder that made the collection's vectors.
        found: Where rows are read.
    """

    def __init__(
        self, view: View, request: Request, query: Query, encoder_for: EncoderFor, found: Found
    ) -> None:
        self.view = view
        self._mode = request.mode
        self._query = query
        self._found = found
        self._scope = view.scope(request, query)
        self._keys = view.keys()
        self._encoder = row = view.reader.encoder()
        self._index: DenseIndex | None = None
        self._ideal: float | None = None
        self._scores: Floats | None = None
        self._by_words: dict[int, Integers] = {}
        self.known_languages: frozenset[str] = frozenset()
        self._left_out = likeness.own_documents(view.reader, request.like)
        if row is not None and request.mode != "lexical":
            encoder = encoder_for(row)
            if encoder.fingerprint != row.fingerprint:
                raise mismatch(view.name, row.name, row.fingerprint, encoder)
            self._index = view.dense_index(row)
            self.known_languages = foreign.known_languages(encoder)
            self._vector = self._direction(row, encoder, request)
        self.size = view.reader.count("passages") if self._scope is None else self._scope.size

    def _direction(
        self, row: EncoderRow, encoder: Encoder, request: Request
    ) -> NDArray[np.float32]:
        """Return what is looked for; while it is encoded, what the words find is read."""
        if request.like or request.mode != "hybrid":
            return likeness.direction(self.view.reader, row, encoder, self._query, request.like)
        with InBackground(lambda: encoder.encode([self._query.text])) as encoded:
            by_words = self._best_by_words(first_depth(request.k))
            if not encoded.done:
                # Some of them will be among the nearest anyway.
                texts = self._keys.of_passages(by_words)[:, TEXT]
                self._found.read_vectors(self.view, row, texts)
            vector: NDArray[np.float32] = encoded.result()[0]
        return vector

    def candidates(self, depth: int) -> Pool:
        """Return the candidates, those of up to so many passages by each side."""
        with storage_errors(self.view.reader.folder):
            return self._candidates(depth)

    def _candidates(self, depth: int) -> Pool:
        texts, near, more = self._dense(depth)
        keys = self._allowed(self._keys.of_texts(texts))
        by_words = self._best_by_words(depth)
        others = by_words[~among(by_words, keys[:, PASSAGE])]
        keys = np.concatenate([keys, self._keys.of_passages(others)])
        keys = keys[np.argsort(keys[:, PASSAGE])]
        bm25s = self._bm25s(keys[:, PASSAGE])
        more = more or int(np.count_nonzero(bm25s)) >= depth
        if self._left_out:
            kept = ~among(keys[:, DOCUMENT], np.fromiter(self._left_out, dtype=np.int64))
            keys, bm25s = keys[kept], bm25s[kept]
        return Pool(keys, self._cosines(keys[:, TEXT], texts, near), bm25s, more)

    def coverages(self, bm25s: Floats) -> Floats:
        """Return BM25 scores as shares of what a passage of all the query's words would have."""
        if self._mode == "dense":
            return np.zeros_like(bm25s)
        if self._ideal is None:
            self._ideal = lexical.ideal_score(self.view.postings(), self._query)
        return bm25s / self._ideal if self._ideal > 0 else np.zeros_like(bm25s)

    def chosen_among(self, pool: Pool) -> Floats:
        """Return coverages of the passages that the words single some out of, the greatest (n,).

        They are those of the pool, but for a filter: what words say does not depend on it.
        """
        if self._scope is None or self._mode != "hybrid":
            return self.coverages(pool.bm25s)
        scores, table = self._word_scores(), self.view.postings().table
        rows = lexical.best(scores, MIN_DEPTH)
        without = np.zeros(min(MIN_DEPTH, len(scores) - len(rows)))
        left_out = np.fromiter(self._left_out, dtype=np.int64)
        rows = rows[~among(table.documents[rows], left_out)]
        return self.coverages(np.concatenate([scores[rows], without]))

    def foreign(self, documents: Integers) -> NDArray[np.bool_]:
        """Return of documents (n,) whether their, or the query's, language is not the encoder's."""
        known = self.known_languages
        if foreign.is_foreign_script(self._query.text, known):
            return np.ones(len(documents), dtype=bool)
        strange = np.zeros(len(documents), dtype=bool)
        if not known or self._mode != "hybrid":
            return strange
        if not foreign.any_foreign(self.view.languages(), known):
            return strange
        language = foreign.languages_of(self.view.reader, documents.tolist())
        for i, id_ in enumerate(documents.tolist()):
            strange[i] = foreign.is_foreign(language.get(id_, ""), known)
        return strange

    def _allowed(self, keys: Integers) -> Integers:
        """Return those passages that the scope has."""
        if self._scope is None:
            return keys
        table = self.view.postings().table
        allowed: Integers = keys[table.values_of(keys[:, PASSAGE], self._scope.rows)]
        return allowed

    def _bm25s(self, passages: Integers) -> Floats:
        if self._mode == "dense":
            return np.zeros(len(passages))
        return self.view.postings().table.values_of(passages, self._word_scores())

    def _best_by_words(self, depth: int) -> Integers:
        """Return the passages that have most of the words, best first."""
        if self._mode == "dense":
            return np.zeros(0, dtype=np.int64)
        if depth not in self._by_words:
            scores = self._word_scores()
            rows = lexical.best(scores if self._scope is None else scores * self._scope.rows, depth)
            self._by_words[depth] = self.view.postings().table.ids[rows]
        return self._by_words[depth]

    def _word_scores(self) -> Floats:
        """Return the BM25 of every passage, in the scope or not, scored once."""
        if self._scores is None:
            self._scores = lexical.scores(self.view.postings(), self._query)
        return self._scores

    def _dense(self, depth: int) -> tuple[Integers, Floats, bool]:
        """Return the nearest texts with their cosines, and whether there are more."""
        if self._index is None or not len(self._index):
            return np.zeros(0, dtype=np.int64), np.zeros(0), False
        allowed = None if self._scope is None else self._scope.texts
        texts, cosines = self._index.search(self._vector, depth, allowed)
        available = len(self._index) if allowed is None else len(allowed)
        return texts, cosines.astype(np.float64), depth < available

    def _cosines(self, texts: Integers, known: Integers, cosines: Floats) -> Floats:
        """Return the cosine of each text (n,): known, or compared with its vector."""
        if self._index is None or self._encoder is None:
            return np.zeros(len(texts))
        unknown = distinct(texts[~among(texts, known)])
        ids, vectors = self._found.vectors(self.view, self._encoder, unknown)
        known = np.concatenate([known, ids])
        cosines = np.concatenate([cosines, vectors @ self._vector])
        return _looked_up(texts, known, cosines)


def _looked_up(wanted: Integers, keys: Integers, values: Floats) -> Floats:
    """Return the value of each wanted key (n,), 0 where it has none."""
    if not len(keys):
        return np.zeros(len(wanted))
    order = np.argsort(keys)
    places = np.minimum(np.searchsorted(keys, wanted, sorter=order), len(keys) - 1)
    rows = order[places]
    return np.where(keys[rows] == wanted, values[rows], 0.0)
