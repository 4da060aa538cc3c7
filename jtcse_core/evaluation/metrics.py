"""Pure measures: rank correlation, and the retrieval measures as trec_eval has them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def rankdata(values: ArrayLike) -> NDArray[np.float64]:
    """Rank values from 1, ties sharing the mean of their ranks (SciPy's `average`)."""
    array = np.asarray(values, dtype=np.float64)
    _, inverse, counts = np.unique(array, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    mean_rank = last - (counts - 1) / 2.0
    ranks: NDArray[np.float64] = mean_rank[inverse]
    return ranks


def spearman(a: ArrayLike, b: ArrayLike) -> float:
    """Spearman's rank correlation with ties, as SciPy computes it; nan for a constant input."""
    ra, rb = rankdata(a), rankdata(b)
    ra -= ra.mean()
    rb -= rb.mean()
    norm = math.sqrt(float(ra @ ra) * float(rb @ rb))
    return float(ra @ rb) / norm if norm else math.nan


def ranks_by_block(values: NDArray[Any], block: int = 1 << 16) -> Iterator[NDArray[np.float64]]:
    """Yield the ranks that `rankdata` gives, block by block: only a sorted copy is held."""
    ordered = np.sort(values)
    for start in range(0, len(values), block):
        part = values[start : start + block]
        first = np.searchsorted(ordered, part, "left")
        last = np.searchsorted(ordered, part, "right")
        yield (first + last + 1) / 2


def spearman_by_block(a: NDArray[Any], b: NDArray[Any]) -> float:
    """Compute `spearman` of millions of values in little more memory than they take."""
    mean = (len(a) + 1) / 2
    product = square_a = square_b = 0.0
    for ra, rb in zip(ranks_by_block(a), ranks_by_block(b), strict=True):
        ra -= mean
        rb -= mean
        product += float(ra @ rb)
        square_a += float(ra @ ra)
        square_b += float(rb @ rb)
    norm = math.sqrt(square_a * square_b)
    return product / norm if norm else math.nan


def ndcg(ranking: Sequence[str], relevance: Mapping[str, int], k: int = 10) -> float:
    """Compute nDCG with linear gain and log2 discount, as trec_eval's `ndcg_cut`.

    Args:
        ranking: Document ids, best first.
        relevance: Grade by document id; grades of 0 or below gain nothing.
        k: Depth.
    """
    gains = [max(relevance.get(doc, 0), 0) for doc in ranking[:k]]
    ideal = sorted((g for g in relevance.values() if g > 0), reverse=True)[:k]
    best = _dcg(ideal)
    return _dcg(gains) / best if best else 0.0


def _dcg(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains))


def recall(ranking: Sequence[str], relevance: Mapping[str, int], k: int = 100) -> float:
    """Share of the relevant documents among the first k."""
    relevant = {doc for doc, grade in relevance.items() if grade > 0}
    return len(relevant.intersection(ranking[:k])) / len(relevant) if relevant else 0.0


def average_precision(ranking: Sequence[str], relevance: Mapping[str, int]) -> float:
    """Mean of the precision at each relevant document, over all that are relevant."""
    relevant = {doc for doc, grade in relevance.items() if grade > 0}
    found, total = 0, 0.0
    for rank, doc in enumerate(ranking, start=1):
        if doc in relevant:
            found += 1
            total += found / rank
    return total / len(relevant) if relevant else 0.0


def reciprocal_rank(ranking: Sequence[str], relevance: Mapping[str, int], k: int = 10) -> float:
    """One over the rank of the first relevant document among the first k, else 0."""
    for rank, doc in enumerate(ranking[:k], start=1):
        if relevance.get(doc, 0) > 0:
            return 1.0 / rank
    return 0.0
