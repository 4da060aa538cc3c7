"""One word's postings: the passages that have it, and what it gives each of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

COMMON_SHARE = 0.25
"""Share of the passages from which a word's scores are kept of all passages, most of them 0
perhaps: a whole column is added in a tenth of the time that it takes to sum its places."""


class Posting:
    """The passages that have a word, and what it gives each of them.

    Args:
        rows: Rows of the passage table, int32 (n,), ascending and distinct.
        scores: The word's part of their BM25, float32 (n,), above 0.
        idf: Its inverse document frequency.
        size: Rows of the table.
    """

    def __init__(
        self, rows: NDArray[np.int32], scores: NDArray[np.float32], idf: float, size: int
    ) -> None:
        self.idf = idf
        self.count = len(rows)
        self._rows: NDArray[np.int32] | None = rows
        self._scores = scores
        if self.count and self.count >= COMMON_SHARE * size:
            self._rows, self._scores = None, np.zeros(size, dtype=np.float32)
            self._scores[rows] = scores

    @property
    def rows(self) -> NDArray[np.int32]:
        """Rows of the passage table, int32 (n,), ascending."""
        if self._rows is None:
            return np.flatnonzero(self._scores).astype(np.int32)
        return self._rows

    @property
    def nbytes(self) -> int:
        """Memory that it takes."""
        return self._scores.nbytes + (0 if self._rows is None else self._rows.nbytes)

    def has(self, row: int) -> bool:
        """Whether the passage of a row has the word."""
        if self._rows is None:
            return bool(self._scores[row])
        place = int(np.searchsorted(self._rows, row))
        return place < self.count and int(self._rows[place]) == row

    @property
    def whole(self) -> NDArray[np.float32] | None:
        """Of a common word, its part of the BM25 of every row, float32 (size,)."""
        return self._scores if self._rows is None else None

    @property
    def parts(self) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Of any other word, the rows that have it, and its part of their BM25."""
        assert self._rows is not None
        return self._rows, self._scores


def summed(postings: Sequence[Posting], size: int) -> NDArray[np.float64]:
    """Return the BM25 of each of `size` rows for any of the words, 0 where none stands."""
    rare = [posting.parts for posting in postings if posting.whole is None and posting.count]
    found = np.zeros(size)
    if rare:
        rows = np.concatenate([rows for rows, _ in rare])
        scores = np.concatenate([scores for _, scores in rare])
        found = np.bincount(rows, scores, size).astype(np.float64, copy=False)
    for posting in postings:
        if posting.whole is not None:
            found += posting.whole
    return found
