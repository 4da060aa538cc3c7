"""One score out of a cosine and a BM25: a convex combination of normalised scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

DENSE_WEIGHT = 0.6


def fuse(
    cosines: NDArray[np.float64], bm25s: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what each side gives to the score of each candidate; the score is their sum.

    Cosines are scaled to the span of the candidates, BM25 to its best, so that a passage
    without any of the words has nothing from the lexical side.

    Args:
        cosines: Cosine of each candidate (n,).
        bm25s: BM25 of each candidate (n,), 0 where no word matches.
    """
    top = bm25s.max(initial=0.0)
    lexical = bm25s / top if top > 0 else np.zeros_like(bm25s)
    span = np.ptp(cosines) if len(cosines) else 0.0
    dense = (cosines - cosines.min()) / span if span > 0 else np.ones_like(cosines)
    if top <= 0:
        return dense, lexical
    return DENSE_WEIGHT * dense, (1 - DENSE_WEIGHT) * lexical
