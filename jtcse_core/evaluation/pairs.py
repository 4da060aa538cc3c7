"""How well cosines tell pairs apart: rank correlation, ranking and threshold measures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from jtcse_core.errors import DataError
from jtcse_core.evaluation.metrics import rankdata, spearman

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

FOLDS = 5


@dataclass(frozen=True)
class PairMeasures:
    """What scores of pairs are worth against gold.

    Attributes:
        pairs: Number of pairs.
        spearman: Rank correlation with gold, between -1 and 1; None when either is constant.
        auc: Area under the ROC curve; None unless gold has two classes.
        average_precision: Of the ranking by score; None likewise.
        f1: F1 of a threshold chosen on other folds; None likewise.
        threshold: The threshold chosen on all pairs, to be used on new ones; None likewise.
    """

    pairs: int
    spearman: float | None
    auc: float | None
    average_precision: float | None
    f1: float | None
    threshold: float | None


def measure_pairs(scores: ArrayLike, gold: ArrayLike) -> PairMeasures:
    """Measure scores against gold.

    Gold of two values is a classification, the higher value being the positive class; gold of
    more values is a grading, and only the correlation is defined.

    Args:
        scores: n scores.
        gold: n grades or classes.

    Raises:
        DataError: There is no pair, or the lengths differ.
    """
    s, g = np.asarray(scores, dtype=np.float64), np.asarray(gold, dtype=np.float64)
    if len(s) != len(g) or len(s) == 0:
        raise DataError(f"{len(s)} scores and {len(g)} gold values", "each pair needs both")
    correlation = spearman(s, g)
    rho = None if math.isnan(correlation) else correlation
    values = np.unique(g)
    if len(values) != 2:
        return PairMeasures(len(s), rho, None, None, None, None)
    positive = g == values[1]
    return PairMeasures(
        len(s),
        rho,
        auc(s, positive),
        average_precision(s, positive),
        cross_validated_f1(s, positive),
        best_threshold(s, positive)[0],
    )


def auc(scores: NDArray[np.float64], positive: NDArray[np.bool_]) -> float:
    """Return the area under the ROC curve: the chance that a positive outranks a negative."""
    n_pos = int(positive.sum())
    n_neg = len(positive) - n_pos
    ranks = float(rankdata(scores)[positive].sum())
    return (ranks - n_pos * (n_pos + 1) / 2) / (n_pos * n_neg)


def average_precision(scores: NDArray[np.float64], positive: NDArray[np.bool_]) -> float:
    """Return Σ (R_k − R_{k−1}) · P_k over the distinct scores, highest first."""
    true, taken, _ = _sweep(scores, positive)
    precision = true / taken
    recall = true / positive.sum()
    return float((np.diff(recall, prepend=0.0) * precision).sum())


def best_threshold(scores: NDArray[np.float64], positive: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the threshold with the highest F1, halfway between two scores, and that F1."""
    true, taken, distinct = _sweep(scores, positive)
    f1 = 2 * true / (taken + positive.sum())
    best = int(f1.argmax())
    below = distinct[best + 1] if best + 1 < len(distinct) else distinct[best]
    return float((distinct[best] + below) / 2), float(f1[best])


def cross_validated_f1(scores: NDArray[np.float64], positive: NDArray[np.bool_]) -> float | None:
    """Return the F1 over all pairs, each judged by the threshold of the folds it is not in.

    Folds are dealt in turn within each class, so that the result does not depend on chance.
    """
    folds = np.empty(len(scores), dtype=np.int64)
    for group in (positive, ~positive):
        folds[group] = np.arange(int(group.sum())) % FOLDS
    judged = np.zeros(len(scores), dtype=np.bool_)
    for fold in range(FOLDS):
        inside = folds == fold
        if not positive[~inside].any():
            return None  # too few positives to choose a threshold without them
        threshold, _ = best_threshold(scores[~inside], positive[~inside])
        judged[inside] = scores[inside] >= threshold
    hits = int((judged & positive).sum())
    return 2 * hits / int(judged.sum() + positive.sum())


def _sweep(
    scores: NDArray[np.float64], positive: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return true positives and pairs taken at each distinct score, highest first."""
    order = np.argsort(-scores, kind="stable")
    ordered = scores[order]
    last = np.append(np.flatnonzero(np.diff(ordered)), len(ordered) - 1)
    true = np.cumsum(positive[order])[last].astype(np.float64)
    return true, (last + 1).astype(np.float64), ordered[last]
