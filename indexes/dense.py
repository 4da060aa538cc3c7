"""Dense search: exact, or by the graph with its tail, behind one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indexes import graph
from indexes.reader import EncoderRow, Reader

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Scored = tuple[NDArray[np.int64], NDArray[np.float32]]
    Vectors = tuple[NDArray[np.int64], NDArray[np.float32]]


NARROW = 2_000
"""Texts of a filter up to which their vectors are read and compared one by one."""

DEEPEST_SHARE = 20
"""Deeper than this part of the graph, reading the filter's own vectors is cheaper."""


class ExactIndex:
    """Cosines with every vector; the oracle of the graph.

    Args:
        ids: Text ids (n,), ascending.
        vectors: Unit rows (n, dim).
    """

    def __init__(self, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        self.ids = ids
        self.vectors = vectors

    def __len__(self) -> int:
        return len(self.ids)

    def search(
        self, query: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None = None
    ) -> Scored:
        """Return up to k text ids and cosines, best first, ties by id.

        Args:
            query: Unit vector (dim,).
            k: Texts wanted.
            allowed: Text ids to choose from, ascending; None for all.
        """
        ids, vectors = self.ids, self.vectors
        if allowed is not None:
            chosen = np.isin(ids, allowed, assume_unique=True)
            ids, vectors = ids[chosen], vectors[chosen]
        return best(ids, vectors @ query, k)

    def vectors_of(self, text_ids: NDArray[np.int64]) -> Vectors:
        """Return those of the texts that have a vector, with their vectors."""
        rows = np.searchsorted(self.ids, text_ids)
        inside = rows < len(self.ids)
        rows, text_ids = rows[inside], text_ids[inside]
        rows = rows[self.ids[rows] == text_ids]
        return self.ids[rows], self.vectors[rows]


class GraphIndex:
    """The graph, with an exact scan over the vectors that were added after it was built.

    Args:
        loaded: The graph.
        tail: The later vectors.
        reader: Where single vectors are read.
        encoder: The collection's encoder.
        size: Vectors in all.
    """

    def __init__(
        self, loaded: graph.Graph, tail: ExactIndex, reader: Reader, encoder: EncoderRow, size: int
    ) -> None:
        self.graph = loaded
        self.tail = tail
        self._reader = reader
        self._encoder = encoder
        self._size = size

    def __len__(self) -> int:
        return self._size

    def search(
        self, query: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None = None
    ) -> Scored:
        """As `ExactIndex.search`, to the graph's recall; exact over a narrow filter's texts."""
        if allowed is None:
            return self._nearest(query, k)
        if len(allowed) > NARROW:
            found = self._nearest_allowed(query, k, allowed)
            if found is not None:
                return found
        ids, vectors = self.vectors_of(allowed)
        return best(ids, vectors @ query, k)

    def _nearest(self, query: NDArray[np.float32], k: int) -> Scored:
        found = self.graph.search(query, k)
        if found is None:
            return self._scan(query, k)
        late = self.tail.search(query, k)
        return best(np.concatenate([found[0], late[0]]), np.concatenate([found[1], late[1]]), k)

    def _nearest_allowed(
        self, query: NDArray[np.float32], k: int, allowed: NDArray[np.int64]
    ) -> Scored | None:
        """Go as deep as it takes to meet k texts of a broad filter; None when that is too deep."""
        k = min(k, len(allowed))
        depth = 2 * k * self._size // len(allowed)
        while depth <= self._size // DEEPEST_SHARE:
            ids, cosines = self._nearest(query, depth)
            kept = np.isin(ids, allowed, assume_unique=True)
            if kept.sum() >= k:
                return best(ids[kept], cosines[kept], k)
            depth *= 2
        return None

    def _scan(self, query: NDArray[np.float32], k: int) -> Scored:
        """Search exactly, a part of the vectors at a time."""
        ids, cosines = np.empty(0, np.int64), np.empty(0, np.float32)
        for more, vectors in self._reader.vector_batches(self._encoder):
            ids, cosines = best(
                np.concatenate([ids, more]), np.concatenate([cosines, vectors @ query]), k
            )
        return ids, cosines

    def vectors_of(self, text_ids: NDArray[np.int64]) -> Vectors:
        """Return those of the texts that have a vector, with their vectors."""
        return self._reader.vectors_of(self._encoder, text_ids.tolist())


DenseIndex = ExactIndex | GraphIndex


def best(ids: NDArray[np.int64], scores: NDArray[np.float32], k: int) -> Scored:
    """Return the k highest scores with their ids, best first, ties by id."""
    if len(ids) > k > 0:
        # Ties at the border belong in, so that the order among equals is the id's alone.
        floor = np.partition(scores, len(ids) - k)[len(ids) - k]
        kept = np.flatnonzero(scores >= floor)
        ids, scores = ids[kept], scores[kept]
    order = np.lexsort((ids, -scores))[:k]
    return ids[order], scores[order]


def open_index(
    reader: Reader, encoder: EncoderRow, graph_from: int, known: DenseIndex | None = None
) -> DenseIndex:
    """Open the dense side of a collection in its present state.

    Args:
        graph_from: Number of vectors from which the graph is used, when there is one.
        known: The same of an earlier state under the same encoder: only what changed is read.
    """
    size = reader.count_vectors(encoder)
    if size >= graph_from:
        row = reader.snapshot(encoder.id)
        if isinstance(known, GraphIndex) and known.graph.row == row:
            tail = _followed(reader, encoder, known.tail, known.graph.last_text_id)
            return GraphIndex(known.graph, tail, reader, encoder, size)
        loaded = graph.load(reader.folder, encoder, row)
        if loaded is not None:
            tail = ExactIndex(*reader.vectors(encoder, after=loaded.last_text_id))
            return GraphIndex(loaded, tail, reader, encoder, size)
    if isinstance(known, ExactIndex):
        return _followed(reader, encoder, known, 0)
    return ExactIndex(*reader.vectors(encoder))


def _followed(reader: Reader, encoder: EncoderRow, known: ExactIndex, after: int) -> ExactIndex:
    """Bring vectors above an id up to date: texts come with new ids, and go."""
    last = int(known.ids[-1]) if len(known) else after
    ids, vectors = reader.vectors(encoder, after=last)
    kept_ids, kept = known.ids, known.vectors
    if reader.count_vectors(encoder, after=after) != len(known) + len(ids):
        live = np.isin(kept_ids, reader.vector_ids(encoder, after=after), assume_unique=True)
        kept_ids, kept = kept_ids[live], kept[live]
    if not len(ids):
        return ExactIndex(kept_ids, kept)
    return ExactIndex(np.concatenate([kept_ids, ids]), np.concatenate([kept, vectors]))
