"""One score out of a cosine and a BM25, without labels and without a knob.

The words' part is BM25 over what a passage full of every query word would have
(`lexical.ideal_score`), so it says how much of the query a passage covers, and does not
change with what else was found. It counts for more where the words single out a few
passages: its weight grows with the gap between the best and the tenth. Chosen on five
public collections among those in `benchmarks/fusion.py`; see `docs/experiments.md`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

BASE_WEIGHT = 0.2
CLARITY_WEIGHT = 0.4
CLARITY_RANK = 10

FOREIGN_TRUST = 0.5
"""What a cosine counts in a language that the encoder was not made for."""

GREATEST = 1 + BASE_WEIGHT + CLARITY_WEIGHT
"""Both parts are taken over this, the same for every query: scores stay within 1, and those
of different queries can be compared."""


def fuse(
    cosines: NDArray[np.float64],
    coverages: NDArray[np.float64],
    foreign: NDArray[np.bool_] | None = None,
    among: NDArray[np.float64] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what each side gives to the score of each candidate; the score is their sum.

    Args:
        cosines: Cosine of each candidate (n,).
        coverages: BM25 of each over the query's ideal (n,), 0 where no word matches.
        foreign: Which are in a language that the encoder does not know (n,): there the cosine
            counts by a share, and what it loses the words gain, at their full weight.
        among: Coverages of the passages that the words choose among (m,), where those are more
            than the candidates: what a filter leaves out.
    """
    clear = clarity(coverages if among is None else among)
    weight = np.full(len(cosines), BASE_WEIGHT + CLARITY_WEIGHT * clear)
    trust = np.ones(len(cosines))
    if foreign is not None:
        trust[foreign] = FOREIGN_TRUST
        weight[foreign] = GREATEST - FOREIGN_TRUST
    return trust * cosines / GREATEST, weight * coverages / GREATEST


def clarity(scores: NDArray[np.float64]) -> float:
    """Return how far the best score stands above the tenth, as a share of the best."""
    if not len(scores):
        return 0.0
    top = np.sort(scores)[::-1][:CLARITY_RANK]
    return float((top[0] - top[-1]) / top[0]) if top[0] > 0 else 0.0
