"""Dense search: exact, or by the graph with its tail, behind one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indexes import graph
from indexes.reader import EncoderRow, Reader

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Scored = tuple[NDArray[np.int64], NDArray[np.float32]]


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

    def cosines(self, query: NDArray[np.float32], text_ids: NDArray[np.int64]) -> Scored:
        """Return those of the texts that have a vector, with their cosines."""
        rows = np.searchsorted(self.ids, text_ids)
        inside = rows < len(self.ids)
        rows, text_ids = rows[inside], text_ids[inside]
        rows = rows[self.ids[rows] == text_ids]
        return self.ids[rows], self.vectors[rows] @ query


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
        self._graph = loaded
        self._tail = tail
        self._reader = reader
        self._encoder = encoder
        self._size = size

    def __len__(self) -> int:
        return self._size

    def search(
        self, query: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None = None
    ) -> Scored:
        """As `ExactIndex.search`, to the graph's recall; exact over a filter's texts."""
        if allowed is not None:
            ids, cosines = self.cosines(query, allowed)
            return best(ids, cosines, k)
        found = self._graph.search(query, k)
        if found is None:
            return ExactIndex(*self._reader.vectors(self._encoder)).search(query, k)
        late = self._tail.search(query, k)
        return best(np.concatenate([found[0], late[0]]), np.concatenate([found[1], late[1]]), k)

    def cosines(self, query: NDArray[np.float32], text_ids: NDArray[np.int64]) -> Scored:
        """Return those of the texts that have a vector, with their cosines."""
        ids, vectors = self._reader.vectors_of(self._encoder, text_ids.tolist())
        return ids, vectors @ query


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


def open_index(reader: Reader, encoder: EncoderRow, graph_from: int) -> DenseIndex:
    """Open the dense side of a collection in its present state.

    Args:
        graph_from: Number of vectors from which the graph is used, when there is one.
    """
    size = reader.count("vectors")
    if size >= graph_from:
        loaded = graph.load(reader.folder, encoder, reader.snapshot(encoder.id))
        if loaded is not None:
            tail = ExactIndex(*reader.vectors(encoder, after=loaded.last_text_id))
            return GraphIndex(loaded, tail, reader, encoder, size)
    return ExactIndex(*reader.vectors(encoder))
