"""One collection's part in one search: passages that may answer, with both their scores."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from indexes import foreign, lexical, likeness
from indexes.database import storage_errors
from indexes.dense import DenseIndex
from indexes.errors import mismatch
from indexes.passage_table import PassageTable
from indexes.query import Query
from indexes.reader import EncoderRow
from indexes.threads import InBackground
from indexes.types import Encoder, Request
from indexes.view import View

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexes.dense import Vectors

EncoderFor = Callable[[EncoderRow], Encoder]

MIN_DEPTH = 100
"""Passages taken from each side at first; more when they make too few documents."""

DEPTH_PER_DOCUMENT = 5

Key = tuple[int, int, int]
"""Ids of a passage, its document and its encoded text."""


def first_depth(k: int) -> int:
    """Return how many passages are taken from each side at first, for k documents."""
    return max(MIN_DEPTH, DEPTH_PER_DOCUMENT * k)


class Candidate(NamedTuple):
    """A passage that may answer."""

    view: View
    passage_id: int
    document_id: int
    text_id: int


class Side:
    """One collection's part in one search."""

    def __init__(self, view: View, request: Request, query: Query, encoder_for: EncoderFor) -> None:
        self.view = view
        self._mode = request.mode
        self._query = query
        self._scope = view.scope(request, query)
        row = view.reader.encoder()
        self._index: DenseIndex | None = None
        self._ideal: float | None = None
        self._scores: NDArray[np.float64] | None = None
        self._by_words: dict[int, dict[int, float]] = {}
        self._keys: dict[int, tuple[int, int]] = {}
        self._held: list[Vectors] = []
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
        encoded = InBackground(lambda: encoder.encode([self._query.text]))
        found = self._best_by_words(first_depth(request.k))
        if not encoded.done:
            self._read_ahead(found)
        vector: NDArray[np.float32] = encoded.result()[0]
        return vector

    def _read_ahead(self, found: Collection[int]) -> None:
        """Read the vectors of what the words found; some will be among the nearest anyway."""
        self._keys = self.view.reader.passage_keys(list(found))
        texts = np.array(sorted({text for _, text in self._keys.values()}), dtype=np.int64)
        if self._index is not None:
            self._held = [self._index.vectors_of(texts)]

    def candidates(self, depth: int) -> tuple[list[Candidate], list[float], list[float], bool]:
        """Return candidates with cosine and BM25, and whether a greater depth gives more."""
        with storage_errors(self.view.reader.folder):
            return self._candidates(depth)

    def _candidates(self, depth: int) -> tuple[list[Candidate], list[float], list[float], bool]:
        cosine_of, more = self._dense(depth)
        rows = self._allowed(self.view.reader.passages_of_texts(list(cosine_of)))
        bm25 = self._lexical(depth, rows.keys())
        others = [id_ for id_ in bm25 if id_ not in rows]
        unknown = [id_ for id_ in others if id_ not in self._keys]
        self._keys |= self.view.reader.passage_keys(unknown)
        rows |= {id_: (id_, *self._keys[id_]) for id_ in others if id_ in self._keys}
        self._complete(cosine_of, [text for _, _, text in rows.values()])
        candidates = [
            Candidate(self.view, *row)
            for _, row in sorted(rows.items())
            if row[1] not in self._left_out
        ]
        cosines = [cosine_of.get(candidate.text_id, 0.0) for candidate in candidates]
        bm25s = [bm25.get(candidate.passage_id, 0.0) for candidate in candidates]
        return candidates, cosines, bm25s, more or len(bm25) >= depth

    def coverages(self, bm25s: Sequence[float]) -> list[float]:
        """Return BM25 scores as shares of what a passage of all the query's words would have."""
        if self._mode == "dense":
            return [0.0] * len(bm25s)
        if self._ideal is None:
            self._ideal = lexical.ideal_score(self.view.postings(), self._query)
        return [score / self._ideal if self._ideal > 0 else 0.0 for score in bm25s]

    def foreign(self, candidates: Sequence[Candidate]) -> list[bool]:
        """Return of each whether its language, or the query's script, is not the encoder's."""
        known = self.known_languages
        if foreign.is_foreign_script(self._query.text, known):
            return [True] * len(candidates)
        if not known or self._mode != "hybrid":
            return [False] * len(candidates)
        if not foreign.any_foreign(self.view.languages(), known):
            return [False] * len(candidates)
        language = foreign.languages_of(self.view.reader, (c.document_id for c in candidates))
        return [foreign.is_foreign(language.get(c.document_id, ""), known) for c in candidates]

    def _allowed(self, found: Sequence[Key]) -> dict[int, Key]:
        """Return those passages that the scope has, by their ids."""
        if self._scope is None:
            return {key[0]: key for key in found}
        table = self.view.postings().table
        ids = np.array([key[0] for key in found], dtype=np.int64)
        rows = table.rows_of(ids)
        allowed = set(table.ids[rows[self._scope.rows[rows]]].tolist())
        return {key[0]: key for key in found if key[0] in allowed}

    def _lexical(self, depth: int, also: Collection[int]) -> dict[int, float]:
        if self._mode == "dense":
            return {}
        found = self._best_by_words(depth)
        return found | lexical.of_passages(self._table, self._word_scores(), also)

    def _best_by_words(self, depth: int) -> dict[int, float]:
        if depth not in self._by_words:
            self._by_words[depth] = lexical.best(self._table, self._word_scores(), depth)
        return self._by_words[depth]

    @property
    def _table(self) -> PassageTable:
        return self.view.postings().table

    def _word_scores(self) -> NDArray[np.float64]:
        """Return the BM25 of every passage, scored once however deep is looked."""
        if self._scores is None:
            allowed = None if self._scope is None else self._scope.rows
            self._scores = lexical.scores(self.view.postings(), self._query, allowed)
        return self._scores

    def _dense(self, depth: int) -> tuple[dict[int, float], bool]:
        if self._index is None or not len(self._index):
            return {}, False
        allowed = None if self._scope is None else self._scope.texts
        ids, cosines = self._index.search(self._vector, depth, allowed)
        available = len(self._index) if allowed is None else len(allowed)
        return dict(zip(ids.tolist(), cosines.tolist(), strict=True)), depth < available

    def _complete(self, cosine_of: dict[int, float], text_ids: list[int]) -> None:
        """Give a cosine to the texts that only the lexical side found."""
        wanted = set(text_ids) - cosine_of.keys()
        if self._index is None or not wanted:
            return
        held = {id_ for ids, _ in self._held for id_ in ids.tolist()}
        missing = np.array(sorted(wanted - held), dtype=np.int64)
        found: dict[int, float] = {}
        for ids, vectors in [*self._held, self._index.vectors_of(missing)]:
            found.update(zip(ids.tolist(), (vectors @ self._vector).tolist(), strict=True))
        cosine_of.update({id_: found[id_] for id_ in wanted & found.keys()})
